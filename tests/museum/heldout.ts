/** @file Bugs written blind, from the contracts alone, to rehearse what the checks find in bugs nobody tuned them to. */
import type { EnvExhibit, RewardExhibit } from './entry.ts'
import { HELDOUT_ANSWERS } from './heldout-answers.ts'
import { HELDOUT_COMPARISONS } from './heldout-comparisons.ts'
import { HELDOUT_COMPOSITES } from './heldout-composites.ts'
import { HELDOUT_ENVS } from './heldout-envs.ts'
import { HELDOUT_LEARNED } from './heldout-learned.ts'
import { HELDOUT_RULES } from './heldout-rules.ts'
import { HELDOUT_RUNS } from './heldout-runs.ts'
import { HELDOUT_SECOND_ENVS } from './heldout-second-envs.ts'
import { HELDOUT_SECOND } from './heldout-second.ts'
import { HELDOUT_STEPS } from './heldout-steps.ts'
import { HELDOUT_STRUCTURES } from './heldout-structures.ts'
import { HELDOUT_WORLDS } from './heldout-worlds.ts'

export const HELDOUT: readonly (RewardExhibit | EnvExhibit)[] = [
  ...HELDOUT_ANSWERS,
  ...HELDOUT_COMPARISONS,
  ...HELDOUT_COMPOSITES,
  ...HELDOUT_ENVS,
  ...HELDOUT_LEARNED,
  ...HELDOUT_RULES,
  ...HELDOUT_RUNS,
  ...HELDOUT_SECOND_ENVS,
  ...HELDOUT_SECOND,
  ...HELDOUT_STEPS,
  ...HELDOUT_STRUCTURES,
  ...HELDOUT_WORLDS,
]
