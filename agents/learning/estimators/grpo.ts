/**
 * @file Group Relative Policy Optimization (Shao et al. 2024, eq. 3):
 *
 *   Aᵢ = (rᵢ − r̄)/(σ + ε),  L = −1/n Σᵢ 1/|oᵢ| Σₜ [min(ρₜAᵢ, clip(ρₜ)Aᵢ) − β·k3ₜ]
 *
 * With step rewards its process supervision: they are normalised over the group and summed to go (§4.1.3).
 */
import { GRPO_EPS, normalisedByGroup } from '../advantages.ts'
import type { CreditOptions } from '../credit.ts'
import type { Estimate } from '../estimate.ts'
import { groupEstimate } from '../group-estimate.ts'
import type { Rollout } from '../rollouts.ts'

export interface GrpoEstimateOptions extends CreditOptions {
  clipLow?: number
  clipHigh?: number
  /** β, towards refLogprobs, or towards the sampling policy where there are none. Default: 0, as in TRL. */
  klCoef?: number
  /** Added to σ; TRL 1e-4, verl 1e-6. */
  eps?: number
}

export function grpoEstimate(rollouts: readonly Rollout[], settings: GrpoEstimateOptions = {}): Estimate {
  const { clipLow = 0.2, clipHigh = 0.2, klCoef = 0, eps = GRPO_EPS, ...credit } = settings
  return groupEstimate(rollouts, {
    ...credit,
    algorithm: 'GRPO',
    baseline: normalisedByGroup(eps),
    aggregation: { per: 'sequence' },
    options: { clipLow, clipHigh, klCoef, klEstimator: 'k3' },
  })
}
