/** @file The properties of rewards that are more than one answer, cheap and decisive ones first. */
import type { Property } from '../property.ts'
import type { Scene } from '../scene.ts'
import { answerReachability } from './answer-reachability.ts'
import { batchEqualsSingle } from './batch-equals-single.ts'
import { allConstraintsCounted, goldUnparsable, vacuousCheck } from './check-lists.ts'
import { monotoneComponent, vetoIsEnforced } from './combined-parts.ts'
import { componentCeiling } from './component-ceiling.ts'
import { forgedMarker } from './forged-marker.ts'
import { inProcessTampering } from './in-process-tampering.ts'
import { infraFailure, setupFailure } from './infra-failure.ts'
import { injection } from './injection.ts'
import { judgeVerdictParse } from './judge-verdict-parse.ts'
import { maxIffAllPass, monotoneTests } from './monotone-tests.ts'
import { positiveEvidence, timeoutNotPass, unsubmittedIsNotSuccess } from './positive-evidence.ts'
import { freshInputInvariance, inputImmutability } from './program-inputs.ts'
import { rewardFileIntegrity } from './reward-file-integrity.ts'
import { roleAttribution } from './role-attribution.ts'
import { sandboxCanary } from './sandbox-canary.ts'
import { staleState } from './stale-state.ts'

export const FACET_PROPERTIES: readonly Property<Scene>[] = [
  roleAttribution,
  judgeVerdictParse,
  injection,
  maxIffAllPass,
  monotoneTests,
  positiveEvidence,
  timeoutNotPass,
  unsubmittedIsNotSuccess,
  forgedMarker,
  vacuousCheck,
  goldUnparsable,
  allConstraintsCounted,
  batchEqualsSingle,
  infraFailure,
  setupFailure,
  staleState,
  monotoneComponent,
  vetoIsEnforced,
  componentCeiling,
  sandboxCanary,
  inProcessTampering,
  rewardFileIntegrity,
  freshInputInvariance,
  inputImmutability,
  answerReachability,
]
