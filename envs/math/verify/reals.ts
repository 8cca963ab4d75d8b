/** @file Sets of real numbers: intervals, points and conditions on one unknown as a union of intervals in normal form. */
import type { Answer, Operator, Scalar } from './answer.ts'
import { plainScalar } from './answer.ts'
import type { Expr } from './expr.ts'
import { negate, symbol, variables } from './expr.ts'
import { approximation, sameness } from './identity.ts'

/** An end of an interval; `at` is a double for ordering, `expr` what is compared. */
interface End {
  expr: Expr
  at: number
  open: boolean
}

interface Interval {
  low: End
  high: End
}

/** Disjoint intervals in ascending order. `variable` is the unknown that was confined, if the text names one. */
export interface RealSet {
  variable: string | null
  intervals: readonly Interval[]
}

/** The set that an answer denotes, or null if it is no set of real numbers. */
export function toReals(answer: Answer): RealSet | null {
  const intervals = intervalsOf(answer)
  return intervals && { variable: variableOf(answer), intervals: merged(intervals) }
}

export function sameReals(a: RealSet, b: RealSet): boolean {
  if (a.variable !== null && b.variable !== null && a.variable !== b.variable) return false
  return (
    a.intervals.length === b.intervals.length &&
    a.intervals.every(({ low, high }, i) => {
      const other = b.intervals[i]!
      return sameEnd(low, other.low) && sameEnd(high, other.high)
    })
  )
}

function sameEnd(a: End, b: End): boolean {
  return a.open === b.open && sameness(a.expr, b.expr) === 'same'
}

function intervalsOf(answer: Answer): Interval[] | null {
  if (answer.kind === 'element') return answer.of.kind === 'symbol' ? intervalsOf(answer.set) : null
  if (answer.kind === 'relation') return condition(answer.sides, answer.operators)
  if (answer.kind === 'union') return union(answer.pieces, answer.without)
  if (answer.kind === 'words') return answer.words === 'no solution' ? [] : null
  if (answer.kind !== 'sequence') return null
  if (answer.open === '{') return points(answer.items)
  if (answer.open !== '') return interval(answer.open, answer.close, answer.items)
  return answer.joined === ',' ? null : joined(answer.items, answer.joined)
}

function variableOf(answer: Answer): string | null {
  if (answer.kind === 'element') return answer.of.kind === 'symbol' ? answer.of.name : null
  if (answer.kind === 'relation') {
    const [name] = answer.sides.flatMap(side => (side.kind === 'scalar' ? [...variables(side.expr)] : []))
    return name ?? null
  }
  return answer.kind === 'sequence' && answer.open === '' ? variableOf(answer.items[0]!) : null
}

function end(expr: Expr, open: boolean): End | null {
  const at = approximation(expr)
  return at === null ? null : { expr, at, open: open || !Number.isFinite(at) }
}

function between(low: End | null, high: End | null): Interval[] | null {
  if (!low || !high) return null
  const order = compared(low, high)
  if (order > 0) return null
  return order === 0 && (low.open || high.open) ? [] : [{ low, high }]
}

function interval(open: string, close: string, items: readonly Answer[]): Interval[] | null {
  const [low, high] = items
  if (items.length !== 2 || !isPlain(low) || !isPlain(high) || open === '{') return null
  return between(end(low.expr, open === '('), end(high.expr, close === ')'))
}

function isPlain(answer: Answer | undefined): answer is Scalar {
  return answer?.kind === 'scalar' && answer.unit === null
}

function points(items: readonly Answer[]): Interval[] | null {
  const found: Interval[] = []
  for (const item of items) {
    const point = isPlain(item) ? between(end(item.expr, false), end(item.expr, false)) : null
    if (!point) return null
    found.push(...point)
  }
  return found
}

const INFINITY = symbol('infinity')
const LOWEST = negate(INFINITY)

