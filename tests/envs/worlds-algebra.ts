/** @file Linear algebra, calculus and sequences, checked by definitions and by other algorithms. */
import { arithmeticSequence } from '../../envs/math/families/arithmetic-sequence.ts'
import { definiteIntegral } from '../../envs/math/families/definite-integral.ts'
import { derivativeAt } from '../../envs/math/families/derivative-at.ts'
import { determinant } from '../../envs/math/families/determinant.ts'
import { differenceTable } from '../../envs/math/families/difference-table.ts'
import { matrixInverse } from '../../envs/math/families/matrix-inverse.ts'
import { matrixProduct } from '../../envs/math/families/matrix-product.ts'
import { recurrence } from '../../envs/math/families/recurrence.ts'
import { tangentLine } from '../../envs/math/families/tangent-line.ts'
import { vectorProjection } from '../../envs/math/families/vector-projection.ts'
import type { Quotient, World } from './world.ts'
import { fractionsIn, numbersIn, of, plus, read, same, times, world } from './world.ts'

/** Sum of the outer products of columns and rows. */
function product(a: number[][], b: number[][]): number[][] {
  const sum = a.map(() => b[0]!.map(() => 0))
  for (const [k, row] of b.entries())
    for (const [i, left] of a.entries())
      for (const [j, right] of row.entries()) sum[i]![j]! += left[k]! * right
  return sum
}

/** Over all permutations, with their signs. */
function leibniz(matrix: number[][], columns = matrix.map((_, i) => i), row = 0): number {
  if (row === matrix.length) return 1
  return columns.reduce((sum, column, i) => {
    const rest = columns.filter(other => other !== column)
    return sum + (i % 2 ? -1 : 1) * matrix[row]![column]! * leibniz(matrix, rest, row + 1)
  }, 0)
}

type Matrix = { a: number; b: number; c: number; d: number }

/** Matrix times inverse is the identity. */
function inverts({ a, b, c, d }: Matrix, given: string): boolean {
  const [p, q, r, s] = fractionsIn(given) as [Quotient, Quotient, Quotient, Quotient]
  const entry = (x: number, u: Quotient, y: number, v: Quotient) => plus(times(of(x), u), times(of(y), v))
  return (
    same(entry(a, p, b, r), of(1)) &&
    same(entry(a, q, b, s), of(0)) &&
    same(entry(c, p, d, r), of(0)) &&
    same(entry(c, q, d, s), of(1))
  )
}

/** On the line of b, and what is left of a is orthogonal to b. */
function projects({ a, b }: { a: number[]; b: number[] }, given: string): boolean {
  const point = fractionsIn(given)
  const along = point.every((x, i) => point.every((y, j) => same(times(x, of(b[j]!)), times(y, of(b[i]!)))))
  const rest = point.map((x, i) => plus(of(a[i]!), times(of(-1), x)))
  const dot = rest.reduce((sum, x, i) => plus(sum, times(x, of(b[i]!))), of(0))
  return point.length === b.length && along && same(dot, of(0))
}

/** Quotient and remainder of f by x - at, lowest power first (Horner). */
function divided(f: readonly number[], at: number): { quotient: number[]; remainder: number } {
  const quotient: number[] = []
  let carry = 0
  for (const c of f.toReversed()) {
    carry = carry * at + c
    quotient.unshift(carry)
  }
  return { quotient: quotient.slice(1), remainder: quotient[0]! }
}

/** Boole's rule, exact up to degree 5. */
function boole({ f, from, to }: { f: number[]; from: number; to: number }): Quotient {
  const at = (quarter: number): Quotient => {
    const x = of(4 * from + quarter * (to - from), 4)
    return f.toReversed().reduce((value, c) => plus(times(value, x), of(c)), of(0))
  }
  const weighted = [7, 32, 12, 32, 7].map((weight, i) => times(of(weight), at(i)))
  return times(of(to - from, 90), weighted.reduce(plus))
}

