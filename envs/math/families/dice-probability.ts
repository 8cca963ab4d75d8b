/** @file `math/dice-probability-v1`: the exact chance of a sum or a highest number with dice of different kinds. */
import type { Rng } from '../../rng.ts'
import { range, total } from '../counting.ts'
import { derivation } from '../derivation.ts'
import { formatExact, ratio } from '../exact.ts'
import type { Value } from '../functions.ts'
import { quotient } from '../terms.ts'

type Event = 'sum is' | 'sum at least' | 'highest is'
type Axes = { dice: number; event: Event; sides: number }
/** `sides` in ascending order. */
type Params = { sides: number[]; event: Event; target: number }

export const diceProbability = derivation<Params, Axes>({
  id: 'math/dice-probability-v1',
  title: 'Find the exact probability of an event with dice',
  group: 'combinatorics and probability',
  rules:
    'Count: outcomes are all, favourable those of the event, from low to high on the first die; pairs(t) are the ways to ' +
    'the sum t with the first two dice, upto(t) the outcomes with no number above t. Example: for 4 and 6 sides and the ' +
    'sum 3 write "outcomes = 4 * 6 = 24", "low = max(1, 3 - 6) = 1", "high = min(4, 3 - 1) = 2", "favourable = 2 - 1 + 1 = 2", "probability = 2/24 = 1/12", "answer: 1/12".',
  levels: [
    { dice: 2, event: 'sum is', sides: 30 },
    { dice: 2, event: 'sum at least', sides: 20 },
    { dice: 3, event: 'highest is', sides: 20 },
    { dice: 3, event: 'sum is', sides: 16 },
  ],
  draw: drawDice,
  identity: ({ sides, event, target }) => [sides, event, target],
  question: ({ sides, event, target }) =>
    `Fair dice with ${sides.slice(0, -1).join(', ')} and ${sides.at(-1)!} sides, numbered from 1, are rolled once. ` +
    `What is the probability that ${CLAUSES[event]} ${target}?`,
  work: params => {
    const { lines, favourable } = counted(params)
    const outcomes = product(params.sides)
    return {
      lines: [
        `outcomes = ${params.sides.join(' * ')} = ${outcomes}`,
        ...lines,
        `probability = ${quotient(favourable, outcomes)}`,
      ],
      answer: formatExact(ratio(favourable, outcomes)),
    }
  },
  meaning: params => {
    const { favourable } = counted(params)
    const outcomes = product(params.sides)
    return {
      assignments: [{ ...bounds(params), outcomes, favourable, probability: ratio(favourable, outcomes) }],
      functions: {
        pairs: (sum: Value) => (typeof sum === 'number' ? pairs(params, sum) : null),
        upto: (top: Value) => (typeof top === 'number' ? upto(params, top) : null),
      },
    }
  },
})

const CLAUSES: Record<Event, string> = {
  'sum is': 'the sum is',
  'sum at least': 'the sum is at least',
  'highest is': 'the highest number shown is',
}

function drawDice(rng: Rng, { dice, event, sides: largest }: Axes): Params {
  const sides = range(1, dice)
    .map(() => rng.int(4, largest))
    .toSorted((a, b) => a - b)
  const target = event === 'highest is' ? rng.int(2, sides.at(-1)!) : rng.int(dice + 1, total(sides) - 1)
  return { sides, event, target }
}

function counted(params: Params): { lines: string[]; favourable: number } {
  if (params.event === 'highest is') return countedByHighest(params)
  if (params.sides.length === 3) return countedByPairs(params)
  return params.event === 'sum is' ? countedByBounds(params) : countedByFirst(params)
}

function countedByHighest(params: Params) {
  const { sides, target } = params
  const [below, not] = [upto(params, target), upto(params, target - 1)]
  const line = (top: number) =>
    `upto(${top}) = ${sides.map(side => Math.min(side, top)).join(' * ')} = ${upto(params, top)}`
  const favourable = below - not
  const lines = [line(target), line(target - 1), `favourable = ${below} - ${not} = ${favourable}`]
  return { lines, favourable }
}

/** Of three dice, by what the third shows. */
function countedByPairs(params: Params) {
  const { sides, target } = params
  const sums = range(1, sides[2]!)
    .map(shown => target - shown)
    .filter(sum => pairs(params, sum) > 0)
  const lines = sums.map(sum => `pairs(${sum}) = ${pairs(params, sum)}`)
  const counts = sums.map(sum => pairs(params, sum))
  return { lines: [...lines, favourableLine(counts)], favourable: total(counts) }
}

/** Of two dice, by what the first shows: from `low` to `high` the second can make up the sum. */
function countedByBounds(params: Params) {
  const { sides, target } = params
  const { low, high } = bounds(params)
  const favourable = high - low + 1
  const lines = [
    `low = max(1, ${target} - ${sides[1]!}) = ${low}`,
    `high = min(${sides[0]!}, ${target} - 1) = ${high}`,
    `favourable = ${high} - ${low} + 1 = ${favourable}`,
  ]
  return { lines, favourable }
}

/** Of two dice, by what the first shows: the numbers of the second that will do. */
function countedByFirst({ sides: [first, second], target }: Params) {
  const counts = range(1, first!)
    .map(shown => Math.min(second!, Math.max(0, second! - (target - shown) + 1)))
    .filter(count => count > 0)
  return { lines: [favourableLine(counts)], favourable: total(counts) }
}

/** The least and greatest numbers of the first of two dice with which the sum can come. */
function bounds({ sides: [first, second], target }: Params): { low: number; high: number } {
  return { low: Math.max(1, target - second!), high: Math.min(first!, target - 1) }
}

function favourableLine(counts: readonly number[]): string {
  return `favourable = ${counts.length > 1 ? `${counts.join(' + ')} = ` : ''}${total(counts)}`
}

/** The ways in which the first two dice sum to `sum`. */
function pairs({ sides: [first, second] }: Params, sum: number): number {
  return Math.max(0, Math.min(first!, sum - 1) - Math.max(1, sum - second!) + 1)
}

/** The outcomes with no number above `top`. */
function upto({ sides }: Params, top: number): number {
  return product(sides.map(side => Math.max(0, Math.min(side, top))))
}

function product(values: readonly number[]): number {
  return values.reduce((all, value) => all * value, 1)
}
