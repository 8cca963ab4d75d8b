/** @file Whether two answers are equal: kind by kind, then piece by piece. */
import { fraction } from '../expression.ts'
import type { Answer, Scalar, Sequence } from './answer.ts'
import { plainScalar } from './answer.ts'
import { assignment, reduced, sameRelation } from './equations.ts'
import { exactValue } from './exact.ts'
import type { Expr } from './expr.ts'
import { call, number, symbol, variables } from './expr.ts'
import { isWithin, sameness } from './identity.ts'
import { sameReals, toReals } from './reals.ts'
import type { Unit } from './units.ts'

export interface EqualityOptions {
  /** `28 %` also equals a bare 28. */
  loosePercent: boolean
  /** Where the reference is a number, so must the answer be: `123 + 456` is no answer to what 123 + 456 is. */
  evaluated: boolean
}

/** True only if both are understood and equal. Symmetric. */
export function isEqual(gold: Answer, answer: Answer, options: EqualityOptions): boolean {
  if (options.evaluated && isNumeral(gold) && !isNumeral(answer)) return false
  const [a, b] = [reduced(gold), reduced(answer)]
  return a !== null && b !== null && same(a, b, options)
}

function isNumeral(answer: Answer): boolean {
  if (answer.kind === 'relation') return isNumeral(answer.sides.at(-1)!)
  return answer.kind === 'scalar' && (isNumber(answer.expr) || isFraction(answer.expr))
}

function isNumber(expr: Expr): boolean {
  return expr.kind === 'number' || (expr.kind === 'call' && expr.fn === 'negate' && isNumber(expr.args[0]!))
}

/** Also a percentage, which is a number over a hundred. */
function isFraction(expr: Expr): boolean {
  return (
    expr.kind === 'call' &&
    (expr.fn === 'divide' || expr.fn === 'negate') &&
    expr.args.every(arg => isNumber(arg) || isFraction(arg))
  )
}

function same(a: Answer, b: Answer, options: EqualityOptions): boolean {
  const [x, y] = [assignment(a), assignment(b)]
  if (x && y) return x.name === y.name && isEqual(x.value, y.value, options)
  if (x && b.kind !== 'relation') return isEqual(x.value, b, options)
  if (y && a.kind !== 'relation') return isEqual(a, y.value, options)
  if (a.kind === b.kind && sameKind(a, b, options)) return true
  return sameAcross(a, b, options) || sameAcross(b, a, options) || sameSets(a, b)
}

function sameKind(a: Answer, b: Answer, options: EqualityOptions): boolean {
  if (a.kind === 'scalar' && b.kind === 'scalar') return sameScalar(a, b, options)
  if (a.kind === 'words' && b.kind === 'words') return a.words === b.words
  if (a.kind === 'written' && b.kind === 'written') return a.form === b.form
  if (a.kind === 'ratio' && b.kind === 'ratio') return sameRatio(a.parts, b.parts)
  if (a.kind === 'sequence' && b.kind === 'sequence') return sameSequence(a, b, options)
  if (a.kind === 'matrix' && b.kind === 'matrix')
    return inOrder(a.rows, b.rows, (p, q) => itemsInOrder(p, q, options))
  return a.kind === 'relation' && b.kind === 'relation' && sameRelation(a, b)
}

/** Kinds that can say the same thing: `a` is the more special one. */
function sameAcross(a: Answer, b: Answer, options: EqualityOptions): boolean {
  if (a.kind === 'ratio' && b.kind === 'scalar' && a.parts.length === 2)
    return sameness(call('divide', a.parts[0]!, a.parts[1]!), b.expr) === 'same'
  if (a.kind === 'matrix' && b.kind === 'sequence') return sameMatrix(a.rows, b, options)
  if (
    a.kind === 'element' &&
    a.set.kind === 'sequence' &&
    a.set.open === '{' &&
    b.kind === 'sequence' &&
    b.open !== '('
  )
    return isEqual(a.set, b, options)
  if (a.kind === 'sequence' && a.open === '{' && a.items.length === 1 && b.kind === 'scalar')
    return isEqual(a.items[0]!, b, options)
  return false
}

/** Sets of real numbers, however they are written. Two tuples are never taken for intervals. */
function sameSets(a: Answer, b: Answer): boolean {
  const [x, y] = [toReals(a), toReals(b)]
  return x !== null && y !== null && sameReals(x, y)
}

function inOrder<T>(a: readonly T[], b: readonly T[], equal: (x: T, y: T) => boolean): boolean {
  return a.length === b.length && a.every((each, i) => equal(each, b[i]!))
}

function itemsInOrder(a: readonly Answer[], b: readonly Answer[], options: EqualityOptions): boolean {
  return inOrder(a, b, (x, y) => isEqual(x, y, options))
}

