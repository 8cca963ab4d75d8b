/**
 * @file `math/coin-change-v1`: pay an amount with as few coins as can be. Coins cannot be taken back.
 *
 * Only the fewest coins are a solution, so that one coin in the wrong place loses the goal. How many that is, is not told.
 */
import type { Rng } from '../../rng.ts'
import { isInvalid } from '../../env.ts'
import { matched, perTask, puzzle } from '../puzzle.ts'

type Params = { coins: number[]; amount: number }
type State = { left: number; paid: number }

export const coinChange = puzzle({
  id: 'math/coin-change-v1',
  title: 'Pay an amount with the fewest coins',
  rules:
    'Pay the amount exactly, with as few coins as possible; there are enough coins of every kind. A move is the value of ' +
    'one coin, which cannot be taken back. Example: with coins of 1, 4 and 5, the amount 8 is paid by "4", "4".',
  levels: [
    { coins: 4, largest: 40, fewest: 3 },
    { coins: 4, largest: 40, fewest: 4 },
    { coins: 5, largest: 40, fewest: 5 },
    { coins: 5, largest: 40, fewest: 6 },
  ],
  maxSteps: 16,
  draw: (rng, axes) => drawTask(rng, axes),
  identity: ({ coins, amount }) => [...coins, amount].join(' '),
  start: ({ amount }): State => ({ left: amount, paid: 0 }),
  view: ({ coins, amount }, { left, paid }) =>
    `coins ${coins.join(' ')}, amount ${amount}\nleft to pay ${left}, coins paid ${paid}`,
  write: (coin: number) => String(coin),
  read(written) {
    const parts = matched(written, /^(\d{1,4})$/, '5')
    return isInvalid(parts) ? parts : Number(parts[0])
  },
  moves: ({ coins }, { left }) => coins.filter(coin => coin <= left),
  apply({ coins }, { left, paid }, coin) {
    if (!coins.includes(coin)) return { invalid: `expected a coin of ${coins.join(', ')}, got ${coin}` }
    if (coin > left)
      return { invalid: `expected a coin of at most ${left}, which is left to pay, got ${coin}` }
    return { left: left - coin, paid: paid + 1 }
  },
  solved: (params, { left, paid }) => left === 0 && paid === fewestCoins(params)[params.amount],
  distance(params, { left, paid }) {
    const fewest = fewestCoins(params)
    return paid + fewest[left]! === fewest[params.amount] ? fewest[left]! : null
  },
})

/** The fewest coins for each amount up to that of the task; Infinity where it cannot be paid. */
const fewestCoins = perTask(({ coins, amount }: Params): number[] => {
  const fewest = [0]
  for (let sum = 1; sum <= amount; sum++) {
    let least = Infinity
    for (const coin of coins) if (coin <= sum) least = Math.min(least, fewest[sum - coin]! + 1)
    fewest.push(least)
  }
  return fewest
})

/** A sum of random coins that cannot be paid with fewer, and not with so few by taking the largest each time. */
function drawTask(
  rng: Rng,
  { coins: kinds, largest, fewest }: { coins: number; largest: number; fewest: number },
): Params {
  for (;;) {
    const others = Array.from({ length: kinds - 1 }, () => rng.int(2, largest)).sort((a, b) => a - b)
    const coins = [1, ...others]
    if (new Set(coins).size < kinds) continue
    let amount = 0
    for (let coin = 0; coin < fewest; coin++) amount += rng.pick(others)
    const params = { coins, amount }
    if (greedyCoins(params) > fewest && fewestCoins(params)[amount] === fewest) return params
  }
}

/** Coins paid by always taking the largest that fits. */
function greedyCoins({ coins, amount }: Params): number {
  let [left, paid] = [amount, 0]
  for (const coin of coins.toReversed()) {
    paid += Math.floor(left / coin)
    left %= coin
  }
  return paid
}
