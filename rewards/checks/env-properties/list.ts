/** @file The properties of environments, cheap and decisive ones first. */
import type { EnvScene } from '../env-scene.ts'
import type { Property } from '../property.ts'
import { noopBaseline } from './baselines.ts'
import { envBounded, envBoundedTime, envTotalFinite } from './bounds.ts'
import { cycleGain } from './cycle-gain.ts'
import { cloneIndependent, restoreEqualsReplay, seedDeterminism, snapshotsAreValues } from './determinism.ts'
import { noRewardAfterEnd, termination, timeoutNotPass, truncationNotTermination } from './endings.ts'
import { alternativeRoute, monotoneProgress, partialLessThanFull, unsubmitted } from './progress.ts'
import { returnEqualsSum, rewardUsesNextState } from './returns.ts'
import { shapingKeepsOptimum, shapingTelescopes } from './shaping.ts'
import { declaredDistribution, envAnswerReachability } from './tasks.ts'
import { concurrency, harmlessAction, toolFailure } from './tools.ts'

export const ENVIRONMENT_PROPERTIES: readonly Property<EnvScene>[] = [
  envBoundedTime,
  envTotalFinite,
  envBounded,
  seedDeterminism,
  noopBaseline,
  termination,
  timeoutNotPass,
  truncationNotTermination,
  noRewardAfterEnd,
  unsubmitted,
  cycleGain,
  returnEqualsSum,
  rewardUsesNextState,
  restoreEqualsReplay,
  snapshotsAreValues,
  cloneIndependent,
  toolFailure,
  harmlessAction,
  partialLessThanFull,
  monotoneProgress,
  alternativeRoute,
  shapingTelescopes,
  shapingKeepsOptimum,
  concurrency,
  declaredDistribution,
  envAnswerReachability,
]
