/** @file `math/prime-factorisation-v1`: write a number as a product of primes, by trial division. */
import { derivation } from '../derivation.ts'
import { drawComposite, primeFactors, trialDivisions } from '../divisors.ts'

type Params = { number: number }

const FACTOR = /^\s*(\d{1,9})\s*(?:\^\s*([1-9]\d?)\s*)?$/

export const primeFactorisation = derivation({
  id: 'math/prime-factorisation-v1',
  title: 'Write a number as a product of primes',
  group: 'number theory',
  rules:
    'Divide by the smallest prime that divides the number, and so on with what is left until that is a prime: one ' +
    'division per line, then the product. Example: for 84 write "84/2 = 42", "42/2 = 21", "21/3 = 7", "answer: 2 * 2 ' +
    '* 3 * 7".',
  levels: [
    { factors: 2, largest: 99 },
    { factors: 2, largest: 300 },
    { factors: 3, largest: 99 },
    { factors: 3, largest: 300 },
  ],
  draw: (rng, { factors, largest }): Params => ({ number: drawComposite(rng, factors, largest) }),
  identity: ({ number }) => number,
  question: ({ number }) => `Write ${number} as a product of primes.`,
  work: ({ number }) => ({ lines: trialDivisions(number), answer: primeFactors(number).join(' * ') }),
  accepts: ({ number }, given) => {
    const factors = given.split(/[*×·,]/).map(each => FACTOR.exec(each))
    const powers = factors.map(match => Number(match?.[1] ?? NaN) ** Number(match?.[2] ?? 1))
    return (
      factors.every(match => match !== null && primeFactors(Number(match[1])).length === 1) &&
      powers.reduce((product, power) => product * power) === number
    )
  },
  /** The last two factors are left together. */
  mistake: ({ number }) => {
    const [last, before, ...rest] = primeFactors(number).toReversed()
    return [...rest.toReversed(), last! * before!].join(' * ')
  },
})
