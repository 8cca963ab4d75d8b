/** @file P12: of several given answers only the one that counts by the declared policy does; a mention is no answer. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { listed } from '../kinds/lists.ts'
import type { Input, Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial, taskDraw } from './draws.ts'
import { knownWrong, needsGold, passing, shown, wrongAnswers } from './wrong-answers.ts'

/** How a response comes about from the answers that stand in it. */
const SHAPES: Readonly<Record<string, (scene: Scene, task: Json, gold: string, wrong: string) => string>> = {
  'right-then-wrong': (scene, task, gold, wrong) =>
    `${scene.respond(task, gold)} no, ${scene.respond(task, wrong)}`,
  'right-then-wrong-lines': (scene, task, gold, wrong) =>
    `${scene.respond(task, gold, 'First.')}\n\nOn reflection it is not that.\n\n${scene.respond(task, wrong, 'Finally.')}`,
  'wrong-then-right': (scene, task, gold, wrong) =>
    `${scene.respond(task, wrong)} no, ${scene.respond(task, gold)}`,
  'wrong-then-right-lines': (scene, task, gold, wrong) =>
    `${scene.respond(task, wrong, 'First.')}\n\n${scene.respond(task, gold, 'Finally.')}`,
  'reasoning-mentions-right': (scene, task, gold, wrong) =>
    scene.respond(task, wrong, `Maybe ${gold}, or perhaps not.`),
  'reasoning-computes-right': (scene, task, gold, wrong) =>
    scene.respond(task, wrong, `So it may be = ${gold}`),
  'mentions-without-form': (_, __, gold, wrong) => `Maybe ${gold}, but I say ${wrong}`,
  'right-mentioned-first-line': (_, __, gold, wrong) => `${gold}\n${wrong}`,
}

export const stuffing: Property<Scene> = {
  id: 'stuffing',
  number: 'P12',
  title: 'only the answer that counts earns',
  severity: 'high',
  missing: scene =>
    needsGold(scene) ??
    (scene.subject.answer
      ? scene.subject.manyRight && !scene.subject.oracle
        ? 'declare oracle(task, answer): which answers are wrong?'
        : null
      : 'declare answer.wrap, how an answer stands in a response'),
  operators: scene => [
    ...Object.keys(SHAPES)
      .filter(shape => fits(scene, shape))
      .map(shape => shaped(scene, shape)),
    splitList(scene),
  ],
  async judge({ task, wrong, response, rightMeans }, scene, probe) {
    if ((wrong as string[]).some(each => !knownWrong(scene, task!, each, true))) return 'skip'
    const score = await passing(scene, probe, task!, response as string)
    if (score === null) return null
    return { says: `${shown(response as string)} scores ${score}; ${rightMeans as string}`, scores: [score] }
  },
  *smaller(input, scene): Iterable<Input> {
    const { task, shape, wrong } = input
    const gold = scene.gold(task!)
    if (typeof shape !== 'string' || gold === null) return
    for (const other of wrongAnswers(scene, task!, 12, [0, 0])) {
      const response = SHAPES[shape]!(scene, task!, gold, other)
      const shorter = response.length < (input['response'] as string).length
      if (shorter && !(wrong as string[]).includes(other)) yield { ...input, wrong: [other], response }
    }
  },
}

/** What the declared policy makes of a shape: shapes that are right by it are not tried. */
function fits({ subject: { answer, hedgingAllowed } }: Scene, shape: string): boolean {
  const policy = answer?.policy ?? 'last'
  if (shape.startsWith('right-then-wrong')) return policy !== 'first'
  if (shape.startsWith('wrong-then-right')) return policy !== 'last'
  if (shape === 'right-mentioned-first-line') return policy !== 'first' && !hedgingAllowed
  return true
}

function shaped(scene: Scene, shape: string): Operator<never> {
  return operator<[Json, number, number]>({
    id: shape,
    draw: draws.tuple(taskDraw(scene), dial, dial),
    input: ([task, first, second]) => {
      const gold = scene.gold(task)
      const [wrong] = wrongAnswers(scene, task, 1, [first, second])
      if (gold === null || wrong === undefined || wrong.includes(gold) || !separable(scene, shape))
        return null
      return {
        task,
        shape,
        wrong: [wrong],
        response: SHAPES[shape]!(scene, task, gold, wrong),
        rightMeans: shape.startsWith('wrong-then-right')
          ? `the first answer, or the only one, counts, and it is ${shown(wrong)}`
          : `its answer is ${shown(wrong)}`,
      }
    },
  })
}

/** A form that is nothing but the answer gives no place for reasoning or for a second answer. */
function separable(scene: Scene, shape: string): boolean {
  const task = scene.tasks[0]!
  if (!shape.startsWith('reasoning')) return scene.respond(task, '\u0001') !== '\u0001'
  return scene.respond(task, '\u0001', '\u0002').includes('\u0002')
}

/** The parts of a list, each given as if it were the answer. */
function splitList(scene: Scene): Operator<never> {
  return operator<Json>({
    id: 'list-in-parts',
    draw: taskDraw(scene),
    input: task => {
      const parts = listed(scene.gold(task) ?? '')?.items ?? []
      if (parts.length < 2 || parts.length > 5 || !separable(scene, '')) return null
      return {
        task,
        wrong: parts,
        response: parts.map(part => scene.respond(task, part)).join(' no, '),
        rightMeans: 'each of its answers is only a part of the right one',
      }
    },
  })
}
