/** @file Is one JSON text the same answer as another? In doubt: order of elements, numbers as strings, letter case, nulls. */
import type { Json } from '../../../envs/json.ts'
import type { Truth } from '../subject.ts'
import type { Tolerance } from './kind.ts'
import { isObject, parsed, sameJson } from './json-places.ts'
import { closeness, parseRational } from './rational.ts'

export function compareJson(answer: string, gold: string, tolerance: Tolerance): Truth {
  if (answer.trim() === gold.trim()) return 'right'
  if (answer.trim() === '') return 'wrong'
  const [given, wanted] = [parsed(answer), parsed(gold)]
  if (wanted === undefined) return 'unknown'
  // Another notation of the same, e.g. of Python, has the same letters and digits.
  if (given === undefined)
    return lettersOf(answer).includes(lettersOf(gold)) ? 'unknown' : /[[{]/.test(answer) ? 'unknown' : 'wrong'
  if (sameJson(given, wanted)) return 'right'
  return loosely(given, wanted, tolerance)
}

function lettersOf(text: string): string {
  return (text.toLowerCase().match(/[a-z\d]+/g) ?? []).join('')
}

/** `unknown` if some sane reward might take one for the other. */
function loosely(given: Json, wanted: Json, tolerance: Tolerance): Truth {
  if (Array.isArray(given) && Array.isArray(wanted)) return looselyListed(given, wanted, tolerance)
  if (isObject(given) && isObject(wanted)) return looselyKeyed(given, wanted, tolerance)
  if (
    given === null ||
    wanted === null ||
    isObject(given) ||
    isObject(wanted) ||
    Array.isArray(given) ||
    Array.isArray(wanted)
  )
    return given === wanted ? 'right' : 'wrong'
  if (
    typeof given === typeof wanted &&
    typeof given !== 'string' &&
    given !== wanted &&
    typeof given !== 'number'
  )
    return 'wrong'
  const [left, right] = [parseRational(String(given)), parseRational(String(wanted))]
  if (left && right) {
    const truth = closeness(left, right, tolerance)
    return truth === 'right' && typeof given !== typeof wanted ? 'unknown' : truth
  }
  return lettersOf(String(given)) === lettersOf(String(wanted))
    ? given === wanted
      ? 'right'
      : 'unknown'
    : 'wrong'
}

/** The worst of several: one wrong part makes the whole wrong. */
function worst(truths: readonly Truth[]): Truth {
  return truths.includes('wrong') ? 'wrong' : truths.includes('unknown') ? 'unknown' : 'right'
}

function looselyListed(given: readonly Json[], wanted: readonly Json[], tolerance: Tolerance): Truth {
  if (given.length === wanted.length) {
    const inOrder = worst(given.map((each, at) => loosely(each, wanted[at]!, tolerance)))
    if (inOrder !== 'wrong') return inOrder
  }
  const within = (one: readonly Json[], other: readonly Json[]): boolean =>
    one.every(each => other.some(candidate => loosely(each, candidate, tolerance) !== 'wrong'))
  if (!within(given, wanted) || !within(wanted, given)) return 'wrong'
  // A reference that lists something twice is no set.
  return given.length !== wanted.length && repeats(wanted) ? 'wrong' : 'unknown'
}

function repeats(list: readonly Json[]): boolean {
  return list.some((each, at) => list.slice(at + 1).some(other => sameJson(each, other)))
}

/** Keys too many are in doubt: some rewards read only those that they know. */
function looselyKeyed(
  given: { [key: string]: Json },
  wanted: { [key: string]: Json },
  tolerance: Tolerance,
): Truth {
  const truths = Object.entries(wanted).map(([key, value]): Truth => {
    if (Object.hasOwn(given, key)) return loosely(given[key]!, value, tolerance)
    return value === null ? 'unknown' : 'wrong'
  })
  const extra = Object.keys(given).some(key => !Object.hasOwn(wanted, key))
  return worst([...truths, extra ? 'unknown' : 'right'])
}
