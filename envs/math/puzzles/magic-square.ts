/**
 * @file `math/magic-square-v1`: complete a magic square of 3 by 3 from given numbers. Nothing can be taken back.
 *
 * Any available number may be placed in any empty cell; whether the rest can still be completed is searched.
 */
import type { Invalid } from '../../env.ts'
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { matched, puzzle } from '../puzzle.ts'

/** Numbers row by row; 0 is an empty cell. */
type Params = { givens: number[]; available: number[] }
type State = { cells: number[]; available: number[] }
type Move = { row: number; column: number; number: number }

const LINES = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
] as const

export const magicSquare = puzzle({
  id: 'math/magic-square-v1',
  title: 'Complete a magic square',
  rules:
    'Fill the empty cells, shown as ".", with the available numbers, each used once, so that all rows, columns and both ' +
    'diagonals have the same sum. A move "r2c3=7" writes 7 into row 2, column 3; nothing can be taken back. ' +
    'Example: "2 7 6 / 9 . 1 / 4 3 8", available 5, is completed by "r2c2=5".',
  levels: [
    { empty: 4, largest: 20 },
    { empty: 5, largest: 40 },
    { empty: 6, largest: 60 },
    { empty: 7, largest: 99 },
  ],
  maxSteps: 12,
  draw: (rng, { empty, largest }) => drawTask(rng, empty, largest),
  identity: ({ givens, available }) => `${givens.join(' ')} / ${available.join(' ')}`,
  start: ({ givens, available }): State => ({ cells: givens, available }),
  view: (_params, { cells, available }) => {
    const rows = [0, 3, 6].map(first =>
      cells
        .slice(first, first + 3)
        .map(number => (number === 0 ? '.' : number))
        .join(' '),
    )
    return `${rows.join('\n')}\navailable ${available.join(' ') || '-'}`
  },
  write: ({ row, column, number }: Move) => `r${row}c${column}=${number}`,
  read(written) {
    const parts = matched(written, /^r([1-3])c([1-3])=(\d{1,3})$/, 'r2c3=7')
    if (isInvalid(parts)) return parts
    const [row, column, number] = parts.map(Number)
    return { row: row!, column: column!, number: number! }
  },
  moves: (_params, { cells, available }) =>
    cells.flatMap((given, cell) =>
      given === 0
        ? available.map(number => ({ row: Math.floor(cell / 3) + 1, column: (cell % 3) + 1, number }))
        : [],
    ),
  apply: (_params, state, move) => placed(state, move),
  solved: (_params, { cells }) =>
    !cells.includes(0) && LINES.every(line => sumOf(cells, line) === sumOf(cells, LINES[0])),
  distance: (_params, { cells, available }) => (canBeCompleted(cells, available) ? available.length : null),
})

function placed({ cells, available }: State, { row, column, number }: Move): State | Invalid {
  const cell = (row - 1) * 3 + column - 1
  if (cells[cell] !== 0) return { invalid: `r${row}c${column} is ${cells[cell]} already` }
  const at = available.indexOf(number)
  if (at === -1) return { invalid: `expected one of ${available.join(', ')}, got ${number}` }
  return { cells: cells.with(cell, number), available: available.toSpliced(at, 1) }
}

function sumOf(cells: readonly number[], [a, b, c]: readonly [number, number, number]): number {
  return cells[a]! + cells[b]! + cells[c]!
}

function canBeCompleted(cells: readonly number[], available: readonly number[]): boolean {
  const total = [...cells, ...available].reduce((sum, number) => sum + number, 0)
  return total % 3 === 0 && completable([...cells], available, total / 3)
}

/** Tries each number in the first empty cell, as long as no full line has another sum. Leaves `cells` as they were. */
function completable(cells: number[], available: readonly number[], sum: number): boolean {
  for (const line of LINES)
    if (line.every(cell => cells[cell] !== 0) && sumOf(cells, line) !== sum) return false
  const cell = cells.indexOf(0)
  if (cell === -1) return true
  return available.some((number, at) => {
    cells[cell] = number
    const found = completable(cells, available.toSpliced(at, 1), sum)
    cells[cell] = 0
    return found
  })
}

/** The square with centre c and steps a and b, every magic square of 3 by 3 being one of these, and some cells emptied. */
function drawTask(rng: Rng, empty: number, largest: number): Params {
  for (;;) {
    const c = rng.int(5, largest - 4)
    const most = Math.min(c - 1, largest - c)
    const [a, b] = [rng.int(-most, most), rng.int(-most, most)]
    const cells = [c + a, c - a - b, c + b, c - a + b, c, c + a - b, c - b, c + a + b, c - a]
    if (new Set(cells).size < 9 || Math.min(...cells) < 1 || Math.max(...cells) > largest) continue
    const emptied = rng.shuffle([...cells.keys()]).slice(0, empty)
    const available = emptied.map(cell => cells[cell]!).sort((x, y) => x - y)
    return { givens: cells.map((number, cell) => (emptied.includes(cell) ? 0 : number)), available }
  }
}
