/** @file `math/definite-integral-v1`: the exact integral of a polynomial between two whole numbers. */
import { derivation } from '../derivation.ts'
import { coefficients } from '../draws.ts'
import type { Exact } from '../exact.ts'
import { calculate, formatExact, ratio } from '../exact.ts'
import { factor, points, polynomial, polynomialFunction, valueAt } from '../terms.ts'

type Axes = { degree: number; largest: number }
/** `f[k]` is the coefficient of x^k. */
type Params = { f: number[]; from: number; to: number }

export const definiteIntegral = derivation<Params, Axes>({
  id: 'math/definite-integral-v1',
  title: 'Integrate a polynomial between two numbers',
  group: 'calculus',
  rules:
    'Write the antiderivative F without a constant, F at both ends, and the difference as integral; fractions stay ' +
    'fractions. Example: for f(x) = x^2 + 1 from 1 to 3 write "F(x) = 1/3*x^3 + x", "F(3) = 12", "F(1) = 4/3", ' +
    '"integral = 12 - 4/3 = 32/3", "answer: 32/3".',
  levels: [
    { degree: 1, largest: 15 },
    { degree: 2, largest: 12 },
    { degree: 3, largest: 12 },
    { degree: 5, largest: 12 },
  ],
  draw: (rng, { degree, largest }) => {
    const from = rng.int(-4, 5)
    return { f: coefficients(rng, degree, largest), from, to: from + rng.int(1, 6) }
  },
  question: ({ f, from, to }) => `What is the integral of f(x) = ${polynomial(f)} from ${from} to ${to}?`,
  work: params => {
    const { from, to } = params
    const antiderivative = antiderivativeOf(params)
    const [high, low] = [valueAt(antiderivative, to), valueAt(antiderivative, from)]
    const answer = formatExact(integral(params))
    return {
      lines: [
        `F(x) = ${polynomial(antiderivative)}`,
        `F(${to}) = ${formatExact(high)}`,
        `F(${from}) = ${formatExact(low)}`,
        `integral = ${formatExact(high)} - ${factor(low)} = ${answer}`,
      ],
      answer,
    }
  },
  meaning: params => {
    const antiderivative = antiderivativeOf(params)
    const { f, from, to } = params
    const value = integral(params)
    return {
      assignments: points(`${f.join()} ${from} ${to}`).map(x => ({ x, integral: value })),
      functions: { f: polynomialFunction(f), F: polynomialFunction(antiderivative) },
    }
  },
})

/** The one that is 0 at 0. */
function antiderivativeOf({ f }: Params): Exact[] {
  return [0, ...f.map((c, k) => ratio(c, k + 1))]
}

function integral(params: Params): Exact {
  const antiderivative = antiderivativeOf(params)
  return calculate('-', valueAt(antiderivative, params.to), valueAt(antiderivative, params.from))!
}
