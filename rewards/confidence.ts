/**
 * @file Confidence as a reward: how sure a policy is of what it has written. Internal, so it needs no answer and no judge.
 *
 * Marco-o1 (Zhao et al. 2024, arXiv 2411.14405, eq. 1 and 2): `c_i = e^{p_i} / Σ_k e^{p_k}` over the token's log-probability
 * and those of its five likeliest alternatives, and the mean of c_i over the tokens.
 */
import type { MaybePromise } from '../envs/env.ts'
import type { Attempt, RewardModel } from './reward.ts'

/** How many alternatives Marco-o1 compares with. */
export const ALTERNATIVES = 5

/** c of one token: `logprob` is its own, `top` those of the likeliest tokens, which may include it. In (0, 1]. */
export function tokenConfidence(logprob: number, top: readonly number[]): number {
  // The chosen token stands once in the sum, whether or not it is among the likeliest.
  const at = top.indexOf(logprob)
  const others = top.filter((_, i) => i !== at).slice(0, ALTERNATIVES - 1)
  return 1 / (1 + others.reduce((sum, other) => sum + Math.exp(other - logprob), 0))
}

/** The geometric mean of the tokens' probabilities: what can be said without the alternatives. In (0, 1]. */
export function sequenceConfidence(logprobs: readonly number[]): number {
  return Math.exp(logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length)
}

/** A confidence per token of each step, one list per action; an empty list: that step has none. */
export type StepConfidences = (attempts: readonly Attempt[]) => MaybePromise<readonly (readonly number[][])[]>

/** A step and the whole are worth the mean confidence of their tokens. */
export function confidenceReward(name: string, confidences: StepConfidences): RewardModel {
  return {
    name: `confidence(${name})`,
    judge: async attempts =>
      (await confidences(attempts)).map(steps => ({
        steps: steps.map(mean),
        outcome: mean(steps.flat()),
      })),
  }
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
