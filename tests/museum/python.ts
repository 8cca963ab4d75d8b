/**
 * @file The few habits of Python that the bugs of the museum rest on: what `int`, `float`, `Fraction`, `Decimal` and `min`
 * accept, and what they raise.
 */
import type { Json } from '../../envs/json.ts'

/** Raised by Python's built-ins where a value has the wrong content. */
export class ValueError extends Error {
  override name = 'ValueError'
}

/** Raised where a number is too large for a float. */
export class OverflowError extends Error {
  override name = 'OverflowError'
}

/** Raised for a missing key of a dict. */
export class KeyError extends Error {
  override name = 'KeyError'
}

/** Raised for a place behind the end of a list. */
export class IndexError extends Error {
  override name = 'IndexError'
}

/** Raised for a division by zero. */
export class ZeroDivisionError extends Error {
  override name = 'ZeroDivisionError'
}

/** `int(text)`: spaces around, a sign, decimal digits of any script, single underscores between them. */
export function int(text: string): number {
  const plain = asciiDigits(text).trim()
  if (!/^[+-]?\d+(_\d+)*$/.test(plain))
    throw new ValueError(`invalid literal for int() with base 10: '${text}'`)
  return Number(plain.replaceAll('_', ''))
}

/** `float(text)`: knows nan and inf, and takes what is too large for inf. */
export function float(text: string): number {
  const plain = asciiDigits(text)
    .trim()
    .toLowerCase()
    .replaceAll(/(?<=\d)_(?=\d)/g, '')
  const special = /^([+-]?)(nan|inf|infinity)$/.exec(plain)
  if (special) return special[2] === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(plain))
    throw new ValueError(`could not convert string to float: '${text}'`)
  return Number(plain)
}

/** `float(Fraction(text))`: takes `7/8` and decimals, no nan or inf; raises OverflowError where a float is too small. */
export function floatOfFraction(text: string): number {
  const [above, below] = text.trim().split('/')
  if (below !== undefined && !/^\d+$/.test(below))
    throw new ValueError(`Invalid literal for Fraction: '${text}'`)
  if (/[a-df-z]/i.test(above!)) throw new ValueError(`Invalid literal for Fraction: '${text}'`)
  const [numerator, denominator] = [float(above!), below === undefined ? 1 : float(below)]
  if (denominator === 0) throw new ZeroDivisionError(`Fraction(${above}, 0)`)
  if (!Number.isFinite(numerator)) throw new OverflowError('integer division result too large for a float')
  return numerator / denominator
}

/** `min(a, b)`: b only where it is smaller, so that `min(1.0, nan)` is 1.0. */
export function min(a: number, b: number): number {
  return b < a ? b : a
}

/** `text.isnumeric()`: true of `²` and `½` too, which `int` refuses. */
export function isNumeric(text: string): boolean {
  return /^\p{N}+$/u.test(text)
}

/** `items[at]` without the wrap to the end. */
export function item<V>(items: readonly V[], at: number): V {
  if (at >= items.length) throw new IndexError('list index out of range')
  return items[at]!
}

/** `format(Decimal(text), '.3g')`: rounds to three figures, half to even, and keeps the zeros that were written. */
export function threeFigures(text: string): string {
  const parts = /^([+-]?)(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i.exec(text.trim())
  if (!parts) throw new ValueError(`Invalid literal for Decimal: '${text}'`)
  const fraction = parts[3] ?? ''
  const written = (parts[2]! + fraction).replace(/^0+(?=\d)/, '')
  const { digits, exponent } = rounded(written, Number(parts[4] ?? 0) - fraction.length)
  const left = exponent + digits.length
  const place = exponent <= 0 && left > -6 ? left : 1
  const whole = place <= 0 ? '0' : digits.slice(0, place).padEnd(place, '0')
  const rest = place <= 0 ? '0'.repeat(-place) + digits : digits.slice(place)
  const power = left - place
  return `${parts[1] === '-' ? '-' : ''}${whole}${rest && `.${rest}`}${power === 0 ? '' : `e${power > 0 ? '+' : ''}${power}`}`
}

function rounded(digits: string, exponent: number): { digits: string; exponent: number } {
  if (digits.length <= 3) return { digits, exponent }
  const [kept, cut] = [digits.slice(0, 3), digits.slice(3)]
  const half = '5'.padEnd(cut.length, '0')
  const up = cut > half || (cut === half && Number(kept) % 2 === 1)
  const next = String(Number(kept) + (up ? 1 : 0))
  return next.length > 3
    ? { digits: next.slice(0, 3), exponent: exponent + cut.length + 1 }
    : { digits: next, exponent: exponent + cut.length }
}

/** The JSON value that a text is, or undefined. */
export function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Digits of every script as 0 to 9. Blocks of digits begin at …0 or …6, but for those that NFKC maps to ASCII. */
function asciiDigits(text: string): string {
  return text.replaceAll(/\p{Nd}/gu, digit => {
    const code = digit.normalize('NFKC').codePointAt(0)!
    const low = code % 16
    const start = /\p{Nd}/u.test(String.fromCodePoint(code - low)) ? 0 : 6
    return String(low - start)
  })
}
