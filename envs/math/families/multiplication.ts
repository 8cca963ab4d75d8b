/** @file `math/multiplication-v1`: long multiplication, one partial product for each digit. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'

type Params = { a: number; b: number }

export const multiplication = derivation({
  id: 'math/multiplication-v1',
  title: 'Multiply two numbers of several digits',
  group: 'arithmetic',
  rules:
    'Multiply the first number by each digit of the second, from the right, and add up as you go: one product or sum ' +
    'per line, then the answer. Example: for 347 * 26 write "347*6 = 2082", "347*20 = 6940", "2082 + 6940 = 9022", ' +
    '"answer: 9022".',
  levels: [
    { digits: 2, 'second digits': 2 },
    { digits: 3, 'second digits': 2 },
    { digits: 3, 'second digits': 3 },
    { digits: 5, 'second digits': 4 },
  ],
  draw: (rng, { digits, 'second digits': second }): Params => ({
    a: drawNumber(rng, digits),
    b: drawNumber(rng, second),
  }),
  identity: ({ a, b }) => [Math.min(a, b), Math.max(a, b)],
  question: ({ a, b }) => `What is ${a} * ${b}?`,
  work: ({ a, b }) => ({ lines: partialProducts(a, b), answer: String(a * b) }),
  /** Every partial product is written in the column of the ones. */
  mistake: ({ a, b }) => String(a * digitSum(b)),
})

/** The lines of a long multiplication of two positive integers; digits 0 of `b` are passed over. */
export function partialProducts(a: number, b: number): string[] {
  const lines: string[] = []
  let total = 0
  for (let place = 1; place <= b; place *= 10) {
    const part = (Math.floor(b / place) % 10) * place
    if (part === 0) continue
    lines.push(`${a}*${part} = ${a * part}`)
    if (total > 0) lines.push(`${total} + ${a * part} = ${total + a * part}`)
    total += a * part
  }
  return lines
}

function digitSum(number: number): number {
  return String(number)
    .split('')
    .reduce((sum, digit) => sum + Number(digit), 0)
}

function drawNumber(rng: Rng, digits: number): number {
  return rng.int(10 ** (digits - 1) + 1, 10 ** digits - 1)
}
