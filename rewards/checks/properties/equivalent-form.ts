/** @file P9: the right answer in another spelling that counts as right earns the same. */
import type { Json } from '../../../envs/json.ts'
import type { Spelling } from '../kinds/spellings.ts'
import { numberOf, shownOutcome } from '../probe.ts'
import type { Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { draws } from '../fast-check.ts'
import { dial, ownTaskDraw, taskDraw } from './draws.ts'
import { needsGold, shown, surroundings } from './wrong-answers.ts'

export const equivalentForm: Property<Scene> = {
  id: 'equivalent_form',
  number: 'P9',
  title: 'another spelling of the right answer earns the same',
  severity: 'medium',
  missing: scene =>
    needsGold(scene) ??
    (spellings(scene).length > 0 ? null : 'declare equal, the names of spellings that count as right'),
  operators: scene => spellings(scene).map(each => respelt(scene, each)),
  async judge({ task, answer, response }, scene, probe) {
    const { high, low, passMark, subject } = scene
    const truth = scene.truth(task!, answer as string)
    if (truth === 'wrong' || (truth === 'unknown' && subject.oracle)) return 'skip'
    const gold = scene.gold(task!)!
    const plain = numberOf(await probe.score(task!, scene.respond(task!, gold)))
    // A reference that does not pass itself is the finding of gold_max.
    if (plain === null || !(plain >= passMark)) return 'skip'
    const outcome = await probe.score(task!, response as string)
    const score = numberOf(outcome)
    const slack = 1e-6 * (high - low) + (subject.stochastic?.spread ?? 0)
    const least = subject.lengthPenalised ? passMark : plain - slack
    if (score !== null && score >= least) return null
    return {
      says: `${shown(answer as string)} scores ${shownOutcome(outcome)}, ${shown(gold)} scores ${plain}`,
      scores: [shownOutcome(outcome).slice(0, 60), plain],
    }
  },
}

function spellings({ kind, subject }: Scene): Spelling[] {
  return kind.equal.filter(({ id, implied }) => {
    if ((subject.unequal ?? []).includes(id)) return false
    if ((subject.equal ?? []).includes(id)) return true
    // Where a form is declared, spaces inside it are not what was declared.
    return implied && !(id === 'surrounding-space' && subject.answer)
  })
}

/** What is implied holds for the author's own references; for invented ones only what is declared. */
function respelt(scene: Scene, each: Spelling): Operator<never> {
  return operator<[Json, number, number]>({
    id: each.id,
    draw: draws.tuple(
      (scene.subject.equal ?? []).includes(each.id) ? taskDraw(scene) : ownTaskDraw(scene),
      dial,
      dial,
    ),
    input: ([task, place, size]) => {
      const gold = scene.gold(task)
      const answer = gold === null ? null : each.apply(gold, [place, size], surroundings(scene, task))
      return answer === null || answer === gold
        ? null
        : { task, answer, response: scene.respond(task, answer) }
    },
  })
}
