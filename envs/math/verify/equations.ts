/** @file Equations and inequalities: assignments, chains, and whether two of them say the same. */
import { fraction } from '../expression.ts'
import type { Answer, Operator, Scalar, Sequence } from './answer.ts'
import { sequence } from './answer.ts'
import type { Expr } from './expr.ts'
import { call, mentions, number, rename, subtract, variables } from './expr.ts'
import { sameness, signAt } from './identity.ts'

export type Relation = Answer & { kind: 'relation' }

/**
 * What a relation amounts to: an approximation is cut off (`x = √2 ≈ 1.41` says x = √2), a chain of equations is its two
 * ends, a list of values of one name is the list of the values. Null where an equation between numbers is false.
 */
export function reduced(answer: Answer): Answer | null {
  if (answer.kind === 'relation') return reducedRelation(answer)
  return answer.kind === 'sequence' && answer.open === '' ? reducedList(answer) : answer
}

function reducedRelation({ sides, operators }: Relation): Answer | null {
  const cut = operators.indexOf('\\approx')
  if (cut === 0) return sides.length === 2 && isName(sides[0]!) ? sides[1]! : null
  if (cut > 0)
    return reducedRelation({
      kind: 'relation',
      sides: sides.slice(0, cut + 1),
      operators: operators.slice(0, cut),
    })
  if (operators.some(operator => operator !== '=')) return { kind: 'relation', sides, operators }
  const tuple = assignedTuple(sides)
  if (tuple) return tuple
  const closed = sides.filter(isClosed)
  if (closed.some(side => sameness(side.expr, closed[0]!.expr) !== 'same')) return null
  if (closed.length === sides.length) return sides.at(-1)!
  return sides.length === 2 ? { kind: 'relation', sides, operators } : ends(sides)
}

/** `x = 5 + 3 = 8`: the first and the last side; whatever else contains unknowns has to agree with the last. */
function ends(sides: readonly Answer[]): Answer | null {
  const last = sides.at(-1)!
  const middle = sides.slice(1, -1)
  const agrees = (side: Answer): boolean =>
    side.kind === 'scalar' && last.kind === 'scalar' && sameness(side.expr, last.expr) === 'same'
  if (isName(sides[0]!) && middle.some(side => !agrees(side) && !isName(side))) return null
  return { kind: 'relation', sides: [sides[0]!, last], operators: ['='] }
}

function isClosed(side: Answer): side is Scalar {
  return side.kind === 'scalar' && variables(side.expr).size === 0
}

/** `(p, q) = (3, 2)` as `p = 3, q = 2`. */
function assignedTuple(sides: readonly Answer[]): Sequence | null {
  const [names, values] = sides
  if (sides.length !== 2 || names?.kind !== 'sequence' || values?.kind !== 'sequence') return null
  if (names.items.length !== values.items.length || !names.items.every(isName)) return null
  const items = names.items.map((name, i): Answer => ({
    kind: 'relation',
    sides: [name, values.items[i]!],
    operators: ['='],
  }))
  return sequence('', '', items)
}

function reducedList(list: Sequence): Answer | null {
  const items = list.items.map(item => reduced(item))
  if (items.includes(null)) return null
  const assigned = items.map(item => assignment(item!))
  const [first] = assigned
  const sameName = assigned.every(each => each !== null && baseName(each.name) === baseName(first!.name))
  const onlyFirst = first && items.slice(1).every(item => item!.kind === 'scalar')
  if (first && sameName)
    return sequence(
      '{',
      '}',
      assigned.map(each => each!.value),
    )
  if (onlyFirst) return { ...list, items: [first.value, ...(items.slice(1) as Answer[])] }
  return { ...list, items: items as Answer[] }
}

function baseName(name: string): string {
  return name.replace(/_.*$/, '')
}

export interface Assignment {
  name: string
  value: Answer
}

/** `name = value`, where the value does not speak of the name. */
export function assignment(answer: Answer): Assignment | null {
  if (answer.kind !== 'relation' || answer.operators.length !== 1 || answer.operators[0] !== '=') return null
  const [left, right] = answer.sides as [Answer, Answer]
  if (isName(left)) return speaksOf(right, nameOf(left)) ? null : { name: nameOf(left), value: right }
  return isSymbol(right) && isClosed(left) ? { name: nameOf(right), value: left } : null
}

function isSymbol(answer: Answer): boolean {
  return (
    answer.kind === 'scalar' &&
    answer.unit === null &&
    answer.expr.kind === 'symbol' &&
    variables(answer.expr).size === 1
  )
}

function isName(answer: Answer): boolean {
  return answer.kind === 'words' || isSymbol(answer)
}

function nameOf(answer: Answer): string {
  if (answer.kind === 'words') return answer.words
  return answer.kind === 'scalar' && answer.expr.kind === 'symbol' ? answer.expr.name : ''
}

function speaksOf(answer: Answer, name: string): boolean {
  return answer.kind === 'scalar' && mentions(answer.expr, name)
}

/**
 * Two single equations or inequalities between scalars: F = 0 and cF = 0 are the same. But one that is solved for its unknown
 * is not the same as one that is not: `2x = 10` is the question to which x = 5 is the answer.
 */
export function sameRelation(a: Relation, b: Relation): boolean {
  if (isSolved(a) !== isSolved(b)) return false
  const [x, y] = [standard(a), standard(b)]
  if (!x || !y || x.operator !== y.operator) return false
  if (!isProportional(x.expr, y.expr)) return false
  return x.operator === '=' || x.operator === '\\ne' || signAt(call('divide', x.expr, y.expr)) === 1
}

/** A value or bound for a bare unknown. */
function isSolved({ sides }: Relation): boolean {
  return sides.some(isSymbol) && sides.filter(isClosed).length === sides.length - 1
}

/** As F = 0, F ≠ 0, F > 0 or F ≥ 0. */
function standard({ sides, operators }: Relation): { expr: Expr; operator: Operator } | null {
  const [left, right] = sides
  if (operators.length !== 1 || left?.kind !== 'scalar' || right?.kind !== 'scalar') return null
  const operator = operators[0]!
  if (operator === '<' || operator === '\\le')
    return { expr: subtract(right.expr, left.expr), operator: operator === '<' ? '>' : '\\ge' }
  return { expr: subtract(left.expr, right.expr), operator }
}

/** F(x)·G(y) = G(x)·F(y) for independent x and y, and neither is zero throughout. */
function isProportional(f: Expr, g: Expr): boolean {
  const zero = number(fraction(0n))
  if (sameness(f, zero) !== 'different' || sameness(g, zero) !== 'different') return false
  const other = (expr: Expr): Expr => rename(expr, name => `${name}'`)
  return sameness(call('multiply', f, other(g)), call('multiply', g, other(f))) === 'same'
}
