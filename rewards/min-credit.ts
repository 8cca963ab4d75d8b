/**
 * @file PURE: credit in the form of a minimum, so that many middling steps do not outweigh one wrong one.
 *
 * Cheng et al. 2025, arXiv 2504.15275: the return is `G_t = min(r_t, …, r_n)` instead of a sum. Trainers that add rewards up
 * get `r*_i = r_i · e^{−r_i/T} / Σ_j e^{−r_j/T}`, whose sum tends to the minimum as T goes to 0.
 */
import { UsageError } from '../envs/errors.ts'

/** PURE's transform temperature. */
export const MIN_TEMPERATURE = 0.1

/** `G_t`, one per step: the smallest reward from that step on. */
export function minReturns(rewards: readonly number[]): number[] {
  const returns = [...rewards]
  for (let t = returns.length - 2; t >= 0; t--) returns[t] = Math.min(returns[t]!, returns[t + 1]!)
  return returns
}

/** `r*`, one per step: each reward in the share that a soft minimum over all of them gives it. */
export function minFormRewards(rewards: readonly number[], temperature: number = MIN_TEMPERATURE): number[] {
  if (!(temperature > 0))
    throw new UsageError(`PURE: expected a temperature above 0, got ${temperature}; the paper's is 0.1`)
  const lowest = Math.min(...rewards)
  const weights = rewards.map(reward => Math.exp((lowest - reward) / temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return rewards.map((reward, i) => (reward * weights[i]!) / total)
}
