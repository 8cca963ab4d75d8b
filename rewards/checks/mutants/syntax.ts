/** @file Source text as a tree: positions are all that mutants need, so nothing is ever printed from it. */
import { parse } from '@babel/parser'
import { UsageError } from '../../../envs/errors.ts'

/** A node of the tree; its other fields are nodes, lists of nodes, or plain values. */
export interface Syntax {
  type: string
  start: number
  end: number
  loc: { start: { line: number; column: number } }
  [field: string]: unknown
}

/** The whole file. Throws UsageError where it cannot be read. */
export function parsed(source: string, file: string): Syntax {
  try {
    const tree = parse(source, {
      sourceType: 'module',
      plugins: ['typescript', ...(file.endsWith('x') ? (['jsx'] as const) : [])],
    })
    return tree.program as unknown as Syntax
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export function isSyntax(value: unknown): value is Syntax {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Syntax).type === 'string' &&
    'start' in value
  )
}

/** Types say nothing at run time; of these three, the expression does. */
const TYPED = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'])

/** The nodes right below this one that run, in the order of the text. */
export function below(node: Syntax): Syntax[] {
  return Object.entries(node)
    .filter(([field]) => field !== 'loc' && !field.endsWith('Comments'))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]) as unknown[])
    .filter(isSyntax)
    .filter(({ type }) => !type.startsWith('TS') || TYPED.has(type))
    .sort((a, b) => a.start - b.start)
}

/** This node and all below it, each with its parent. */
export function* within(node: Syntax, parent: Syntax | null = null): Generator<[Syntax, Syntax | null]> {
  yield [node, parent]
  for (const each of below(node)) yield* within(each, node)
}

/** The name of an identifier, or of a key that is written out; null for anything else. */
export function nameOf(node: unknown): string | null {
  if (!isSyntax(node)) return null
  if (node.type === 'Identifier') return node['name'] as string
  return node.type === 'StringLiteral' ? (node['value'] as string) : null
}

/** `object.name(…)`: the call, taken apart; null for anything else. */
export function methodCall(
  node: Syntax,
): { object: Syntax; property: Syntax; name: string; args: Syntax[] } | null {
  if (node.type !== 'CallExpression' && node.type !== 'OptionalCallExpression') return null
  const callee = node['callee'] as Syntax
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') return null
  const property = callee['property'] as Syntax
  const name = callee['computed'] === true ? null : nameOf(property)
  if (name === null) return null
  return { object: callee['object'] as Syntax, property, name, args: node['arguments'] as Syntax[] }
}
