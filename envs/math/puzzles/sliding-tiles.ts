/**
 * @file `math/sliding-tiles-v1`: slide numbered tiles into the gap until they stand as wanted.
 *
 * The gap is wanted in the last corner and the tiles in any order. Renamed so that the wanted order is 1 2 3 …, every
 * position is one of the table of all distances, which is searched once per size, when it is first needed: 360 positions
 * of 2 by 3, and 181,440 of 3 by 3. Every move can be taken back.
 */
import type { Invalid } from '../../env.ts'
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { matched, puzzle } from '../puzzle.ts'
import { distancesFrom } from './distances.ts'
import { factorial, rank, unrank } from './permutation.ts'

/** Tiles row by row; 0 is the gap. */
type Tiles = number[]
type Params = { start: Tiles; wanted: Tiles }

const COLUMNS = 3

export const slidingTiles = puzzle({
  id: 'math/sliding-tiles-v1',
  title: 'Slide tiles into the wanted order',
  rules:
    'Slide tiles until they stand as wanted. A move is the number of a tile beside the gap, shown as _: it slides into ' +
    'the gap. Example: from "1 2 3 / 4 _ 5" to "1 2 3 / 4 5 _" the move is "5".',
  levels: [
    { rows: 3, shuffles: 4 },
    { rows: 2, shuffles: 10 },
    { rows: 2, shuffles: 40 },
    { rows: 3, shuffles: 12 },
    { rows: 3, shuffles: 24 },
    { rows: 3, shuffles: 60 },
  ],
  maxSteps: 48,
  draw: (rng, axes) => drawTask(rng, axes),
  identity: ({ start, wanted }) => `${start.join('')} ${wanted.join('')}`,
  start: ({ start }) => start,
  view: ({ wanted }, tiles) => `now ${pictured(tiles)}\nwanted ${pictured(wanted)}`,
  write: (tile: number) => String(tile),
  read(written) {
    const parts = matched(written, /^([1-8])$/, '5')
    return isInvalid(parts) ? parts : Number(parts[0])
  },
  moves: (_params, tiles) => besides(tiles.indexOf(0), tiles.length).map(cell => tiles[cell]!),
  apply: (_params, tiles, tile) => slid(tiles, tile),
  solved: ({ wanted }, tiles) => tiles.every((tile, cell) => tile === wanted[cell]),
  distance: ({ wanted }, tiles) => {
    const slides = tableOf(tiles.length)[rank(renamed(tiles, wanted))]!
    return slides === -1 ? null : slides
  },
})

function slid(tiles: Tiles, tile: number): Tiles | Invalid {
  const [gap, from] = [tiles.indexOf(0), tiles.indexOf(tile)]
  if (from === -1 || !besides(gap, tiles.length).includes(from))
    return { invalid: `expected a tile beside the gap, got ${tile}` }
  return tiles.with(gap, tile).with(from, 0)
}

function besides(cell: number, cells: number): number[] {
  const column = cell % COLUMNS
  return [
    ...(cell >= COLUMNS ? [cell - COLUMNS] : []),
    ...(column > 0 ? [cell - 1] : []),
    ...(column < COLUMNS - 1 ? [cell + 1] : []),
    ...(cell + COLUMNS < cells ? [cell + COLUMNS] : []),
  ]
}

function pictured(tiles: Tiles): string {
  const rows = Array.from({ length: tiles.length / COLUMNS }, (_, row) =>
    tiles.slice(row * COLUMNS, (row + 1) * COLUMNS).join(' '),
  )
  return rows.join(' / ').replace('0', '_')
}

/** The tiles with the names that make the wanted order 1 2 3 … 0. */
function renamed(tiles: Tiles, wanted: Tiles): Tiles {
  return tiles.map(tile => (wanted.indexOf(tile) + 1) % tiles.length)
}

const tables = new Map<number, Int16Array>()

/** Distances to 1 2 3 … 0, by the number of the permutation; -1 for the odd half, which cannot be reached. */
function tableOf(cells: number): Int16Array {
  const known = tables.get(cells)
  if (known) return known
  const goal = Array.from({ length: cells }, (_, cell) => (cell + 1) % cells)
  const table = distancesFrom(factorial(cells), [rank(goal)], number => {
    const tiles = unrank(number, cells)
    const gap = tiles.indexOf(0)
    return besides(gap, cells).map(cell => rank(tiles.with(gap, tiles[cell]!).with(cell, 0)))
  })
  tables.set(cells, table)
  return table
}

/** Shuffled from the wanted order by random slides, none of which takes back the one before. */
function drawTask(rng: Rng, { rows, shuffles }: { rows: number; shuffles: number }): Params {
  const cells = rows * COLUMNS
  const names = rng.shuffle(Array.from({ length: cells - 1 }, (_, i) => i + 1))
  const wanted = [...names, 0]
  for (;;) {
    const start = [...wanted]
    let [gap, last] = [cells - 1, -1]
    for (let slide = 0; slide < shuffles; slide++) {
      const from = rng.pick(besides(gap, cells).filter(cell => cell !== last))
      ;[start[gap], start[from]] = [start[from]!, 0]
      ;[last, gap] = [gap, from]
    }
    // Each tile out of place takes a move at least.
    if (start.filter((tile, cell) => tile !== 0 && tile !== wanted[cell]).length > 2) return { start, wanted }
  }
}
