/** @file `math/divisor-sum-v1`: the sum of all divisors of a number, from its prime factors. */
import { derivation } from '../derivation.ts'
import { drawComposite, primeFactors, trialDivisions } from '../divisors.ts'

type Params = { number: number }

export const divisorSum = derivation({
  id: 'math/divisor-sum-v1',
  title: 'Add up all divisors of a number',
  group: 'number theory',
  rules:
    'Find the prime factors by trial division, add the powers of each prime from 1 on, and multiply these sums: one ' +
    'operation per line, then the answer. Example: for the divisors of 12 write "12/2 = 6", "6/2 = 3", "1 + 2 + 4 = ' +
    '7", "1 + 3 = 4", "7*4 = 28", "answer: 28".',
  levels: [
    { factors: 2, largest: 99 },
    { factors: 2, largest: 300 },
    { factors: 3, largest: 60 },
    { factors: 3, largest: 200 },
  ],
  draw: (rng, { factors, largest }): Params => ({ number: drawComposite(rng, factors, largest) }),
  identity: ({ number }) => number,
  question: ({ number }) =>
    `What is the sum of all positive divisors of ${number}, 1 and ${number} included?`,
  work: ({ number }) => {
    const powers = primePowers(number)
    const sums = powers.map(list => list.reduce((a, b) => a + b))
    const answer = sums.reduce((a, b) => a * b)
    const lines = [...trialDivisions(number), ...powers.map((list, i) => `${list.join(' + ')} = ${sums[i]}`)]
    if (sums.length > 1) lines.push(`${sums.join('*')} = ${answer}`)
    return { lines, answer: String(answer) }
  },
})

/** For each prime that divides the number, its powers that do: 12 gives [1, 2, 4] and [1, 3]. */
function primePowers(number: number): number[][] {
  const lists = new Map<number, number[]>()
  for (const prime of primeFactors(number)) {
    const list = lists.get(prime) ?? [1]
    list.push(list.at(-1)! * prime)
    lists.set(prime, list)
  }
  return [...lists.values()]
}
