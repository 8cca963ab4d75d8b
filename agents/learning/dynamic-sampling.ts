/**
 * @file Dynamic sampling (Yu et al. 2025, eq. 11): groups that are all right or all wrong are dropped and refilled until enough
 * groups with `0 < accuracy < 1` are there.
 *
 * The filter reads accuracy, never the shaped reward: a group of right answers with different lengths has no lesson about
 * being right. What is dropped is counted, because the prompts that remain are not those that were drawn.
 */
import { UsageError } from '../../envs/errors.ts'
import type { Rollout } from './rollouts.ts'
import { byGroup } from './rollouts.ts'

export interface DynamicSamplingOptions {
  /** Groups wanted. */
  groups: number
  /** Rounds of drawing, after which what is there has to do. */
  maxRounds: number
}

export interface DynamicSample {
  rollouts: Rollout[]
  rounds: number
  drawn: number
  allRight: number
  allWrong: number
  /** Groups of which fewer than two rollouts were judged. */
  unjudged: number
  /** Groups with a lesson that were drawn beyond those wanted. */
  surplus: number
  /** Fewer groups than wanted were found within the rounds. */
  short: boolean
}

/** `draw(round, missing)` samples at least `missing` new groups. Throws UsageError where rollouts do not say whether they are right. */
export async function dynamicSampling(
  draw: (round: number, missing: number) => Promise<readonly Rollout[]>,
  { groups: wanted, maxRounds }: DynamicSamplingOptions,
): Promise<DynamicSample> {
  const kept: Rollout[][] = []
  const counts = { 'all right': 0, 'all wrong': 0, unjudged: 0, mixed: 0 }
  let rounds = 0
  while (kept.length < wanted && rounds < maxRounds) {
    const drawn = await draw(rounds, wanted - kept.length)
    rounds += 1
    for (const group of byGroup(drawn).values()) {
      const kind = groupKind(group)
      counts[kind] += 1
      if (kind === 'mixed') kept.push(group)
    }
  }
  return {
    rollouts: kept.slice(0, wanted).flat(),
    rounds,
    drawn: Object.values(counts).reduce((sum, count) => sum + count, 0),
    allRight: counts['all right'],
    allWrong: counts['all wrong'],
    unjudged: counts.unjudged,
    surplus: Math.max(0, kept.length - wanted),
    short: kept.length < wanted,
  }
}

/** What a group's accuracy says; rollouts that were not judged do not count. */
export function groupKind(group: readonly Rollout[]): 'all right' | 'all wrong' | 'mixed' | 'unjudged' {
  if (group.some(({ correct }) => correct === undefined))
    throw new UsageError(
      'dynamic sampling reads whether each rollout is correct (true, false, or null for "not judged"); a shaped outcome will not do',
    )
  const judged = group.filter(({ correct }) => correct !== null)
  if (judged.length < 2) return 'unjudged'
  const right = judged.filter(({ correct }) => correct).length
  if (right === judged.length) return 'all right'
  return right === 0 ? 'all wrong' : 'mixed'
}
