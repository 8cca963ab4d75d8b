/** @file P10: another right answer earns what the reference earns. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { numberOf, shownOutcome } from '../probe.ts'
import type { Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial, ownTaskDraw } from './draws.ts'
import { shown, surroundings } from './wrong-answers.ts'

export const alternativeSolution: Property<Scene> = {
  id: 'alternative_solution',
  number: 'P10',
  title: 'another right answer earns the same',
  severity: 'medium',
  missing: scene => {
    const { solutions, oracle, gold } = scene.subject
    if (solutions || (oracle && gold && reorderings(scene).length > 0)) return null
    return oracle && gold
      ? `declare solutions(task): answers of kind ${scene.kind.id} have no order to change`
      : 'declare solutions(task), or gold(task) with oracle(task, answer)'
  },
  operators: scene => [
    ...(scene.subject.solutions ? [declared(scene)] : []),
    ...(scene.subject.oracle && reorderings(scene).length > 0 ? [rearranged(scene)] : []),
  ],
  async judge({ task, answer, response }, scene, probe) {
    if (scene.truth(task!, answer as string) !== 'right') return 'skip'
    const gold = scene.gold(task!)!
    const plain = numberOf(await probe.score(task!, scene.respond(task!, gold)))
    if (plain === null || !(plain >= scene.passMark)) return 'skip'
    const outcome = await probe.score(task!, response as string)
    const score = numberOf(outcome)
    const slack = 1e-6 * (scene.high - scene.low) + (scene.subject.stochastic?.spread ?? 0)
    const least = scene.subject.lengthPenalised ? scene.passMark : plain - slack
    if (score !== null && score >= least) return null
    return {
      says: `the right answer ${shown(answer as string)} scores ${shownOutcome(outcome)}, ${shown(gold)} scores ${plain}`,
      scores: [shownOutcome(outcome).slice(0, 60), plain],
    }
  },
}

function declared(scene: Scene): Operator<never> {
  return operator<[Json, number]>({
    id: 'declared-solution',
    draw: draws.tuple(ownTaskDraw(scene), dial),
    input: ([task, at]) => {
      const others = (scene.subject.solutions?.(task) ?? []).filter(each => each !== scene.gold(task))
      return given(scene, task, others[at % Math.max(others.length, 1)] ?? null)
    },
  })
}

/** Changes of order, where they keep an answer right by the author's own oracle. */
const ORDER = [
  'items-swapped',
  'items-reversed',
  'elements-swapped',
  'calls-swapped',
  'lines-swapped',
  'operator-changed',
]

function reorderings({ kind }: Scene) {
  return kind.wrong.filter(({ id }) => ORDER.includes(id))
}

function rearranged(scene: Scene): Operator<never> {
  const edits = reorderings(scene)
  return operator<[number, Json, number, number]>({
    id: 'rearranged',
    draw: draws.tuple(draws.nat(edits.length - 1), ownTaskDraw(scene), dial, dial),
    input: ([at, task, place, size]) => {
      const gold = scene.gold(task)
      const answer = gold === null ? null : edits[at]!.apply(gold, [place, size], surroundings(scene, task))
      return given(scene, task, answer === gold ? null : answer)
    },
  })
}

function given(scene: Scene, task: Json, answer: string | null) {
  return answer === null ? null : { task, answer, response: scene.respond(task, answer) }
}
