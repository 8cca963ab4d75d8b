/**
 * @file REINFORCE++ (Hu 2025): token rewards `r_t = −β·k1_t + 1[t = T]R`, advantages the rewards to go, whitened over all
 * unmasked tokens of the batch; clipped surrogate, mean over tokens.
 *
 * With `groupBaseline` (REINFORCE++-baseline, verl): `R − group mean` on every token, whitened over the batch, and the KL as
 * a k2 penalty in the loss instead.
 */
import type { ClipOptions } from '../../policy.ts'
import { centredByGroup, whitened } from '../advantages.ts'
import type { CreditOptions } from '../credit.ts'
import { credit, penalised, rewardsToGo, stepsToGo, tokenRewards } from '../credit.ts'
import type { Estimate } from '../estimate.ts'
import { estimateOf } from '../estimate.ts'
import { judgedGroups, zeroVarianceGroups } from '../group-estimate.ts'
import type { Rollout } from '../rollouts.ts'
import { byGroup } from '../rollouts.ts'

export interface ReinforcePlusPlusOptions extends CreditOptions {
  groupBaseline?: boolean
  gamma?: number
  /** β; above 0 rollouts need refLogprobs. */
  klCoef?: number
  clipLow?: number
  clipHigh?: number
}

export function reinforcePlusPlusEstimate(
  rollouts: readonly Rollout[],
  options: ReinforcePlusPlusOptions = {},
): Estimate {
  return options.groupBaseline ? withGroupBaseline(rollouts, options) : plain(rollouts, options)
}

function plain(rollouts: readonly Rollout[], options: ReinforcePlusPlusOptions): Estimate {
  const { gamma = 1, klCoef = 0, clipLow = 0.2, clipHigh = 0.2 } = options
  const left = credit(rollouts, options)
  const { credited } = left
  const toGo = credited.map(each => {
    const rewards = penalised(tokenRewards(each), each.rollout, klCoef, 'REINFORCE++')
    return rewardsToGo(rewards, gamma)
  })
  return estimateOf({
    credited,
    advantages: whitened(toGo),
    aggregation: { per: 'token' },
    options: { clipLow, clipHigh, klCoef: 0 },
    left,
    groups: byGroup(credited).size,
    zeroVariance: zeroVarianceGroups([...byGroup(credited).values()]),
  })
}

function withGroupBaseline(rollouts: readonly Rollout[], options: ReinforcePlusPlusOptions): Estimate {
  const { klCoef = 0, clipLow = 0.2, clipHigh = 0.2 } = options
  const { groups, left, alone } = judgedGroups(rollouts, options, 'REINFORCE++-baseline')
  const centred = groups.flatMap(group => {
    const outcomes = centredByGroup(group.map(({ outcome }) => [outcome]))
    const process = centredByGroup(group.map(({ steps }) => steps.map(({ reward }) => reward)))
    return group.map(({ rollout, steps }, i) =>
      stepsToGo(steps, process[i]!, { length: rollout.completion.tokens.length, whole: outcomes[i]![0]! }),
    )
  })
  const clip: ClipOptions = { clipLow, clipHigh, klCoef, klEstimator: 'k2' }
  return estimateOf({
    credited: groups.flat(),
    advantages: whitened(centred),
    aggregation: { per: 'token' },
    options: clip,
    left,
    alone,
    groups: groups.length,
    zeroVariance: zeroVarianceGroups(groups),
  })
}
