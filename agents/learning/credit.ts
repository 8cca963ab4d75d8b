/**
 * @file Credit: which reward falls on which token. Outcomes fall on the last token, step rewards on the last of their step.
 *
 * Process rewards add up (`sum`), or count only where they are least (`min`): the first of the worst steps keeps its reward
 * and the others have none, so that the return is `min_k r_k` and so is the reward to go up to that step. It is PURE's
 * transformation of process rewards at temperature 0 (Cheng et al. 2025, "Stop Summation").
 */
import { UsageError } from '../../envs/errors.ts'
import type { GroupId, Rollout } from './rollouts.ts'
import { checkRollouts } from './rollouts.ts'

export interface CreditOptions {
  /** How much the outcome counts; 0: it is not read, and may be null. Default: 1. */
  outcomeCoef?: number
  /** How much step rewards count, where there are any. Default: 1. */
  processCoef?: number
  /** Default: sum. */
  form?: 'sum' | 'min'
}

/** A rollout that is learned from, its rewards weighted. */
export interface Credited {
  group: GroupId
  rollout: Rollout
  outcome: number
  steps: readonly { reward: number; lastToken: number }[]
}

export interface CreditedBatch {
  credited: Credited[]
  /** Rollouts left out because a reward that counts was not judged. */
  unjudged: number
  /** Rollouts left out because they have no token. */
  empty: number
  /** Steps without a judgement in rollouts that are learned from: they carry no reward. */
  unjudgedSteps: number
}

/** Throws UsageError where rollouts are malformed. */
export function credit(rollouts: readonly Rollout[], options: CreditOptions = {}): CreditedBatch {
  checkRollouts(rollouts)
  const { outcomeCoef = 1, processCoef = 1, form = 'sum' } = options
  const batch: CreditedBatch = { credited: [], unjudged: 0, empty: 0, unjudgedSteps: 0 }
  for (const rollout of rollouts) {
    const given = processCoef === 0 ? [] : (rollout.steps ?? [])
    const judged = given.flatMap(({ reward, lastToken }) =>
      reward === null ? [] : [{ reward: processCoef * reward, lastToken }],
    )
    if (rollout.completion.tokens.length === 0) batch.empty += 1
    else if (outcomeCoef === 0 ? judged.length === 0 : rollout.outcome === null) batch.unjudged += 1
    else {
      batch.unjudgedSteps += given.length - judged.length
      const outcome = outcomeCoef === 0 ? 0 : outcomeCoef * rollout.outcome!
      const steps = form === 'min' ? minForm(judged) : judged
      batch.credited.push({ group: rollout.group, rollout, outcome, steps })
    }
  }
  return batch
}

/** The first of the worst steps keeps its reward, the others have 0: their sum is the minimum. */
export function minForm<S extends { reward: number }>(steps: readonly S[]): S[] {
  const least = Math.min(...steps.map(({ reward }) => reward))
  const worst = steps.findIndex(({ reward }) => reward === least)
  return steps.map((step, k) => (k === worst ? step : { ...step, reward: 0 }))
}

/** Undiscounted sum of all rewards. */
export function returnOf({ outcome, steps }: Pick<Credited, 'outcome' | 'steps'>): number {
  return steps.reduce((sum, { reward }) => sum + reward, outcome)
}

/** Rewards on tokens, `[T]`. */
export function tokenRewards({ rollout, outcome, steps }: Credited): number[] {
  const rewards = Array.from(rollout.completion.tokens, () => 0)
  for (const { reward, lastToken } of steps) rewards[lastToken]! += reward
  rewards[rewards.length - 1]! += outcome
  return rewards
}

/** `rₜ − β(log π_old − log π_ref)`: the k1 penalty inside the reward. Throws UsageError without reference log-probabilities. */
export function penalised(
  rewards: readonly number[],
  { completion, refLogprobs }: Rollout,
  klCoef: number,
  algorithm: string,
): number[] {
  if (klCoef === 0) return [...rewards]
  if (!refLogprobs)
    throw new UsageError(
      `${algorithm}: klCoef ${klCoef} needs refLogprobs in every rollout; give a reference policy or set klCoef to 0`,
    )
  return rewards.map((reward, t) => reward - klCoef * (completion.logprobs[t]! - refLogprobs[t]!))
}

/** `G_t = r_t + γG_{t+1}`. */
export function rewardsToGo(rewards: readonly number[], gamma = 1): number[] {
  const toGo = [...rewards]
  for (let t = toGo.length - 2; t >= 0; t--) toGo[t]! += gamma * toGo[t + 1]!
  return toGo
}

/** At each token, the sum of what its own step and later steps are given: `A_t = whole + Σ_{k: end_k ≥ t} a_k`. */
export function stepsToGo(
  steps: readonly { lastToken: number }[],
  amounts: readonly number[],
  { length, whole }: { length: number; whole: number },
): number[] {
  const along = Array.from({ length }, () => 0)
  for (const [k, { lastToken }] of steps.entries()) along[lastToken]! += amounts[k]!
  return rewardsToGo(along).map(value => value + whole)
}
