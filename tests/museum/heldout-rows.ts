/** @file Rows and exact comparisons that held-out exhibits of answers share. */

export interface Row {
  question: string
  gold: string
}

export const rows = (...pairs: [question: string, gold: string][]): Row[] =>
  pairs.map(([question, gold]) => ({ question, gold }))

export const SUMS = rows(['What is 12 * 7?', '84'], ['What is 15 + 26?', '41'], ['What is 90 - 73?', '17'])
export const FACTS = rows(
  ['Which city is the capital of France?', 'Paris'],
  ['Who wrote Emma?', 'Jane Austen'],
  ['Which metal is liquid at room temperature?', 'mercury'],
)
export const PLAIN = { gold: (row: Row) => row.gold, prompt: (row: Row) => row.question }

/** The value of a plain decimal; null for anything else. */
export function valueOf(text: string): number | null {
  const plain = text.trim()
  return /^[+-]?(\d{1,12}(\.\d{0,9})?|\.\d{1,9})$/.test(plain) ? Number(plain) : null
}

export const sameNumber = (answer: string, gold: string): number =>
  valueOf(answer) !== null && valueOf(answer) === valueOf(gold) ? 1 : 0

export const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\d]+/gu) ?? []
export const sameWords = (answer: string, gold: string): number =>
  words(answer).join(' ') === words(gold).join(' ') ? 1 : 0
