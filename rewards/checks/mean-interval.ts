/** @file The mean of bounded scores with its 95 % interval. */

const Z = 1.959963984540054

/**
 * Wilson's interval with the mean's place in the range as its share. Scores between the ends of a range vary less than
 * coin tosses with the same mean, so it covers at least as often as for coins. null: there are no scores.
 */
export function mean95(
  scores: readonly number[],
  { low, high }: { low: number; high: number },
): { mean: number | null; interval: [number, number] | null } {
  const n = scores.length
  if (n === 0) return { mean: null, interval: null }
  const mean = scores.reduce((sum, score) => sum + score, 0) / n
  const p = Math.min(1, Math.max(0, (mean - low) / (high - low)))
  const centre = p + Z ** 2 / (2 * n)
  const spread = Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2))
  const scaled = [centre - spread, centre + spread].map(end => {
    const share = Math.min(1, Math.max(0, end / (1 + Z ** 2 / n)))
    return low + share * (high - low)
  })
  return { mean, interval: [Math.min(scaled[0]!, mean), Math.max(scaled[1]!, mean)] }
}
