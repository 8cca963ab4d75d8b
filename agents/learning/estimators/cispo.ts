/**
 * @file CISPO (MiniMax 2025, eq. 4): `L = −1/Σ|oᵢ| Σᵢ Σₜ sg(min(ρₜ, 1 + ε_high))·Aᵢ·log π(yₜ)`, A as in GRPO.
 *
 * No token is dropped by the clip. The stopped ratio is a number in the weight, so that it must be computed from the policy as it
 * is right before each step: `reweigh`. Without it, ρ = 1, which is exact for the first step on a batch.
 */
import type { Experience } from '../../policy.ts'
import { GRPO_EPS, normalisedByGroup } from '../advantages.ts'
import type { CreditOptions } from '../credit.ts'
import type { Estimate } from '../estimate.ts'
import { groupEstimate } from '../group-estimate.ts'
import type { Rollout } from '../rollouts.ts'

export interface CispoOptions extends CreditOptions {
  /** ε_high; Khatri et al. 2025 (ScaleRL) find little sensitivity up to 5. */
  clipHigh?: number
  eps?: number
}

export function cispoEstimate(rollouts: readonly Rollout[], settings: CispoOptions = {}): Estimate {
  const { clipHigh = 0.28, eps = GRPO_EPS, ...credit } = settings
  const estimate = groupEstimate(rollouts, {
    ...credit,
    algorithm: 'CISPO',
    baseline: normalisedByGroup(eps),
    aggregation: { per: 'token' },
    options: { objective: 'log-likelihood', clipLow: 1, clipHigh, klCoef: 0 },
  })
  return {
    ...estimate,
    reweigh: (batch, logprobs) => batch.map((experience, i) => reweighed(experience, logprobs[i]!, clipHigh)),
  }
}

function reweighed(experience: Experience, logprobs: readonly number[], clipHigh: number): Experience {
  const { advantage, completion } = experience
  return {
    ...experience,
    advantage: completion.logprobs.map((old, t) => {
      const ratio = Math.min(Math.exp(logprobs[t]! - old), 1 + clipHigh)
      return ratio * (typeof advantage === 'number' ? advantage : advantage[t]!)
    }),
  }
}
