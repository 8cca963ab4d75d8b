/** @file R5: steps that say nothing neither cost nor earn. */
import type { Json } from '../../../envs/json.ts'
import type { Property, Violation } from '../property.ts'
import { operator } from '../property.ts'
import type { Probe } from '../probe.ts'
import type { Scene } from '../scene.ts'
import type { StepScore } from './steps.ts'
import {
  aggregate,
  corruption,
  needsProcess,
  ofLearned,
  processOf,
  sameLabel,
  shownScores,
  slackOf,
  stepScores,
  taskAndPlaces,
} from './steps.ts'

/** Models that were learned are allowed this share of the range before a change is worth a line. */
const LEARNED = 0.02

export const countNeutrality: Property<Scene> = {
  id: 'count_neutrality',
  number: 'R5',
  title: 'steps that say nothing change neither the other steps nor the whole',
  severity: 'medium',
  missing: scene =>
    needsProcess(scene) ??
    (processOf(scene).neutral === undefined ? 'declare process.neutral, a step that says nothing' : null),
  operators: scene => [inserted(scene, 'in-right-solution'), inserted(scene, 'in-wrong-solution')],
  async judge({ task, steps, at, count }, scene, probe) {
    const [place, more] = [at as number, count as number]
    const plain = steps as string[]
    const padded = plain.toSpliced(place, 0, ...Array<string>(more).fill(processOf(scene).neutral!))
    const before = await stepScores(probe, task!, plain)
    const after = await stepScores(probe, task!, padded)
    if (before === null || after === null) return 'skip'
    const others = after.toSpliced(place, more)
    if (!others.every((score, index) => sameLabel(scene, score, before[index]!)))
      return {
        says: `with ${more} steps that say nothing at ${place} the others score ${shownScores(others)}; without, ${shownScores(before)}`,
        scores: [...before, ...others],
        ...ofLearned(scene),
      }
    return processOf(scene).aggregate ? wholeChanged(before, after, scene, probe) : null
  },
}

async function wholeChanged(
  before: readonly StepScore[],
  after: readonly StepScore[],
  scene: Scene,
  probe: Probe,
): Promise<Violation | null | 'skip'> {
  const [plain, padded] = [await aggregate(probe, before), await aggregate(probe, after)]
  if (plain === null || padded === null) return 'skip'
  const allowed = slackOf(scene) + (scene.subject.learned ? LEARNED * (scene.high - scene.low) : 0)
  if (Math.abs(padded - plain) <= allowed) return null
  const more = after.length - before.length
  return {
    says: `${more} steps that say nothing ${padded > plain ? 'raise' : 'lower'} the whole from ${plain} to ${padded}${elasticity(plain, padded, before.length, after.length)}`,
    scores: [plain, padded],
    ...ofLearned(scene),
  }
}

/** Percent that the whole changes by when the number of steps grows by one percent. */
function elasticity(plain: number, padded: number, steps: number, more: number): string {
  if (!(plain > 0 && padded > 0)) return ''
  const share = Math.log(padded / plain) / Math.log(more / steps)
  return ` (elasticity ${share.toFixed(2)})`
}

function inserted(scene: Scene, id: 'in-right-solution' | 'in-wrong-solution') {
  return operator<[Json, number, number]>({
    id,
    draw: taskAndPlaces(scene),
    input: ([task, place, other]) => {
      const steps =
        id === 'in-right-solution'
          ? [...processOf(scene).solution(task)]
          : corruption(scene, task, place)?.steps
      if (!steps || steps.length === 0) return null
      // Never behind the last step, which may have to be the answer.
      return { task, steps, at: other % steps.length, count: 1 + (other % 4) }
    },
  })
}
