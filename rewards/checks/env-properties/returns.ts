/** @file E8 and E9: the reported return is the sum of rewards, and rewards are as declared. */
import type { Json } from '../../../envs/json.ts'
import type { EnvScene } from '../env-scene.ts'
import type { Property } from '../property.ts'
import { EPS, episode, rounded, totalOf } from './plays.ts'
import { fewerActions, scripted, walks } from './scripts.ts'

export const returnEqualsSum: Property<EnvScene> = {
  id: 'return_equals_sum',
  number: 'E8',
  title: 'the reported return is the sum of the rewards, the last one included',
  severity: 'medium',
  missing: ({ can }) =>
    can.return ? null : 'give its environments episodeReturn(), where they report a return',
  operators: scene => walks(scene),
  async judge({ seed, actions }, { subject }, probe) {
    const plan = { seed: seed as number, actions: actions as Json[], return: true }
    const seen = await episode(probe, plan)
    if (!seen || typeof seen.return !== 'number') return 'skip'
    // Before the end, environments may not have added up yet.
    if (!seen.ended && subject.horizon !== null) return 'skip'
    const total = totalOf(seen)
    if (Math.abs(seen.return - total) <= EPS * Math.max(1, Math.abs(total))) return null
    return {
      says: `reports a return of ${rounded(seen.return)}; its rewards sum to ${rounded(total)}`,
      scores: [rounded(seen.return), rounded(total)],
    }
  },
  smaller: fewerActions,
}

export const rewardUsesNextState: Property<EnvScene> = {
  id: 'reward_uses_next_state',
  number: 'E9',
  title: 'the reward is the declared function of what was, what was done and what came of it',
  severity: 'high',
  missing: ({ subject, can }) =>
    !subject.rewardOf
      ? 'declare rewardOf(before, action, after)'
      : can.state || can.snapshot
        ? null
        : 'give its environments state()',
  operators: scene => [scripted(scene, 'walk', { gold: true })],
  async judge({ seed, actions }, { subject }, probe) {
    const plan = { seed: seed as number, actions: actions as Json[], states: true }
    const seen = await episode(probe, plan)
    if (!seen) return 'skip'
    for (const [at, taken] of seen.steps.entries()) {
      if (taken.threw !== undefined) continue
      const declared = subject.rewardOf!(seen.states[at]!, taken.action, seen.states[at + 1]!)
      if (Math.abs(declared - taken.reward) <= EPS) continue
      return {
        says: `step ${at + 1} earns ${rounded(taken.reward)}; by rewardOf it is ${rounded(declared)}`,
        scores: [rounded(taken.reward), rounded(declared)],
      }
    }
    return null
  },
  smaller: fewerActions,
}
