/** @file `ludus/rewards`: judge attempts, and measure what can be earned without understanding. */
export type { Floor, FloorOptions } from './baselines.ts'
export { blindReturn, constantFloor } from './baselines.ts'
export type { CheckOptions } from './checks/check.ts'
export { checkEnv, checkReward } from './checks/check.ts'
export type { EnvFace, EnvStep, EnvSubject } from './checks/env-subject.ts'
export type { ModelCheckOptions } from './checks/models/check.ts'
export { checkRewardModel } from './checks/models/check.ts'
export type { ModelReport } from './checks/models/report.ts'
export type { RewardModelSubject } from './checks/models/subject.ts'
export type { Report } from './checks/report.ts'
export type { RewardSubject, Score, ScoreContext } from './checks/subject.ts'
export type { Attempt, Judgement, RewardModel } from './reward.ts'
export { environmentReward, verifierReward } from './reward.ts'
export type { Aggregation } from './aggregation.ts'
export { aggregate, aggregated, AGGREGATIONS, ofTexts } from './aggregation.ts'
export type { ProcessBenchRow, RewardBench2Row, RewardBenchRow } from './benchmark-rows.ts'
export { readProcessBench, readRewardBench, readRewardBench2, strictly } from './benchmark-rows.ts'
export { confidenceReward, sequenceConfidence, tokenConfidence } from './confidence.ts'
export type { ExpertForm } from './expert.ts'
export { discriminatorLabels, expertReward, expertStepReward } from './expert.ts'
export { implicitReward, implicitTokenRewards, outcomeProbability, primeAdvantages } from './implicit.ts'
export type { Complete, JudgeOptions } from './judge.ts'
export { judgeReward, judgeText } from './judge.ts'
export { judgePrompt, neutralised, parseVerdict } from './judge-text.ts'
export type { StepTargets, TreeStep, TreeTargets } from './labels.ts'
export { cutBehindError, exactTargets, restMctsValues, targetsUntil, treeTargets } from './labels.ts'
export {
  bestOfManyAccuracy,
  bestOfNCurve,
  calibration,
  firstBelow,
  overOptimisation,
  pairAccuracy,
  pooledAuc,
  processBenchAt,
  processBenchScore,
  tunedThreshold,
  withinTaskAuc,
} from './metrics.ts'
export { minFormRewards, minReturns } from './min-credit.ts'
export type { MonteCarloLabels, MonteCarloOptions, Rollout, RolloutSampler } from './monte-carlo.ts'
export { monteCarloLabels, successRate } from './monte-carlo.ts'
export type { OmegaOptions, OmegaResult } from './omega-prm.ts'
export { firstErrorByBisection, omegaPrm } from './omega-prm.ts'
export { bestOfKValue, progressReward, progressRewards } from './progress.ts'
export {
  shapedDynamics,
  shapedEnv,
  shapingInvariance,
  shapingReward,
  shapingRewards,
  shapingTerm,
} from './shaping.ts'
export type { Dynamics } from './tabular.ts'
export { actionValues, valuesOf } from './tabular.ts'
export type { Prediction, WorldComparison, WorldModel } from './world-model.ts'
export { compareWorlds, imagined, transitionsOf } from './world-model.ts'
