/** @file `math/polynomial-division-v1`: quotient and remainder of two polynomials, by long division. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import { coefficients, integers } from '../draws.ts'
import { multiplied, parsePolynomial, samePolynomial } from '../polynomial.ts'
import { points, polynomial } from '../terms.ts'

type Axes = { quotient: number; divisor: number; leading: number; largest: number }
type Params = { divisor: number[]; quotient: number[]; remainder: number[] }

const ANSWER = /^(?:quotient\s*:?)?(.+?),?\s*remainder\s*:?(.+)$/i

export const polynomialDivision = derivation<Params, Axes>({
  id: 'math/polynomial-division-v1',
  title: 'Divide polynomials with a remainder',
  group: 'algebra',
  rules:
    'Take away multiples of the divisor, the highest power first: one subtraction per line, then quotient and ' +
    'remainder. Example: for 2x^2 - 5x + 1 by x - 4 write "2x^2 - 5x + 1 - 2x(x - 4) = 3x + 1", "3x + 1 - 3(x - 4) = ' +
    '13", "answer: 2x + 3 remainder 13".',
  levels: [
    { quotient: 1, divisor: 1, leading: 1, largest: 9 },
    { quotient: 2, divisor: 1, leading: 1, largest: 9 },
    { quotient: 2, divisor: 2, leading: 1, largest: 12 },
    { quotient: 4, divisor: 2, leading: 4, largest: 12 },
  ],
  draw: drawDivision,
  question: params =>
    `What are the quotient and the remainder of ${polynomial(dividendOf(params))} by ${polynomial(params.divisor)}?`,
  work: ({ divisor, quotient, remainder }) => {
    const lines: string[] = []
    for (let power = quotient.length - 1; power >= 0; power--) {
      const coefficient = quotient[power]!
      if (coefficient === 0) continue
      const before = dividendOf({ divisor, quotient: quotient.slice(0, power + 1), remainder })
      const after = dividendOf({ divisor, quotient: quotient.slice(0, power), remainder })
      const term = polynomial([...Array.from({ length: power }, () => 0), Math.abs(coefficient)])
      lines.push(
        `${polynomial(before)} ${coefficient < 0 ? '+' : '-'} ${term}(${polynomial(divisor)}) = ${polynomial(after)}`,
      )
    }
    return { lines, answer: `${polynomial(quotient)} remainder ${polynomial(remainder)}` }
  },
  meaning: ({ divisor, quotient }) => ({
    assignments: points(`${polynomial(quotient)} times ${polynomial(divisor)}`).map(x => ({ x })),
  }),
  accepts: ({ quotient, remainder }, given) => {
    const match = ANSWER.exec(given)
    const [first, second] = [parsePolynomial(match?.[1] ?? ''), parsePolynomial(match?.[2] ?? '')]
    return (
      first !== null &&
      second !== null &&
      samePolynomial(first, quotient) &&
      samePolynomial(second, remainder)
    )
  },
})

/** Degrees of quotient and divisor; `leading` is the largest first coefficient of the divisor. */
function drawDivision(rng: Rng, { quotient, divisor, leading, largest }: Axes): Params {
  return {
    divisor: [...integers(rng, divisor, -largest, largest), rng.int(1, leading)],
    quotient: coefficients(rng, quotient, largest),
    remainder: integers(rng, divisor, -largest, largest),
  }
}

/** divisor · quotient + remainder. */
function dividendOf({ divisor, quotient, remainder }: Params): number[] {
  if (quotient.length === 0) return remainder
  return multiplied(divisor, quotient).map((coefficient, k) => coefficient + (remainder[k] ?? 0))
}
