/** @file `ludus/rewards`: judge attempts, and measure what can be earned without understanding. */
export type { Floor, FloorOptions } from './baselines.ts'
export { blindReturn, constantFloor } from './baselines.ts'
export type { Attempt, Judgement, RewardModel } from './reward.ts'
export { environmentReward, verifierReward } from './reward.ts'
