/** @file Answers that are wrong for certain, and responses of every sort, for properties that need one of them. */
import type { Json } from '../../../envs/json.ts'
import type { Scene } from '../scene.ts'
import { knownWrong, surroundings } from './wrong-answers.ts'

/** Slack for sums of floating-point numbers, plus what a stochastic reward may differ by. */
export function slackOf({ subject, low, high }: Scene): number {
  return (high - low) * 1e-9 + (subject.stochastic?.spread ?? 0)
}

/** Wrong answers that are looked for, per task. */
const MOST = 12
const known = new WeakMap<Scene, Map<string, string[]>>()

/** An answer that the oracle calls wrong; null where none is known. Small dials give near misses, simplest first. */
export function wrongAnswer(
  scene: Scene,
  task: Json,
  [which, size]: readonly [number, number],
): string | null {
  const ofScene = known.get(scene) ?? new Map<string, string[]>()
  known.set(scene, ofScene)
  const key = JSON.stringify([task, size])
  const answers = ofScene.get(key) ?? firstOf(wrongAnswers(scene, task, size), MOST)
  ofScene.set(key, answers)
  return answers[which % Math.max(answers.length, 1)] ?? null
}

function firstOf(answers: Iterable<string>, count: number): string[] {
  const found = new Set<string>()
  for (const answer of answers) if (found.add(answer).size === count) break
  return [...found]
}

function* wrongAnswers(scene: Scene, task: Json, size: number): Generator<string> {
  const gold = scene.gold(task)
  const around = surroundings(scene, task)
  const isWrong = (answer: string, certain: boolean): boolean =>
    answer !== '' && answer !== gold && knownWrong(scene, task, answer, certain)
  if (gold !== null)
    for (const edit of scene.kind.wrong) {
      const answer = edit.property === 'hedge' ? null : edit.apply(gold, [size, size], around)
      if (answer !== null && isWrong(answer, edit.certain === true)) yield answer
    }
  for (const answer of [...around.others.slice(0, MOST), ...scene.kind.junk.slice(0, MOST)])
    if (isWrong(answer, false)) yield answer
}

/** Is something known that makes an answer wrong for certain? */
export function knowsWrong({ subject }: Scene): boolean {
  return Boolean(subject.gold ?? subject.solutions ?? subject.oracle)
}

export const DECLARE_GOLD = 'declare gold(task), the reference answer, or oracle(task, answer)'

/** Responses from right to senseless: the reference first, then wrong ones. */
export function palette(scene: Scene, task: Json): string[] {
  const gold = scene.gold(task)
  const wrong = [0, 1].flatMap(which => wrongAnswer(scene, task, [which, 0]) ?? [])
  const answers = [...(gold === null ? [] : [gold]), ...wrong, 'x', '0']
  return [...new Set([...answers.map(answer => scene.respond(task, answer)), 'x', ''])]
}

/** What the author's own code gives; null where it throws, which here means that it refuses. */
export function attempted<V>(f: () => V): V | null {
  try {
    return f()
  } catch {
    return null
  }
}
