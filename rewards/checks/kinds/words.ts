/** @file Comparing words: the same under every usual normalisation, plainly different, or in doubt. */
import type { Truth } from '../subject.ts'
import { compareNumbers } from './number-compare.ts'

const BOOLEANS: Readonly<Record<string, string>> = {
  yes: 'yes',
  true: 'yes',
  y: 'yes',
  correct: 'yes',
  no: 'no',
  false: 'no',
  n: 'no',
  incorrect: 'no',
}

/** Words in small letters, without accents, punctuation and articles. */
export function wordsOf(text: string): string[] {
  const letters = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/\\(?:text|mathrm|boxed)\b/g, ' ')
  return (letters.match(/[\p{L}\p{N}]+/gu) ?? []).filter(word => !['a', 'an', 'the'].includes(word))
}

export function compareWords(answer: string, gold: string): Truth {
  const [given, wanted] = [answer.trim(), gold.trim()]
  if (given.toLowerCase() === wanted.toLowerCase()) return 'right'
  if (given === '' || wanted === '') return 'wrong'
  const [left, right] = [wordsOf(given), wordsOf(wanted)]
  // What normalising leaves nothing of says nothing: `The` for an answer, or `!`.
  if (left.length === 0 || right.length === 0) return left.length === right.length ? 'unknown' : 'wrong'
  const numbers = /\d/.test(given) && /\d/.test(wanted) ? compareNumbers(given, wanted, {}) : 'unknown'
  if (numbers === 'wrong') return 'wrong'
  if (left.join('') === right.join('')) return 'right'
  const [one, other] = [BOOLEANS[left.join(' ')], BOOLEANS[right.join(' ')]]
  if (one && other) return one === other ? 'unknown' : 'wrong'
  if (numbers !== 'unknown') return numbers
  const near = left.some(word => right.some(each => word.includes(each) || each.includes(word)))
  return near
    ? left.length === 1 && right.length === 1 && short(left[0]!, right[0]!)
      ? 'wrong'
      : 'unknown'
    : 'wrong'
}

/** Labels such as `B` and `AB`, where containing says nothing. */
function short(one: string, other: string): boolean {
  return one.length <= 2 && other.length <= 2
}
