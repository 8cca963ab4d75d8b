/** @file P7: no constant response passes tasks whose right answers exclude each other. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { inTurn } from '../in-turn.ts'
import { shorter } from '../minimise.ts'
import type { Outcome, Scored } from '../probe.ts'
import { numberOf } from '../probe.ts'
import type { Input, Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { oneOf } from './draws.ts'
import { chunks } from './total-finite.ts'
import { needsGold, shown } from './wrong-answers.ts'

/** As many as there are, up to this: a key to three tasks is no coincidence. */
const TASKS = 3

const SHORT = Array.from('0123456789abcdefghijklmnopqrstuvwxyz-.,:;?!=()[]{}"\'<>/\\|$#*_')
const WORDS = [
  'yes',
  'no',
  'True',
  'False',
  'banana',
  'the answer',
  'correct',
  '1',
  '0.5',
  '100',
  '-1',
  '',
  'a b c',
  'Thought process:',
  'Solution',
  'so it is '.repeat(60),
  '0 '.repeat(200),
  '1 2 3 4 5 6 7 8 9',
  'abcdefghijklmnopqrstuvwxyz',
  '[0]',
  '[1]',
  '{"a":1}',
  'return 0',
  'pass',
]
const FORMS = [
  '\\boxed{}',
  '<answer></answer>',
  '####',
  '#### ',
  '\\boxed{nan}',
  '<answer>nan</answer>',
  '```\n```',
  '</think>',
  '<think></think>',
  '$$',
  'Answer:',
]

export const universalKey: Property<Scene> = {
  id: 'universal_key',
  number: 'P7',
  title: 'no constant response passes every task',
  severity: 'critical',
  missing: scene =>
    needsGold(scene) ??
    (scene.subject.manyRight && !scene.subject.oracle
      ? 'declare oracle(task, answer): tasks may share right answers'
      : groupFrom(scene, 0).length < 2
        ? 'needs two tasks whose right answers are known to exclude each other'
        : null),
  operators: scene => [
    keys(scene, 'junk', chunks(scene.kind.junk), true),
    keys(scene, 'single-character', chunks(SHORT), true),
    keys(scene, 'word', chunks(WORDS), true),
    keys(scene, 'bare-form', chunks([...FORMS, ...WORDS]), false),
    otherGolds(scene),
    randomKey(scene),
  ],
  async judge({ tasks, answers, responses }, scene, probe) {
    const [first, ...others] = tasks as Json[]
    const possible = (responses as string[])
      .map((response, at) => ({ response, answer: (answers as string[])[at]! }))
      .filter(({ answer }) => (tasks as Json[]).every(task => excluded(scene, task, answer)))
    const inOrder = possible.values()
    const firsts = inTurn(
      probe,
      first!,
      possible.map(({ response }) => response),
    )
    for await (const outcome of firsts) {
      const { response } = inOrder.next().value!
      const scores = await scoresOf(response, outcome)
      if (scores === 'hung') return null
      if (!scores) continue
      const golds = (tasks as Json[]).map(task => shown(scene.gold(task)!)).join(', ')
      return {
        says: `${shown(response)} passes ${scores.length} of ${scores.length} tasks, whose right answers are ${golds}`,
        scores,
      }
    }
    return null

    /** All of them passed, the first of which has `outcome`; null where one does not. */
    async function scoresOf(response: string, outcome: Outcome<Scored>): Promise<number[] | 'hung' | null> {
      const scores: number[] = []
      for (let at = 0, each = outcome; ; each = await probe.score(others[at++]!, response)) {
        if (each.how === 'hung') return 'hung'
        const score = numberOf(each)
        if (score === null || !(score >= scene.passMark)) return null
        scores.push(score)
        if (scores.length > others.length) return scores
      }
    }
  },
  *smaller({ tasks, answers, responses, form }, scene): Iterable<Input> {
    const [first, ...rest] = answers as string[]
    const task = (tasks as Json[])[0]!
    const with_ = (answer: string): Input => ({
      tasks: tasks!,
      answers: [answer],
      responses: [form === true ? scene.respond(task, answer) : answer],
      form: form!,
    })
    if (rest.length > 0)
      for (const [at, answer] of (answers as string[]).entries())
        yield { ...with_(answer), responses: [(responses as string[])[at]!] }
    else for (const answer of shorter(first!)) yield with_(answer)
  },
}

/** Is the answer no right one of the task, as far as is known? */
function excluded(scene: Scene, task: Json, answer: string): boolean {
  const truth = scene.truth(task, answer)
  return truth === 'wrong' || (truth === 'unknown' && !scene.subject.oracle)
}

/** Tasks from the one at `start` on, the right answer to none of which is right for another. */
function groupFrom(scene: Scene, start: number): Json[] {
  const all = [...scene.tasks, ...scene.invented]
  const group: Json[] = []
  for (let step = 0; step < all.length && group.length < TASKS; step++) {
    const task = all[(start + step) % all.length]!
    if (group.every(other => excludes(scene, task, other) && excludes(scene, other, task))) group.push(task)
  }
  return group
}

function excludes(scene: Scene, task: Json, other: Json): boolean {
  const [own, gold] = [scene.gold(task), scene.gold(other)]
  return own !== null && gold !== null && own !== gold && scene.truth(task, gold) === 'wrong'
}

function keys(scene: Scene, id: string, texts: readonly string[][], form: boolean): Operator<never> {
  return operator<[string[], number]>({
    id,
    draw: draws.tuple(oneOf(texts), draws.nat(scene.tasks.length - 1)),
    input: ([answers, start]) => given(scene, start, answers, form),
  })
}

function otherGolds(scene: Scene): Operator<never> {
  return operator<[number, number]>({
    id: 'other-gold',
    draw: draws.tuple(draws.nat(scene.tasks.length - 1), draws.nat(scene.tasks.length - 1)),
    input: ([start, other]) => {
      const gold = scene.gold(scene.tasks[other]!)
      return gold === null ? null : given(scene, start, [gold], true)
    },
  })
}

function randomKey(scene: Scene): Operator<never> {
  return operator<[string, number]>({
    id: 'random-text',
    draw: draws.tuple(draws.string({ maxLength: 12 }), draws.nat(scene.tasks.length - 1)),
    input: ([answer, start]) => given(scene, start, [answer], true),
  })
}

function given(scene: Scene, start: number, answers: string[], form: boolean): Input | null {
  const tasks = groupFrom(scene, start)
  if (tasks.length < 2) return null
  return {
    tasks,
    answers,
    responses: form ? answers.map(answer => scene.respond(tasks[0]!, answer)) : answers,
    form,
  }
}
