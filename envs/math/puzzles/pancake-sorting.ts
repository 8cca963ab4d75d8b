/**
 * @file `math/pancake-sorting-v1`: sort a stack by turning over so many of the topmost.
 *
 * Only the order of the sizes matters. The table of all distances of a height is searched once, when it is first needed.
 */
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { matched, puzzle } from '../puzzle.ts'
import { distancesFrom } from './distances.ts'
import { factorial, rank, unrank } from './permutation.ts'

/** Sizes from top to bottom. */
type Stack = number[]
type Params = { stack: Stack }

export const pancakeSorting = puzzle({
  id: 'math/pancake-sorting-v1',
  title: 'Sort a stack of pancakes by turning over its top',
  rules:
    'Sort the stack, shown from top to bottom, so that the smallest is on top and the largest at the bottom. A move ' +
    '"flip 3" turns over the topmost three. Example: 5 9 2 is sorted by "flip 2", "flip 3".',
  levels: [
    { height: 5, largest: 12 },
    { height: 6, largest: 20 },
    { height: 7, largest: 50 },
    { height: 8, largest: 99 },
  ],
  maxSteps: 20,
  draw: (rng, { height, largest }) => drawTask(rng, height, largest),
  identity: ({ stack }) => stack.join(' '),
  start: ({ stack }) => stack,
  view: (_params, stack) => stack.join(' '),
  write: (count: number) => `flip ${count}`,
  read(written) {
    const parts = matched(written, /^flip (\d{1,2})$/, 'flip 3')
    return isInvalid(parts) ? parts : Number(parts[0])
  },
  moves: (_params, stack) => countsFor(stack.length),
  apply: (_params, stack, count) =>
    count < 2 || count > stack.length
      ? { invalid: `expected to flip 2 to ${stack.length}, got ${count}` }
      : flipped(stack, count),
  solved: (_params, stack) => stack.every((size, i) => i === 0 || size > stack[i - 1]!),
  distance: (_params, stack) => tableOf(stack.length)[rank(stack)]!,
})

function countsFor(height: number): number[] {
  return Array.from({ length: height - 1 }, (_, i) => i + 2)
}

function flipped(stack: Stack, count: number): Stack {
  return [...stack.slice(0, count).reverse(), ...stack.slice(count)]
}

const tables = new Map<number, Int16Array>()

/** Distances to the sorted stack, by the number of the order. A flip undoes itself. */
function tableOf(height: number): Int16Array {
  const known = tables.get(height)
  if (known) return known
  const table = distancesFrom(factorial(height), [0], number => {
    const stack = unrank(number, height)
    return countsFor(height).map(count => rank(flipped(stack, count)))
  })
  tables.set(height, table)
  return table
}

/** Different sizes, not in order and at least three flips away from it. */
function drawTask(rng: Rng, height: number, largest: number): Params {
  for (;;) {
    const sizes = new Set<number>()
    while (sizes.size < height) sizes.add(rng.int(1, largest))
    const stack = [...sizes]
    if (tableOf(height)[rank(stack)]! >= 3) return { stack }
  }
}
