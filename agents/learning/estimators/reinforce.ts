/**
 * @file REINFORCE (Williams 1992): `∇ = E[Σₜ (G_t − b) ∇log π(yₜ)]`, G_t the reward to go from token t.
 *
 * b is the batch's mean reward to go, over steps (without step rewards: the mean return), or an exponential moving average
 * of that from the batches before. One update per batch: there is no ratio, so that later ones would be off-policy.
 */
import { mean } from '../advantages.ts'
import type { Credited, CreditOptions } from '../credit.ts'
import { credit, rewardsToGo, tokenRewards } from '../credit.ts'
import type { Estimate } from '../estimate.ts'
import { estimateOf } from '../estimate.ts'
import { zeroVarianceGroups } from '../group-estimate.ts'
import type { Rollout } from '../rollouts.ts'
import { byGroup } from '../rollouts.ts'

export interface ReinforceOptions extends CreditOptions {
  /** Default: batch. `ema`: the baseline that the last estimate gave (null at first), b ← decay·b + (1 − decay)·mean. */
  baseline?: 'none' | 'batch' | { ema: number | null; decay: number }
}

export interface ReinforceEstimate extends Estimate {
  /** What to give the next estimate as `ema`. */
  ema: number
}

export function reinforceEstimate(
  rollouts: readonly Rollout[],
  options: ReinforceOptions = {},
): ReinforceEstimate {
  const { baseline = 'batch' } = options
  const left = credit(rollouts, options)
  const { credited } = left
  const toGo = credited.map(each => rewardsToGo(tokenRewards(each)))
  const average = credited.length === 0 ? 0 : mean(credited.flatMap((each, i) => atSteps(each, toGo[i]!)))
  const moving = typeof baseline === 'object' ? (baseline.ema ?? average) : average
  const subtracted = baseline === 'none' ? 0 : moving
  const decay = typeof baseline === 'object' ? baseline.decay : 0
  const groups = [...byGroup(credited).values()]
  const estimate = estimateOf({
    credited,
    advantages: toGo.map(values => values.map(value => value - subtracted)),
    aggregation: { per: 'constant', length: 1 },
    options: { objective: 'log-likelihood', clipLow: 0, clipHigh: 0, klCoef: 0 },
    left,
    groups: groups.length,
    zeroVariance: zeroVarianceGroups(groups),
  })
  return { ...estimate, ema: decay * moving + (1 - decay) * average }
}

/** The reward to go once per step: at its last token. */
function atSteps({ steps }: Credited, toGo: readonly number[]): number[] {
  return steps.length === 0 ? [toGo.at(-1)!] : steps.map(({ lastToken }) => toGo[lastToken]!)
}
