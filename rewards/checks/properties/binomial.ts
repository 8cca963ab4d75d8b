/** @file The exact two-sided binomial test. */

/**
 * Chance of a count at least as unlikely as `hits` among `trials` that each hold with chance `share`. Terms are kept as
 * logarithms, so that thousands of trials do not underflow.
 */
export function binomialTwoSided(hits: number, trials: number, share: number): number {
  if (share <= 0 || share >= 1) return hits === (share <= 0 ? 0 : trials) ? 1 : 0
  const logs = new Float64Array(trials + 1)
  logs[0] = trials * Math.log1p(-share)
  const odds = Math.log(share) - Math.log1p(-share)
  for (let k = 1; k <= trials; k++) logs[k] = logs[k - 1]! + Math.log((trials - k + 1) / k) + odds
  // The slack takes counts in that are as likely but for rounding.
  const limit = logs[hits]! + 1e-9
  return Math.min(
    1,
    logs.reduce((sum, log) => (log <= limit ? sum + Math.exp(log) : sum), 0),
  )
}
