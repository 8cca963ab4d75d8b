/** @file R1: the first wrong step is the first that scores low. What comes after it is ambiguous and not looked at. */
import type { Json } from '../../../envs/json.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import type { StepScore } from './steps.ts'
import {
  corruption,
  needsProcess,
  ofLearned,
  processOf,
  slackOf,
  stepMark,
  stepScores,
  taskAndPlaces,
} from './steps.ts'

export const prefixConsistency: Property<Scene> = {
  id: 'prefix_consistency',
  number: 'R1',
  title: 'the first wrong step scores below the mark and below every step before it',
  severity: 'high',
  missing: needsProcess,
  operators: scene => [noError(scene), wrongStep(scene)],
  async judge({ task, steps, wrongAt }, scene, probe) {
    const scores = await stepScores(probe, task!, steps as string[])
    if (scores === null) return 'skip'
    const says =
      wrongAt === null
        ? rightSteps(scores, scene)
        : wrongLast(scores.slice(0, (wrongAt as number) + 1), scene)
    return says === null ? null : { says, scores, ...ofLearned(scene) }
  },
}

function rightSteps(scores: readonly StepScore[], scene: Scene): string | null {
  const mark = stepMark(scene)
  const at = scores.findIndex(score => score !== null && score < mark - slackOf(scene))
  return at < 0
    ? null
    : `step ${at} of a right solution scores ${scores[at]}; expected at least ${mark}, from where on a step counts as right`
}

/** The last of these is the first wrong one. */
function wrongLast(scores: readonly StepScore[], scene: Scene): string | null {
  const [mark, slack] = [stepMark(scene), slackOf(scene)]
  const at = scores.length - 1
  const wrong = scores[at]!
  if (wrong === null) return null
  if (wrong >= mark + (scene.subject.stochastic ? slack : 0))
    return `the wrong step ${at} scores ${wrong}; expected less than ${mark}, from where on a step counts as right`
  const lowest = scene.subject.stochastic ? wrong - slack : wrong
  const before = scores.slice(0, at).findIndex(score => score !== null && score <= lowest)
  return before < 0
    ? null
    : `the wrong step ${at} scores ${wrong}, no less than the ${scores[before]} of the right step ${before}`
}

function noError(scene: Scene) {
  return operator<[Json, number, number]>({
    id: 'no-error',
    draw: taskAndPlaces(scene),
    input: ([task]) => ({ task, steps: [...processOf(scene).solution(task)], wrongAt: null }),
  })
}

function wrongStep(scene: Scene) {
  return operator<[Json, number, number]>({
    id: 'wrong-step',
    draw: taskAndPlaces(scene),
    input: ([task, place]) => {
      const made = corruption(scene, task, place)
      return made && { task, steps: made.steps, wrongAt: made.at }
    },
  })
}
