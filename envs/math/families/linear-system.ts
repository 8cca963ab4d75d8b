/** @file `math/linear-system-v1`: two or three linear equations, solved by elimination. */
import type { Rng } from '../../rng.ts'
import { sameAnswer } from '../answer.ts'
import { derivation } from '../derivation.ts'
import { gcd } from '../divisors.ts'
import { integers, nonZero } from '../draws.ts'
import { sumOfTerms } from '../polynomial.ts'

type Axes = { unknowns: number; largest: number }
/** Coefficients of the unknowns, then the right-hand side. */
type Row = readonly number[]
type Params = { rows: number[][]; solution: number[] }

const NAMES = ['x', 'y', 'z']

export const linearSystem = derivation<Params, Axes>({
  id: 'math/linear-system-v1',
  title: 'Solve a system of linear equations',
  group: 'algebra',
  rules:
    'Eliminate one unknown after the other, then find them from the last to the first: one equation per line, then ' +
    'all values. Example: for x + 2y = 7, 3x - y = 0 write "7y = 21", "y = 3", "x = 7 - 2*3 = 1", "answer: x = 1, y ' +
    '= 3".',
  levels: [
    { unknowns: 2, largest: 5 },
    { unknowns: 2, largest: 9 },
    { unknowns: 3, largest: 4 },
    { unknowns: 3, largest: 9 },
  ],
  draw: drawSystem,
  identity: ({ rows }) => rows.map(row => row.join()).toSorted(),
  question: ({ rows }) =>
    `Solve ${rows.map(format).join(', ')} for ${NAMES.slice(0, rows.length - 1).join(', ')} and ${NAMES[rows.length - 1]}.`,
  work: ({ rows, solution }) => {
    const lines = new Set<string>()
    const triangle = eliminated(rows, lines)
    for (let i = triangle.length - 1; i >= 0; i--) substitute(triangle[i]!, i, solution, lines)
    return { lines: [...lines], answer: solution.map((value, i) => `${NAMES[i]} = ${value}`).join(', ') }
  },
  meaning: ({ solution }) => ({
    assignments: [Object.fromEntries(solution.map((value, i) => [NAMES[i]!, value]))],
  }),
  accepts: ({ solution }, given) => {
    if (!given.includes('='))
      return sameAnswer(`[${solution.join(', ')}]`, given.replace(/^\((.*)\)$/, '[$1]'))
    const values = new Map(given.split(/,| and /).map(part => nameAndValue(part)))
    return (
      values.size === solution.length &&
      solution.every((value, i) => sameAnswer(String(value), values.get(NAMES[i]!) ?? ''))
    )
  },
})

/** With exactly one solution, which is whole: nearly every draw has one. */
function drawSystem(rng: Rng, { unknowns, largest }: Axes): Params {
  const solution = integers(rng, unknowns, -largest - 3, largest + 3)
  for (;;) {
    const rows = solution.map(() => {
      const row = solution.map(() => nonZero(rng, largest))
      return [...row, row.reduce((sum, coefficient, i) => sum + coefficient * solution[i]!, 0)]
    })
    if (determinant(rows) !== 0) return { rows, solution }
  }
}

/** Of the square part of two or three rows. */
function determinant(rows: readonly Row[]): number {
  const [[a, b, c], [d, e, f], third] = rows as [Triple, Triple, Triple | undefined]
  if (!third) return a * e - b * d
  const [g, h, i] = third
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
}

type Triple = readonly [number, number, number]

/** Equations of which the i-th has no unknown before the i-th; each new one is added to `lines`, then reduced. */
function eliminated(rows: readonly Row[], lines: Set<string>): Row[] {
  const triangle: Row[] = []
  let open = rows
  for (let column = 0; open.length > 0; column++) {
    const pivot = open.find(row => row[column] !== 0)!
    triangle.push(pivot)
    open = open
      .filter(row => row !== pivot)
      .map(row => {
        if (row[column] === 0) return row
        const difference = without(row, pivot, column)
        const smallest = reduced(difference)
        lines.add(format(difference)).add(format(smallest))
        return smallest
      })
  }
  return triangle
}

/** A combination of both rows that is 0 in that column. */
function without(row: Row, pivot: Row, column: number): Row {
  const common = gcd(Math.abs(row[column]!), Math.abs(pivot[column]!))
  return row.map((value, i) => (value * pivot[column]! - pivot[i]! * row[column]!) / common)
}

/** Divided by the greatest common divisor, the first coefficient positive. */
function reduced(row: Row): Row {
  const common = row.reduce((divisor, value) => gcd(Math.abs(value), divisor), 0)
  const first = row.find(value => value !== 0)!
  return row.map(value => value / (first < 0 ? -common : common) + 0) // + 0: there is no -0
}

/** Finds the i-th unknown from an equation in which only those after it are left. */
function substitute(row: Row, i: number, solution: readonly number[], lines: Set<string>): void {
  const name = NAMES[i]!
  const known = solution.slice(i + 1).map((value, k): [number, number] => [row[i + 1 + k]!, value])
  const total = row[i]! * solution[i]!
  if (known.some(([coefficient]) => coefficient !== 0))
    lines.add(`${sumOfTerms([[row[i]!, name]])} = ${row.at(-1)}${known.map(takenAway).join('')} = ${total}`)
  if (row[i] !== 1) lines.add(`${name} = ${solution[i]}`)
}

function takenAway([coefficient, value]: [number, number]): string {
  if (coefficient === 0) return ''
  return ` ${coefficient < 0 ? '+' : '-'} ${Math.abs(coefficient)}*${value < 0 ? `(${value})` : value}`
}

function nameAndValue(part: string): [string, string] {
  const [name, value] = part.split('=')
  return [name!.trim(), (value ?? '').trim()]
}

function format(row: Row): string {
  return `${sumOfTerms(row.slice(0, -1).map((value, i) => [value, NAMES[i]!]))} = ${row.at(-1)}`
}
