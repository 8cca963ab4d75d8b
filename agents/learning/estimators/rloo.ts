/**
 * @file REINFORCE leave-one-out (Ahmadian et al. 2024): `Aᵢ = rᵢ − mean_{j≠i} rⱼ`, `∇ = 1/n Σᵢ Aᵢ ∇log π(yᵢ)` of whole sequences.
 *
 * The KL penalty is in the reward: `rᵢ = Rᵢ − β Σₜ k1ₜ`. One update per batch; there is no ratio and no clip.
 */
import { UsageError } from '../../../envs/errors.ts'
import { leaveOneOut } from '../advantages.ts'
import type { CreditOptions } from '../credit.ts'
import { penalised } from '../credit.ts'
import type { Estimate } from '../estimate.ts'
import { groupEstimate } from '../group-estimate.ts'
import type { Rollout } from '../rollouts.ts'

export interface RlooOptions extends CreditOptions {
  /** β; above 0 rollouts need refLogprobs. TRL: 0.05. */
  klCoef?: number
}

export function rlooEstimate(rollouts: readonly Rollout[], options: RlooOptions = {}): Estimate {
  const { klCoef = 0, ...credit } = options
  // The penalty is of the reward itself, whatever the outcome's coefficient.
  const share = credit.outcomeCoef ?? 1
  if (klCoef !== 0 && share === 0)
    throw new UsageError(
      'RLOO: the KL penalty is part of the outcome; set klCoef to 0 where outcomeCoef is 0',
    )
  const priced = rollouts.map(rollout => {
    if (klCoef === 0 || rollout.outcome === null) return rollout
    const penalty = penalised(
      rollout.completion.tokens.map(() => 0),
      rollout,
      klCoef,
      'RLOO',
    )
    return { ...rollout, outcome: rollout.outcome + penalty.reduce((sum, value) => sum + value, 0) / share }
  })
  return groupEstimate(priced, {
    ...credit,
    algorithm: 'RLOO',
    baseline: leaveOneOut,
    aggregation: { per: 'constant', length: 1 },
    options: { objective: 'log-likelihood', clipLow: 0, clipHigh: 0, klCoef: 0 },
  })
}
