/** @file The mean of bounded scores with its 95 % interval. */
import { wilson } from '../shares.ts'

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
  const place = Math.min(1, Math.max(0, (mean - low) / (high - low)))
  const { low: from, high: to } = wilson(place * n, n)
  const scaled = (share: number): number => low + share * (high - low)
  return { mean, interval: [Math.min(scaled(from), mean), Math.max(scaled(to), mean)] }
}
