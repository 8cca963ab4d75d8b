/**
 * @file MaxRL: advantages relative to the group's mean reward, `Aᵢ = (rᵢ − r̄)/r̄`, zeros where r̄ = 0; rewards are at least 0.
 *
 * Weighting a task by 1/r̄ turns the gradient of expected reward into that of its logarithm: rare successes count more (as in
 * prime-rl `orchestrator/algo/max_rl.py`). Clipped surrogate, mean over tokens.
 */
import { relativeToMean } from '../advantages.ts'
import type { CreditOptions } from '../credit.ts'
import type { Estimate } from '../estimate.ts'
import { groupEstimate } from '../group-estimate.ts'
import type { Rollout } from '../rollouts.ts'

export interface MaxRlOptions extends CreditOptions {
  clipLow?: number
  clipHigh?: number
  klCoef?: number
}

export function maxRlEstimate(rollouts: readonly Rollout[], settings: MaxRlOptions = {}): Estimate {
  const { clipLow = 0.2, clipHigh = 0.2, klCoef = 0, ...credit } = settings
  return groupEstimate(rollouts, {
    ...credit,
    algorithm: 'MaxRL',
    baseline: relativeToMean,
    aggregation: { per: 'token' },
    options: { clipLow, clipHigh, klCoef },
  })
}
