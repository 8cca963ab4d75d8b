/** @file P14: the right form without an answer in it does not pass. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import type { Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { oneOf, taskDraw } from './draws.ts'
import { passing, shown } from './wrong-answers.ts'

const EMPTY = [
  '',
  '   ',
  '?',
  '…',
  '\n',
  '_',
  '{}',
  '[]',
  '()',
  '""',
  'answer',
  'your answer here',
  '<answer>',
]
const SKELETONS = [
  '<answer></answer>',
  '<think></think><answer></answer>',
  '\\boxed{}',
  '####',
  '#### ',
  'Answer:',
  'The answer is',
  '```\n```',
  '$$',
  '<think>so</think>',
]

export const formatOnly: Property<Scene> = {
  id: 'format_only',
  number: 'P14',
  title: 'the right form without an answer does not pass',
  severity: 'high',
  missing: () => null,
  operators: scene => [empty(scene, ''), empty(scene, 'I think about it step by step.'), skeleton(scene)],
  async judge({ task, answer, response }, scene, probe) {
    if (!isEmpty(scene, task!, answer as string)) return 'skip'
    const score = await passing(scene, probe, task!, response as string)
    if (score === null) return null
    return { says: `${shown(response as string)} scores ${score}, and holds no answer`, scores: [score] }
  },
}

function isEmpty(scene: Scene, task: Json, answer: string): boolean {
  const truth = scene.truth(task, answer)
  if (truth === 'right' || (truth === 'unknown' && scene.subject.oracle)) return false
  const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
  const golds = [scene.gold(task), ...(scene.subject.solutions?.(task) ?? [])].filter(gold => gold !== null)
  // A gold of signs only may be one of these, and an empty list or plan may be right.
  const bare = golds.some(gold => /^(?:[[\](){}\s"'?…_]*|null|none)$/i.test(gold))
  return !bare && !golds.some(gold => letters(answer).includes(letters(gold)) && letters(gold) !== '')
}

function empty(scene: Scene, reasoning: string): Operator<never> {
  return operator<[string, Json]>({
    id: reasoning === '' ? 'empty-form' : 'empty-form-after-reasoning',
    draw: draws.tuple(oneOf(EMPTY), taskDraw(scene)),
    input: ([answer, task]) => ({ task, answer, response: scene.respond(task, answer, reasoning) }),
  })
}

function skeleton(scene: Scene): Operator<never> {
  return operator<[string, Json]>({
    id: 'skeleton',
    draw: draws.tuple(oneOf(SKELETONS), taskDraw(scene)),
    input: ([response, task]) => ({ task, answer: '', response }),
  })
}
