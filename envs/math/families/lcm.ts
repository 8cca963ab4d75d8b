/** @file `math/lcm-v1`: the least common multiple of two or three numbers, by way of their greatest common divisor. */
import { derivation } from '../derivation.ts'

type Params = { numbers: number[] }

export const lcm = derivation({
  id: 'math/lcm-v1',
  title: 'Find the least common multiple',
  group: 'number theory',
  rules:
    'Find the greatest common divisor by Euclid’s algorithm, divide the first number by it and multiply by the ' +
    'second; with a third number go on in the same way: one operation per line, then the answer. Example: for 12 and ' +
    '18 write "12 mod 18 = 12", "18 mod 12 = 6", "12 mod 6 = 0", "12/6 = 2", "2*18 = 36", "answer: 36".',
  levels: [
    { numbers: 2, largest: 300 },
    { numbers: 2, largest: 900 },
    { numbers: 3, largest: 96 },
    { numbers: 3, largest: 240 },
  ],
  draw: (rng, { numbers, largest }): Params => {
    const drawn = new Set<number>()
    while (drawn.size < numbers) drawn.add(rng.int(2, 12) * rng.int(2, Math.floor(largest / 12)))
    return { numbers: [...drawn] }
  },
  identity: ({ numbers }) => numbers.toSorted((a, b) => a - b),
  question: ({ numbers }) =>
    `What is the least common multiple of ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}?`,
  work: ({ numbers }) => {
    const lines = new Set<string>()
    const answer = numbers.reduce((a, b) => {
      let [x, y] = [a, b]
      for (; y !== 0; [x, y] = [y, x % y]) lines.add(`${x} mod ${y} = ${x % y}`)
      lines.add(`${a}/${x} = ${a / x}`)
      lines.add(`${a / x}*${b} = ${(a / x) * b}`)
      return (a / x) * b
    })
    return { lines: [...lines], answer: String(answer) }
  },
})
