/** @file `math/polynomial-product-v1`: expand the product of two polynomials. */
import { derivation } from '../derivation.ts'
import { coefficients } from '../draws.ts'
import type { Polynomial } from '../polynomial.ts'
import { multiplied, parsePolynomial, samePolynomial, sumOfTerms } from '../polynomial.ts'
import { points, polynomial } from '../terms.ts'

type Params = { a: number[]; b: number[] }

export const polynomialProduct = derivation({
  id: 'math/polynomial-product-v1',
  title: 'Expand the product of two polynomials',
  group: 'algebra',
  rules:
    'Multiply the second polynomial by each term of the first, then collect: one equation per line, then the ' +
    'polynomial. Example: for (2x + 3)(x - 4) write "2x(x - 4) = 2x^2 - 8x", "3(x - 4) = 3x - 12", "2x^2 - 8x + 3x - ' +
    '12 = 2x^2 - 5x - 12", "answer: 2x^2 - 5x - 12".',
  levels: [
    { first: 1, second: 1, largest: 9 },
    { first: 1, second: 2, largest: 9 },
    { first: 2, second: 2, largest: 12 },
    { first: 3, second: 3, largest: 15 },
  ],
  draw: (rng, { first, second, largest }): Params => ({
    a: coefficients(rng, first, largest),
    b: coefficients(rng, second, largest),
  }),
  identity: ({ a, b }) => [a.join(), b.join()].toSorted(),
  question: ({ a, b }) => `Expand (${polynomial(a)})(${polynomial(b)}).`,
  work: ({ a, b }) => {
    const answer = polynomial(multiplied(a, b))
    const parts = termsOf(a).map(([coefficient, power]) => ({
      term: sumOfTerms([[coefficient, powerOfX(power)]]),
      terms: termsOf(b).map(([other, k]): [number, string] => [coefficient * other, powerOfX(power + k)]),
    }))
    const lines = parts.map(({ term, terms }) => `${term}(${polynomial(b)}) = ${sumOfTerms(terms)}`)
    if (parts.length > 1) lines.push(`${sumOfTerms(parts.flatMap(({ terms }) => terms))} = ${answer}`)
    return { lines, answer }
  },
  meaning: ({ a, b }) => ({
    assignments: points(`${polynomial(a)} times ${polynomial(b)}`).map(x => ({ x })),
  }),
  accepts: ({ a, b }, given) => {
    const read = parsePolynomial(given)
    return read !== null && samePolynomial(read, multiplied(a, b))
  },
})

/** Coefficient and power, the highest first, without those of coefficient 0. */
function termsOf(of: Polynomial): [coefficient: number, power: number][] {
  return of
    .map((coefficient, power): [number, number] => [coefficient, power])
    .filter(([coefficient]) => coefficient !== 0)
    .toReversed()
}

function powerOfX(power: number): string {
  return power === 0 ? '' : power === 1 ? 'x' : `x^${power}`
}