/** f minus the line has a double root at the point. */
function touches({ f, at }: { f: number[]; at: number }, given: string): boolean {
  const [, slope = '0', constant = '0'] =
    /^y = (?:(-?\d*)x)?(?:(?:^| )?([-+]? ?\d+))?$/.exec(given) ?? assertNever(given)
  const incline = slope === '' ? 1 : slope === '-' ? -1 : Number(slope)
  const rest = [f[0]! - Number(constant.replace(' ', '')), (f[1] ?? 0) - incline, ...f.slice(2)]
  const first = divided(rest, at)
  return first.remainder === 0 && divided(first.quotient, at).remainder === 0
}

function assertNever(given: string): never {
  throw new Error(`expected a line, got ${given}`)
}

type Sequence = { first: number; step: number; n: number; find: string }

function walked({ first, step, n, find }: Sequence): number {
  let [term, sum] = [first, first]
  for (let i = 1; i < n; i++) {
    term += step
    sum += term
  }
  return find === 'term' ? term : sum
}

type Recurrence = { start: [number, number]; p: number; q: number; r: number; last: number }

/** From the top down. */
function recursive({ start, p, q, r, last }: Recurrence, n = last): number {
  if (n <= 2) return start[n - 1]!
  const given = { start, p, q, r, last }
  return p * recursive(given, n - 1) + q * recursive(given, n - 2) + r
}

/** Lagrange's polynomial through the numbers of the question, one step on. */
function extrapolated(question: string): Quotient {
  const values = numbersIn(question.slice(0, question.indexOf('…')))
  return values.reduce((sum, value, i) => {
    const weight = values.reduce(
      (w, _, j) => (j === i ? w : times(w, of(values.length - j, i - j))),
      of(value),
    )
    return plus(sum, weight)
  }, of(0))
}

