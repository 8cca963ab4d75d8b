/** @file `math/anagrams-v1`: arrangements of letters of which some are equal, perhaps under a condition. */
import type { Rng } from '../../rng.ts'
import { choose, factorial, total } from '../counting.ts'
import { derivation } from '../derivation.ts'

type Condition = 'none' | 'first' | 'together' | 'apart'
type Axes = { condition: Condition; letters: number }
/** The condition is about `letter`, which occurs at least twice. */
type Params = { word: string; letter: string; condition: Condition }
/** Arrangements of some letters, and the lines that say so. */
type Count = { lines: string[]; count: number }

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')

export const anagrams = derivation<Params, Axes>({
  id: 'math/anagrams-v1',
  title: 'Count the arrangements of letters that repeat',
  group: 'combinatorics and probability',
  rules:
    'Work out the factorials, then divide; total stands for the answer, others for the arrangements of the letters that ' +
    'no condition is about, gaps for the ways to place the rest between them. Example: for the letters of ABBA write ' +
    '"4! = 24", "2! * 2! = 4", "total = 24 / 4 = 6", "answer: 6".',
  levels: [
    { condition: 'none', letters: 9 },
    { condition: 'none', letters: 11 },
    { condition: 'first', letters: 10 },
    { condition: 'together', letters: 11 },
    { condition: 'apart', letters: 11 },
  ],
  draw: drawWord,
  identity: ({ word, letter, condition }) => [word.split('').toSorted().join(''), letter, condition],
  question: ({ word, letter, condition }) =>
    `How many different arrangements of the letters ${word.split('').join(' ')} are there${CLAUSES[condition](letter)}?`,
  work: params => {
    const { lines, count } = counted(params)
    return { lines, answer: String(count) }
  },
  meaning: params => {
    const letters = countsOf(params.word, params.letter)
    const [others, gaps] = [arrangements(letters.others), choose(total(letters.others) + 1, letters.copies)]
    return { assignments: [{ total: counted(params).count, others, gaps }] }
  },
})

const CLAUSES: Record<Condition, (letter: string) => string> = {
  none: () => '',
  first: letter => ` that begin with ${letter}`,
  together: letter => ` in which all the letters ${letter} stand together`,
  apart: letter => ` in which no two letters ${letter} stand next to each other`,
}

/** Up to `letters` letters, at most three fewer, of which 2 to 5 repeat others. */
function drawWord(rng: Rng, { condition, letters }: Axes): Params {
  const length = rng.int(letters - 3, letters)
  const repeats = rng.int(2, Math.min(5, length - 3))
  const different = rng.shuffle(ALPHABET).slice(0, length - repeats)
  const word = [...different, different[0]!]
  while (word.length < length) word.push(different[rng.int(0, Math.min(3, different.length - 1))]!)
  return { word: rng.shuffle(word).join(''), letter: condition === 'none' ? '' : different[0]!, condition }
}

function counted({ word, letter, condition }: Params): Count {
  const { copies, others } = countsOf(word, letter)
  if (condition === 'none') return countLines('total', others)
  if (condition === 'first') return countLines('total', [copies - 1, ...others])
  if (condition === 'together') return countLines('total', [1, ...others])
  const { lines, count } = countLines('others', others)
  const places = total(others) + 1
  const gaps = choose(places, copies)
  const product = `total = ${count} * ${gaps} = ${count * gaps}`
  return { lines: [...lines, `gaps = C(${places}, ${copies}) = ${gaps}`, product], count: count * gaps }
}

/** How often the letter of the condition occurs, and each of the others. */
function countsOf(word: string, letter: string): { copies: number; others: number[] } {
  const counts = new Map<string, number>()
  for (const each of word) counts.set(each, (counts.get(each) ?? 0) + 1)
  const copies = counts.get(letter) ?? 0
  counts.delete(letter)
  return { copies, others: [...counts.values()] }
}

function countLines(name: string, counts: readonly number[]): Count {
  const count = arrangements(counts)
  const length = total(counts)
  const repeated = counts.filter(copies => copies > 1)
  if (repeated.length === 0) return { lines: [`${name} = ${length}! = ${count}`], count }
  const divisor = repeated.reduce((product, copies) => product * factorial(copies), 1)
  const lines = [
    `${length}! = ${factorial(length)}`,
    `${repeated.map(copies => `${copies}!`).join(' * ')} = ${divisor}`,
    `${name} = ${factorial(length)} / ${divisor} = ${count}`,
  ]
  return { lines, count }
}

function arrangements(counts: readonly number[]): number {
  return counts.reduce((ways, copies) => ways / factorial(copies), factorial(total(counts)))
}
