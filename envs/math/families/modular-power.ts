/** @file `math/modular-power-v1`: the remainder of a power, by squaring and multiplying. */
import { derivation } from '../derivation.ts'

type Params = { base: number; exponent: number; modulus: number }

export const modularPower = derivation({
  id: 'math/modular-power-v1',
  title: 'Find the remainder of a power',
  group: 'number theory',
  rules:
    'Go through the binary digits of the exponent after the first: square for each, and multiply by the base where ' +
    'the digit is 1, always modulo the modulus; one such product per line, then the answer. Example: for 3^6 mod 10 ' +
    '(6 is 110 in binary) write "3^2 mod 10 = 9", "9*3 mod 10 = 7", "7^2 mod 10 = 9", "answer: 9".',
  levels: [
    { exponent: 12, modulus: 50 },
    { exponent: 50, modulus: 100 },
    { exponent: 400, modulus: 1_000 },
    { exponent: 4_000, modulus: 10_000 },
  ],
  draw: (rng, axes): Params => {
    const modulus = rng.int(axes.modulus / 5, axes.modulus)
    const exponent = rng.int(Math.ceil(axes.exponent / 4), axes.exponent)
    return { base: rng.int(2, modulus - 2), exponent, modulus }
  },
  identity: ({ base, exponent, modulus }) => [base, exponent, modulus],
  question: ({ base, exponent, modulus }) => `What is ${base}^${exponent} mod ${modulus}?`,
  work: ({ base, exponent, modulus }) => {
    const lines = new Set<string>()
    let value = base
    for (const digit of exponent.toString(2).slice(1)) {
      const square = value ** 2 % modulus
      lines.add(`${value}^2 mod ${modulus} = ${square}`)
      value = digit === '1' ? (square * base) % modulus : square
      if (digit === '1') lines.add(`${square}*${base} mod ${modulus} = ${value}`)
    }
    return { lines: [...lines], answer: String(value) }
  },
})