export const ALGEBRA: readonly World[] = [
  world(
    matrixProduct,
    ({ a, b }: { a: number[][]; b: number[][] }, given) =>
      JSON.stringify(product(a, b)) === given.replaceAll(' ', ''),
    {
      params: {
        a: [
          [1, 2],
          [3, 4],
        ],
        b: [
          [0, 1],
          [1, 0],
        ],
      },
      question: 'What is AB for A = [[1, 2], [3, 4]] and B = [[0, 1], [1, 0]]?',
      truths: ['c11 = 2', 'c12 = 2*0 + 1*1', '[c21, c22] = [4, 3]', 'answer: [[2,1],[4,3]]'],
      lies: ['c11 = 3', 'c12 = 2', '[c21, c22] = [3, 4]', 'answer: [[2, 4], [1, 3]]', 'answer: [2, 1, 4, 3]'],
    },
  ),
  world(determinant, ({ matrix }: { matrix: number[][] }, given) => given === String(leibniz(matrix)), {
    params: {
      matrix: [
        [1, 2, 0],
        [3, 4, 1],
        [0, 1, 1],
      ],
    },
    question: 'What is the determinant of [[1, 2, 0], [3, 4, 1], [0, 1, 1]]?',
    truths: ['m1 = 4 - 1', 'm2 = 3', 'det = m1 - 2m2 + 0m3 = -3', 'det = 3 - 6', 'answer: -3'],
    lies: ['m1 = 5', 'det = 3 + 6', 'det = 9', 'answer: 9'],
  }),
  world(matrixInverse, inverts, {
    params: { a: 1, b: 2, c: 3, d: 4 },
    question: 'What is the inverse of [[1, 2], [3, 4]]?',
    truths: [
      'det = 4 - 6',
      'i11 = -2',
      'i21 = 3/2 = -3/det',
      '[i12, i22] = [1, -1/2]',
      'answer: [[-2, 1], [3/2, -1/2]]',
    ],
    lies: [
      'det = 10',
      'i11 = 1/(-2)',
      'i21 = -3/2',
      'answer: [[1, -2], [-3, 4]]',
      'answer: [[-2, 1], [1.4, -0.5]]',
    ],
  }),
  world(vectorProjection, projects, {
    params: { a: [3, 4], b: [1, 1] },
    question: 'What is the orthogonal projection of a = (3, 4) on b = (1, 1)?',
    truths: ['dot = 7', 'scale = dot/square', 'p1 = p2 = 7/2', '(p1, p2) = (3.5, 3.5)', 'answer: (7/2, 3.5)'],
    lies: ['dot = 12', 'square = 1', 'p1 = 3', 'answer: (7, 7)', 'answer: 7/2'],
  }),
  world(
    derivativeAt,
    ({ f, at }: { f: number[]; at: number }, given) =>
      given === String(divided(divided(f, at).quotient, at).remainder),
    {
      params: { f: [0, -5, 0, 1], at: 2 },
      question: "f(x) = x^3 - 5x. What is f'(2)?",
      truths: ["f'(x) = -5 + 3x^2", "f'(x) = (3x)x - 5", "f'(2) = 3*4 - 5", 'f(2) = -2', 'answer: 7'],
      lies: ["f'(x) = 3x^2", "f'(x) = x^2 - 5", "f'(2) = f(2)", 'answer: -2'],
    },
  ),
  world(
    definiteIntegral,
    (params: { f: number[]; from: number; to: number }, given) => same(read(given), boole(params)),
    {
      params: { f: [1, 0, 1], from: 1, to: 3 },
      question: 'What is the integral of f(x) = x^2 + 1 from 1 to 3?',
      truths: [
        'F(x) = x^3/3 + x',
        'F(x) = x(x^2 + 3)/3',
        'F(3) - F(1) = 32/3',
        'integral = 12 - 4/3',
        'f(1) = 2',
        'answer: 32/3',
      ],
      lies: ['F(x) = x^3 + x', 'F(x) = 2x', 'F(3) = 10', 'integral = 12', 'answer: 10.67'],
    },
  ),
  world(tangentLine, touches, {
    params: { f: [0, 0, 1], at: 3 },
    question: 'What is the tangent to y = x^2 at x = 3? Write y = …',
    truths: [
      "f'(x) = x + x",
      'y - 9 = 6(x - 3)',
      'y = -9 + 6x',
      'answer: y=6(x-3)+9',
      'answer: -9 + 6x',
      'answer: y = 6x - 9',
    ],
    lies: [
      "f'(x) = x",
      'y = 6x + 9',
      'y = x^2',
      'answer: y = 6x',
      'answer: 6',
      'answer: y = x^2',
      'answer: f',
    ],
  }),
  world(arithmeticSequence, (params: Sequence, given) => given === String(walked(params)), {
    params: { first: 3, step: 5, n: 10, i: 2, j: 4, find: 'sum' },
    question: 'An arithmetic sequence has a(2) = 8 and a(4) = 18. What is S(10)?',
    truths: [
      '2d = 18 - 8',
      'd = 5',
      'a(10) = a(4) + 6d = 48',
      'S(10) = 5 * 51 = 255',
      'S(2) = 11',
      'answer: 255',
    ],
    lies: ['d = 10', 'a(10) = 53', 'S(10) = 10*51', 'answer: 280'],
  }),
  world(recurrence, (params: Recurrence, given) => given === String(recursive(params)), {
    params: { start: [1, 4], p: 2, q: -1, r: 3, last: 5 },
    question: 'a(1) = 1, a(2) = 4 and a(n) = 2a(n-1) - a(n-2) + 3 for n > 2. What is a(5)?',
    truths: ['a(3) = 8 - 1 + 3', 'a(4) = 2a(3) - 4 + 3 = 19', 'a(5) = 31', 'answer: 31'],
    lies: ['a(3) = 9', 'a(4) = 2*10 - 4', 'a(5) = 38', 'answer: 19'],
    remark: 'a(6) = 46',
  }),
  world(
    differenceTable,
    (_params: { edge: number[] }, given, question) => same(read(given), extrapolated(question)),
    {
      params: { edge: [1, 3, 2] },
      question:
        'The sequence 1, 4, 9, 16, 25, … is given by a polynomial of degree 2. What is its next term?',
      truths: [
        'd1 = [3,5,7,9]',
        'd2 = [5 - 3, 7 - 5, 2]',
        'e1 = 11',
        'next = 6^2',
        'next = 25 + e1',
        'answer: 36',
      ],
      lies: ['d1 = [3, 5, 7]', 'd2 = [2, 2, 3]', 'e1 = 9', 'next = 34', 'answer: 34'],
    },
  ),
]
