/** @file The whole museum, in no order that matters. */
import { CONTROLS } from './controls.ts'
import { DIALOGUES } from './dialogues.ts'
import type { EnvExhibit, RewardExhibit } from './entry.ts'
import { answerLineExhibits } from './exhibits-answer-line.ts'
import { boxedExhibits } from './exhibits-boxed.ts'
import { coinFlipExhibits } from './exhibits-coin-flip.ts'
import { countdownExhibits } from './exhibits-countdown.ts'
import { floatExhibits } from './exhibits-floats.ts'
import { generatorExhibits } from './exhibits-generators.ts'
import { gridExhibits } from './exhibits-grids.ts'
import { listExhibits } from './exhibits-lists.ts'
import { planExhibits } from './exhibits-plans.ts'
import { puzzleExhibits } from './exhibits-puzzles.ts'
import { wordExhibits } from './exhibits-words.ts'
import { GRADERS } from './graders.ts'
import { JUDGES } from './judges.ts'
import { MATHEMATICS } from './mathematics.ts'
import { PLANTED_EXPLOITS } from './planted-exploits.ts'
import { PROCESS } from './process.ts'
import { REPOSITORIES } from './repositories.ts'
import { TEST_RECORDS } from './test-records.ts'
import { TOOL_WORLDS } from './tool-worlds.ts'
import { TRAINERS } from './trainers.ts'

export const EXHIBITS: readonly (RewardExhibit | EnvExhibit)[] = [
  ...answerLineExhibits,
  ...boxedExhibits,
  ...coinFlipExhibits,
  ...countdownExhibits,
  ...floatExhibits,
  ...generatorExhibits,
  ...gridExhibits,
  ...listExhibits,
  ...planExhibits,
  ...puzzleExhibits,
  ...wordExhibits,
  ...GRADERS,
  ...MATHEMATICS,
  ...TRAINERS,
  ...TEST_RECORDS,
  ...REPOSITORIES,
  ...JUDGES,
  ...DIALOGUES,
  ...TOOL_WORLDS,
  ...CONTROLS,
  ...PROCESS,
  ...PLANTED_EXPLOITS,
]
