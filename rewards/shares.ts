/** @file What counts say about shares: Wilson's interval and exact binomial tests. */

export interface Interval {
  low: number
  high: number
}

/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054

/**
 * 95 % Wilson score interval of a share: `(p̂ + z²/2n ± z√(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n)` (Wilson 1927). `successes`
 * need not be whole: a mean of scores in [0, 1] varies no more than coins do.
 */
export function wilson(successes: number, n: number): Interval {
  if (n === 0) return { low: 0, high: 1 }
  const p = successes / n
  const centre = p + Z ** 2 / (2 * n)
  const spread = Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2))
  const scale = 1 + Z ** 2 / n
  // At 0 and 1 an end is the proportion itself, up to rounding.
  const [low, high] = [(centre - spread) / scale, (centre + spread) / scale]
  return { low: Math.max(0, Math.min(p, low)), high: Math.min(1, Math.max(p, high)) }
}

/** P(X >= hits) for X ~ Binomial(trials, p). */
export function binomialAtLeast(hits: number, trials: number, p: number): number {
  const logs = logMasses(trials, p)
  return Math.min(
    1,
    logs.reduce((sum, log, count) => (count >= hits ? sum + Math.exp(log) : sum), 0),
  )
}

/** Exact two-sided test: the probability of all counts that are no likelier than `hits`. */
export function binomialTwoSided(hits: number, trials: number, p: number): number {
  const logs = logMasses(trials, p)
  // The slack takes counts in that are as likely but for rounding.
  const limit = logs[hits]! + 1e-9
  return Math.min(
    1,
    logs.reduce((sum, log) => (log <= limit ? sum + Math.exp(log) : sum), 0),
  )
}

/** ln C(n, k); minus infinity where k is not in [0, n]. */
export function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity
  let sum = 0
  for (let each = 1; each <= Math.min(k, n - k); each++) sum += Math.log((n - each + 1) / each)
  return sum
}

/** The logarithm of the probability of each count, so that thousands of trials do not underflow. */
function logMasses(trials: number, p: number): Float64Array {
  const logs = new Float64Array(trials + 1).fill(-Infinity)
  if (p <= 0) logs[0] = 0
  else if (p >= 1) logs[trials] = 0
  else {
    logs[0] = trials * Math.log1p(-p)
    const odds = Math.log(p) - Math.log1p(-p)
    for (let k = 1; k <= trials; k++) logs[k] = logs[k - 1]! + Math.log((trials - k + 1) / k) + odds
  }
  return logs
}
