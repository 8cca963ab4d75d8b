/**
 * @file Is a short answer the reference answer? For answers that a family states in plain text: a number, a list, a word.
 * Answers from people and datasets, with LaTeX, units and prose, are the business of `verify/`.
 */
import { evaluate, sameValue } from './statement.ts'

/**
 * Equal values (numbers exactly; lists in brackets and tuples element by element; `{…}` as sets), or the same words
 * whatever their case.
 */
export function sameAnswer(reference: string, given: string): boolean {
  if (folded(reference) === folded(given)) return given !== ''
  if (reference.startsWith('{')) return sameSet(reference, given)
  const [expected, value] = [evaluate(reference), evaluate(given)]
  return expected !== null && value !== null && isPlain(given) && sameValue(expected, value)
}

/** An answer is worked out: signs, fractions and brackets may stand in it, other operations may not. */
function isPlain(text: string): boolean {
  if (!/^[-\d\s/.,()[\]]+$/.test(text) || /\d\s*-/.test(text) || /\/[^,]*\//.test(text)) return false
  // A fraction is one of whole numbers: `3.6 / 0.6` is a question.
  return !/\.\d*\s*\/|\/\s*-?\d*\./.test(text)
}

function sameSet(reference: string, given: string): boolean {
  if (!/^\{.*\}$/.test(given.trim())) return false
  const [expected, items] = [itemsOf(reference), itemsOf(given)]
  return (
    expected.length === items.length &&
    expected.every(item => items.some(other => sameAnswer(item, other))) &&
    items.every(item => expected.some(other => sameAnswer(other, item)))
  )
}

function itemsOf(set: string): string[] {
  const inner = set.trim().slice(1, -1).trim()
  return inner === '' ? [] : inner.split(',').map(item => item.trim())
}

function folded(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, ' ')
}
