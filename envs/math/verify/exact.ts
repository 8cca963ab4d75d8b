/** @file Exact rational values of closed expressions, within a bound on their size. */
import type { Fraction } from '../expression.ts'
import { combine, fraction } from '../expression.ts'
import type { Expr, FunctionName } from './expr.ts'
import { spend } from './work.ts'

/** Bits of the largest numerator or denominator: 2004! fits. */
const MAX_BITS = 32_768
const MAX_FACTORIAL = 2_500n

/** The exact value, or null where it is irrational, has unknowns, is undefined or too large. */
export function exactValue(expr: Expr): Fraction | null {
  if (expr.kind === 'number') return expr.value
  if (expr.kind === 'symbol') return null
  const args: Fraction[] = []
  for (const arg of expr.args) {
    const value = exactValue(arg)
    if (value === null) return null
    args.push(value)
  }
  const value = EXACT[expr.fn]?.(args, args[0]!, args[1]!)
  if (!value) return null
  const size = bits(value)
  spend(0.2 + (size / 200) ** 2)
  return size <= MAX_BITS ? value : null
}

type Apply = (args: readonly Fraction[], a: Fraction, b: Fraction) => Fraction | null

const EXACT: Partial<Record<FunctionName, Apply>> = {
  add: args => args.reduce((x, y) => combine('+', x, y)!),
  multiply: (_, a, b) => combine('*', a, b),
  divide: (_, a, b) => combine('/', a, b),
  negate: (_, a) => ({ num: -a.num, den: a.den }),
  abs: (_, a) => (a.num < 0n ? { num: -a.num, den: a.den } : a),
  power: (_, a, b) => (b.den === 1n ? integerPower(a, b.num) : rationalPower(a, b)),
  root: (_, a, b) => (b.den === 1n && b.num > 0n ? root(a, b.num) : null),
  floor: (_, a) => fraction(floor(a)),
  ceil: (_, a) => fraction(-floor({ num: -a.num, den: a.den })),
  factorial: (_, a) => factorial(a),
  binomial: (_, a, b) => binomial(a, b),
  gcd: args => common('gcd', args),
  lcm: args => common('lcm', args),
  min: args => args.reduce((x, y) => (x.num * y.den <= y.num * x.den ? x : y)),
  max: args => args.reduce((x, y) => (x.num * y.den >= y.num * x.den ? x : y)),
  log: (_, a, b) => integerLog(a, b),
}

/** Bits of the larger of numerator and denominator. */
function bits({ num, den }: Fraction): number {
  return Math.max(bitLength(num), bitLength(den))
}

function bitLength(value: bigint): number {
  return 4 * value.toString(16).length
}

function integerPower(base: Fraction, exponent: bigint): Fraction | null {
  if (exponent === 0n) return base.num === 0n ? null : fraction(1n)
  const size = exponent < 0n ? -exponent : exponent
  if (base.num === 0n) return exponent < 0n ? null : base
  if (base.den === 1n && (base.num === 1n || base.num === -1n))
    return fraction(size % 2n === 0n ? 1n : base.num)
  if (size > BigInt(MAX_BITS) || BigInt(bits(base) - 4) * size > BigInt(MAX_BITS)) return null
  const [num, den] = [base.num ** size, base.den ** size]
  return exponent < 0n ? fraction(den, num) : { num, den }
}

/** Powers like 8^(2/3), where base is at least 0 and the root is rational. */
function rationalPower(base: Fraction, exponent: Fraction): Fraction | null {
  if (base.num < 0n || exponent.den > 1_000n) return null
  const [num, den] = [exactRoot(base.num, exponent.den), exactRoot(base.den, exponent.den)]
  return num === null || den === null ? null : integerPower({ num, den }, exponent.num)
}

/** The real root: that of a negative number is negative where the index is odd, and none where it is even. */
function root(of: Fraction, index: bigint): Fraction | null {
  if (of.num >= 0n) return rationalPower(of, fraction(1n, index))
  if (index % 2n === 0n) return null
  const positive = rationalPower({ num: -of.num, den: of.den }, fraction(1n, index))
  return positive && { num: -positive.num, den: positive.den }
}

/** The whole n-th root of a whole number, or null. */
function exactRoot(of: bigint, n: bigint): bigint | null {
  if (of < 2n) return of
  if (BigInt(bitLength(of)) < n) return null
  const root = floorRoot(of, n)
  return root ** n === of ? root : null
}

/** ⌊of^(1/n)⌋ by Newton's method from above; `of` > 0. */
function floorRoot(of: bigint, n: bigint): bigint {
  let guess = 1n << (BigInt(bitLength(of)) / n + 1n)
  for (;;) {
    const next = ((n - 1n) * guess + of / guess ** (n - 1n)) / n
    if (next >= guess) return guess
    guess = next
  }
}

function floor({ num, den }: Fraction): bigint {
  const quotient = num / den
  return num < 0n && quotient * den !== num ? quotient - 1n : quotient
}

function factorial({ num, den }: Fraction): Fraction | null {
  if (den !== 1n || num < 0n || num > MAX_FACTORIAL) return null
  spend(Number(num) ** 2 / 500)
  let product = 1n
  for (let factor = 2n; factor <= num; factor++) product *= factor
  return fraction(product)
}

function binomial(n: Fraction, k: Fraction): Fraction | null {
  if (n.den !== 1n || k.den !== 1n || n.num < 0n || k.num < 0n || n.num > MAX_FACTORIAL) return null
  spend(Number(n.num) ** 2 / 100)
  let product = 1n
  for (let i = 1n; i <= k.num; i++) product = (product * (n.num - k.num + i)) / i
  return fraction(k.num > n.num ? 0n : product)
}

function common(fn: 'gcd' | 'lcm', args: readonly Fraction[]): Fraction | null {
  if (args.some(({ den }) => den !== 1n)) return null
  return fraction(
    args
      .map(({ num }) => (num < 0n ? -num : num))
      .reduce((a, b) => {
        const divisor = gcd(a, b)
        return fn === 'gcd' || divisor === 0n ? divisor : (a * b) / divisor
      }),
  )
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/** log_b(a) where it is a whole number of reasonable size. */
function integerLog(a: Fraction, base: Fraction): Fraction | null {
  if (a.num <= 0n || base.den !== 1n || base.num < 2n) return null
  const inverse = a.num === 1n
  let rest = inverse ? a.den : a.den === 1n ? a.num : 0n
  let exponent = 0n
  while (rest > 0n && rest % base.num === 0n) {
    rest /= base.num
    exponent++
  }
  return rest === 1n ? fraction(inverse ? -exponent : exponent) : null
}
