/**
 * @file Group Relative Policy Optimization, fed by search: each iteration takes groups of candidates, one group per task, that a
 * search has drawn from the current policy. The formula is in `estimators/grpo.ts`.
 *
 * Not here, unlike the paper: a separate reference policy (k3 is towards the sampling policy) and several epochs per
 * batch; with one update per batch the ratio is 1 and the clip never binds.
 */
import type { MaybePromise } from '../../envs/env.ts'
import type { Completion, Prompt, TrainablePolicy, UpdateStats } from '../policy.ts'
import { grpoEstimate } from './estimators/grpo.ts'
import type { Rollout } from './rollouts.ts'
import { groupAt } from './rollouts.ts'
import type { LearningRate } from './schedule.ts'
import { learningRateAt } from './schedule.ts'

export interface GrpoOptions {
  iterations: number
  learningRate: LearningRate
  clipLow: number
  clipHigh: number
  klCoef: number
}

/** The candidates that a search found for one prompt, with the return of each; null: not judged, left out. */
export interface Group {
  prompt: Prompt
  candidates: readonly Completion[]
  returns: readonly (number | null)[]
}

export interface GrpoStats extends UpdateStats {
  iteration: number
  meanReturn: number
  /** Share of groups whose returns are all equal: they cost samples and teach nothing. */
  zeroVariance: number
}

/** `search(iteration)` draws the groups of one iteration from the policy as it then is. */
export async function grpo(
  policy: TrainablePolicy,
  search: (iteration: number) => Promise<Group[]>,
  { iterations, learningRate, clipLow, clipHigh, klCoef }: GrpoOptions,
  onIteration: (stats: GrpoStats) => MaybePromise<void> = () => {},
): Promise<void> {
  for (let iteration = 0; iteration < iterations; iteration++) {
    const rollouts = (await search(iteration)).flatMap(rolloutsOf)
    if (rollouts.every(({ outcome }) => outcome === null))
      throw new Error(
        `GRPO iteration ${iteration}: none of the ${rollouts.length} candidates could be judged`,
      )
    const { batch, options, report } = grpoEstimate(rollouts, { clipLow, clipHigh, klCoef })
    if (batch.length === 0)
      throw new Error(`GRPO iteration ${iteration}: no task has two candidates that could be judged`)
    const rate = learningRateAt(learningRate, iteration, iterations)
    const update = await policy.policyGradientStep(batch, options, rate)
    await onIteration({
      iteration,
      ...update,
      meanReturn: report.meanReturn,
      zeroVariance: report.zeroVariance.length / report.groups,
    })
  }
}

function rolloutsOf({ prompt, candidates, returns }: Group, group: number): Rollout[] {
  return candidates.map((completion, i) => ({
    group: groupAt(group),
    prompt,
    completion,
    outcome: returns[i]!,
  }))
}
