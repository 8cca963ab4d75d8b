/**
 * @file `math/latin-square-v1`: complete a Latin square. There is one way, found by elimination; nothing can be erased.
 *
 * Any digit may be written into an empty cell, and a wrong one loses the goal.
 */
import type { Invalid } from '../../env.ts'
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { matched, puzzle } from '../puzzle.ts'

/** Digits row by row; 0 is an empty cell. */
type Square = number[]
type Params = { size: number; givens: Square; solution: Square }
type Move = { row: number; column: number; digit: number }

export const latinSquare = puzzle({
  id: 'math/latin-square-v1',
  title: 'Complete a Latin square',
  rules:
    'Fill the empty cells, shown as ".", so that every row and every column has each digit from 1 to the size once. ' +
    'A move "r2c3=4" writes 4 into row 2, column 3; nothing can be erased. ' +
    'Example: "12" over ".1" is completed by "r2c1=2".',
  levels: [
    { size: 4, empty: 4 },
    { size: 4, empty: 7 },
    { size: 5, empty: 10 },
    { size: 6, empty: 15 },
    { size: 7, empty: 21 },
  ],
  maxSteps: 30,
  draw: (rng, { size, empty }) => drawTask(rng, size, empty),
  identity: ({ givens }) => givens.join(''),
  start: ({ givens }) => givens,
  view: ({ size }, square) =>
    Array.from({ length: size }, (_, row) => square.slice(row * size, (row + 1) * size).join(''))
      .join('\n')
      .replaceAll('0', '.'),
  write: ({ row, column, digit }: Move) => `r${row}c${column}=${digit}`,
  read(written) {
    const parts = matched(written, /^r([1-9])c([1-9])=([1-9])$/, 'r2c3=4')
    if (isInvalid(parts)) return parts
    const [row, column, digit] = parts.map(Number)
    return { row: row!, column: column!, digit: digit! }
  },
  moves: ({ size }, square) =>
    square.flatMap((given, cell) =>
      given === 0
        ? digitsUpTo(size).map(digit => ({
            row: Math.floor(cell / size) + 1,
            column: (cell % size) + 1,
            digit,
          }))
        : [],
    ),
  apply: ({ size }, square, move) => filled(size, square, move),
  solved: ({ size }, square) =>
    square.every((digit, cell) => digit !== 0 && !(used(size, square, cell) & (1 << digit))),
  // The way is the only one, so that the goal is lost with the first digit that is not the solution's.
  distance: ({ solution }, square) =>
    square.every((digit, cell) => digit === 0 || digit === solution[cell])
      ? square.filter(digit => digit === 0).length
      : null,
})

function filled(size: number, square: Square, { row, column, digit }: Move): Square | Invalid {
  if (Math.max(row, column, digit) > size) return { invalid: `expected numbers from 1 to ${size}` }
  const cell = (row - 1) * size + column - 1
  if (square[cell] !== 0) return { invalid: `r${row}c${column} is ${square[cell]} already` }
  return square.with(cell, digit)
}

/** The digits of the other cells in the row and column, one bit each. */
function used(size: number, square: Square, cell: number): number {
  const [first, column] = [cell - (cell % size), cell % size]
  let digits = 0
  for (let i = 0; i < size; i++) {
    if (first + i !== cell) digits |= 1 << square[first + i]!
    if (i * size + column !== cell) digits |= 1 << square[i * size + column]!
  }
  return digits
}

function digitsUpTo(size: number): number[] {
  return Array.from({ length: size }, (_, i) => i + 1)
}

/** Cells are emptied in random order while each is still decided, when it is emptied, by its row and column. */
function drawTask(rng: Rng, size: number, empty: number): Params {
  for (;;) {
    const solution = drawSquare(rng, size)
    const givens = [...solution]
    let left = empty
    for (const cell of rng.shuffle([...givens.keys()])) {
      if (left > 0 && isDecided(size, givens, cell)) {
        givens[cell] = 0
        left--
      }
    }
    if (left === 0) return { size, givens, solution }
  }
}

/** Whether the digit is the only one left for the cell, or the cell the only one left for it in its row or column. */
function isDecided(size: number, square: Square, cell: number): boolean {
  const digit = square[cell]!
  const all = 2 ** (size + 1) - 2
  if (((used(size, square, cell) | (1 << digit)) & all) === all) return true
  const [first, column] = [cell - (cell % size), cell % size]
  const elsewhere = (other: number): boolean =>
    other !== cell && square[other] === 0 && !(used(size, square, other) & (1 << digit))
  let [inRow, inColumn] = [false, false]
  const emptied = square[cell]
  square[cell] = 0
  for (let i = 0; i < size; i++) {
    inRow ||= elsewhere(first + i)
    inColumn ||= elsewhere(i * size + column)
  }
  square[cell] = emptied!
  return !inRow || !inColumn
}

/** Row by row: however the rows above are filled, there is a next one (Hall's theorem). */
function drawSquare(rng: Rng, size: number): Square {
  const columns = Array.from<number>({ length: size }).fill(0)
  const square: Square = []
  for (let row = 0; row < size; row++) {
    const digits = rng.shuffle(digitsUpTo(size))
    fillRow(digits, columns, 0)
    for (const [column, digit] of digits.entries()) columns[column]! |= 1 << digit
    square.push(...digits)
  }
  return square
}

/** Reorders the digits from `at` on so that none is in its column already; false if that cannot be. */
function fillRow(digits: number[], columns: readonly number[], at: number): boolean {
  if (at === digits.length) return true
  for (let i = at; i < digits.length; i++) {
    if (columns[at]! & (1 << digits[i]!)) continue
    ;[digits[at], digits[i]] = [digits[i]!, digits[at]!]
    if (fillRow(digits, columns, at + 1)) return true
    ;[digits[at], digits[i]] = [digits[i]!, digits[at]!]
  }
  return false
}
