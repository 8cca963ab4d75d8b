/** @file `math/box-v1`: volume, surface and missing edges of boxes, in fractions on the hardest level. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import type { Exact } from '../exact.ts'
import { calculate, formatExact, ratio } from '../exact.ts'
import { factor, sumOf } from '../terms.ts'

type Find = 'volume' | 'surface' | 'surface from volume'
type Axes = { find: Find; largest: number; parts: number }
/** The edges are these numbers divided by `parts`. */
type Params = { edges: [number, number, number]; parts: number; find: Find }

export const box = derivation<Params, Axes>({
  id: 'math/box-v1',
  title: 'Find volume and surface of a box',
  group: 'geometry',
  rules:
    'Write a, b and c for the edges, ab, bc and ca for the faces, then volume or surface. Example: for the surface with ' +
    'the edges 2, 3 and 4 write "ab = 2*3 = 6", "bc = 3*4 = 12", "ca = 4*2 = 8", "surface = 2*(6 + 12 + 8) = 52", ' +
    '"answer: 52".',
  levels: [
    { find: 'volume', largest: 30, parts: 1 },
    { find: 'surface', largest: 40, parts: 1 },
    { find: 'surface from volume', largest: 50, parts: 1 },
    { find: 'surface from volume', largest: 50, parts: 6 },
  ],
  draw: drawBox,
  identity: params => {
    const { a, b, c } = quantities(params)
    const given = [a, b].map(formatExact)
    if (params.find === 'surface from volume') return [...given.toSorted(), formatExact(c), params.find]
    return [...[...given, formatExact(c)].toSorted(), params.find]
  },
  question: params => {
    const { a, b, c, volume } = quantities(params)
    const [first, second, third] = [a, b, c].map(formatExact)
    if (params.find === 'surface from volume')
      return (
        `A box has the volume ${formatExact(volume)} and the edges a = ${first!} and b = ${second!}. ` +
        'What is its surface?'
      )
    return `A box has the edges a = ${first!}, b = ${second!} and c = ${third!}. What is its ${params.find}?`
  },
  work: params => {
    const { a, b, c, ab, bc, ca, volume, surface } = quantities(params)
    const base = times('ab', a, b, ab)
    if (params.find === 'volume')
      return { lines: [base, times('volume', ab, c, volume)], answer: formatExact(volume) }
    const answer = formatExact(surface)
    const missing = `c = ${formatExact(volume)} / ${factor(ab)} = ${formatExact(c)}`
    return {
      lines: [
        base,
        ...(params.find === 'surface' ? [] : [missing]),
        times('bc', b, c, bc),
        times('ca', c, a, ca),
        `surface = 2*(${sumOf([ab, bc, ca])}) = ${answer}`,
      ],
      answer,
    }
  },
  meaning: params => ({ assignments: [quantities(params)] }),
})

function drawBox(rng: Rng, { find, largest, parts }: Axes): Params {
  const edge = () => rng.int(2, largest)
  return { edges: [edge(), edge(), edge()], parts: parts === 1 ? 1 : rng.int(2, parts), find }
}

function quantities({ edges, parts }: Params) {
  const [a, b, c] = edges.map(edge => ratio(edge, parts)) as [Exact, Exact, Exact]
  const [ab, bc, ca] = [product(a, b), product(b, c), product(c, a)]
  const faces = calculate('+', calculate('+', ab, bc)!, ca)!
  return { a, b, c, ab, bc, ca, volume: product(ab, c), surface: product(2, faces) }
}

function product(a: Exact, b: Exact): Exact {
  return calculate('*', a, b)!
}

function times(name: string, a: Exact, b: Exact, value: Exact): string {
  return `${name} = ${factor(a)}*${factor(b)} = ${formatExact(value)}`
}
