/**
 * @file Dr. GRPO (Liu et al. 2025): GRPO without its two biases. `Aᵢ = rᵢ − r̄`, no σ; and a sum over tokens by a constant:
 *
 *   L = −1/n Σᵢ 1/L_max Σₜ min(ρₜAᵢ, clip(ρₜ)Aᵢ)
 */
import { centredByGroup } from '../advantages.ts'
import type { CreditOptions } from '../credit.ts'
import type { Estimate } from '../estimate.ts'
import { groupEstimate } from '../group-estimate.ts'
import type { Rollout } from '../rollouts.ts'

export interface DrGrpoOptions extends CreditOptions {
  /** L_max, the most tokens a completion may have: the same for all batches. */
  maxTokens: number
  clipLow?: number
  clipHigh?: number
  klCoef?: number
}

export function drGrpoEstimate(rollouts: readonly Rollout[], settings: DrGrpoOptions): Estimate {
  const { maxTokens, clipLow = 0.2, clipHigh = 0.2, klCoef = 0, ...credit } = settings
  return groupEstimate(rollouts, {
    ...credit,
    algorithm: 'Dr. GRPO',
    baseline: centredByGroup,
    aggregation: { per: 'constant', length: maxTokens },
    options: { clipLow, clipHigh, klCoef },
  })
}
