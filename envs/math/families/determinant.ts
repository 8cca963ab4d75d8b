/** @file `math/determinant-v1`: the determinant of a matrix of two or three rows, by its first row. */
import { derivation } from '../derivation.ts'
import { integers } from '../draws.ts'
import { factor, matrixText } from '../terms.ts'

type Axes = { rows: number; largest: number }
type Params = { matrix: number[][] }

export const determinant = derivation<Params, Axes>({
  id: 'math/determinant-v1',
  title: 'Find a determinant',
  group: 'linear algebra',
  rules:
    'For two rows write main for the product of the main diagonal and other for that of the other one; for three, m1, m2 ' +
    'and m3 for the determinants that are left without row 1 and that column; then det. Example: for [[1, 2], [3, 4]] ' +
    'write "main = 1*4 = 4", "other = 2*3 = 6", "det = 4 - 6 = -2", "answer: -2".',
  levels: [
    { rows: 2, largest: 9 },
    { rows: 2, largest: 30 },
    { rows: 3, largest: 5 },
    { rows: 3, largest: 15 },
  ],
  draw: (rng, { rows, largest }) => ({
    matrix: Array.from({ length: rows }, () => integers(rng, rows, -largest, largest)),
  }),
  question: ({ matrix }) => `What is the determinant of ${matrixText(matrix)}?`,
  work: ({ matrix }) => {
    const [first, ...rest] = matrix as [number[], ...number[][]]
    const answer = String(det(matrix))
    if (rest.length === 1) return { lines: linesOfTwo(matrix), answer }
    const minors = first.map((_, column) => without(rest, column))
    const lines = minors.map((minor, i) => `m${i + 1} = ${crossed(minor)} = ${det(minor)}`)
    const [m1, m2, m3] = minors.map(det) as [number, number, number]
    const terms = [
      `${factor(first[0]!)}*${factor(m1)}`,
      `${factor(first[1]!)}*${factor(m2)}`,
      `${factor(first[2]!)}*${factor(m3)}`,
    ]
    return { lines: [...lines, `det = ${terms[0]!} - ${terms[1]!} + ${terms[2]!} = ${answer}`], answer }
  },
  meaning: ({ matrix }) => {
    const [first, ...rest] = matrix as [number[], ...number[][]]
    const names: Record<string, number> = { det: det(matrix) }
    if (rest.length > 1)
      for (const column of first.keys()) names[`m${column + 1}`] = det(without(rest, column))
    else {
      names['main'] = first[0]! * rest[0]![1]!
      names['other'] = first[1]! * rest[0]![0]!
    }
    return { assignments: [names] }
  },
})

function linesOfTwo(matrix: readonly number[][]): string[] {
  const [[a, b], [c, d]] = matrix as [[number, number], [number, number]]
  return [
    `main = ${factor(a)}*${factor(d)} = ${a * d}`,
    `other = ${factor(b)}*${factor(c)} = ${b * c}`,
    `det = ${a * d} - ${factor(b * c)} = ${a * d - b * c}`,
  ]
}

function crossed(matrix: readonly number[][]): string {
  const [[a, b], [c, d]] = matrix as [[number, number], [number, number]]
  return `${factor(a)}*${factor(d)} - ${factor(b)}*${factor(c)}`
}

/** Expansion by the first row. */
function det(matrix: readonly (readonly number[])[]): number {
  if (matrix.length === 1) return matrix[0]![0]!
  const [first, ...rest] = matrix
  return first!.reduce((sum, value, i) => sum + (i % 2 === 0 ? 1 : -1) * value * det(without(rest, i)), 0)
}

function without(rows: readonly (readonly number[])[], column: number): number[][] {
  return rows.map(row => row.filter((_, i) => i !== column))
}
