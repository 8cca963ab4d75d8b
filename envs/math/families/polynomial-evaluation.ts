/** @file `math/polynomial-evaluation-v1`: the value of a polynomial at a number, by Horner's scheme. */
import { derivation } from '../derivation.ts'
import { coefficients, nonZero } from '../draws.ts'
import { factor, polynomial } from '../terms.ts'

type Params = { of: number[]; x: number }

export const polynomialEvaluation = derivation({
  id: 'math/polynomial-evaluation-v1',
  title: 'Evaluate a polynomial',
  group: 'algebra',
  rules:
    'Use Horner’s scheme: begin with the first coefficient, and for each further one multiply by x and add it (0 ' +
    'where a power is missing), one line each, then the answer. Example: for 2x^2 - 5x + 1 at x = 3 write "2*3 - 5 = ' +
    '1", "1*3 + 1 = 4", "answer: 4".',
  levels: [
    { degree: 2, x: 9, largest: 12 },
    { degree: 3, x: 9, largest: 15 },
    { degree: 4, x: 12, largest: 20 },
    { degree: 6, x: 15, largest: 30 },
  ],
  draw: (rng, axes): Params => ({
    of: coefficients(rng, axes.degree, axes.largest),
    x: nonZero(rng, axes.x),
  }),
  question: ({ of, x }) => `What is the value of ${polynomial(of)} at x = ${x}?`,
  work: ({ of, x }) => {
    const lines = new Set<string>()
    const value = of.reduceRight((total, coefficient) => {
      const next = total * x + coefficient
      lines.add(`${total}*${factor(x)} ${coefficient < 0 ? '-' : '+'} ${Math.abs(coefficient)} = ${next}`)
      return next
    })
    return { lines: [...lines], answer: String(value) }
  },
  meaning: ({ x }) => ({ assignments: [{ x }] }),
})
