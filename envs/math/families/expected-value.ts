/** @file `math/expected-value-v1`: what a spinner with unequal sectors pays on average. */
import type { Rng } from '../../rng.ts'
import { total } from '../counting.ts'
import { derivation } from '../derivation.ts'
import { calculate, formatExact, ratio } from '../exact.ts'
import { dotProduct, quotient } from '../terms.ts'

type Axes = { outcomes: number; losses: boolean; spins: number }
/** Sector i pays `pays[i]` coins and comes `sectors[i]` times; `price` is paid once for all spins. */
type Params = { sectors: number[]; pays: number[]; spins: number; price: number }

export const expectedValue = derivation<Params, Axes>({
  id: 'math/expected-value-v1',
  title: 'Find an expected value exactly',
  group: 'combinatorics and probability',
  rules:
    'Write sectors for their number, sum for the sum of what all of them pay, mean for what one spin pays on average and ' +
    'gain for what is left of several spins after the price. Example: for 2 sectors that pay 3 and 1 that pays 9 write ' +
    '"sectors = 2 + 1 = 3", "sum = 2*3 + 1*9 = 15", "mean = 15/3 = 5", "answer: 5".',
  levels: [
    { outcomes: 2, losses: false, spins: 1 },
    { outcomes: 3, losses: false, spins: 1 },
    { outcomes: 4, losses: true, spins: 1 },
    { outcomes: 5, losses: true, spins: 9 },
  ],
  draw: drawSpinner,
  identity: ({ sectors, pays, spins, price }) => [
    sectors.map((n, i) => `${n}x${pays[i]!}`).toSorted(),
    spins,
    price,
  ],
  question,
  work: params => {
    const { sectors, pays, spins, price } = params
    const { sum, mean, gain } = quantities(params)
    const average = formatExact(mean)
    const lines = [
      `sectors = ${sectors.join(' + ')} = ${total(sectors)}`,
      `sum = ${dotProduct(sectors, pays)} = ${sum}`,
      `mean = ${quotient(sum, total(sectors))}`,
    ]
    if (spins === 1) return { lines, answer: average }
    const answer = formatExact(gain)
    return { lines: [...lines, `gain = ${spins} * ${average} - ${price} = ${answer}`], answer }
  },
  meaning: params => ({ assignments: [quantities(params)] }),
})

function drawSpinner(rng: Rng, { outcomes, losses, spins }: Axes): Params {
  const sectors = Array.from({ length: outcomes }, () => rng.int(1, 8))
  const pays = distinct(rng, outcomes, losses ? -10 : 1, 20)
  if (spins === 1) return { sectors, pays, spins, price: 0 }
  return { sectors, pays, spins: rng.int(2, spins), price: rng.int(1, 20) }
}

/** That many different numbers, none of them 0. */
function distinct(rng: Rng, count: number, low: number, high: number): number[] {
  const values = new Set<number>()
  while (values.size < count) values.add(rng.int(low, high) || high)
  return [...values]
}

function question({ sectors, pays, spins, price }: Params): string {
  const parts = sectors.map((count, i) => `${pays[i]!} coins on ${count} of them`)
  const spinner = `A spinner of equal sectors pays ${parts.join(', ')}.`
  if (spins === 1) return `${spinner} How much does one spin pay on average?`
  return `${spinner} A ticket for ${spins} spins is sold for ${price} coins. What does a player gain with it on average?`
}

function quantities({ sectors, pays, spins, price }: Params) {
  const sum = total(sectors.map((count, i) => count * pays[i]!))
  const mean = ratio(sum, total(sectors))
  return { sectors: total(sectors), sum, mean, gain: calculate('-', calculate('*', spins, mean)!, price)! }
}
