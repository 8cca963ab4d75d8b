/** @file P8: an answer that is wrong by a little does not pass. */
import type { Json } from '../../../envs/json.ts'
import { numberOf } from '../probe.ts'
import type { Edit } from '../kinds/kind.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { taskAndDials } from './draws.ts'

export const nearMiss: Property<Scene> = {
  id: 'near_miss',
  number: 'P8',
  title: 'a wrong answer near the right one does not pass',
  severity: 'high',
  missing: ({ subject }) =>
    subject.gold || subject.solutions ? null : 'declare gold(task), the reference answer',
  operators: scene => scene.kind.wrong.map(edit => wrongBy(scene, edit)),
  async judge({ task, answer, response, certain }, scene, probe) {
    const truth = scene.truth(task!, answer as string)
    if (truth === 'right' || (truth === 'unknown' && certain !== true)) return 'skip'
    const score = numberOf(await probe.score(task!, response as string))
    if (score === null || !(score >= scene.passMark)) return null
    return {
      says: `the wrong answer ${JSON.stringify(answer)} scores ${score} (right: ${scene.gold(task!)})`,
      scores: [score],
    }
  },
}

function wrongBy(scene: Scene, edit: Edit) {
  return operator<[Json, number, number]>({
    id: edit.id,
    draw: taskAndDials(scene),
    input: ([task, place, size]) => {
      const gold = scene.gold(task)
      const answer = gold === null ? null : edit.apply(gold, [place, size], surroundings(scene, task))
      if (answer === null || answer === gold) return null
      return { task, answer, response: scene.respond(task, answer), ...(edit.certain && { certain: true }) }
    },
  })
}

function surroundings(scene: Scene, task: Json) {
  return {
    prompt: scene.promptText(task),
    others: scene.tasks.map(other => scene.gold(other)).filter(gold => gold !== null),
    choices: scene.subject.choices?.(task) ?? [],
    tolerance: scene.subject.tolerance ?? {},
  }
}
