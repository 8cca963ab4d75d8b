/** @file How numbers, sums, products, matrices and polynomials are written in a line, and points to compare them at. */
import { murmur3 } from '../murmur.ts'
import type { Exact } from './exact.ts'
import { calculate, compare, formatExact, ratio } from './exact.ts'
import type { ExactFunction } from './functions.ts'

/** As a factor or an argument: `7`, `(-3)`, `(2/3)`. */
export function factor(value: Exact): string {
  return typeof value === 'number' && value >= 0 ? String(value) : `(${formatExact(value)})`
}

/** `3 - 4 + 2/3`. */
export function sumOf(values: readonly Exact[]): string {
  return joined(values.map(value => [value, formatExact(magnitude(value))]))
}

/** `3*4 + (-2)*5`. */
export function dotProduct(a: readonly Exact[], b: readonly Exact[]): string {
  return a.map((value, i) => `${factor(value)}*${factor(b[i]!)}`).join(' + ')
}

/** A quotient, and its lowest terms if those are others: `6/4 = 3/2`, `2/3`, `5/(-10) = -1/2`. */
export function quotient(top: number, bottom: number): string {
  const [written, lowest] = [`${top}/${factor(bottom)}`, formatExact(ratio(top, bottom))]
  return written === lowest ? written : `${written} = ${lowest}`
}

/** `[[1, 2], [3, 4]]`. */
export function matrixText(rows: readonly (readonly Exact[])[]): string {
  return `[${rows.map(row => `[${row.map(formatExact).join(', ')}]`).join(', ')}]`
}

/** The polynomial whose coefficient of x^k is `coefficients[k]`: `3x^2 - x + 1/2`. */
export function polynomial(coefficients: readonly Exact[]): string {
  const terms = coefficients.map((value, k): [Exact, string] => [value, term(magnitude(value), k)])
  const written = terms.filter(([value]) => value !== 0).toReversed()
  return written.length === 0 ? '0' : joined(written)
}

/** Σ coefficients[k]·x^k. */
export function valueAt(coefficients: readonly Exact[], x: Exact): Exact {
  return coefficients.reduceRight<Exact>((value, c) => calculate('+', calculate('*', value, x)!, c)!, 0)
}

/** The polynomial as a function of a line. */
export function polynomialFunction(coefficients: readonly Exact[]): ExactFunction {
  return x => (x === undefined || Array.isArray(x) ? null : valueAt(coefficients, x))
}

/** The coefficients of the derivative. */
export function derivative(coefficients: readonly number[]): number[] {
  return coefficients.slice(1).map((c, i) => c * (i + 1))
}

/**
 * Three values of x that belong to this text. Two polynomials of degree up to 16 that differ agree at all three with a
 * chance below 1e-12 (Schwartz-Zippel).
 */
export function points(text: string): number[] {
  return [1, 2, 3].map(seed => 100_000 + (murmur3(text, seed) % 900_000))
}

function joined(terms: readonly (readonly [Exact, string])[]): string {
  return terms.map(([value, text], i) => (i === 0 ? '' : ' ') + sign(value, i === 0) + text).join('')
}

function sign(value: Exact, first: boolean): string {
  if (first) return compare(value, 0) < 0 ? '-' : ''
  return compare(value, 0) < 0 ? '- ' : '+ '
}

function magnitude(value: Exact): Exact {
  return compare(value, 0) < 0 ? calculate('-', 0, value)! : value
}

function term(size: Exact, exponent: number): string {
  if (exponent === 0) return formatExact(size)
  const variable = exponent === 1 ? 'x' : `x^${exponent}`
  if (size === 1) return variable
  return typeof size === 'number' ? `${size}${variable}` : `${formatExact(size)}*${variable}`
}
