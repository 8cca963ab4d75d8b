/** @file What properties about wrong answers share: which answers are known to be wrong, and where they come from. */
import type { Json } from '../../../envs/json.ts'
import type { Surroundings } from '../kinds/kind.ts'
import type { Probe } from '../probe.ts'
import { numberOf } from '../probe.ts'
import type { Scene } from '../scene.ts'

/**
 * Is the answer known to be wrong? `byMaking`: it was made so that it is, which counts where only the kind's comparison does
 * not know; an author's oracle that does not know is believed.
 */
export function knownWrong(scene: Scene, task: Json, answer: string, byMaking = false): boolean {
  const truth = scene.truth(task, answer)
  if (truth !== 'unknown') return truth === 'wrong'
  const { oracle, manyRight } = scene.subject
  // What an expression may be made of stands in the prompt.
  if (scene.kind.id === 'expression' && scene.promptText(task) === '') return false
  return byMaking && !oracle && manyRight !== true
}

export function surroundings(scene: Scene, task: Json): Surroundings {
  return {
    prompt: scene.promptText(task),
    others: scene.tasks.map(other => scene.gold(other)).filter(gold => gold !== null),
    choices: scene.subject.choices?.(task) ?? [],
    tolerance: scene.subject.tolerance ?? {},
  }
}

/** Simple wrong answers to the task, all known to be wrong and different, at most `count`. */
export function wrongAnswers(
  scene: Scene,
  task: Json,
  count: number,
  dials: readonly [number, number],
): string[] {
  const gold = scene.gold(task)
  const found: string[] = []
  if (gold === null) return found
  const around = surroundings(scene, task)
  const edits = scene.kind.wrong.filter(({ property }) => property !== 'hedge')
  for (let round = 0; round < 3 && found.length < count; round++)
    for (const edit of edits) {
      if (found.length >= count) break
      const answer = edit.apply(gold, [dials[0] + round, dials[1] + round * 2], around)
      if (answer === null || answer.trim() === '' || found.includes(answer)) continue
      if (knownWrong(scene, task, answer, edit.certain)) found.push(answer)
    }
  return found
}

/** The score, if it counts as passed. */
export async function passing(
  scene: Scene,
  probe: Probe,
  task: Json,
  response: string,
): Promise<number | null> {
  const score = numberOf(await probe.score(task, response))
  return score !== null && score >= scene.passMark ? score : null
}

export const needsGold = ({ subject }: Scene): string | null =>
  subject.gold || subject.solutions ? null : 'declare gold(task), the reference answer'

export function shown(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 100)}… (${text.length} characters)` : text)
}
