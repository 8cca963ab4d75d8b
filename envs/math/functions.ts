/** @file The functions every statement may use, on exact values: gcd, lcm, C, P, fact, floor, sqrt, max, sum … */
import type { Exact } from './exact.ts'
import { calculate, compare } from './exact.ts'

/** What a side of a statement can be worth: a number, or a list or tuple. */
export type Value = Exact | Value[]
/** A function of a statement; null where it has no exact value. */
export type ExactFunction = (...args: Value[]) => Value | null

const MAX_FACTORIAL = 170

export const STANDARD_FUNCTIONS: Readonly<Record<string, ExactFunction>> = {
  abs: numbers(1, x => (compare(x, 0) < 0 ? calculate('-', 0, x) : x)),
  floor: numbers(1, x => rounded(x, -1)),
  ceil: numbers(1, x => rounded(x, 1)),
  mod: integers(2, (a, b) => (b === 0 ? null : a - b * Math.floor(a / b))),
  gcd: integers(2, gcd),
  lcm: integers(2, (a, b) => (a === 0 || b === 0 ? 0 : exactly((Math.abs(a) / gcd(a, b)) * Math.abs(b)))),
  fact: integers(1, n => falling(n, n)),
  /** Combinations of k out of n. */
  C: integers(2, (n, k) => quotient(falling(n, k), falling(k, k))),
  /** Permutations of k out of n. */
  P: integers(2, (n, k) => falling(n, k)),
  /** The exact square root; none of a number that is no square. */
  sqrt: numbers(1, root),
  max: listed(values => values.reduce((a, b) => (compare(a, b) >= 0 ? a : b))),
  min: listed(values => values.reduce((a, b) => (compare(a, b) <= 0 ? a : b))),
  sum: listed(values => values.reduce<Exact | null>((a, b) => (a === null ? null : calculate('+', a, b)), 0)),
  len: list => (Array.isArray(list) ? list.length : null),
  sort: list =>
    Array.isArray(list) && list.every(isExact)
      ? list.toSorted((a, b) => compare(a as Exact, b as Exact))
      : null,
  reverse: list => (Array.isArray(list) ? list.toReversed() : null),
}

function isExact(value: Value): value is Exact {
  return !Array.isArray(value)
}

/** A function of `count` numbers. */
function numbers(count: number, of: (...args: Exact[]) => Exact | null): ExactFunction {
  return (...args) => (args.length === count && args.every(isExact) ? of(...args) : null)
}

/** A function of `count` safe integers. */
function integers(count: number, of: (...args: number[]) => Exact | null): ExactFunction {
  return (...args) =>
    args.length === count && args.every(arg => typeof arg === 'number') ? of(...args) : null
}

/** A function of one or more numbers, given one by one or as a list. */
function listed(of: (values: Exact[]) => Exact | null): ExactFunction {
  return (...args) => {
    const values = args.length === 1 && Array.isArray(args[0]) ? args[0] : args
    return values.length > 0 && values.every(isExact) ? of(values) : null
  }
}

function exactly(value: number): number | null {
  return Number.isSafeInteger(value) ? value : null
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}

/** n(n-1)…(n-k+1). */
function falling(n: number, k: number): Exact | null {
  if (n < 0 || k < 0 || k > MAX_FACTORIAL || n > 1e6) return null
  let value: Exact | null = 1
  for (let i = 0; i < k && value !== null; i++) value = calculate('*', value, n - i)
  return value
}

function quotient(a: Exact | null, b: Exact | null): Exact | null {
  return a === null || b === null ? null : calculate('/', a, b)
}

/** The nearest integer below (-1) or above (1). */
function rounded(x: Exact, direction: -1 | 1): Exact | null {
  if (typeof x === 'number') return x
  const down = x.num / x.den - (x.num < 0n && x.num % x.den !== 0n ? 1n : 0n)
  const up = x.num % x.den === 0n ? down : down + 1n
  return exactly(Number(direction < 0 ? down : up))
}

function root(x: Exact): Exact | null {
  if (typeof x === 'number') {
    const value = Math.round(Math.sqrt(x))
    return x >= 0 && value * value === x ? value : null
  }
  const [num, den] = [exactly(Number(x.num)), exactly(Number(x.den))]
  if (num === null || den === null) return null
  const [top, bottom] = [root(num), root(den)]
  return top === null || bottom === null ? null : calculate('/', top, bottom)
}
