/** @file Exact rational numbers for comparing answers: BigInt over BigInt, so that no difference is rounded away. */
import type { Truth } from '../subject.ts'
import type { Tolerance } from './kind.ts'

/** In any terms; `den` > 0. */
export interface Rational {
  num: bigint
  den: bigint
}

const MAX_EXPONENT = 2_000
const MAX_LENGTH = 3_000

/** The value of `7`, `-3.50`, `.5`, `7.`, `+1e3` or `3/4`; null for anything else, and for what is too long to be worth it. */
export function parseRational(text: string): Rational | null {
  if (text.length > MAX_LENGTH) return null
  const [whole, below, ...rest] = text.trim().split('/')
  const top = parseDecimal(whole!.trim())
  if (below === undefined || top === null) return top
  const bottom = rest.length > 0 || /[.e+-]/i.test(below) ? null : parseDecimal(below.trim())
  return bottom === null || bottom.num === 0n ? null : { num: top.num, den: top.den * bottom.num }
}

function parseDecimal(text: string): Rational | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/.exec(text)
  if (!match) return null
  const [, sign, whole = '', decimals = '', exponent = '0'] = match
  if (whole + decimals === '' || Math.abs(Number(exponent)) > MAX_EXPONENT) return null
  const shift = Number(exponent) - decimals.length
  const digits = BigInt(whole + decimals) * (sign === '-' ? -1n : 1n)
  return shift >= 0
    ? { num: digits * 10n ** BigInt(shift), den: 1n }
    : { num: digits, den: 10n ** BigInt(-shift) }
}

/** Negative, zero or positive as a is below, equal to or above b. */
export function order(a: Rational, b: Rational): number {
  const difference = a.num * b.den - b.num * a.den
  return difference < 0n ? -1 : Number(difference > 0n)
}

/** The rational that a double is; null for NaN and the infinities. */
function fromNumber(value: number): Rational | null {
  return Number.isFinite(value) ? parseDecimal(String(value)) : null
}

/**
 * Is `answer` close enough to `gold`? Near the edge of the tolerance, where rewards rightly differ in rounding, in `<` or
 * `<=`, and in what the relative part is relative to, the answer is unknown.
 */
export function closeness(
  answer: Rational,
  gold: Rational,
  { absolute = 0, relative = 0 }: Tolerance,
): Truth {
  if (order(answer, gold) === 0) return 'right'
  if (absolute === 0 && relative === 0) return 'wrong'
  const [slack, share] = [fromNumber(absolute), fromNumber(relative)]
  if (!slack || !share) return 'unknown'
  // Everything times answer.den * gold.den * 10, so that integers suffice.
  const scale = (value: Rational): Rational => ({
    num: magnitude(value.num) * share.num,
    den: value.den * share.den,
  })
  const [small, large] = [scale(answer), scale(gold)].sort(order) as [Rational, Rational]
  const distance = {
    num: magnitude(answer.num * gold.den - gold.num * answer.den),
    den: answer.den * gold.den,
  }
  const inner = order(slack, small) > 0 ? slack : small
  const outer = { num: slack.num * large.den + large.num * slack.den, den: slack.den * large.den }
  if (order(distance, { num: inner.num * 9n, den: inner.den * 10n }) <= 0) return 'right'
  return order(distance, { num: outer.num * 11n, den: outer.den * 10n }) >= 0 ? 'wrong' : 'unknown'
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}
