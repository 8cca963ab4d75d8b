/** @file R6: what comes later does not change what a step was worth. */
import type { Json } from '../../../envs/json.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { corruption, needsProcess, processOf, slackOf, stepScores, taskAndPlaces } from './steps.ts'

export const causality: Property<Scene> = {
  id: 'causality',
  number: 'R6',
  title: "a step's score does not depend on later steps",
  severity: 'medium',
  missing: needsProcess,
  operators: scene => [
    later(scene, 'cut', (_task, steps, keep) => steps.slice(0, keep)),
    later(scene, 'wrong-later', (task, steps, keep) => {
      const made = corruption(scene, task, keep)
      return made && made.steps.slice(0, keep).every((step, at) => step === steps[at]) ? made.steps : null
    }),
    later(scene, 'other-end', (task, steps, keep) => {
      const other = scene.tasks[(scene.tasks.indexOf(task) + 1) % scene.tasks.length]!
      return [...steps.slice(0, keep), ...processOf(scene).solution(other).slice(keep)]
    }),
  ],
  async judge({ task, steps, changed, keep }, scene, probe) {
    const before = await stepScores(probe, task!, steps as string[])
    const after = await stepScores(probe, task!, changed as string[])
    if (before === null || after === null) return 'skip'
    const kept = keep as number
    const at = before
      .slice(0, kept)
      .findIndex(
        (score, index) =>
          score !== null && after[index] !== null && Math.abs(score - after[index]!) > slackOf(scene),
      )
    if (at < 0) return null
    return {
      says: `step ${at} scores ${before[at]}, and ${after[at]} once steps from ${kept} on are changed`,
      scores: [before[at]!, after[at]!],
    }
  },
}

function later(
  scene: Scene,
  id: string,
  change: (task: Json, steps: string[], keep: number) => string[] | null,
) {
  return operator<[Json, number, number]>({
    id,
    draw: taskAndPlaces(scene),
    input: ([task, place]) => {
      const steps = [...processOf(scene).solution(task)]
      if (steps.length < 2) return null
      const keep = 1 + (place % (steps.length - 1))
      const changed = change(task, steps, keep)
      return changed && { task, steps, changed, keep }
    },
  })
}
