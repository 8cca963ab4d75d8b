/**
 * @file Advantages from the returns of a group of samples of one task, and what baselines are subtracted there.
 *
 * A baseline takes rows, one per sample, each with one number (outcomes) or one per step (process rewards), and gives
 * the same rows relative to the group.
 */
import { UsageError } from '../../envs/errors.ts'

/** GRPO's ε in the denominator, as in TRL's trainer. */
export const GRPO_EPS = 1e-4

export type Rows = readonly (readonly number[])[]
export type GroupBaseline = (rows: Rows) => number[][]

/**
 * Group-relative advantages `Aᵢ = (rᵢ − r̄) / (σ + ε)`, σ the unbiased standard deviation (Shao et al. 2024, §4.1.2).
 * A group of one, or of equal returns, carries no signal: all zeros.
 */
export function groupAdvantages(returns: readonly number[], eps: number = GRPO_EPS): number[] {
  if (returns.length < 2) return returns.map(() => 0)
  const average = mean(returns)
  const deviation = Math.sqrt(unbiasedVariance(returns))
  return returns.map(value => (value - average) / (deviation + eps))
}

/** All returns of the group are equal, so that its gradient is zero although its samples were paid for. */
export function isZeroVariance(returns: readonly number[]): boolean {
  return returns.every(value => value === returns[0])
}

/** GRPO: over all numbers of the group; of step rewards, its process supervision (Shao et al. 2024, §4.1.3). */
export function normalisedByGroup(eps: number = GRPO_EPS): GroupBaseline {
  return rows => overAll(rows, values => groupAdvantages(values, eps))
}

/** `r − r̄`, without σ (Liu et al. 2025, Dr. GRPO). */
export const centredByGroup: GroupBaseline = rows =>
  overAll(rows, values => {
    const average = mean(values)
    return values.map(value => value - average)
  })

/** `r − mean of the other samples' rewards` (Ahmadian et al. 2024; per step, Cui et al. 2025, eq. 5). Rows without others: 0. */
export const leaveOneOut: GroupBaseline = rows => {
  const sums = rows.map(row => row.reduce((sum, value) => sum + value, 0))
  const sum = sums.reduce((total, value) => total + value, 0)
  const count = rows.reduce((total, row) => total + row.length, 0)
  return rows.map((row, i) => {
    const others = count - row.length
    return row.map(value => (others === 0 ? 0 : value - (sum - sums[i]!) / others))
  })
}

/** MaxRL: `(r − r̄)/r̄`, zeros where r̄ is 0. Throws UsageError where a reward is negative. */
export const relativeToMean: GroupBaseline = rows =>
  overAll(rows, values => {
    const negative = values.find(value => value < 0)
    if (negative !== undefined)
      throw new UsageError(
        `MaxRL divides by the group's mean reward and needs rewards of at least 0, got ${negative}`,
      )
    const average = mean(values)
    return values.map(value => (average === 0 ? 0 : (value - average) / average))
  })

/** `(x − x̄)/√(σ² + 1e-8)` over all numbers of all rows, σ² unbiased (verl `masked_whiten`; TRL). */
export const whitened: GroupBaseline = rows =>
  overAll(rows, values => {
    const average = mean(values)
    const scale = values.length < 2 ? 0 : 1 / Math.sqrt(unbiasedVariance(values) + 1e-8)
    return values.map(value => (value - average) * scale)
  })

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function unbiasedVariance(values: readonly number[]): number {
  const average = mean(values)
  return values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1)
}

function overAll(rows: Rows, change: (values: readonly number[]) => number[]): number[][] {
  const values = rows.flat()
  const changed = values.length === 0 ? [] : change(values)
  let at = 0
  return rows.map(row => changed.slice(at, (at += row.length)))
}
