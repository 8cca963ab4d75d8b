/** @file `math/gcd-v1`: the greatest common divisor, by Euclid's algorithm. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'

type Params = { a: number; b: number }

export const gcd = derivation({
  id: 'math/gcd-v1',
  title: 'Find the greatest common divisor of two numbers',
  group: 'number theory',
  rules:
    'Find the greatest common divisor by Euclid’s algorithm: one remainder per line, then the answer. ' +
    'Example: for 48 and 18 write "48 mod 18 = 12", "18 mod 12 = 6", "12 mod 6 = 0", "answer: 6".',
  levels: [{ digits: 2 }, { digits: 3 }, { digits: 4 }, { digits: 6 }],
  draw: (rng, { digits }) => drawPair(rng, digits),
  identity: ({ a, b }) => [a, b],
  question: ({ a, b }) => `What is the greatest common divisor of ${a} and ${b}?`,
  work: ({ a, b }) => {
    const lines: string[] = []
    let [x, y] = [a, b]
    for (; y !== 0; [x, y] = [y, x % y]) lines.push(`${x} mod ${y} = ${x % y}`)
    return { lines, answer: String(x) }
  },
})

/** Two different numbers of that many digits, the larger first, with a common divisor that is rarely 1. */
function drawPair(rng: Rng, digits: number): Params {
  for (;;) {
    const factor = rng.int(2, 10 ** (digits - 1))
    const [low, high] = [Math.ceil(10 ** (digits - 1) / factor), Math.floor((10 ** digits - 1) / factor)]
    const [a, b] = [factor * rng.int(low, high), factor * rng.int(low, high)]
    if (a > b) return { a, b }
  }
}
