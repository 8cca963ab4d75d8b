/** @file R2: one wrong step lowers the whole, and repairing it brings the whole back. */
import type { Json } from '../../../envs/json.ts'
import type { Probe } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import type { StepScore } from './steps.ts'
import {
  aggregate,
  corruption,
  needsProcess,
  ofLearned,
  processOf,
  slackOf,
  stepScores,
  taskAndPlaces,
} from './steps.ts'

export const corruptionDrop: Property<Scene> = {
  id: 'corruption_drop',
  number: 'R2',
  title: 'a wrong step lowers the whole, a repaired one restores it',
  severity: 'high',
  missing: scene => needsProcess(scene) ?? needsLeast(scene),
  operators: scene => [wrongStep(scene)],
  async judge({ task, right, steps }, scene, probe) {
    const wholes = []
    for (const each of [right, steps, right]) wholes.push(await whole(probe, task!, each as string[]))
    const [before, during, after] = wholes
    if (!before || !during || !after) return 'skip'
    const slack = slackOf(scene)
    const scores = [before.total, during.total, after.total]
    if (Math.abs(after.total - before.total) > slack)
      return {
        says: `repaired, the solution scores ${after.total}; before the wrong step it was ${before.total}`,
        scores,
      }
    if (!comparable(before.scores, during.scores, scene)) return 'skip'
    if (during.total < before.total - (scene.subject.stochastic ? -slack : 0)) return null
    return {
      says: `with a wrong step the whole is ${during.total}; expected less than ${before.total}, the right solution's`,
      scores,
      ...ofLearned(scene),
    }
  },
}

function needsLeast(scene: Scene): string | null {
  const how = processOf(scene).aggregate?.how
  return how === 'min' || how === 'product' ? null : 'declare process.aggregate by min or product'
}

async function whole(probe: Probe, task: Json, steps: string[]) {
  const scores = await stepScores(probe, task, steps)
  if (scores === null) return null
  const total = await aggregate(probe, scores)
  return total === null ? null : { scores, total }
}

/** A product says nothing once steps were left out or others became surer; a least score always does. */
function comparable(before: readonly StepScore[], during: readonly StepScore[], scene: Scene): boolean {
  if (during.filter(score => score !== null).length < before.filter(score => score !== null).length)
    return false
  if (processOf(scene).aggregate!.how === 'min') return true
  return (
    during.length === before.length &&
    during.every((score, at) => (score ?? 0) <= (before[at] ?? 0) + slackOf(scene))
  )
}

function wrongStep(scene: Scene) {
  return operator<[Json, number, number]>({
    id: 'wrong-step',
    draw: taskAndPlaces(scene),
    input: ([task, place]) => {
      const made = corruption(scene, task, place)
      return made && { task, right: made.right, steps: made.steps }
    },
  })
}
