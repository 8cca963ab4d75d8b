/**
 * @file `math/subset-sum-v1`: choose numbers that make a sum. A number that was taken stays taken.
 *
 * Any choice with that sum is a solution. How many numbers are missing at least is dynamic programming over sums.
 */
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { matched, puzzle } from '../puzzle.ts'

type Params = { numbers: number[]; target: number }
/** The numbers not taken, in rising order, and what is missing to the sum. */
type State = { numbers: number[]; missing: number }

export const subsetSum = puzzle({
  id: 'math/subset-sum-v1',
  title: 'Choose numbers that make a sum',
  rules:
    'Choose some of the numbers so that they sum to the target. A move is one of the numbers, each can be taken once and ' +
    'not be given back; none may be larger than what is missing. Example: from 3 5 8 9, 16 is reached by "3", "5", "8".',
  levels: [
    { numbers: 6, largest: 20, taken: 3 },
    { numbers: 8, largest: 40, taken: 4 },
    { numbers: 9, largest: 80, taken: 5 },
    { numbers: 10, largest: 160, taken: 6 },
  ],
  maxSteps: 16,
  draw: (rng, axes) => drawTask(rng, axes),
  identity: ({ numbers, target }) => [...numbers, target].join(' '),
  start: ({ numbers, target }): State => ({ numbers, missing: target }),
  view: ({ target }, { numbers, missing }) =>
    `target ${target}\nmissing ${missing}, numbers ${numbers.join(' ')}`,
  write: (number: number) => String(number),
  read(written) {
    const parts = matched(written, /^(\d{1,4})$/, '17')
    return isInvalid(parts) ? parts : Number(parts[0])
  },
  moves: (_params, { numbers, missing }) => numbers.filter(number => number <= missing),
  apply(_params, { numbers, missing }, number) {
    const at = numbers.indexOf(number)
    if (at === -1) return { invalid: `${number} is not among the numbers left: ${numbers.join(' ')}` }
    if (number > missing) return { invalid: `${number} is more than the ${missing} that is missing` }
    return { numbers: numbers.toSpliced(at, 1), missing: missing - number }
  },
  solved: (_params, { missing }) => missing === 0,
  distance: (_params, state) => fewestNumbers(state),
})

function fewestNumbers({ numbers, missing }: State): number | null {
  const fewest = new Uint8Array(missing + 1).fill(255)
  fewest[0] = 0
  for (const number of numbers)
    for (let sum = missing; sum >= number; sum--)
      if (fewest[sum - number]! < fewest[sum]! - 1) fewest[sum] = fewest[sum - number]! + 1
  return fewest[missing] === 255 ? null : fewest[missing]!
}

/** Different numbers, of which so many at least make the target; taking the largest each time does not. */
function drawTask(
  rng: Rng,
  { numbers: count, largest, taken }: { numbers: number; largest: number; taken: number },
): Params {
  for (;;) {
    const chosen = new Set<number>()
    while (chosen.size < count) chosen.add(rng.int(2, largest))
    const unordered = [...chosen]
    const target = unordered.slice(0, taken).reduce((sum, number) => sum + number, 0)
    const numbers = unordered.sort((a, b) => a - b)
    const state = { numbers, missing: target }
    if (!isFoundGreedily(state) && fewestNumbers(state) === taken) return { numbers, target }
  }
}

function isFoundGreedily({ numbers, missing }: State): boolean {
  let left = missing
  for (const number of numbers.toReversed()) if (number <= left) left -= number
  return left === 0
}
