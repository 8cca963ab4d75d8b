/** @file P4: the same call gives the same score, also after calls about other tasks. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import type { Outcome, Probe, Scored } from '../probe.ts'
import { shownOutcome } from '../probe.ts'
import type { Input, Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial, ownTaskDraw } from './draws.ts'
import { surroundings } from './wrong-answers.ts'

const REPEATS = 4

type Call = { task: Json; response: string }

export const deterministic: Property<Scene> = {
  id: 'deterministic',
  number: 'P4',
  title: 'the same call gives the same score',
  severity: 'medium',
  missing: () => null,
  operators: scene => [
    calls(scene, 'gold-repeated', 'gold', false),
    calls(scene, 'wrong-repeated', 'wrong', false),
    calls(scene, 'junk-repeated', 'junk', false),
    calls(scene, 'gold-interleaved', 'gold', true),
    calls(scene, 'wrong-interleaved', 'wrong', true),
  ],
  async judge({ task, response, between }, scene, probe) {
    const spread = scene.subject.stochastic?.spread ?? 0
    const first = await probe.score(task!, response as string)
    for (let time = 0; time < REPEATS; time++) {
      if (first.how === 'hung') return 'skip'
      await interleave(probe, between as unknown as Call[])
      const again = await probe.score(task!, response as string)
      if (again.how === 'hung') return 'skip'
      if (!same(first, again, spread))
        return {
          says: `scores ${shownOutcome(first)} and then ${shownOutcome(again)} for the same response`,
          scores: ['differs'],
        }
    }
    return null
  },
  *smaller(input): Iterable<Input> {
    const between = input['between'] as Json[]
    for (const [at] of between.entries()) yield { ...input, between: between.toSpliced(at, 1) }
  },
}

async function interleave(probe: Probe, between: readonly Call[]): Promise<void> {
  for (const { task, response } of between) await probe.score(task, response)
}

function same(a: Outcome<Scored>, b: Outcome<Scored>, spread: number): boolean {
  if (a.how !== 'returned' || b.how !== 'returned') return a.how === b.how
  const [x, y] = [a.value.score, b.value.score]
  if (x === null || y === null) return x === y
  return Object.is(x, y) || Math.abs(x - y) <= spread
}

function calls(
  scene: Scene,
  id: string,
  what: 'gold' | 'wrong' | 'junk',
  interleaved: boolean,
): Operator<never> {
  const answer = (task: Json, place: number): string => {
    const gold = scene.gold(task) ?? 'x'
    const edits = scene.kind.wrong
    if (what === 'gold') return gold
    const junk = scene.kind.junk[place % scene.kind.junk.length]!
    if (what === 'junk' || edits.length === 0) return junk
    return edits[place % edits.length]!.apply(gold, [place, place], surroundings(scene, task)) ?? junk
  }
  return operator<[Json, number, Json, Json]>({
    id,
    draw: draws.tuple(ownTaskDraw(scene), dial, ownTaskDraw(scene), ownTaskDraw(scene)),
    input: ([task, place, other, third]) => {
      const response = scene.respond(task, answer(task, place))
      const between = [
        { task: other, response },
        { task: third, response: scene.respond(third, scene.gold(third) ?? 'x') },
      ]
      return { task, response, between: interleaved ? between : [] }
    },
  })
}
