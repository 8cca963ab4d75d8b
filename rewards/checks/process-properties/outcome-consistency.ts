/** @file R3: where the outcome is wrong, some step is. */
import type { Json } from '../../../envs/json.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import {
  corruption,
  needsProcess,
  ofLearned,
  processOf,
  shownScores,
  slackOf,
  stepMark,
  stepScores,
  taskAndPlaces,
} from './steps.ts'

export const outcomeConsistency: Property<Scene> = {
  id: 'outcome_consistency',
  number: 'R3',
  title: 'a wrong outcome has a step that scores low',
  severity: 'high',
  missing: scene =>
    needsProcess(scene) ??
    (processOf(scene).outcome ? null : 'declare process.outcome, whether the final answer is right'),
  operators: scene => [wrongOutcome(scene)],
  async judge({ task, steps }, scene, probe) {
    const scores = await stepScores(probe, task!, steps as string[])
    // A step that is not judged may be the wrong one.
    if (scores === null || scores.some(score => score === null)) return 'skip'
    const mark = stepMark(scene)
    const slack = scene.subject.stochastic ? slackOf(scene) : 0
    if (scores.some(score => score! < mark + slack)) return null
    return {
      says: `the final answer is wrong and every step scores at least ${mark}: ${shownScores(scores)}`,
      scores,
      ...ofLearned(scene),
    }
  },
}

function wrongOutcome(scene: Scene) {
  return operator<[Json, number, number]>({
    id: 'wrong-outcome',
    draw: taskAndPlaces(scene),
    input: ([task, place]) => {
      const made = corruption(scene, task, place)
      return made && !processOf(scene).outcome!(task, made.steps) ? { task, steps: made.steps } : null
    },
  })
}
