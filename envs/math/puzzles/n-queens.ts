/**
 * @file `math/n-queens-v1`: place the queens that are missing so that none attacks another.
 *
 * A square that is attacked is refused. Nothing can be taken back: a queen on a free square may still be one too many in
 * the wrong place. Whether the rest can be placed is searched row by row.
 */
import type { Invalid } from '../../env.ts'
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { matched, puzzle } from '../puzzle.ts'

/** The column, from 1 on, of the queen in each row; 0 where there is none. */
type Queens = number[]
type Params = { given: Queens }
type Square = { row: number; column: number }

export const nQueens = puzzle({
  id: 'math/n-queens-v1',
  title: 'Place queens that do not attack each other',
  rules:
    'Place one queen in every row so that no two share a row, column or diagonal. A move "r2c3" places a queen in row 2, ' +
    'column 3; none can be taken back. Queens are shown as Q. ' +
    'Example: ".Q.." over "...Q" over "Q..." over "...." is completed by "r4c3".',
  levels: [
    { size: 9, missing: 6 },
    { size: 10, missing: 7 },
    { size: 10, missing: 8 },
  ],
  maxSteps: 16,
  draw: (rng, { size, missing }) => drawTask(rng, size, missing),
  identity: ({ given }) => given.join(' '),
  start: ({ given }) => given,
  view: (_params, queens) =>
    queens
      .map(column => '.'.repeat(queens.length).replace(/./g, (dot, i) => (i === column - 1 ? 'Q' : dot)))
      .join('\n'),
  write: ({ row, column }: Square) => `r${row}c${column}`,
  read(written) {
    const parts = matched(written, /^r(\d{1,2})c(\d{1,2})$/, 'r2c3')
    return isInvalid(parts) ? parts : { row: Number(parts[0]), column: Number(parts[1]) }
  },
  moves: (_params, queens) => freeSquares(queens),
  apply: (_params, queens, square) => placed(queens, square),
  solved: (_params, queens) => !queens.includes(0),
  distance: (_params, queens) =>
    canBeCompleted(queens) ? queens.filter(column => column === 0).length : null,
})

function placed(queens: Queens, { row, column }: Square): Queens | Invalid {
  const size = queens.length
  if (Math.min(row, column) < 1 || Math.max(row, column) > size)
    return { invalid: `expected a square of r1c1 to r${size}c${size}` }
  if (queens[row - 1] !== 0) return { invalid: `row ${row} has a queen already` }
  const attacker = queens.findIndex(
    (other, i) => other !== 0 && (other === column || Math.abs(other - column) === Math.abs(i - (row - 1))),
  )
  if (attacker !== -1) return { invalid: `attacked by the queen at r${attacker + 1}c${queens[attacker]}` }
  return queens.with(row - 1, column)
}

function freeSquares(queens: Queens): Square[] {
  const squares: Square[] = []
  const { columns, rising, falling } = linesOf(queens)
  for (const [row, taken] of queens.entries())
    for (let column = 1; taken === 0 && column <= queens.length; column++) {
      const lines =
        (columns >> column) | (rising >> (row + column)) | (falling >> (row - column + queens.length))
      if ((lines & 1) === 0) squares.push({ row: row + 1, column })
    }
  return squares
}

/** The columns and diagonals that are taken, one bit each. Rows count from 0 here: row + column and row - column + size. */
type Lines = { columns: number; rising: number; falling: number }

function linesOf(queens: Queens): Lines {
  const lines = { columns: 0, rising: 0, falling: 0 }
  for (const [row, column] of queens.entries())
    if (column !== 0) {
      lines.columns |= 1 << column
      lines.rising |= 1 << (row + column)
      lines.falling |= 1 << (row - column + queens.length)
    }
  return lines
}

function canBeCompleted(queens: Queens): boolean {
  return completions(queens, 1).length > 0
}

/** The first boards in which all queens are placed. */
function completions(queens: Queens, most: number): Queens[] {
  const found: Queens[] = []
  const board = [...queens]
  const fill = (row: number, { columns, rising, falling }: Lines): void => {
    if (row === board.length) {
      found.push([...board])
      return
    }
    if (queens[row] !== 0) return fill(row + 1, { columns, rising, falling })
    for (let column = 1; column <= board.length && found.length < most; column++) {
      const [c, r, f] = [1 << column, 1 << (row + column), 1 << (row - column + board.length)]
      if (columns & c || rising & r || falling & f) continue
      board[row] = column
      fill(row + 1, { columns: columns | c, rising: rising | r, falling: falling | f })
    }
  }
  fill(0, linesOf(queens))
  return found
}

const boards = new Map<number, readonly Queens[]>()

/** All full boards: 352 of size 9, 724 of size 10. */
function boardsOf(size: number): readonly Queens[] {
  const known = boards.get(size)
  if (known) return known
  const found = completions(Array.from<number>({ length: size }).fill(0), Infinity)
  boards.set(size, found)
  return found
}

/** A full board with some of its queens taken away. */
function drawTask(rng: Rng, size: number, missing: number): Params {
  const given = [...rng.pick(boardsOf(size))]
  for (const row of rng.shuffle([...given.keys()]).slice(0, missing)) given[row] = 0
  return { given }
}
