/** @file P5: the reference answer earns the top of the range, also after reasoning. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { evaluated } from '../kinds/arithmetic.ts'
import { wordsOf } from '../kinds/words.ts'
import { shownOutcome } from '../probe.ts'
import type { Input, Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial, oneOf, ownTaskDraw } from './draws.ts'
import { needsGold, shown } from './wrong-answers.ts'

/** Reasoning that gives no answer: short, long, in lines, with numbers of its own. */
export const REASONING: readonly string[] = [
  'I think about it.',
  'First this, then that.\nSo it follows.',
  'There are 3 cases, and 17 in all.',
  'Let me see. '.repeat(40).trim(),
  'One thing after another.\n\n'.repeat(60).trim(),
]

export const goldMax: Property<Scene> = {
  id: 'gold_max',
  number: 'P5',
  title: 'the right answer earns the top',
  severity: 'medium',
  missing: needsGold,
  operators: scene => [
    alone(scene),
    reasoned(scene),
    solutions(scene),
    ...invented(scene, 'invented-gold', ({ length }) => length < LONG),
    ...invented(scene, 'invented-long-gold', ({ length }) => length >= LONG),
  ],
  async judge({ task, answer, response, invented: madeUp }, scene, probe) {
    const { low, high, passMark, subject } = scene
    const truth = scene.truth(task!, answer as string)
    if (truth === 'wrong' || (truth === 'unknown' && subject.oracle)) return 'skip'
    const outcome = await probe.score(task!, response as string)
    const score = outcome.how === 'returned' ? outcome.value.score : null
    if (madeUp === true && outcome.how === 'returned' && score === null) return 'skip'
    const least = subject.lengthPenalised
      ? passMark
      : high - 1e-6 * (high - low) - (subject.stochastic?.spread ?? 0)
    if (score !== null && score >= least) return null
    return {
      says: `the right answer ${shown(answer as string)} scores ${shownOutcome(outcome)}; expected ${least < high - 1e-3 ? `at least ${least}` : high}`,
      scores: [shownOutcome(outcome).slice(0, 60)],
    }
  },
  *smaller(input, scene): Iterable<Input> {
    const { task, answer } = input
    const plain = scene.respond(task!, answer as string)
    if (plain !== input['response']) yield { ...input, response: plain }
    for (const reasoning of REASONING.slice(0, 3)) {
      const response = scene.respond(task!, answer as string, reasoning)
      if (response.length < (input['response'] as string).length) yield { ...input, response }
    }
  },
}

function alone(scene: Scene): Operator<never> {
  return operator<Json>({
    id: 'gold',
    draw: ownTaskDraw(scene),
    input: task => given(scene, task, scene.gold(task), ''),
    runs: 60,
  })
}

function reasoned(scene: Scene): Operator<never> {
  return operator<[Json, string]>({
    id: 'after-reasoning',
    draw: draws.tuple(ownTaskDraw(scene), oneOf(REASONING)),
    input: ([task, reasoning]) =>
      scene.subject.answer ? given(scene, task, scene.gold(task), reasoning) : null,
  })
}

function solutions(scene: Scene): Operator<never> {
  return operator<[Json, number]>({
    id: 'solution',
    draw: draws.tuple(ownTaskDraw(scene), dial),
    input: ([task, at]) => {
      const all = scene.subject.solutions?.(task) ?? []
      return given(scene, task, all[at % Math.max(all.length, 1)] ?? null, '')
    },
  })
}

const LONG = 60

/** None where there are no such references. */
function invented(scene: Scene, id: string, fits: (gold: string) => boolean): Operator<never>[] {
  const tasks = scene.invented.filter(task => {
    const gold = scene.gold(task)
    return gold !== null && fits(gold) && readable(scene, gold)
  })
  if (tasks.length === 0) return []
  const input = (task: Json): Input | null => {
    const made = given(scene, task, scene.gold(task), '')
    return made && { ...made, invented: true }
  }
  return [operator<Json>({ id, draw: oneOf(tasks), input })]
}

/** References that a reward of the kind can read without knowing their notation. */
function readable({ kind }: Scene, gold: string): boolean {
  if (kind.id === 'number') return /^-?\d+(?:\.\d+)?$/.test(gold)
  if (kind.id === 'expression') return evaluated(gold) !== null
  return wordsOf(gold).length > 0
}

function given(scene: Scene, task: Json, answer: string | null, reasoning: string): Input | null {
  return answer === null ? null : { task, answer, response: scene.respond(task, answer, reasoning) }
}
