/** @file The exact upper tail of the binomial, in logarithms so that large samples stay exact enough. */

/** Probability of `hits` or more among `trials` with chance `p` each. */
export function atLeast(hits: number, trials: number, p: number): number {
  if (hits <= 0) return 1
  if (p <= 0) return 0
  if (p >= 1) return 1
  let sum = 0
  for (let k = hits; k <= trials; k++) sum += Math.exp(logChance(k, trials, p))
  return Math.min(sum, 1)
}

function logChance(k: number, n: number, p: number): number {
  let log = k * Math.log(p) + (n - k) * Math.log1p(-p)
  for (let i = 1; i <= k; i++) log += Math.log(n - k + i) - Math.log(i)
  return log
}
