/**
 * @file One typed batch of rollouts, checked at the door: what every policy-gradient estimator reads.
 *
 * T tokens per completion. Numbers along a completion have length T; a step is named by the index of its last token.
 */
import { UsageError } from '../../envs/errors.ts'
import type { Coordinate } from '../../envs/rng.ts'
import type { Completion, Prompt } from '../policy.ts'

declare const brand: unique symbol
/** Names the samples of one task. A type of its own, so that no row number or batch index is taken for it. */
export type GroupId = string & { readonly [brand]: 'group' }

/** The group at these coordinates, such as those of its task and the iteration. */
export function groupAt(...coordinates: readonly Coordinate[]): GroupId {
  return JSON.stringify(coordinates) as GroupId
}

export interface StepReward {
  /** null: not judged. */
  reward: number | null
  /** Index of the step's last token. */
  lastToken: number
}

export interface Rollout {
  group: GroupId
  prompt: Prompt
  completion: Completion
  /** What the whole is worth; null: not judged, left out and counted. */
  outcome: number | null
  /** In the order of the completion. */
  steps?: readonly StepReward[]
  /** Was the task solved? Apart from the outcome, which may be shaped; null: not judged. */
  correct?: boolean | null
  /** log π_ref of each token, `[T]`. */
  refLogprobs?: readonly number[]
  /** V of what stands before each token, `[T]`, when it was sampled. */
  values?: readonly number[]
}

/** Throws UsageError at the first rollout whose numbers do not fit its tokens. */
export function checkRollouts(rollouts: readonly Rollout[]): void {
  if (rollouts.length === 0) throw new UsageError('expected at least one rollout, got none')
  for (const [i, rollout] of rollouts.entries()) {
    const problem = problemOf(rollout)
    if (problem !== null) throw new UsageError(`rollout ${i}: ${problem}`)
  }
}

function problemOf({ completion, outcome, steps = [], refLogprobs, values }: Rollout): string | null {
  const count = completion.tokens.length
  for (const [name, list] of Object.entries({ logprobs: completion.logprobs, refLogprobs, values })) {
    if (list === undefined) continue
    if (list.length !== count)
      return `expected ${count} numbers in ${name}, one per token, got ${list.length}`
    const bad = list.findIndex(value => !Number.isFinite(value))
    if (bad >= 0) return `expected finite ${name}, got ${list[bad]} at token ${bad}`
  }
  for (const reward of [outcome, ...steps.map(step => step.reward)])
    if (reward !== null && !Number.isFinite(reward))
      return `expected a finite reward, or null for "not judged", got ${reward}`
  let before = -1
  for (const { lastToken } of steps) {
    if (!Number.isInteger(lastToken) || lastToken <= before || lastToken >= count)
      return `expected steps to end at rising token indices below ${count}, got ${lastToken} behind ${before}`
    before = lastToken
  }
  return null
}

/** The rollouts of each group, groups in the order of their first rollout. */
export function byGroup<R extends { group: GroupId }>(rollouts: readonly R[]): Map<GroupId, R[]> {
  const groups = new Map<GroupId, R[]>()
  for (const rollout of rollouts) {
    const group = groups.get(rollout.group)
    if (group) group.push(rollout)
    else groups.set(rollout.group, [rollout])
  }
  return groups
}
