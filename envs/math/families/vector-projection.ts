/** @file `math/vector-projection-v1`: the orthogonal projection of one vector on another, in fractions. */
import { derivation } from '../derivation.ts'
import { integers, nonZero } from '../draws.ts'
import type { Exact } from '../exact.ts'
import { calculate, formatExact, ratio } from '../exact.ts'
import { dotProduct, factor, quotient } from '../terms.ts'

type Axes = { dimensions: number; largest: number }
type Params = { a: number[]; b: number[] }

export const vectorProjection = derivation<Params, Axes>({
  id: 'math/vector-projection-v1',
  title: 'Project one vector on another',
  group: 'linear algebra',
  rules:
    'Write dot for the product of a and b, square for that of b with itself, scale for their quotient, and p1, p2, … for ' +
    'the coordinates. Example: for (3, 4) on (1, 1) write "dot = 3*1 + 4*1 = 7", "square = 1*1 + 1*1 = 2", ' +
    '"scale = 7/2", "p1 = 7/2*1 = 7/2", "p2 = 7/2*1 = 7/2", "answer: (7/2, 7/2)".',
  levels: [
    { dimensions: 2, largest: 6 },
    { dimensions: 3, largest: 6 },
    { dimensions: 3, largest: 12 },
    { dimensions: 5, largest: 12 },
  ],
  draw: (rng, { dimensions, largest }) => ({
    a: integers(rng, dimensions, -largest, largest),
    b: [...integers(rng, dimensions - 1, -largest, largest), nonZero(rng, largest)],
  }),
  question: ({ a, b }) =>
    `What is the orthogonal projection of a = (${a.join(', ')}) on b = (${b.join(', ')})?`,
  work: params => {
    const { a, b } = params
    const { dot, square, scale } = products(params)
    const coordinates = projected(params).map(formatExact)
    return {
      lines: [
        `dot = ${dotProduct(a, b)} = ${dot}`,
        `square = ${dotProduct(b, b)} = ${square}`,
        `scale = ${quotient(dot, square)}`,
        ...b.map((value, i) => `p${i + 1} = ${formatExact(scale)}*${factor(value)} = ${coordinates[i]!}`),
      ],
      answer: `(${coordinates.join(', ')})`,
    }
  },
  meaning: params => {
    const coordinates = projected(params).map((value, i) => [`p${i + 1}`, value])
    return { assignments: [{ ...products(params), ...Object.fromEntries(coordinates) }] }
  },
})

function products({ a, b }: Params): { dot: number; square: number; scale: Exact } {
  const dot = a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  const square = b.reduce((sum, value) => sum + value * value, 0)
  return { dot, square, scale: ratio(dot, square) }
}

function projected(params: Params): Exact[] {
  const { scale } = products(params)
  return params.b.map(value => calculate('*', scale, value)!)
}
