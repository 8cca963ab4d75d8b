/** @file `math/similar-triangles-v1`: sides, perimeter and area of a triangle from one that is similar to it. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import type { Exact } from '../exact.ts'
import { calculate, formatExact, ratio } from '../exact.ts'
import { factor, quotient } from '../terms.ts'

type Find = 'side' | 'perimeter' | 'area'
type Axes = { find: Find; largest: number }
/** The side `image` corresponds to sides[0]; `area` is that of the triangle with these sides, where it is given. */
type Params = { sides: [number, number, number]; image: number; area: number; find: Find }

export const similarTriangles = derivation<Params, Axes>({
  id: 'math/similar-triangles-v1',
  title: 'Compare similar triangles',
  group: 'geometry',
  rules:
    'Write scale for how many times as long as a the side d is, then e for the image of b, or sum for the sides of the ' +
    'first and perimeter for those of the second triangle, or area. Example: for a = 4, b = 6 and d = 10 write "scale = 10/4 = 5/2", "e = 6 * 5/2 = 15", "answer: 15".',
  levels: [
    { find: 'side', largest: 30 },
    { find: 'perimeter', largest: 30 },
    { find: 'area', largest: 60 },
  ],
  draw: drawTriangle,
  identity: ({ sides: [a, b, c], image, area, find }) =>
    find === 'side'
      ? [a, b, image]
      : find === 'area'
        ? [a, image, area]
        : [a, Math.min(b, c), Math.max(b, c), image],
  question: ({ sides: [a, b, c], image, area, find }) => {
    if (find === 'area')
      return (
        `A triangle of area ${area} has a side a = ${a}. ` +
        `In a similar triangle the corresponding side is d = ${image}. What is its area?`
      )
    const given = find === 'side' ? `a = ${a} and b = ${b}` : `a = ${a}, b = ${b} and c = ${c}`
    const asked = find === 'side' ? 'the side e that corresponds to b' : 'its perimeter'
    return (
      `A triangle has the sides ${given}. In a similar triangle d = ${image} corresponds to a. ` +
      `How long is ${asked}?`
    )
  },
  work: params => {
    const { sides, image, area, find } = params
    const { scale, ...found } = quantities(params)
    const [a, b, c] = sides
    const short = formatExact(scale)
    const first = `scale = ${quotient(image, a)}`
    if (find === 'side') {
      const answer = formatExact(found.e)
      return { lines: [first, `e = ${b} * ${short} = ${answer}`], answer }
    }
    if (find === 'perimeter') {
      const [sum, answer] = [a + b + c, formatExact(found.perimeter)]
      const lines = [first, `sum = ${a} + ${b} + ${c} = ${sum}`, `perimeter = ${sum} * ${short} = ${answer}`]
      return { lines, answer }
    }
    const [square, answer] = [formatExact(calculate('*', scale, scale)!), formatExact(found.area)]
    const lines = [
      first,
      `scale^2 = ${factor(scale)}^2 = ${square}`,
      `area = ${area} * ${square} = ${answer}`,
    ]
    return { lines, answer }
  },
  meaning: params => ({ assignments: [quantities(params)] }),
})

function drawTriangle(rng: Rng, { find, largest }: Axes): Params {
  const [a, b] = [rng.int(2, largest), rng.int(2, largest)]
  const c = rng.int(Math.abs(a - b) + 1, a + b - 1)
  const image = a + rng.int(1, 2 * largest)
  return { sides: [a, b, c], image, area: find === 'area' ? rng.int(2, 5 * largest) : 0, find }
}

function quantities({
  sides: [a, b, c],
  image,
  area,
}: Params): Record<'scale' | 'sum' | 'e' | 'perimeter' | 'area', Exact> {
  const scale = ratio(image, a)
  const times = (value: Exact) => calculate('*', scale, value)!
  return { scale, sum: a + b + c, e: times(b), perimeter: times(a + b + c), area: times(times(area)) }
}
