/** @file P3: scores stay in the declared range. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { inTurn } from '../in-turn.ts'
import { shorter } from '../minimise.ts'
import { numberOf } from '../probe.ts'
import type { Input, Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial, oneOf, taskDraw } from './draws.ts'
import { chunks } from './total-finite.ts'
import { shown, surroundings } from './wrong-answers.ts'

export const bounded: Property<Scene> = {
  id: 'bounded',
  number: 'P3',
  title: 'scores stay in their range',
  severity: 'high',
  missing: () => null,
  operators: scene => [golds(scene), ...scene.kind.wrong.map(edit => changed(scene, edit.id)), junk(scene)],
  async judge({ task, responses }, { low, high }, probe) {
    const slack = 1e-9 * (high - low)
    const texts = (responses as string[]).values()
    for await (const outcome of inTurn(probe, task!, responses as string[])) {
      const response = texts.next().value!
      const score = numberOf(outcome)
      if (score === null || !Number.isFinite(score)) continue
      if (score > high + slack || score < low - slack)
        return {
          says: `${shown(response)} scores ${score}, outside [${low}, ${high}]`,
          scores: [score > high ? 'above' : 'below'],
        }
    }
    return null
  },
  *smaller({ task, responses }): Iterable<Input> {
    const [first, ...rest] = responses as string[]
    if (rest.length > 0)
      for (const response of responses as string[]) yield { task: task!, responses: [response] }
    else for (const response of shorter(first!)) yield { task: task!, responses: [response] }
  },
}

function golds(scene: Scene): Operator<never> {
  return operator<Json>({
    id: 'gold',
    draw: taskDraw(scene),
    input: task => {
      const gold = scene.gold(task)
      return gold === null
        ? null
        : {
            task,
            responses: [gold, `${gold} ${gold}`].map(answer => scene.respond(task, answer, 'I think so.')),
          }
    },
  })
}

function changed(scene: Scene, id: string): Operator<never> {
  const edit = scene.kind.wrong.find(each => each.id === id)!
  return operator<[Json, number, number]>({
    id,
    draw: draws.tuple(taskDraw(scene), dial, dial),
    input: ([task, place, size]) => {
      const gold = scene.gold(task)
      const answer = gold === null ? null : edit.apply(gold, [place, size], surroundings(scene, task))
      return answer === null ? null : { task, responses: [scene.respond(task, answer)] }
    },
  })
}

function junk(scene: Scene): Operator<never> {
  return operator<[string[], Json]>({
    id: 'junk',
    draw: draws.tuple(oneOf(chunks(scene.kind.junk)), taskDraw(scene)),
    input: ([texts, task]) => ({ task, responses: texts.map(text => scene.respond(task, text)) }),
  })
}
