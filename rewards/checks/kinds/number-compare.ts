/**
 * @file Is one numeric answer the same as another? `right` and `wrong` only where every sane reading agrees: texts that
 * could be a set or a sequence, a grouped number or a list, are `unknown` where the readings differ.
 */
import type { Truth } from '../subject.ts'
import type { Tolerance } from './kind.ts'
import { listed } from './lists.ts'
import { numeralsIn } from './numerals.ts'
import type { Rational } from './rational.ts'
import { closeness, order, parseRational } from './rational.ts'

/** Words and signs that may stand for a number without a digit. */
const WORDY =
  /zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|twenty|thirty|forty|fifty|sixty|eighty|ninety|hundred|thousand|million|dozen|half|third|quarter|both|none|infin|pi\b|∞|π|[ivxlcdm]{2,}|[^\x20-\x7e]/i
/** Where one changed number need not change the meaning. */
const SLIPPERY =
  /mod|sin|cos|tan|log|ln|exp|floor|ceil|round|gcd|lcm|min|max|\||°|\\circ|\btheta|\^|\*\*|\\pi/i
/** A zero that may make another number meaningless, as in `0*x`. */
const ZERO_FACTOR = /(?<![\d.])0+(?:\.0+)?\s*[*/a-z(\\]|[*(]\s*0+(?:\.0+)?(?![\d.])/i
const GROUPED = /^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/

export function compareNumbers(answer: string, gold: string, tolerance: Tolerance): Truth {
  const [given, wanted] = [answer.trim(), gold.trim()]
  if (given === wanted) return 'right'
  if (given === '' || wanted === '') return 'wrong'
  const [value, reference] = [parseRational(given), parseRational(wanted)]
  if (value && reference) return closeness(value, reference, tolerance)
  if (bare(given) === bare(wanted)) return 'unknown'
  if (reference && !/\d/.test(given)) return WORDY.test(given) ? 'unknown' : 'wrong'
  const [parts, others] = [partsOf(given), partsOf(wanted)]
  if (parts && others && parts.length === others.length) return compareParts(parts, others, tolerance)
  if (sameUnder(readings(given), readings(wanted))) return 'unknown'
  const asLists = compareLists(given, wanted, tolerance)
  return asLists === 'unknown' ? compareShapes(given, wanted, tolerance) : asLists
}

/** Spaces, brackets of every sort and typographic variants aside. */
function bare(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[−–]/g, '-')
    .replace(/[\s()[\]{}$\\.'"“”`]+/g, '')
    .toLowerCase()
}

/** What the text may mean as one number: grouped by commas, or with a decimal comma. */
function readings(text: string): Rational[] {
  const plain = parseRational(text)
  const grouped = GROUPED.test(text) ? parseRational(text.replaceAll(',', '')) : null
  const comma = /^[-+]?\d+,\d+$/.test(text) ? parseRational(text.replace(',', '.')) : null
  return [plain, grouped, comma].filter(value => value !== null)
}

function sameUnder(one: readonly Rational[], other: readonly Rational[]): boolean {
  return one.some(a => other.some(b => order(a, b) === 0))
}

/** Real and imaginary part of a complex number, hours and minutes of a time; null for anything else. */
function partsOf(text: string): Rational[] | null {
  const complex = /^([-+]?\d+(?:\.\d+)?)\s*([-+])\s*(\d+(?:\.\d+)?)\s*\*?\s*[ij]$/.exec(text)
  const time = /^(\d{1,2}):([0-5]\d)(?::([0-5]\d))?$/.exec(text)
  const parts = complex
    ? [complex[1]!, complex[2]! + complex[3]!]
    : time?.slice(1).filter(part => part !== undefined)
  const values = (parts ?? []).map(parseRational)
  return parts && known(values) ? values : null
}

function compareParts(given: readonly Rational[], wanted: readonly Rational[], tolerance: Tolerance): Truth {
  const truths = given.map((value, at) => closeness(value, wanted[at]!, tolerance))
  if (truths.includes('wrong')) return proportional(given, wanted) ? 'unknown' : 'wrong'
  return truths.includes('unknown') ? 'unknown' : 'right'
}

/** What looks like a time may be a ratio. */
function proportional([a, b]: readonly Rational[], [c, d]: readonly Rational[]): boolean {
  const some = [a, b, c, d].every(each => each!.num !== 0n)
  return some && a!.num * d!.num * b!.den * c!.den === b!.num * c!.num * a!.den * d!.den
}

/** Both are lists of numbers, or one is and the other is a single number. */
function compareLists(given: string, wanted: string, tolerance: Tolerance): Truth {
  const [a, b] = [listed(given), listed(wanted)]
  if (!a && !b) return 'unknown'
  if (a && b && bare(a.before) !== bare(b.before)) return 'unknown'
  if ((a && !b && bare(a.before) !== '') || (b && !a && bare(b.before) !== '')) return 'unknown'
  const [left, right] = [a?.items ?? [given], b?.items ?? [wanted]].map(items => items.map(parseRational))
  if (!known(left!) || !known(right!)) return 'unknown'
  if (left.length === right.length) {
    const truths = left.map((value, at) => closeness(value, right[at]!, tolerance))
    if (truths.every(truth => truth === 'right')) return 'right'
  }
  const within = (one: readonly Rational[], other: readonly Rational[]): boolean =>
    one.every(value => other.some(each => closeness(value, each, tolerance) !== 'wrong'))
  return within(left, right) && within(right, left) ? 'unknown' : 'wrong'
}

function known(values: readonly (Rational | null)[]): values is Rational[] {
  return values.every(value => value !== null)
}

/** The same text but for one number: another number there is another answer. */
function compareShapes(given: string, wanted: string, tolerance: Tolerance): Truth {
  const [shape, other] = [given, wanted].map(text => text.replace(/\d+(?:\.\d+)?/g, '#').replace(/\s+/g, ''))
  if (shape !== other || SLIPPERY.test(shape!)) return 'unknown'
  const numbers = (text: string): string[] => numeralsIn(text).map(numeral => numeral.text.replace('-', ''))
  const [left, right] = [numbers(given), numbers(wanted)]
  if (left.length !== right.length) return 'unknown'
  const differing = left
    .map((text, at) => [text, right[at]!] as const)
    .filter(([a, b]) => order(parseRational(a)!, parseRational(b)!) !== 0)
  if (differing.length === 0) return [...left, ...right].some(text => /^0\d/.test(text)) ? 'unknown' : 'right'
  if (differing.length > 1 || ZERO_FACTOR.test(given) || ZERO_FACTOR.test(wanted)) return 'unknown'
  const [a, b] = differing[0]!
  if (shape!.includes('!') && Number(a) < 2 && Number(b) < 2) return 'unknown'
  // A factorial or a power magnifies: no tolerance is known for it.
  return closeness(parseRational(a)!, parseRational(b)!, tolerance) === 'wrong' ? 'wrong' : 'unknown'
}
