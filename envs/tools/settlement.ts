/** @file How far an account database is from a goal: the least number of calls that lead there, exactly. */

/** Cents by account. */
export type Accounts = Record<string, number>

/**
 * The least number of open, transfer and close calls from `accounts` to `goal`; null if no calls lead there, because an
 * account of the goal is among the `closed`, which never open again.
 *
 * Money is never made or lost, so the differences to the goal sum to 0. A set of accounts whose differences sum to 0 and
 * holds no smaller such set needs one transfer less than it has accounts, and always from a surplus to a deficit, so no
 * account is overdrawn on the way. So transfers = accounts that differ − most such sets they can be divided into.
 */
export function callsToGoal(accounts: Accounts, closed: readonly string[], goal: Accounts): number | null {
  const opens = Object.keys(goal).filter(name => !Object.hasOwn(accounts, name))
  if (opens.some(name => closed.includes(name))) return null
  const closes = Object.keys(accounts).filter(name => !Object.hasOwn(goal, name))
  const names = new Set([...Object.keys(goal), ...Object.keys(accounts)])
  const differences = [...names]
    .map(name => held(accounts, name) - held(goal, name))
    .filter(cents => cents !== 0)
  return opens.length + closes.length + differences.length - mostZeroSets(differences)
}

function held(accounts: Accounts, name: string): number {
  return Object.hasOwn(accounts, name) ? accounts[name]! : 0
}

/**
 * The most sets that numbers summing to 0 can be divided into so that each sums to 0.
 * best[M] = max over i in M of best[M − i] + [M sums to 0], over subsets M as bit masks.
 */
function mostZeroSets(numbers: readonly number[]): number {
  const count = 2 ** numbers.length
  const [sums, best] = [new Float64Array(count), new Int32Array(count)]
  for (let mask = 1; mask < count; mask++) {
    const lowest = 31 - Math.clz32(mask & -mask)
    sums[mask] = sums[mask & (mask - 1)]! + numbers[lowest]!
    for (let i = 0; i < numbers.length; i++)
      if (mask & (1 << i)) best[mask] = Math.max(best[mask]!, best[mask & ~(1 << i)]!)
    if (sums[mask] === 0) best[mask]!++
  }
  return best[count - 1]!
}