/** `x > c`, `c ≥ x`, `a < x ≤ b`, `x ≠ c`. */
function condition(sides: readonly Answer[], operators: readonly Operator[]): Interval[] | null {
  const exprs = sides.map(side => (isPlain(side) ? side.expr : null))
  if (exprs.some(isNegatedUnknown)) return mirrored(exprs, operators)
  const at = exprs.findIndex(expr => expr?.kind === 'symbol' && variables(expr).size === 1)
  if (at < 0 || exprs.some((expr, i) => !expr || (i !== at && variables(expr).size > 0))) return null
  if (operators[0] === '\\ne') return operators.length === 1 ? punctured(exprs[1 - at]!) : null
  let [low, high] = [end(LOWEST, true), end(INFINITY, true)]
  for (const [i, operator] of operators.entries()) {
    if (i !== at && i !== at - 1) return null
    const limit = end(exprs[i === at ? i + 1 : i]!, operator === '<' || operator === '>')
    const points =
      operator === '<' || operator === '\\le' ? 'up' : operator === '>' || operator === '\\ge' ? 'down' : null
    if (points === null || !limit) return null
    if ((points === 'up') === (i === at)) high = narrower(high!, limit, -1)
    else low = narrower(low!, limit, 1)
  }
  return between(low, high)
}

/** The tighter of two ends on one side: the smaller high end (−1) or the larger low end (1). */
function narrower(a: End, b: End, side: 1 | -1): End {
  const order = compared(a, b) * side
  if (order === 0) return a.open ? a : b
  return order > 0 ? a : b
}

function isNegatedUnknown(expr: Expr | null): boolean {
  return (
    expr?.kind === 'call' &&
    expr.fn === 'negate' &&
    expr.args[0]!.kind === 'symbol' &&
    variables(expr).size === 1
  )
}

const MIRRORED = {
  '<': '>',
  '>': '<',
  '\\le': '\\ge',
  '\\ge': '\\le',
  '=': '=',
  '\\ne': '\\ne',
  '\\approx': '\\approx',
} as const

/** `-x < 3` as `x > -3`. */
function mirrored(exprs: readonly (Expr | null)[], operators: readonly Operator[]): Interval[] | null {
  const flipped = exprs.map(expr =>
    expr && isNegatedUnknown(expr) && expr.kind === 'call' ? expr.args[0]! : expr && negate(expr),
  )
  if (flipped.includes(null)) return null
  return condition(
    flipped.map(expr => plainScalar(expr!)),
    operators.map(operator => MIRRORED[operator]),
  )
}

function punctured(hole: Expr): Interval[] | null {
  const at = end(hole, true)
  if (!at) return null
  return [...between(end(LOWEST, true), at)!, ...between(at, end(INFINITY, true))!]
}

function union(pieces: readonly Answer[], without: readonly Answer[]): Interval[] | null {
  let found = collect(pieces)
  const holes = collect(without)
  if (!found || !holes) return null
  for (const hole of merged(holes)) {
    if (compared(hole.low, hole.high) !== 0) return null
    const [before, after] = punctured(hole.low.expr)!
    found = intersection(merged(found), [before!, after!])
  }
  return found
}

function collect(pieces: readonly Answer[]): Interval[] | null {
  const found = pieces.map(piece => intervalsOf(piece))
  return found.includes(null) ? null : found.flatMap(each => each!)
}

function joined(items: readonly Answer[], by: 'or' | 'and'): Interval[] | null {
  const sets = items.map(item => (item.kind === 'relation' || item.kind === 'element' ? toReals(item) : null))
  if (sets.some(set => set === null || set.variable !== sets[0]!.variable)) return null
  const lists = sets.map(set => set!.intervals)
  return by === 'or' ? lists.flat() : lists.reduce((a, b) => intersection(a, b)).slice()
}

function intersection(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return a.flatMap(x =>
    b.flatMap(y => between(narrower(x.low, y.low, 1), narrower(x.high, y.high, -1)) ?? []),
  )
}

/** −1, 0 or 1; equality is decided exactly, order by doubles. */
function compared(a: End, b: End): number {
  if (sameness(a.expr, b.expr) === 'same') return 0
  return a.at < b.at ? -1 : 1
}

/** Sorted, with intervals that overlap or touch made one. */
function merged(intervals: readonly Interval[]): Interval[] {
  const sorted = [...intervals].sort(
    (x, y) => compared(x.low, y.low) || Number(x.low.open) - Number(y.low.open),
  )
  const result: Interval[] = []
  for (const each of sorted) {
    const last = result.at(-1)
    if (!last || !touches(last.high, each.low)) result.push(each)
    else result[result.length - 1] = { low: last.low, high: wider(last.high, each.high) }
  }
  return result
}

function touches(high: End, low: End): boolean {
  const order = compared(high, low)
  return order > 0 || (order === 0 && !(high.open && low.open))
}

function wider(a: End, b: End): End {
  const order = compared(a, b)
  if (order === 0) return a.open ? b : a
  return order > 0 ? a : b
}
