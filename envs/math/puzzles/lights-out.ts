/**
 * @file `math/lights-out-v1`: switch all lights off. Pressing a cell switches it and its neighbours.
 *
 * Presses commute and two of the same cell cancel, so a solution is a set of cells: a solution of a linear system over
 * GF(2). Elimination is done once per board size. Where several sets do (they differ by sets that change nothing, at most
 * 16 on these boards), the distance is the size of the smallest.
 */
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { matched, puzzle } from '../puzzle.ts'

/** Cells row by row, one bit each; at most 30. */
type Cells = number
type Params = { rows: number; columns: number; lit: Cells }
type Cell = { row: number; column: number }

export const lightsOut = puzzle({
  id: 'math/lights-out-v1',
  title: 'Switch all lights off',
  rules:
    'Switch all lights off. A move "r2c3" presses row 2, column 3: it switches that light and those above, below, left ' +
    'and right of it. # is on and . is off. Example: ".#.", "###", ".#." is solved by "r2c2".',
  levels: [
    { rows: 4, columns: 5, presses: 4 },
    { rows: 5, columns: 5, presses: 5 },
    { rows: 5, columns: 5, presses: 8 },
    { rows: 5, columns: 6, presses: 12 },
  ],
  maxSteps: 30,
  draw: (rng, axes) => drawTask(rng, axes),
  identity: ({ rows, columns, lit }) => `${rows} ${columns} ${lit}`,
  start: ({ lit }) => lit,
  view: ({ rows, columns }, lit) =>
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (__, column) =>
        (lit >> (row * columns + column)) & 1 ? '#' : '.',
      ).join(''),
    ).join('\n'),
  write: ({ row, column }: Cell) => `r${row}c${column}`,
  read(written) {
    const parts = matched(written, /^r([1-9])c([1-9])$/, 'r2c3')
    return isInvalid(parts) ? parts : { row: Number(parts[0]), column: Number(parts[1]) }
  },
  moves: ({ rows, columns }) =>
    Array.from({ length: rows * columns }, (_, cell) => ({
      row: Math.floor(cell / columns) + 1,
      column: (cell % columns) + 1,
    })),
  apply: ({ rows, columns }, lit, { row, column }) =>
    row > rows || column > columns
      ? { invalid: `expected a cell of r1c1 to r${rows}c${columns}` }
      : lit ^ switchedBy(rows, columns, (row - 1) * columns + column - 1),
  solved: (_params, lit) => lit === 0,
  distance: ({ rows, columns }, lit) => systemOf(rows, columns).fewestPresses(lit),
  // Every press can be taken back at no price, so half of the mistakes miss the board.
  slip: ({ rows, columns }, _lit, rng) => (rng.float() < 0.5 ? `r${rows + 1}c${rng.int(1, columns)}` : null),
})

/** The lights that a press of this cell switches. */
function switchedBy(rows: number, columns: number, cell: number): Cells {
  const [row, column] = [Math.floor(cell / columns), cell % columns]
  let cells = 1 << cell
  if (row > 0) cells |= 1 << (cell - columns)
  if (row < rows - 1) cells |= 1 << (cell + columns)
  if (column > 0) cells |= 1 << (cell - 1)
  if (column < columns - 1) cells |= 1 << (cell + 1)
  return cells
}

interface System {
  /** null: no set of presses switches these lights off. */
  fewestPresses(lit: Cells): number | null
}

const systems = new Map<number, System>()

function systemOf(rows: number, columns: number): System {
  const known = systems.get(rows * 10 + columns)
  if (known) return known
  const system = eliminated(
    Array.from({ length: rows * columns }, (_, cell) => switchedBy(rows, columns, cell)),
  )
  systems.set(rows * 10 + columns, system)
  return system
}

/** One equation: the presses that it sums up, and the lights whose sum that is. */
type Equation = { presses: Cells; lights: Cells }

/** Gauss-Jordan elimination. The matrix is symmetric: a light is switched by the cells that a press of it would switch. */
function eliminated(matrix: readonly Cells[]): System {
  const equations: Equation[] = matrix.map((presses, light) => ({ presses, lights: 1 << light }))
  const pivots: { cell: number; equation: Equation }[] = []
  const free: number[] = []
  for (const cell of matrix.keys()) {
    const at = equations.findIndex(({ presses }) => (presses >> cell) & 1)
    if (at === -1) {
      free.push(cell)
      continue
    }
    const [equation] = equations.splice(at, 1)
    for (const other of [...equations, ...pivots.map(pivot => pivot.equation)])
      if ((other.presses >> cell) & 1) {
        other.presses ^= equation!.presses
        other.lights ^= equation!.lights
      }
    pivots.push({ cell, equation: equation! })
  }
  const silent = silentSets(pivots, free)
  return {
    fewestPresses(lit) {
      if (equations.some(({ lights }) => isOdd(lights & lit))) return null
      let presses = 0
      for (const { cell, equation } of pivots) if (isOdd(equation.lights & lit)) presses |= 1 << cell
      return Math.min(...silent.map(set => bitCount(presses ^ set)))
    },
  }
}

/** All sets of presses that change nothing: one for each choice of the free cells. */
function silentSets(
  pivots: readonly { cell: number; equation: Equation }[],
  free: readonly number[],
): Cells[] {
  let sets = [0]
  for (const cell of free) {
    let set = 1 << cell
    for (const pivot of pivots) if ((pivot.equation.presses >> cell) & 1) set |= 1 << pivot.cell
    sets = [...sets, ...sets.map(other => other ^ set)]
  }
  return sets
}

function isOdd(cells: Cells): boolean {
  return bitCount(cells) % 2 === 1
}

function bitCount(cells: Cells): number {
  let count = 0
  for (let rest = cells; rest !== 0; rest &= rest - 1) count++
  return count
}

/** A board that takes exactly so many presses. */
function drawTask(
  rng: Rng,
  { rows, columns, presses }: { rows: number; columns: number; presses: number },
): Params {
  const cells = Array.from({ length: rows * columns }, (_, cell) => cell)
  for (;;) {
    let lit = 0
    for (const cell of rng.shuffle(cells).slice(0, presses)) lit ^= switchedBy(rows, columns, cell)
    if (systemOf(rows, columns).fewestPresses(lit) === presses) return { rows, columns, lit }
  }
}
