/** @file `math/quadratic-equation-v1`: both roots of a quadratic equation, by its discriminant. */
import type { Rng } from '../../rng.ts'
import { sameAnswer } from '../answer.ts'
import { derivation } from '../derivation.ts'
import { nonZero } from '../draws.ts'
import type { Exact } from '../exact.ts'
import { formatExact, ratio } from '../exact.ts'
import { factor, polynomial } from '../terms.ts'

type Axes = { denominator: number; largest: number; moved: boolean }
/** ax² + bx + c = 0, asked with dx + e added on both sides. */
type Params = { a: number; b: number; c: number; d: number; e: number }

export const quadraticEquation = derivation<Params, Axes>({
  id: 'math/quadratic-equation-v1',
  title: 'Find both roots of a quadratic equation',
  group: 'algebra',
  rules:
    'Bring everything to one side, work out the discriminant and its root, then both values of x: one step per line. ' +
    'Example: for x^2 - 5x + 6 = 0 write "(-5)^2 - 4*1*6 = 1", "sqrt(1) = 1", "x = (5 - 1)/2 or x = (5 + 1)/2", "x = ' +
    '2 or x = 3", "answer: {2, 3}".',
  levels: [
    { denominator: 1, largest: 40, moved: false },
    { denominator: 3, largest: 20, moved: false },
    { denominator: 3, largest: 30, moved: true },
    { denominator: 7, largest: 40, moved: true },
  ],
  draw: drawEquation,
  question: ({ a, b, c, d, e }) =>
    `Find all x with ${polynomial([c + e, b + d, a])} = ${polynomial([e, d])}.`,
  work: params => {
    const { a, b, c, d, e } = params
    const root = Math.sqrt(b * b - 4 * a * c)
    const lines = d === 0 && e === 0 ? [] : [`${polynomial([c, b, a])} = 0`]
    const roots = rootsOf(params).map(formatExact)
    lines.push(
      `${factor(b)}^2 - 4*${a}*${factor(c)} = ${root * root}`,
      `sqrt(${root * root}) = ${root}`,
      `x = (${-b} - ${root})/${2 * a} or x = (${-b} + ${root})/${2 * a}`,
      `x = ${roots[0]} or x = ${roots[1]}`,
    )
    return { lines, answer: `{${roots.join(', ')}}` }
  },
  meaning: params => ({ assignments: rootsOf(params).map(x => ({ x })) }),
  accepts: (params, given) => {
    const items = given.replace(/^\{(.*)\}$/, '$1').split(/,| or | and /)
    const values = items.map(item => item.replace(/^\s*x\s*=/, '').trim())
    return sameAnswer(`{${rootsOf(params).map(formatExact).join(', ')}}`, `{${values.join(', ')}}`)
  },
})

/** Two different roots that are not 0, with denominators and numerators up to the given ones. */
function drawEquation(rng: Rng, { denominator, largest, moved }: Axes): Params {
  const [p, q] = [nonZero(rng, largest), rng.int(1, denominator)]
  const s = rng.int(1, denominator)
  const drawn = nonZero(rng, largest)
  const r = drawn * q === p * s ? -drawn : drawn
  const [d, e] = moved ? [nonZero(rng, largest), nonZero(rng, largest)] : [0, 0]
  return { a: q * s, b: -q * r - s * p, c: p * r, d, e }
}

/** The smaller one first. */
function rootsOf({ a, b, c }: Params): [Exact, Exact] {
  const root = Math.sqrt(b * b - 4 * a * c)
  return [ratio(-b - root, 2 * a), ratio(-b + root, 2 * a)]
}
