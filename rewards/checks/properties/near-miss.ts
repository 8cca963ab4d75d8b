/** @file P8: an answer that is wrong by a little does not pass; and the special cases of it that have names of their own. */
import type { Json } from '../../../envs/json.ts'
import type { Edit } from '../kinds/kind.ts'
import { shorter } from '../minimise.ts'
import type { Input, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { taskAndDials } from './draws.ts'
import { knownWrong, needsGold, passing, shown, surroundings } from './wrong-answers.ts'

export const nearMiss: Property<Scene> = named(
  'near_miss',
  'a wrong answer near the right one does not pass',
  () => true,
)

export const resourceMultiset: Property<Scene> = named(
  'resource_multiset',
  'nothing is used more often than it is given',
  edit => edit.property === 'resource_multiset',
)

export const allowedOperations: Property<Scene> = named(
  'allowed_operations',
  'only allowed operations pass',
  edit => edit.property === 'allowed_operations',
)

export const unitConfusion: Property<Scene> = named(
  'unit_confusion',
  'the right number of another unit does not pass',
  edit => edit.property === 'unit_confusion',
)

export const hardConstraint: Property<Scene> = named(
  'hard_constraint',
  'an answer that breaks a rule of the task does not pass',
  // Where an oracle tells right from wrong and many answers are right, what is wrong breaks a rule.
  (edit, { subject }) =>
    edit.property === 'hard_constraint' ||
    (edit.property === undefined && subject.manyRight === true && subject.oracle !== undefined),
)

function named(id: string, title: string, fits: (edit: Edit, scene: Scene) => boolean): Property<Scene> {
  const edits = (scene: Scene): Edit[] =>
    scene.kind.wrong.filter(
      edit => fits(edit, scene) && !(edit.property === 'hedge' && scene.subject.hedgingAllowed === true),
    )
  return {
    id,
    number: 'P8',
    title,
    severity: 'high',
    missing: scene =>
      needsGold(scene) ??
      (edits(scene).length > 0 ? null : `answers of kind ${scene.kind.id} have no such mistakes`),
    operators: scene => edits(scene).map(edit => wrongBy(scene, edit)),
    async judge({ task, answer, response, certain }, scene, probe) {
      if (!knownWrong(scene, task!, answer as string, certain === true)) return 'skip'
      const score = await passing(scene, probe, task!, response as string)
      if (score === null) return null
      return {
        says: `the wrong answer ${shown(answer as string)} scores ${score} (right: ${shown(scene.gold(task!)!)})`,
        scores: [score],
      }
    },
    *smaller({ task, answer, certain }, scene): Iterable<Input> {
      if (certain === true) return
      for (const less of shorter(answer as string))
        if (less.trim() !== '' && knownWrong(scene, task!, less))
          yield { task: task!, answer: less, response: scene.respond(task!, less) }
    },
  }
}

/** Digits that a double keeps apart: beyond them an invented reference asks for more than rewards promise. */
const DOUBLE_DIGITS = /\d{16}/

function wrongBy(scene: Scene, edit: Edit) {
  return operator<[Json, number, number]>({
    id: edit.id,
    draw: taskAndDials(scene),
    input: ([task, place, size]) => {
      const gold = scene.gold(task)
      if (gold === null || (scene.invented.includes(task) && DOUBLE_DIGITS.test(gold))) return null
      const answer = edit.apply(gold, [place, size], surroundings(scene, task))
      if (answer === null || answer === gold) return null
      return { task, answer, response: scene.respond(task, answer), ...(edit.certain && { certain: true }) }
    },
  })
}
