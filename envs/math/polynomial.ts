/** @file Polynomials in x with whole coefficients, index k being the power: read, compared, multiplied. */

/** `[-5, 0, 2]` is 2x^2 - 5; none, or only zeros, for 0. */
export type Polynomial = readonly number[]

const TERM = /^([+-])(\d{0,15})\*?(?:(x)(?:\^(\d{1,2}))?)?$/

/**
 * Reads a sum of terms such as `2x^3 - x + 4`. Null for anything else, and where it is not worked out: brackets, or a power
 * that comes twice.
 */
export function parsePolynomial(text: string): Polynomial | null {
  const signed = text.replaceAll(' ', '').replace(/^(?=[^+-])/, '+')
  const terms = signed.match(/[+-][^+-]*/g)
  if (terms?.join('') !== signed) return null
  const coefficients: number[] = []
  for (const each of terms) {
    const match = TERM.exec(each)
    if (!match || (match[2] === '' && match[3] === undefined)) return null
    const power = match[3] === undefined ? 0 : Number(match[4] ?? 1)
    if (coefficients[power] !== undefined) return null
    coefficients[power] = (match[1] === '-' ? -1 : 1) * Number(match[2] || 1)
  }
  return Array.from(coefficients, coefficient => coefficient ?? 0)
}

/** Zeros at the high end make no difference. */
export function samePolynomial(a: Polynomial, b: Polynomial): boolean {
  const length = Math.max(a.length, b.length)
  return Array.from({ length }, (_, k) => (a[k] ?? 0) === (b[k] ?? 0)).every(Boolean)
}

export function multiplied(a: Polynomial, b: Polynomial): number[] {
  const product = Array.from({ length: a.length + b.length - 1 }, () => 0)
  for (const [i, left] of a.entries()) for (const [j, right] of b.entries()) product[i + j]! += left * right
  return product
}

/** `2x - y + 4` for the terms [2, x], [-1, y], [4, nothing]. Terms with coefficient 0 are left out; `0` stands for none. */
export function sumOfTerms(terms: readonly (readonly [coefficient: number, symbol: string])[]): string {
  let text = ''
  for (const [coefficient, symbol] of terms) {
    if (coefficient === 0) continue
    const size = Math.abs(coefficient)
    const term = size === 1 && symbol !== '' ? symbol : `${size}${symbol}`
    if (text === '') text = coefficient < 0 ? `-${term}` : term
    else text += coefficient < 0 ? ` - ${term}` : ` + ${term}`
  }
  return text === '' ? '0' : text
}
