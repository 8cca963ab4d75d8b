/** @file `math/matrix-inverse-v1`: the inverse of a matrix of two rows, in fractions. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import { ratio } from '../exact.ts'
import { factor, matrixText, quotient } from '../terms.ts'

type Axes = { largest: number; negative: boolean }
/** [[a, b], [c, d]] with ad - bc other than 0. */
type Params = { a: number; b: number; c: number; d: number }

export const matrixInverse = derivation<Params, Axes>({
  id: 'math/matrix-inverse-v1',
  title: 'Invert a matrix of two rows',
  group: 'linear algebra',
  rules:
    'Write det for the determinant, then one entry per line, i12 being the one in row 1 and column 2 of the inverse; ' +
    'fractions stay fractions. Example: for [[1, 2], [3, 4]] write "det = 1*4 - 2*3 = -2", "i11 = 4/(-2) = -2", ' +
    '"i12 = -2/(-2) = 1", "i21 = -3/(-2) = 3/2", "i22 = 1/(-2) = -1/2", "answer: [[-2, 1], [3/2, -1/2]]".',
  levels: [
    { largest: 9, negative: false },
    { largest: 12, negative: true },
    { largest: 40, negative: true },
  ],
  draw: drawMatrix,
  question: ({ a, b, c, d }) =>
    `What is the inverse of ${matrixText([
      [a, b],
      [c, d],
    ])}?`,
  work: params => {
    const { a, b, c, d } = params
    const { det, i11, i12, i21, i22 } = quantities(params)
    return {
      lines: [
        `det = ${factor(a)}*${factor(d)} - ${factor(b)}*${factor(c)} = ${det}`,
        `i11 = ${quotient(d, det)}`,
        `i12 = ${quotient(0 - b, det)}`,
        `i21 = ${quotient(0 - c, det)}`,
        `i22 = ${quotient(a, det)}`,
      ],
      answer: matrixText([
        [i11, i12],
        [i21, i22],
      ]),
    }
  },
  meaning: params => ({ assignments: [quantities(params)] }),
})

function drawMatrix(rng: Rng, { largest, negative }: Axes): Params {
  for (;;) {
    const entry = () => rng.int(negative ? -largest : 0, largest)
    const [a, b, c, d] = [entry(), entry(), entry(), entry()]
    if (a * d !== b * c) return { a, b, c, d }
  }
}

function quantities({ a, b, c, d }: Params) {
  const det = a * d - b * c
  return { det, i11: ratio(d, det), i12: ratio(-b, det), i21: ratio(-c, det), i22: ratio(a, det) }
}
