/** @file `math/derivative-at-v1`: the derivative of a polynomial at a point. */
import { derivation } from '../derivation.ts'
import { coefficients, nonZero } from '../draws.ts'
import { formatExact } from '../exact.ts'
import { derivative, factor, points, polynomial, polynomialFunction, sumOf, valueAt } from '../terms.ts'

type Axes = { degree: number; largest: number }
/** `f[k]` is the coefficient of x^k. */
type Params = { f: number[]; at: number }

export const derivativeAt = derivation<Params, Axes>({
  id: 'math/derivative-at-v1',
  title: 'Find the derivative of a polynomial at a point',
  group: 'calculus',
  rules:
    'Write the derivative, then its terms at the point, then their sum. ' +
    'Example: for f(x) = x^3 - 5x at 2 write "f\'(x) = 3x^2 - 5", "3*2^2 = 12", "f\'(2) = 12 - 5 = 7", "answer: 7".',
  levels: [
    { degree: 2, largest: 15 },
    { degree: 3, largest: 12 },
    { degree: 4, largest: 12 },
    { degree: 6, largest: 12 },
  ],
  draw: (rng, { degree, largest }) => ({
    f: coefficients(rng, degree, largest),
    at: nonZero(rng, degree > 4 ? 4 : 9),
  }),
  question: ({ f, at }) => `f(x) = ${polynomial(f)}. What is f'(${at})?`,
  work: ({ f, at }) => {
    const slopes = derivative(f)
    const terms = slopes.map((c, k) => ({ c, k, value: c * at ** k })).filter(({ c }) => c !== 0)
    const powers = terms.filter(({ k }) => k > 0).toReversed()
    const answer = formatExact(valueAt(slopes, at))
    const lines = powers.map(({ c, k, value }) => `${c}*${factor(at)}${k > 1 ? `^${k}` : ''} = ${value}`)
    const sum = sumOf(terms.toReversed().map(({ value }) => value))
    const last = `f'(${at}) = ${terms.length > 1 ? `${sum} = ` : ''}${answer}`
    return { lines: [`f'(x) = ${polynomial(slopes)}`, ...lines, last], answer }
  },
  meaning: ({ f, at }) => ({
    assignments: points(`${f.join()} ${at}`).map(x => ({ x })),
    functions: { f: polynomialFunction(f), "f'": polynomialFunction(derivative(f)) },
  }),
})
