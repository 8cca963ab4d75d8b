/** @file `math/division-v1`: quotient and remainder by long division. */
import { derivation } from '../derivation.ts'

type Params = { dividend: number; divisor: number }

const ANSWER = /^(\d{1,15})\s*(?:remainder|rem|r|,)\s*(\d{1,15})$/i

export const division = derivation({
  id: 'math/division-v1',
  title: 'Divide with a remainder',
  group: 'arithmetic',
  rules:
    'Take away multiples of the divisor, the highest decimal place of the quotient first: one subtraction per line, ' +
    'then quotient and remainder. Example: for 1234 by 7 write "1234 - 7*100 = 534", "534 - 7*70 = 44", "44 - 7*6 = ' +
    '2", "answer: 176 remainder 2".',
  levels: [
    { 'dividend digits': 3, 'divisor digits': 1 },
    { 'dividend digits': 4, 'divisor digits': 1 },
    { 'dividend digits': 5, 'divisor digits': 2 },
    { 'dividend digits': 7, 'divisor digits': 3 },
  ],
  draw: (rng, { 'dividend digits': long, 'divisor digits': short }): Params => ({
    dividend: rng.int(10 ** (long - 1), 10 ** long - 1),
    divisor: rng.int(10 ** (short - 1) + 1, 10 ** short - 1),
  }),
  identity: ({ dividend, divisor }) => [dividend, divisor],
  question: ({ dividend, divisor }) =>
    `What are the quotient and the remainder of ${dividend} by ${divisor}?`,
  work: ({ dividend, divisor }) => {
    const quotient = Math.floor(dividend / divisor)
    const lines: string[] = []
    let rest = dividend
    for (let place = 10 ** (String(quotient).length - 1); place >= 1; place /= 10) {
      const part = Math.floor(rest / (divisor * place)) * place
      if (part === 0) continue
      lines.push(`${rest} - ${divisor}*${part} = ${rest - divisor * part}`)
      rest -= divisor * part
    }
    return { lines, answer: `${quotient} remainder ${rest}` }
  },
  accepts: ({ dividend, divisor }, given) => {
    const match = ANSWER.exec(given)
    if (!match) return false
    const [quotient, remainder] = [Number(match[1]), Number(match[2])]
    return quotient === Math.floor(dividend / divisor) && remainder === dividend % divisor
  },
})
