/** @file The properties of step scores, in the order in which they are run. */
import type { Property } from '../property.ts'
import type { Scene } from '../scene.ts'
import { causality } from './causality.ts'
import { corruptionDrop } from './corruption-drop.ts'
import { countNeutrality } from './count-neutrality.ts'
import { firstErrorMetric } from './first-error-metric.ts'
import { outcomeConsistency } from './outcome-consistency.ts'
import { prefixConsistency } from './prefix-consistency.ts'
import { stepLabelsRoundtrip } from './step-labels.ts'
import { stepSplitInvariance } from './step-split.ts'

export const PROCESS_PROPERTIES: readonly Property<Scene>[] = [
  stepLabelsRoundtrip,
  prefixConsistency,
  corruptionDrop,
  outcomeConsistency,
  stepSplitInvariance,
  countNeutrality,
  causality,
  firstErrorMetric,
]
