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
export type { DatasetReport } from './code/datasets.ts'
export { loadDataset } from './code/datasets.ts'
export { defineEnv } from './define-env.ts'
export type { Score } from './define-task.ts'
export { defineTask } from './define-task.ts'
export type { EnvSource } from './episodes.ts'
export { EpisodeOverError, UsageError } from './errors.ts'
export type { Granularity } from './granularity.ts'
export { atGranularity, atSolution, atStep, atToken } from './granularity.ts'
export type { Info, ResetOptions, Snapshot } from './gym.ts'
export { Gym } from './gym.ts'
export type { Json } from './json.ts'
export { hashJson } from './json.ts'
export type { StepLabel } from './labels.ts'
export { firstWrongStep, stepLabels } from './labels.ts'
export type { MathRow } from './math/datasets.ts'
export { mathDataset } from './math/datasets.ts'
export type { Axes, Family, Work } from './math/derivation.ts'
export { derivation } from './math/derivation.ts'
export type { Puzzle } from './math/puzzle.ts'
export { puzzle } from './math/puzzle.ts'
export type { Verdict as AnswerVerdict, VerifyOptions } from './math/verify/verify.ts'
export { Verifier, verify, verifySimple } from './math/verify/verify.ts'
export { findEnv, listEnvs, make, registerEnv } from './registry.ts'
export type { RowProblem } from './rows.ts'
export type { Coordinate, Rng } from './rng.ts'
export { rngAt } from './rng.ts'
export { drawnTasks, taskAt } from './tasks.ts'
export { discoverTools, mcpEnv } from './tools/mcp.ts'
export type { Call } from './tools/call-form.ts'
export type { Goal, Reply, Tool, ToolContext } from './tools/tool-env.ts'
export { finishCall } from './tools/call-form.ts'
export { defineToolEnv, tool } from './tools/tool-env.ts'
export type { Act, Trajectory, TrajectoryStep, Usage, Verdict } from './trajectory.ts'
export { formatTrajectories, parseTrajectories, recordEpisode, replay } from './trajectory.ts'
export type { StepOptions, VectorOptions, VectorStep } from './vector.ts'
export { Vector, vector } from './vector.ts'
