/** @file P1: whatever is answered, the score is a finite number (or null) and nothing is thrown. */
import type { Json } from '../../../envs/json.ts'
import { shownOutcome } from '../probe.ts'
import { draws } from '../fast-check.ts'
import type { Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial, taskDraw } from './draws.ts'

export const totalFinite: Property<Scene> = {
  id: 'total_finite',
  number: 'P1',
  title: 'every response has a finite score',
  severity: 'high',
  missing: () => null,
  operators: scene => [junkAnswer(scene)],
  async judge({ task, response }, _scene, probe) {
    const outcome = await probe.score(task!, response as string)
    if (outcome.how === 'returned') {
      const { score } = outcome.value
      if (score === null || Number.isFinite(score)) return null
    } else if (outcome.how === 'hung') return null
    return {
      says: `scores ${shownOutcome(outcome)}; expected a finite number`,
      scores: [shownOutcome(outcome)],
    }
  },
}

function junkAnswer(scene: Scene): Operator<never> {
  const { junk } = scene.kind
  return operator<[Json, number]>({
    id: 'junk-answer',
    draw: draws.tuple(taskDraw(scene), dial),
    input: ([task, at]) => ({ task, response: scene.respond(task, junk[at % junk.length]!) }),
  })
}
