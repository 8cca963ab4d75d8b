/**
 * @file Proximal Policy Optimization (Schulman et al. 2017) on tokens, the critic in the same network.
 *
 *   r_t = −β·k1_t + rewards,  A by GAE, whitened;  R = A + V with the A before whitening
 *   L = −mean min(ρA, clip(ρ)A) + c·mean ½max((V − R)², (V_clip − R)²)
 *
 * A completion that was cut by its length counts as terminal, as in TRL and verl: no value is bootstrapped behind it.
 */
import { UsageError } from '../../../envs/errors.ts'
import { whitened } from '../advantages.ts'
import type { CreditOptions } from '../credit.ts'
import { credit, penalised, tokenRewards } from '../credit.ts'
import type { Estimate } from '../estimate.ts'
import { estimateOf } from '../estimate.ts'
import type { GaeOptions } from '../gae.ts'
import { gae } from '../gae.ts'
import { zeroVarianceGroups } from '../group-estimate.ts'
import type { Rollout } from '../rollouts.ts'
import { byGroup } from '../rollouts.ts'

export interface PpoOptions extends CreditOptions, Partial<GaeOptions> {
  /** β; above 0 rollouts need refLogprobs. TRL: 0.05. */
  klCoef?: number
  clipLow?: number
  clipHigh?: number
  /** How far a value may move from the old one before its loss is clipped, and the weight of that loss. */
  valueClip?: number
  valueCoef?: number
}

/** Throws UsageError where a rollout has no values. Defaults: TRL's PPOConfig. */
export function ppoEstimate(rollouts: readonly Rollout[], options: PpoOptions = {}): Estimate {
  const { gamma = 1, gaeLambda = 0.95, klCoef = 0 } = options
  const { clipLow = 0.2, clipHigh = 0.2, valueClip = 0.2, valueCoef = 0.1 } = options
  const left = credit(rollouts, options)
  const { credited } = left
  const estimates = credited.map(each => {
    const { values } = each.rollout
    if (!values)
      throw new UsageError(
        "PPO: a rollout has no values; give the policy a value head (scalarHead: 'value') and score its rollouts with it",
      )
    const rewards = penalised(tokenRewards(each), each.rollout, klCoef, 'PPO')
    return { ...gae(rewards, values, { gamma, gaeLambda }), oldValues: values }
  })
  return estimateOf({
    credited,
    advantages: whitened(estimates.map(({ advantages }) => advantages)),
    more: estimates.map(({ returns, oldValues }) => ({ returns, oldValues })),
    aggregation: { per: 'token' },
    options: { clipLow, clipHigh, klCoef: 0, critic: { valueCoef, valueClip } },
    left,
    groups: byGroup(credited).size,
    zeroVariance: zeroVarianceGroups([...byGroup(credited).values()]),
  })
}
