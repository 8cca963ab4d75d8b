/** @file Advantages from the returns of a group of samples of one task. */

/** GRPO's ε in the denominator, as in TRL's trainer. */
export const GRPO_EPS = 1e-4

/**
 * Group-relative advantages `Aᵢ = (rᵢ − r̄) / (σ + ε)`, σ the unbiased standard deviation (Shao et al. 2024, §4.1.2).
 * A group of one, or of equal returns, carries no signal: all zeros.
 */
export function groupAdvantages(returns: readonly number[], eps: number = GRPO_EPS): number[] {
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length
  if (returns.length < 2) return returns.map(() => 0)
  const squares = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const deviation = Math.sqrt(squares / (returns.length - 1))
  return returns.map(value => (value - mean) / (deviation + eps))
}

/** All returns of the group are equal, so that its gradient is zero although its samples were paid for. */
export function isZeroVariance(returns: readonly number[]): boolean {
  return returns.every(value => value === returns[0])
}
