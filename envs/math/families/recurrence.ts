/** @file `math/recurrence-v1`: a later term of a recurrence of second order, term by term. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import { integers, nonZero } from '../draws.ts'
import { dotProduct } from '../terms.ts'

type Axes = { term: number; largest: number; constant: boolean }
/** a(1) and a(2) are `start`; a(n) = p a(n-1) + q a(n-2) + r up to a(last). */
type Params = { start: [number, number]; p: number; q: number; r: number; last: number }

export const recurrence = derivation<Params, Axes>({
  id: 'math/recurrence-v1',
  title: 'Find a term of a recurrence of second order',
  group: 'sequences',
  rules:
    'Write one term per line until the one that is asked for. Example: for a(1) = 1, a(2) = 4, ' +
    'a(n) = 2a(n-1) + 3a(n-2) and a(4) write "a(3) = 2*4 + 3*1 = 11", "a(4) = 2*11 + 3*4 = 34", "answer: 34".',
  levels: [
    { term: 5, largest: 3, constant: false },
    { term: 7, largest: 3, constant: false },
    { term: 8, largest: 4, constant: true },
    { term: 11, largest: 4, constant: true },
  ],
  draw: drawRecurrence,
  question: ({ start, p, q, r, last }) =>
    `a(1) = ${start[0]}, a(2) = ${start[1]} and a(n) = ${rule(p, q, r)} for n > 2. What is a(${last})?`,
  work: params => {
    const { p, q, r, last } = params
    const terms = termsOf(params)
    const lines: string[] = []
    for (let n = 3; n <= last; n++) {
      const sum = dotProduct([p, q], [terms[n - 2]!, terms[n - 3]!])
      const constant = r === 0 ? '' : r < 0 ? ` - ${-r}` : ` + ${r}`
      lines.push(`a(${n}) = ${sum}${constant} = ${terms[n - 1]!}`)
    }
    return { lines, answer: String(terms[last - 1]!) }
  },
  meaning: params => {
    const terms = termsOf(params)
    return { functions: { a: n => (typeof n === 'number' ? (terms[n - 1] ?? null) : null) } }
  },
})

function drawRecurrence(rng: Rng, { term, largest, constant }: Axes): Params {
  const [first, second] = integers(rng, 2, -5, 9) as [number, number]
  const [p, q] = [rng.int(1, largest), nonZero(rng, largest)]
  return { start: [first, second], p, q, r: constant ? nonZero(rng, 9) : 0, last: rng.int(term - 1, term) }
}

function termsOf({ start, p, q, r, last }: Params): number[] {
  const terms: number[] = [...start]
  while (terms.length < last) terms.push(p * terms.at(-1)! + q * terms.at(-2)! + r)
  return terms
}

/** `2a(n-1) - a(n-2) + 3`. */
function rule(p: number, q: number, r: number): string {
  const times = (size: number) => (size === 1 ? '' : String(size))
  const parts = `${times(p)}a(n-1) ${q < 0 ? '-' : '+'} ${times(Math.abs(q))}a(n-2)`
  return r === 0 ? parts : `${parts} ${r < 0 ? '-' : '+'} ${Math.abs(r)}`
}
