/** @file `ludus/envs`: write environments, play them, record and replay episodes. */
export type {
  End,
  EnvDef,
  EnvId,
  Invalid,
  Level,
  MaybePromise,
  Message,
  RewardContext,
  RewardKind,
  Rewards,
  RewardTerm,
  Split,
  StepContext,
  Style,
  Task,
  TaskSource,
  TextForm,
  TimeStep,
} from './env.ts'
export { isInvalid, maxReturn, outcome, penalty, process, scalarReward, SPLITS } from './env.ts'
export type { Advance, Position } from './dynamics.ts'
export { advance, begin, positionHash } from './dynamics.ts'
export { EpisodeOverError, UsageError } from './errors.ts'
export type { Granularity } from './granularity.ts'
export { atGranularity, atSolution, atStep, atToken } from './granularity.ts'
export type { Info, ResetOptions, Snapshot } from './gym.ts'
export { Gym } from './gym.ts'
export type { Json } from './json.ts'
export { hashJson } from './json.ts'
export { findEnv, listEnvs, make, registerEnv } from './registry.ts'
export type { Coordinate, Rng } from './rng.ts'
export { rngAt } from './rng.ts'
export { drawnTasks, taskAt } from './tasks.ts'
export type { Act, Trajectory, TrajectoryStep, Usage, Verdict } from './trajectory.ts'
export { formatTrajectories, parseTrajectories, recordEpisode, replay } from './trajectory.ts'
