/**
 * @file One-place mistakes in scripts: another comparison, another operator, a constant off by one, the wrong variable,
 * operands swapped, the other branch.
 */
import type { Comparison, Condition, Expression, Operator, Script, Statement } from './script.ts'

/** Every script that is one mistake away. Some of them may do the same, or throw. */
export function mutants(script: Script): Script[] {
  return ofBlock(script, [])
}

const COMPARISONS: Record<Comparison, readonly Comparison[]> = {
  '<': ['<=', '>'],
  '<=': ['<', '>='],
  '>': ['>=', '<'],
  '>=': ['>', '<='],
  '==': ['!='],
  '!=': ['=='],
}
const OPERATORS: Record<Operator, readonly Operator[]> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['+'],
  '%': ['//'],
  '//': ['%'],
  min: ['max'],
  max: ['min'],
}

type Names = readonly string[]

/** Each statement in turn replaced by its mutants, the others kept. `names`: the numbers that are visible here. */
function ofBlock(body: readonly Statement[], outer: Names): Statement[][] {
  const own = body.flatMap(statement => (statement.kind === 'set' ? [statement.name] : []))
  const names = [...new Set([...outer, ...own])]
  return body.flatMap((statement, at) => ofStatement(statement, names).map(changed => body.with(at, changed)))
}

function ofStatement(statement: Statement, names: Names): Statement[] {
  switch (statement.kind) {
    case 'list':
      return []
    case 'set':
    case 'append':
    case 'return':
      return ofExpression(statement.value, names).map(value => ({ ...statement, value }))
    case 'change':
      return [
        { ...statement, op: statement.op === '+' ? '-' : '+' },
        ...ofExpression(statement.by, names).map(by => ({ ...statement, by })),
      ]
    case 'if':
      return [
        ...ofCondition(statement.test, names).map(test => ({ ...statement, test })),
        ...ofBlock(statement.yes, names).map(yes => ({ ...statement, yes })),
        ...ofBlock(statement.no, names).map(no => ({ ...statement, no })),
        ...(statement.no.length > 0 ? [{ ...statement, yes: statement.no, no: statement.yes }] : []),
      ]
    case 'each':
      return ofBlock(statement.body, [...names, statement.name]).map(body => ({ ...statement, body }))
    case 'range':
      return [
        ...ofExpression(statement.from, names).map(from => ({ ...statement, from })),
        ...ofExpression(statement.to, names).map(to => ({ ...statement, to })),
        ...ofBlock(statement.body, [...names, statement.name]).map(body => ({ ...statement, body })),
      ]
    case 'while':
      return [
        ...ofCondition(statement.test, names).map(test => ({ ...statement, test })),
        ...ofBlock(statement.body, names).map(body => ({ ...statement, body })),
      ]
  }
}

function ofCondition(test: Condition, names: Names): Condition[] {
  return [
    ...COMPARISONS[test.op].map(op => ({ ...test, op })),
    ...ofExpression(test.a, names).map(a => ({ ...test, a })),
    ...ofExpression(test.b, names).map(b => ({ ...test, b })),
  ]
}

function ofExpression(expression: Expression, names: Names): Expression[] {
  switch (expression.kind) {
    case 'number':
      return [-1, 1].map(by => ({ kind: 'number', value: expression.value + by }))
    case 'variable':
      return names.filter(name => name !== expression.name).map(name => ({ kind: 'variable', name }))
    case 'item':
      return ofExpression(expression.index, names).map(index => ({ ...expression, index }))
    case 'length':
      return [{ kind: 'binary', op: '-', a: expression, b: { kind: 'number', value: 1 } }]
    case 'binary':
      return [
        ...OPERATORS[expression.op].map(op => ({ ...expression, op })),
        ...(expression.op === '-' ? [{ ...expression, a: expression.b, b: expression.a }] : []),
        ...ofExpression(expression.a, names).map(a => ({ ...expression, a })),
        ...ofExpression(expression.b, names).map(b => ({ ...expression, b })),
      ]
  }
}
