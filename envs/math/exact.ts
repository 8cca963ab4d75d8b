/**
 * @file Exact rational numbers: a safe integer where that suffices, a BigInt fraction in lowest terms otherwise.
 *
 * The plain-number path is what makes checking a line cost about a microsecond; every result that leaves it is exact.
 */
import type { Fraction, Operator } from './expression.ts'
import { combine, formatFraction, fraction } from './expression.ts'

/** An integer below 2^53, or a fraction that is no such integer. Two equal values have one form. */
export type Exact = number | Fraction

const MAX_EXPONENT = 64
const MAX_BITS = 2_048

/** a ∘ b; null for a division by zero or a result of more than 2,048 bits. */
export function calculate(operator: Operator, a: Exact, b: Exact): Exact | null {
  if (typeof a === 'number' && typeof b === 'number') {
    const plain = plainly(operator, a, b)
    if (plain !== null) return plain
  }
  const value = combine(operator, toFraction(a), toFraction(b))
  return value === null ? null : simplest(value)
}

/** a^b for integers b of at most 64 in size; null otherwise, for 0 to a negative power, or a result that is too long. */
export function power(base: Exact, exponent: Exact): Exact | null {
  if (typeof exponent !== 'number' || Math.abs(exponent) > MAX_EXPONENT) return null
  let value: Exact | null = 1
  for (let i = 0; i < Math.abs(exponent) && value !== null; i++) value = calculate('*', value, base)
  return value !== null && exponent < 0 ? calculate('/', 1, value) : value
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compare(a: Exact, b: Exact): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [toFraction(a), toFraction(b)]
  const difference = left.num * right.den - right.num * left.den
  return difference < 0n ? -1 : Number(difference > 0n)
}

/** num / den in its one form. Throws RangeError if `den` is 0. */
export function ratio(num: number, den: number): Exact {
  const value = calculate('/', num, den)
  if (value === null) throw new RangeError(`ratio: expected a denominator other than 0, got ${num}/${den}`)
  return value
}

/** `7`, `-3/4`. */
export function formatExact(value: Exact): string {
  return typeof value === 'number' ? String(value) : formatFraction(value).replace(':', '/')
}

/** The value of digits with at most one decimal point, e.g. `12` or `0.125`; null for anything else. */
export function parseDecimal(text: string): Exact | null {
  const match = /^(\d{1,300})(?:\.(\d{1,300}))?$/.exec(text)
  if (!match) return null
  if (match[2] === undefined && text.length < 16) return Number(text)
  const decimals = match[2] ?? ''
  return simplest(fraction(BigInt(match[1]! + decimals), 10n ** BigInt(decimals.length)))
}

/** The value where both it and the way there are safe integers; null: ask the fractions. */
function plainly(operator: Operator, a: number, b: number): number | null {
  if (operator === '/' && (b === 0 || a % b !== 0)) return null
  const value = operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : a / b
  return Number.isSafeInteger(value) ? value + 0 : null // + 0: there is no -0
}

function toFraction(value: Exact): Fraction {
  return typeof value === 'number' ? fraction(BigInt(value)) : value
}

function simplest(value: Fraction): Exact | null {
  const { num, den } = value
  if (den === 1n && num >= -9007199254740991n && num <= 9007199254740991n) return Number(num)
  return num.toString(16).length * 4 > MAX_BITS || den.toString(16).length * 4 > MAX_BITS ? null : value
}
