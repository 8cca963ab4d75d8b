/** @file `math/arithmetic-sequence-v1`: a term or a sum of an arithmetic sequence. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import { nonZero } from '../draws.ts'
import { factor } from '../terms.ts'

type Axes = { given: 'first terms' | 'two terms'; find: 'term' | 'sum'; largest: number }
/** Terms `i` and `j` are given: 1 and 2 where the first terms are. */
type Params = { first: number; step: number; n: number; i: number; j: number; find: 'term' | 'sum' }

export const arithmeticSequence = derivation<Params, Axes>({
  id: 'math/arithmetic-sequence-v1',
  title: 'Find a term or a sum of an arithmetic sequence',
  group: 'sequences',
  rules:
    'a(n) stands for term n, S(n) for the sum of the first n terms, d for the difference of neighbours. Example: for ' +
    'S(10) of 3, 5, 7, … write "d = 5 - 3 = 2", "a(10) = 3 + 9*2 = 21", "S(10) = 10*(3 + 21)/2 = 120", ' +
    '"answer: 120".',
  levels: [
    { given: 'first terms', find: 'term', largest: 20 },
    { given: 'first terms', find: 'sum', largest: 20 },
    { given: 'two terms', find: 'term', largest: 60 },
    { given: 'two terms', find: 'sum', largest: 200 },
  ],
  draw: drawSequence,
  question: ({ first, step, n, i, j, find }) => {
    const term = (index: number) => first + (index - 1) * step
    const given =
      j === 2
        ? `begins ${term(1)}, ${term(2)}, ${term(3)}`
        : `has a(${i}) = ${term(i)} and a(${j}) = ${term(j)}`
    return `An arithmetic sequence ${given}. What is ${find === 'term' ? `a(${n})` : `S(${n})`}?`
  },
  work: ({ first, step, n, i, j, find }) => {
    const term = (index: number) => first + (index - 1) * step
    const [low, high] = [factor(term(i)), term(j)]
    const lines = [
      j === 2 ? `d = ${high} - ${low} = ${step}` : `d = (${high} - ${low})/(${j} - ${i}) = ${step}`,
    ]
    if (i > 1) lines.push(`a(1) = ${term(i)} - ${i - 1}*${factor(step)} = ${first}`)
    lines.push(`a(${n}) = ${first} + ${n - 1}*${factor(step)} = ${term(n)}`)
    if (find === 'term') return { lines, answer: String(term(n)) }
    const sum = (n * (first + term(n))) / 2
    return {
      lines: [...lines, `S(${n}) = ${n}*(${first} + ${factor(term(n))})/2 = ${sum}`],
      answer: String(sum),
    }
  },
  /** One step too many. */
  mistake: ({ first, step, n, find }) =>
    String(find === 'term' ? first + n * step : (n * (2 * first + n * step)) / 2),
  meaning: ({ first, step }) => ({
    assignments: [{ d: step }],
    functions: {
      a: n => (typeof n === 'number' && n >= 1 && n <= 1e6 ? first + (n - 1) * step : null),
      S: n => (typeof n === 'number' && n >= 1 && n <= 1e6 ? n * first + ((n * (n - 1)) / 2) * step : null),
    },
  }),
})

function drawSequence(rng: Rng, { given, find, largest }: Axes): Params {
  const [first, step] = [nonZero(rng, largest), nonZero(rng, Math.min(largest, 30))]
  const i = given === 'first terms' ? 1 : rng.int(2, 12)
  const j = given === 'first terms' ? 2 : i + rng.int(2, 15)
  return { first, step, n: rng.int(8, Math.max(30, largest)) + (j > 2 ? j : 0), i, j, find }
}
