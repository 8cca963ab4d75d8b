/** @file `math/matrix-product-v1`: the product of two small matrices, entry by entry. */
import { derivation } from '../derivation.ts'
import { integers } from '../draws.ts'
import { dotProduct, matrixText } from '../terms.ts'

type Axes = { rows: number; inner: number; largest: number; negative: boolean }
/** `a` is [rows, inner], `b` [inner, rows]. */
type Params = { a: number[][]; b: number[][] }

export const matrixProduct = derivation<Params, Axes>({
  id: 'math/matrix-product-v1',
  title: 'Multiply two matrices',
  group: 'linear algebra',
  rules:
    'Work out one entry per line, c12 being the one in row 1 and column 2, then answer with all rows. ' +
    'Example: for A = [[1, 2]] and B = [[3], [4]] write "c11 = 1*3 + 2*4 = 11", "answer: [[11]]".',
  levels: [
    { rows: 2, inner: 2, largest: 5, negative: false },
    { rows: 2, inner: 2, largest: 12, negative: true },
    { rows: 2, inner: 3, largest: 12, negative: true },
    { rows: 3, inner: 3, largest: 9, negative: true },
    { rows: 4, inner: 3, largest: 12, negative: true },
  ],
  draw: (rng, { rows, inner, largest, negative }) => {
    const grid = (height: number, width: number) =>
      Array.from({ length: height }, () => integers(rng, width, negative ? -largest : 0, largest))
    return { a: grid(rows, inner), b: grid(inner, rows) }
  },
  question: ({ a, b }) => `What is AB for A = ${matrixText(a)} and B = ${matrixText(b)}?`,
  work: params => {
    const lines = entries(params).map(({ name, row, column, value }) => {
      return `${name} = ${dotProduct(row, column)} = ${value}`
    })
    return { lines, answer: matrixText(product(params)) }
  },
  meaning: params => ({
    assignments: [Object.fromEntries(entries(params).map(({ name, value }) => [name, value]))],
  }),
})

function entries({ a, b }: Params) {
  return a.flatMap((row, i) =>
    b[0]!.map((_, j) => {
      const column = b.map(each => each[j]!)
      return { name: `c${i + 1}${j + 1}`, row, column, value: dot(row, column) }
    }),
  )
}

function product({ a, b }: Params): number[][] {
  return a.map(row =>
    b[0]!.map((_, j) =>
      dot(
        row,
        b.map(each => each[j]!),
      ),
    ),
  )
}

function dot(row: readonly number[], column: readonly number[]): number {
  return row.reduce((sum, value, k) => sum + value * column[k]!, 0)
}
