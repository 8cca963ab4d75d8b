/** @file `math/right-triangle-v1`: distances, sides and heights by the theorem of Pythagoras, all exact. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import { formatExact, ratio } from '../exact.ts'
import { factor, quotient } from '../terms.ts'

type Find = 'squared distance' | 'distance' | 'leg' | 'height'
type Axes = { find: Find; largest: number }
/** Legs a and b, hypotenuse with the square a² + b²; `x` and `y` place the triangle where points are given. */
type Params = { a: number; b: number; x: number; y: number; find: Find }

export const rightTriangle = derivation<Params, Axes>({
  id: 'math/right-triangle-v1',
  title: 'Find distances, sides and heights in right triangles',
  group: 'geometry',
  rules:
    'Write dx, dy, square and distance for two points; a and b for the legs, c for the hypotenuse and h for the height on ' +
    'it in a triangle. Example: for the leg a = 3 and c = 5 write "b^2 = 5^2 - 3^2 = 25 - 9 = 16", "b = sqrt(16) = 4", ' +
    '"answer: 4".',
  levels: [
    { find: 'squared distance', largest: 15 },
    { find: 'distance', largest: 5 },
    { find: 'leg', largest: 20 },
    { find: 'height', largest: 24 },
  ],
  draw: drawTriangle,
  question: params => {
    const { a, b, x, y, find } = params
    if (find === 'squared distance' || find === 'distance')
      return `What is the ${find} between (${x}, ${y}) and (${x + a}, ${y + b})?`
    const given = `In a right triangle the leg a is ${a} and the hypotenuse c is ${hypotenuse(params)}.`
    return `${given} How long is ${find === 'leg' ? 'the other leg b' : 'the height h on the hypotenuse'}?`
  },
  work: params =>
    params.find === 'leg' || params.find === 'height' ? workInTriangle(params) : workBetweenPoints(params),
  meaning: params => {
    const { a, b, find } = params
    if (find === 'squared distance') return { assignments: [{ dx: a, dy: b, square: a * a + b * b }] }
    const c = hypotenuse(params)
    if (find === 'distance') return { assignments: [{ dx: a, dy: b, square: c * c, distance: c }] }
    return { assignments: [{ a, b, c, h: ratio(a * b, c) }] }
  },
})

/** Euclid's formula gives the sides but where only a square is wanted. */
function drawTriangle(rng: Rng, { find, largest }: Axes): Params {
  const side = () => rng.int(1, largest)
  const [x, y] = [rng.int(-20, 20), rng.int(-20, 20)]
  if (find === 'squared distance') return { a: side(), b: side(), x, y, find }
  const m = rng.int(2, largest)
  const n = rng.int(1, m - 1)
  const scale = rng.int(1, largest)
  const [even, odd] = [scale * 2 * m * n, scale * (m * m - n * n)]
  const [a, b] = rng.float() < 0.5 ? [even, odd] : [odd, even]
  return find === 'distance' ? { a, b, x, y, find } : { a, b, x: 0, y: 0, find }
}

function workBetweenPoints(params: Params) {
  const { a, b, x, y, find } = params
  const square = a * a + b * b
  const lines = [
    `dx = ${x + a} - ${factor(x)} = ${a}`,
    `dy = ${y + b} - ${factor(y)} = ${b}`,
    `square = ${a}^2 + ${b}^2 = ${square}`,
  ]
  if (find === 'squared distance') return { lines, answer: String(square) }
  const distance = hypotenuse(params)
  return { lines: [...lines, `distance = sqrt(${square}) = ${distance}`], answer: String(distance) }
}

function workInTriangle(params: Params) {
  const { a, b, find } = params
  const c = hypotenuse(params)
  const lines = [`b^2 = ${c}^2 - ${a}^2 = ${c * c} - ${a * a} = ${b * b}`, `b = sqrt(${b * b}) = ${b}`]
  if (find === 'leg') return { lines, answer: String(b) }
  const answer = formatExact(ratio(a * b, c))
  return { lines: [...lines, `h = ${a}*${b}/${c} = ${quotient(a * b, c)}`], answer }
}

function hypotenuse({ a, b }: Params): number {
  return Math.sqrt(a * a + b * b)
}
