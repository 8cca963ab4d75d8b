/** @file The responses that models are measured on: per task right ones, and wrong ones by kind of error. */
import type { Json } from '../../../envs/json.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { Scene } from '../scene.ts'
import { filler } from './transforms.ts'

export interface Material {
  task: Json
  right: string[]
  wrong: { kind: string; response: string }[]
  /** A right and a wrong response at growing lengths; the answer stays the same. */
  grown: { right: string[]; wrong: string[] }
}

/** What a subject may say of its responses itself. */
export interface Given {
  right?(task: Json): readonly string[]
  wrong?(task: Json): Readonly<Record<string, readonly string[]>>
}

/** Sentences in front of the answer. */
const LENGTHS = [0, 1, 3, 7, 15]

/** Only tasks of which both right and wrong responses are known. */
export function materialOf(scene: Scene, given: Given = {}): Material[] {
  return scene.tasks
    .map((task, at) => {
      const gold = scene.gold(task)
      const right = given.right?.(task) ?? (gold === null ? [] : [scene.respond(task, gold)])
      const edited = gold === null || given.wrong ? [] : wrongAnswers(scene, task, gold, at)
      const wrong = given.wrong
        ? Object.entries(given.wrong(task)).flatMap(([kind, list]) =>
            list.map(response => ({ kind, response })),
          )
        : edited.map(({ kind, answer }) => ({ kind, response: scene.respond(task, answer) }))
      if (right.length === 0 || wrong.length === 0) return null
      const grown = {
        right: grownFrom(scene, task, given.right ? null : gold, right[0]!),
        wrong: grownFrom(scene, task, edited[0]?.answer ?? null, wrong[0]!.response),
      }
      return { task, right: [...right], wrong, grown }
    })
    .filter(each => each !== null)
}

/** One wrong answer by each edit of the kind. */
export function wrongAnswers(scene: Scene, task: Json, gold: string, at: number) {
  const around = {
    prompt: scene.promptText(task),
    others: scene.tasks.map(other => scene.gold(other)).filter(each => each !== null),
    choices: scene.subject.choices?.(task) ?? [],
    tolerance: scene.subject.tolerance ?? {},
  }
  return scene.kind.wrong
    .map(edit => {
      const rng = rngAt('reward model', scene.seed, at, edit.id)
      const answer = edit.apply(gold, [rng.int(0, 7), rng.int(0, 7)], around)
      if (answer === null) return null
      const truth = scene.truth(task, answer)
      return truth === 'wrong' || (truth === 'unknown' && edit.certain) ? { kind: edit.id, answer } : null
    })
    .filter(each => each !== null)
}

function grownFrom(scene: Scene, task: Json, answer: string | null, response: string): string[] {
  return LENGTHS.map(count => {
    if (count === 0) return response
    return answer !== null && scene.subject.answer
      ? scene.respond(task, answer, filler(count))
      : `${filler(count)}\n${response}`
  })
}
