/** @file What an estimator makes of rollouts: experiences with advantages and weights, the loss, and a report. */
import type { LossSpec } from '../nn/losses/loss-graph.ts'
import { surrogateLoss } from '../policies/loss-inputs.ts'
import type { ClipOptions, Experience } from '../policy.ts'
import type { Aggregation } from './aggregation.ts'
import { aggregate } from './aggregation.ts'
import { mean } from './advantages.ts'
import type { Credited, CreditedBatch } from './credit.ts'
import { returnOf } from './credit.ts'
import type { GroupId, Rollout } from './rollouts.ts'

export interface EstimateReport {
  /** Rollouts that are learned from. */
  learned: number
  /** Left out: not judged; without a token; the only judged one of their group. */
  unjudged: number
  empty: number
  alone: number
  unjudgedSteps: number
  groups: number
  /** Groups of two or more whose rewards are all equal: against each other they teach nothing, and cost samples. */
  zeroVariance: GroupId[]
  /** Over what is learned from; NaN where that is nothing. */
  meanReturn: number
  meanLength: number
}

export interface Estimate {
  /** Weighted over the whole batch; a part of it is weighted anew by `aggregation`. */
  batch: Experience[]
  aggregation: Aggregation
  options: ClipOptions
  loss: LossSpec
  report: EstimateReport
  /** CISPO: advantages times stopped-gradient ratios, from the log-probabilities of the policy as it is right before a step. */
  reweigh?: (batch: readonly Experience[], logprobs: readonly (readonly number[])[]) => Experience[]
}

/** Pure: the same rollouts give the same estimate. */
export type Estimator = (rollouts: readonly Rollout[]) => Estimate

export interface Parts {
  credited: readonly Credited[]
  advantages: readonly Experience['advantage'][]
  /** What experiences carry beside it, in order. */
  more?: readonly Pick<Experience, 'returns' | 'oldValues'>[]
  aggregation: Aggregation
  options: ClipOptions
  left: Pick<CreditedBatch, 'unjudged' | 'empty' | 'unjudgedSteps'>
  alone?: number
  groups: number
  zeroVariance: GroupId[]
}

export function estimateOf(parts: Parts): Estimate {
  const { credited, advantages, more, aggregation, options, left, alone = 0, groups, zeroVariance } = parts
  const batch = credited.map(({ rollout: { prompt, completion, refLogprobs } }, i) => ({
    prompt,
    completion,
    advantage: advantages[i]!,
    ...(refLogprobs && { refLogprobs }),
    ...more?.[i],
  }))
  return {
    batch: aggregate(batch, aggregation),
    aggregation,
    options,
    loss: surrogateLoss(options),
    report: {
      learned: batch.length,
      unjudged: left.unjudged,
      empty: left.empty,
      alone,
      unjudgedSteps: left.unjudgedSteps,
      groups,
      zeroVariance,
      meanReturn: mean(credited.map(returnOf)),
      meanLength: mean(batch.map(({ completion }) => completion.tokens.length)),
    },
  }
}
