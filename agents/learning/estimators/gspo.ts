/**
 * @file Group Sequence Policy Optimization (Zheng et al. 2025): GRPO's advantages, the ratio of whole sequences
 * `sᵢ = (π_θ(oᵢ)/π_old(oᵢ))^{1/|oᵢ|}`, clipped three orders closer: `L = −1/n Σᵢ min(sᵢAᵢ, clip(sᵢ)Aᵢ)`.
 *
 * One ratio per sequence takes one advantage per sequence: step rewards are summed into the return (or their minimum is).
 */
import { GRPO_EPS, normalisedByGroup } from '../advantages.ts'
import type { CreditOptions } from '../credit.ts'
import type { Estimate } from '../estimate.ts'
import { groupEstimate } from '../group-estimate.ts'
import type { Rollout } from '../rollouts.ts'

export interface GspoOptions extends CreditOptions {
  clipLow?: number
  clipHigh?: number
  klCoef?: number
  eps?: number
}

export function gspoEstimate(rollouts: readonly Rollout[], settings: GspoOptions = {}): Estimate {
  const { clipLow = 3e-4, clipHigh = 4e-4, klCoef = 0, eps = GRPO_EPS, ...credit } = settings
  return groupEstimate(rollouts, {
    ...credit,
    algorithm: 'GSPO',
    baseline: normalisedByGroup(eps),
    aggregation: { per: 'sequence' },
    options: { clipLow, clipHigh, klCoef, ratio: 'sequence' },
    whole: true,
  })
}
