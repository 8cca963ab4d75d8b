/**
 * @file The frame of all estimators that compare the samples of one task with each other: GRPO and its kin, RLOO, MaxRL.
 *
 * `A_t = B(outcome) + Σ_{k: end_k ≥ t} B(r_k)`: the baseline B is taken over the outcomes of the group and, apart from
 * them, over all its step rewards, which are then summed to go (Shao et al. 2024, §4.1.3; Cui et al. 2025, eq. 5).
 */
import { UsageError } from '../../envs/errors.ts'
import type { ClipOptions, Experience } from '../policy.ts'
import type { GroupBaseline } from './advantages.ts'
import { isZeroVariance } from './advantages.ts'
import type { Aggregation } from './aggregation.ts'
import type { Credited, CreditedBatch, CreditOptions } from './credit.ts'
import { credit, returnOf, stepsToGo } from './credit.ts'
import type { Estimate } from './estimate.ts'
import { estimateOf } from './estimate.ts'
import type { GroupId, Rollout } from './rollouts.ts'
import { byGroup } from './rollouts.ts'

export interface GroupEstimateOptions extends CreditOptions {
  algorithm: string
  baseline: GroupBaseline
  aggregation: Aggregation
  options: ClipOptions
  /** Step rewards are summed into the outcome: for what knows only whole sequences. */
  whole?: boolean
}

/** Throws UsageError where a group was sampled with one rollout: there is nothing to compare it with. */
export function groupEstimate(rollouts: readonly Rollout[], settings: GroupEstimateOptions): Estimate {
  const { algorithm, baseline, aggregation, options, whole = false } = settings
  const judged = judgedGroups(rollouts, settings, algorithm)
  const groups = whole ? judged.groups.map(group => group.map(collapsed)) : judged.groups
  const credited = groups.flat()
  const advantages = groups.flatMap(group => advantagesOf(group, baseline))
  return estimateOf({
    credited,
    advantages,
    aggregation,
    options,
    left: judged.left,
    alone: judged.alone,
    groups: groups.length,
    zeroVariance: zeroVarianceGroups(groups),
  })
}

export interface JudgedGroups {
  groups: Credited[][]
  left: CreditedBatch
  /** Rollouts left out because no other of their group was judged. */
  alone: number
}

/** Groups of at least two judged rollouts. */
export function judgedGroups(
  rollouts: readonly Rollout[],
  options: CreditOptions,
  algorithm: string,
): JudgedGroups {
  const left = credit(rollouts, options)
  for (const [group, members] of byGroup(rollouts))
    if (members.length < 2)
      throw new UsageError(
        `${algorithm}: group ${group} has one rollout; a group's rollouts are judged against each other, so sample at least 2 per task`,
      )
  const groups = [...byGroup(left.credited).values()]
  return {
    groups: groups.filter(group => group.length > 1),
    left,
    alone: groups.filter(group => group.length === 1).length,
  }
}

/** Groups of two or more of which neither outcomes nor step rewards differ. */
export function zeroVarianceGroups(groups: readonly (readonly Credited[])[]): GroupId[] {
  const equal = (group: readonly Credited[]): boolean =>
    group.length > 1 &&
    isZeroVariance(group.map(({ outcome }) => outcome)) &&
    isZeroVariance(group.flatMap(({ steps }) => steps.map(({ reward }) => reward)))
  return groups.filter(equal).map(group => group[0]!.group)
}

function advantagesOf(group: readonly Credited[], baseline: GroupBaseline): Experience['advantage'][] {
  const outcomes = baseline(group.map(({ outcome }) => [outcome]))
  if (group.every(({ steps }) => steps.length === 0)) return outcomes.map(([advantage]) => advantage!)
  const process = baseline(group.map(({ steps }) => steps.map(({ reward }) => reward)))
  return group.map(({ rollout, steps }, i) =>
    stepsToGo(steps, process[i]!, { length: rollout.completion.tokens.length, whole: outcomes[i]![0]! }),
  )
}

function collapsed(credited: Credited): Credited {
  return { ...credited, outcome: returnOf(credited), steps: [] }
}
