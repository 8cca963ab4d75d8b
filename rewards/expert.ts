/**
 * @file Reward from an expert's trajectories: a discriminator D tells them from the policy's, and its belief is the reward.
 *
 * GAIL (Ho & Ermon 2016, arXiv 1606.03476) with D the chance that a step is the expert's: `log D` is never positive, so it
 * pays for ending early; `−log(1 − D)` is never negative, so it pays for going on; AIRL's `log D − log(1 − D)` (Fu et al. 2018,
 * arXiv 1710.11248) is both. Which bias is wanted depends on the environment (Kostrikov et al. 2019, arXiv 1809.02925).
 */
import type { MaybePromise } from '../envs/env.ts'
import type { Attempt, RewardModel } from './reward.ts'

export type ExpertForm = 'log-d' | 'minus-log-not-d' | 'logit'

/** The reward of a step whose discriminator has this logit, `D = σ(logit)`. */
export function expertStepReward(logit: number, form: ExpertForm): number {
  switch (form) {
    case 'log-d':
      return -softplus(-logit)
    case 'minus-log-not-d':
      return softplus(logit)
    case 'logit':
      return logit
  }
}

/** The discriminator's logit of each step; null: not judged. */
export type StepLogits = (
  attempts: readonly Attempt[],
) => MaybePromise<readonly (readonly (number | null)[])[]>

/** Steps are worth the discriminator's reward; the outcome is their mean, so that length alone pays nothing. */
export function expertReward(name: string, logits: StepLogits, form: ExpertForm): RewardModel {
  return {
    name: `expert(${name})`,
    judge: async attempts =>
      (await logits(attempts)).map(own => {
        const steps = own.map(logit => (logit === null ? null : expertStepReward(logit, form)))
        const judged = steps.filter(step => step !== null)
        const sum = judged.reduce((total, step) => total + step, 0)
        return { steps, outcome: judged.length === 0 ? null : sum / judged.length }
      }),
  }
}

/** Labels of a discriminator's training: every step of the expert's is 1, every one of the policy's 0. */
export function discriminatorLabels(steps: number, by: 'expert' | 'policy'): number[] {
  return Array.from({ length: steps }, () => (by === 'expert' ? 1 : 0))
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}
