/**
 * @file `math/knight-path-v1`: bring a knight to a square of a board with holes. Any way will do; nothing is ever lost.
 */
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { matched, perTask, puzzle } from '../puzzle.ts'
import { distancesFrom } from './distances.ts'

/** Squares are numbered row by row from the bottom: a1 is 0, b1 is 1. */
type Params = { size: number; holes: number[]; from: number; to: number }

const FILES = 'abcdefgh'
const JUMPS = [
  [1, 2],
  [2, 1],
  [2, -1],
  [1, -2],
  [-1, -2],
  [-2, -1],
  [-2, 1],
  [-1, 2],
] as const

export const knightPath = puzzle({
  id: 'math/knight-path-v1',
  title: 'Bring a knight across a board with holes',
  rules:
    'Bring the knight N to the goal G. A move is the name of the square it jumps to, two squares in one direction and one ' +
    'across; squares shown as # are holes and not to be landed on. Example: from a1 to e3 write "c2", then "e3".',
  levels: [
    { size: 5, holes: 5, jumps: 3 },
    { size: 6, holes: 10, jumps: 4 },
    { size: 7, holes: 16, jumps: 5 },
    { size: 8, holes: 24, jumps: 6 },
  ],
  maxSteps: 16,
  draw: (rng, axes) => drawTask(rng, axes),
  identity: ({ size, holes, from, to }) => [size, from, to, ...holes].join(' '),
  start: ({ from }) => from,
  view: ({ size, holes, to }, at) => {
    const signs = Array.from<string>({ length: size * size }).fill('.')
    for (const hole of holes) signs[hole] = '#'
    signs[to] = 'G'
    signs[at] = 'N'
    const ranks = Array.from(
      { length: size },
      (_, y) => `${y + 1} ${signs.slice(y * size, (y + 1) * size).join('')}`,
    )
    return [...ranks.reverse(), `  ${FILES.slice(0, size)}`].join('\n')
  },
  write: ({ x, y }: { x: number; y: number }) => `${FILES[x]}${y + 1}`,
  read(written) {
    const parts = matched(written, /^([a-h])([1-8])$/, 'c3')
    return isInvalid(parts) ? parts : { x: FILES.indexOf(parts[0]!), y: Number(parts[1]) - 1 }
  },
  moves: (params, at) => {
    const { size } = params
    return jumpsOf(params)(at).map(square => ({ x: square % size, y: Math.floor(square / size) }))
  },
  apply(params, at, { x, y }) {
    const { size } = params
    if (x >= size || y >= size)
      return { invalid: `expected a square of the board, a1 to ${FILES[size - 1]}${size}` }
    const square = y * size + x
    if (!jumpsOf(params)(at).includes(square))
      return { invalid: `${FILES[x]}${y + 1} is a hole or no knight’s jump away` }
    return square
  },
  solved: ({ to }, at) => at === to,
  distance: (params, at) => {
    const jumps = tableOf(params)[at]!
    return jumps === -1 ? null : jumps
  },
})

/** By square: where a knight can jump from there. */
const jumpsOf = perTask(({ size, holes }: Params) => {
  const blocked = new Set(holes)
  return (square: number): number[] => boardOf(size)[square]!.filter(next => !blocked.has(next))
})

const boards = new Map<number, readonly number[][]>()

/** By square of a board without holes: where a knight can jump from there. */
function boardOf(size: number): readonly number[][] {
  const known = boards.get(size)
  if (known) return known
  const board = Array.from({ length: size * size }, (_, square) => {
    const [x, y] = [square % size, Math.floor(square / size)]
    return JUMPS.map(([dx, dy]) => [x + dx, y + dy] as const)
      .filter(([toX, toY]) => Math.min(toX, toY) >= 0 && Math.max(toX, toY) < size)
      .map(([toX, toY]) => toY * size + toX)
  })
  boards.set(size, board)
  return board
}

const tableOf = perTask((params: Params) =>
  distancesFrom(params.size ** 2, [params.to], square => jumpsOf(params)(square)),
)

/** Random holes, and two squares so many jumps apart. */
function drawTask(
  rng: Rng,
  { size, holes: count, jumps }: { size: number; holes: number; jumps: number },
): Params {
  for (;;) {
    const squares = rng.shuffle([...boardOf(size).keys()])
    const holes = squares.slice(0, count).sort((a, b) => a - b)
    const [to, ...open] = squares.slice(count)
    const table = tableOf({ size, holes, from: to!, to: to! })
    const from = open.find(square => table[square] === jumps)
    if (from !== undefined) return { size, holes, from, to: to! }
  }
}
