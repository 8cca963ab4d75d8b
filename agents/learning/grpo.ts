/**
 * @file Group Relative Policy Optimization (Shao et al. 2024), fed by search.
 *
 * Each iteration takes groups of G candidates, one group per task, that a search has drawn from the current policy:
 *
 *   Aᵢ = (rᵢ − r̄) / (σ + ε),   L = −1/(P·G) Σᵢ 1/|oᵢ| Σₜ [min(ρₜAᵢ, clip(ρₜ)Aᵢ) − β·k3ₜ]
 *
 * Not here, unlike the paper: a separate reference policy (k3 is towards the sampling policy) and several epochs per
 * batch; with one update per batch the ratio is 1 and the clip never binds.
 */
import type { MaybePromise } from '../../envs/env.ts'
import type { Experience, Prompt, TrainablePolicy, UpdateStats } from '../policy.ts'
import type { Candidate } from '../search/search.ts'
import { groupAdvantages, isZeroVariance } from './advantages.ts'
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
  candidates: readonly Candidate[]
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
    const found = await search(iteration)
    const groups = found.map(judged)
    const batch = groups.flatMap(experiences)
    const count = batch.length
    if (count === 0) {
      const candidates = found.reduce((sum, group) => sum + group.candidates.length, 0)
      throw new Error(`GRPO iteration ${iteration}: none of the ${candidates} candidates could be judged`)
    }
    const update = await policy.policyGradientStep(
      batch.map(experience => ({ ...experience, tokenWeight: experience.tokenWeight / count })),
      { clipLow, clipHigh, klCoef },
      learningRateAt(learningRate, iteration, iterations),
    )
    const returns = groups.flatMap(group => group.returns)
    await onIteration({
      iteration,
      ...update,
      meanReturn: returns.reduce((sum, value) => sum + value, 0) / returns.length,
      zeroVariance: groups.filter(group => isZeroVariance(group.returns)).length / groups.length,
    })
  }
}

interface JudgedGroup {
  prompt: Prompt
  candidates: Candidate[]
  returns: number[]
}

function judged({ prompt, candidates, returns }: Group): JudgedGroup {
  const kept = candidates.map((_, i) => i).filter(i => returns[i] !== null)
  return { prompt, candidates: kept.map(i => candidates[i]!), returns: kept.map(i => returns[i]!) }
}

/** One experience per candidate, each token weighted 1/|oᵢ|. */
function experiences({ prompt, candidates, returns }: JudgedGroup): Experience[] {
  const advantages = groupAdvantages(returns)
  return candidates.map((completion, i) => ({
    prompt,
    completion,
    advantage: advantages[i]!,
    tokenWeight: 1 / completion.tokens.length,
  }))
}
