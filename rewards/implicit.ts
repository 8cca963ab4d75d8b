/**
 * @file The implicit process reward: `r_t = β log π_φ(y_t | ·)/π_ref(y_t | ·)`, a model of outcomes read token by token.
 *
 * Yuan et al. 2024 (arXiv 2412.01981): trained as an outcome model of `β Σ_t log π_φ/π_ref`, it scores every step without a
 * label of any. PRIME (Cui et al. 2025, arXiv 2502.01456) takes its advantages from it and from the outcome.
 */
import type { MaybePromise } from '../envs/env.ts'
import type { Attempt, RewardModel } from './reward.ts'

/** β of PRIME. */
export const IMPLICIT_BETA = 0.05

/** r_t of each token, from log-probabilities of the same tokens. */
export function implicitTokenRewards(
  logprobs: readonly number[],
  refLogprobs: readonly number[],
  beta: number = IMPLICIT_BETA,
): number[] {
  if (logprobs.length !== refLogprobs.length)
    throw new RangeError(
      `implicit reward: expected as many reference log-probabilities as ${logprobs.length}, got ${refLogprobs.length}`,
    )
  return logprobs.map((logprob, t) => beta * (logprob - refLogprobs[t]!))
}

/** The chance of being right that the sum of the token rewards stands for: `σ(Σ_t r_t)`. */
export function outcomeProbability(tokenRewards: readonly number[]): number {
  return 1 / (1 + Math.exp(-tokenRewards.reduce((sum, reward) => sum + reward, 0)))
}

/** Rewards of the tokens of each step, one list per action. */
export type StepTokenRewards = (
  attempts: readonly Attempt[],
) => MaybePromise<readonly (readonly number[][])[]>

/** A step is worth the sum over its tokens, the whole the chance of being right. */
export function implicitReward(name: string, tokenRewards: StepTokenRewards): RewardModel {
  return {
    name: `implicit(${name})`,
    judge: async attempts =>
      (await tokenRewards(attempts)).map(steps => ({
        steps: steps.map(tokens => tokens.reduce((sum, reward) => sum + reward, 0)),
        outcome: outcomeProbability(steps.flat()),
      })),
  }
}

export interface PrimeSample {
  /** Implicit reward of each token; at least one token. */
  tokenRewards: readonly number[]
  outcome: number
}

/**
 * PRIME's advantage of each token of each sample of one prompt, eq. 5: leave-one-out on both sources,
 * `A_t = Σ_{s≥t} γ^{s−t} [r(y_s) − mean_{j≠i} r̄(y^j)] + o_i − mean_{j≠i} o_j`, r̄ the mean over a sample's tokens.
 * A group of one has no baseline and no signal: zeros.
 */
export function primeAdvantages(group: readonly PrimeSample[], gamma = 1): number[][] {
  if (group.length < 2) return group.map(({ tokenRewards }) => tokenRewards.map(() => 0))
  const means = group.map(({ tokenRewards }) => total(tokenRewards) / tokenRewards.length)
  const outcomes = group.map(({ outcome }) => outcome)
  return group.map(({ tokenRewards, outcome }, i) => {
    const [baseline, others] = [meanOfOthers(means, i), meanOfOthers(outcomes, i)]
    const advantages = tokenRewards.map(reward => reward - baseline)
    for (let t = advantages.length - 2; t >= 0; t--) advantages[t]! += gamma * advantages[t + 1]!
    return advantages.map(advantage => advantage + outcome - others)
  })
}

function meanOfOthers(values: readonly number[], i: number): number {
  return (total(values) - values[i]!) / (values.length - 1)
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
