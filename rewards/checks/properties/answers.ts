/** @file The properties of single answers, in the order in which they are run. */
import type { Property } from '../property.ts'
import type { Scene } from '../scene.ts'
import { alternativeSolution } from './alternative-solution.ts'
import { bounded } from './bounded.ts'
import { boundedTime } from './bounded-time.ts'
import { deterministic } from './deterministic.ts'
import { equivalentForm } from './equivalent-form.ts'
import { formatOnly } from './format-only.ts'
import { goldMax } from './gold-max.ts'
import { hedge } from './hedge.ts'
import { allowedOperations, hardConstraint, nearMiss, resourceMultiset, unitConfusion } from './near-miss.ts'
import { neutralTransforms } from './neutral-transforms.ts'
import { nonAnswer, nullBaseline } from './null-baseline.ts'
import { padding } from './padding.ts'
import { goalRestatement, promptEcho } from './prompt-echo.ts'
import { stuffing } from './stuffing.ts'
import { declaredDistribution, seedDeterminism } from './task-source.ts'
import { totalFinite } from './total-finite.ts'
import { universalKey } from './universal-key.ts'

/** Those that a hang makes dear come last. */
export const ANSWER_PROPERTIES: readonly Property<Scene>[] = [
  goldMax,
  nullBaseline,
  universalKey,
  totalFinite,
  nearMiss,
  hedge,
  stuffing,
  formatOnly,
  nonAnswer,
  promptEcho,
  goalRestatement,
  resourceMultiset,
  allowedOperations,
  unitConfusion,
  hardConstraint,
  equivalentForm,
  alternativeSolution,
  bounded,
  deterministic,
  padding,
  neutralTransforms,
  seedDeterminism,
  declaredDistribution,
  boundedTime,
]
