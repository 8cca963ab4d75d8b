/** @file `ludus/rewards`: judge attempts. */
export type { Attempt, Judgement, RewardModel } from './reward.ts'
export { environmentReward, verifierReward } from './reward.ts'