/** Rows as `[[1, 2], [3, 4]]`, a column as `(1, 2)`. */
function sameMatrix(rows: readonly (readonly Answer[])[], b: Sequence, options: EqualityOptions): boolean {
  if (b.open !== '(' && b.open !== '[') return false
  if (rows.every(row => row.length === 1) && rows.length === b.items.length)
    return itemsInOrder(
      rows.map(row => row[0]!),
      b.items,
      options,
    )
  return (
    rows.length === b.items.length &&
    rows.every((row, i) => {
      const item = b.items[i]!
      return item.kind === 'sequence' && item.open !== '{' && itemsInOrder(row, item.items, options)
    })
  )
}

function sameSequence(a: Sequence, b: Sequence, options: EqualityOptions): boolean {
  const [first, second] = [shapeOf(a), shapeOf(b)]
  if (first === 'interval' || second === 'interval') return false
  if (first === 'ordered' && second === 'ordered')
    return (a.open === b.open || a.items.length > 2) && itemsInOrder(a.items, b.items, options)
  if (first === 'ordered' || second === 'ordered') return sameAsTuple(a, b, options)
  const [p, q] = [
    first === 'set' ? distinct(a.items, options) : a.items,
    second === 'set' ? distinct(b.items, options) : b.items,
  ]
  return inAnyOrder(p, q, options)
}

type Shape = 'ordered' | 'set' | 'bare' | 'interval'

function shapeOf({ open, close }: Sequence): Shape {
  if (open === '') return 'bare'
  if (open === '{') return 'set'
  return (open === '(') === (close === ')') ? 'ordered' : 'interval'
}

/** A tuple against a bare list: in the same order, or by name (`y = 2, x = 3` is (3, 2)). A set is no tuple. */
function sameAsTuple(a: Sequence, b: Sequence, options: EqualityOptions): boolean {
  const [tuple, other] = shapeOf(a) === 'ordered' ? [a, b] : [b, a]
  if (shapeOf(other) !== 'bare' || tuple.open !== '(') return false
  const named = other.items.map(item => assignment(item))
  if (named.includes(null)) return itemsInOrder(tuple.items, other.items, options)
  const sorted = named.map(each => each!).sort((x, y) => (x.name < y.name ? -1 : 1))
  return itemsInOrder(
    tuple.items,
    sorted.map(each => each.value),
    options,
  )
}

function distinct(items: readonly Answer[], options: EqualityOptions): Answer[] {
  const kept: Answer[] = []
  for (const item of items) if (!kept.some(each => isEqual(each, item, options))) kept.push(item)
  return kept
}

function inAnyOrder(a: readonly Answer[], b: readonly Answer[], options: EqualityOptions): boolean {
  if (a.length !== b.length) return false
  const left = [...b]
  return a.every(item => {
    const at = left.findIndex(other => isEqual(item, other, options))
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
}

function sameRatio(a: readonly Expr[], b: readonly Expr[]): boolean {
  return (
    a.length === b.length &&
    [...a, ...b].every(part => exactValue(part)?.num !== 0n) &&
    a.every((part, i) => sameness(call('multiply', part, b[0]!), call('multiply', b[i]!, a[0]!)) === 'same')
  )
}

function sameScalar(a: Scalar, b: Scalar, options: EqualityOptions): boolean {
  if (options.loosePercent && a.percent !== b.percent) {
    const [percent, other] = a.percent ? [a, b] : [b, a]
    const hundredfold = call('multiply', percent.expr, number(100))
    if (sameScalar(plainScalar(hundredfold), other, { ...options, loosePercent: false })) return true
  }
  if (!a.unit || !b.unit) return withoutUnit(a, b)
  if (a.unit.dimension !== b.unit.dimension) return false
  return sameness(inBase(a.expr, a.unit), inBase(b.expr, b.unit)) === 'same'
}

function inBase(expr: Expr, { factor }: Unit): Expr {
  return factor.num === factor.den ? expr : call('multiply', expr, number(factor))
}

/** A unit on one side only is what the question asked for; degrees may also have become radians. */
function withoutUnit(a: Scalar, b: Scalar): boolean {
  const [degrees, other] = a.unit ? [a, b] : [b, a]
  if (degrees.unit?.dimension === 'angle' && !exactValue(other.expr))
    return (
      sameness(call('divide', call('multiply', degrees.expr, symbol('pi')), number(180)), other.expr) ===
      'same'
    )
  const verdict = sameness(a.expr, b.expr)
  return verdict === 'same' || (verdict === 'different' && (isRounding(a, b) || isRounding(b, a)))
}

/** Fewest significant digits of a decimal that may stand for an irrational number. */
const ROUNDED_DIGITS = 6

/**
 * A decimal number stands for an irrational one if it is that number rounded, to at least six significant digits. Never for
 * a rational one: that can be written exactly.
 */
function isRounding({ literal }: Scalar, { expr }: Scalar): boolean {
  if (!literal || literal.digits < ROUNDED_DIGITS || variables(expr).size > 0 || exactValue(expr))
    return false
  const half = fraction(1n, 2n * 10n ** BigInt(literal.decimals))
  return isWithin(expr, literal.value, half)
}
