/** @file P6: no answer earns nothing, and what is no answer does not pass. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { numberOf } from '../probe.ts'
import type { Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { oneOf, ownTaskDraw, taskDraw } from './draws.ts'
import { passing, shown } from './wrong-answers.ts'

const NOTHING = ['', ' ', '\n', '\t \n', '\u200b', '   '.repeat(40)]
const REFUSALS = ['I cannot answer that.', 'I refuse.', 'Sorry, I am unable to help with this request.']
const NON_ANSWERS = [
  'I do not know',
  'see above',
  '...',
  '?',
  'N/A',
  'unknown',
  'The answer is the answer.',
  'as stated',
  'to be determined',
  'I agree.',
  '-',
  'Let me think step by step.',
  'Solution',
  'the correct answer',
  ':',
  'Thought process:',
]

/** Spaces and what cannot be seen. */
const BLANK = /^[\s\u200b]*$/

/** Where nothing at all may be the right answer. */
const EMPTY = /^\s*(?:\[\s*\]|\{\s*\}|null|none|nothing|empty|''|"")?\s*$/i

function mayBeRight(scene: Scene, task: Json, answer: string): boolean {
  const truth = scene.truth(task, answer)
  if (truth === 'right' || (truth === 'unknown' && scene.subject.oracle)) return true
  const golds = [scene.gold(task), ...(scene.subject.solutions?.(task) ?? [])].filter(gold => gold !== null)
  if (golds.some(gold => EMPTY.test(gold))) return true
  const worded = scene.kind.id === 'text' || scene.kind.id === 'choice'
  return truth === 'unknown' && worded && !scene.subject.manyRight && golds.length > 0
}

export const nullBaseline: Property<Scene> = {
  id: 'null_baseline',
  number: 'P6',
  title: 'no answer earns the lowest score',
  severity: 'high',
  missing: () => null,
  operators: scene => [responses(scene, 'nothing', NOTHING), responses(scene, 'refusal', REFUSALS)],
  async judge({ task, response }, scene, probe) {
    const text = response as string
    if (mayBeRight(scene, task!, text)) return 'skip'
    const score = numberOf(await probe.score(task!, text))
    if (score === null || !(score > ceiling(scene, text))) return null
    return { says: `${shown(text)} scores ${score}; expected ${scene.low}`, scores: [score] }
  },
}

/**
 * The lowest score and a hundredth of the range; what declared parts besides correctness may pay, where there is anything
 * to be paid for; nothing lost is not something won, so 0 where wrong answers cost. A refusal has words, which rewards of
 * texts may find similar.
 */
function ceiling({ subject, kind, low, high, passMark }: Scene, response: string): number {
  const declared = Object.values(subject.components ?? {}).reduce((sum, { maxShare }) => sum + maxShare, 0)
  const parts = BLANK.test(response) ? 0 : declared
  const spread = subject.stochastic?.spread ?? 0
  const least = (low < 0 && passMark > 0 ? 0 : low) + (0.01 + parts) * (high - low) + spread + 1e-9
  const wordy = response.trim().length > 1 && !['number', 'choice', 'expression'].includes(kind.id)
  return wordy ? Math.max(least, passMark - 1e-9 * (high - low)) : least
}

function responses(scene: Scene, id: string, texts: readonly string[]): Operator<never> {
  return operator<[string, Json]>({
    id,
    draw: draws.tuple(oneOf(texts), ownTaskDraw(scene)),
    input: ([response, task]) => ({ task, response }),
  })
}

export const nonAnswer: Property<Scene> = {
  id: 'non_answer',
  number: 'P6',
  title: 'what is no answer does not pass',
  severity: 'high',
  missing: () => null,
  operators: scene => [
    nonAnswers(scene, 'in-place', true),
    nonAnswers(scene, 'alone', false),
    question(scene),
  ],
  async judge({ task, answer, response }, scene, probe) {
    if (mayBeRight(scene, task!, answer as string)) return 'skip'
    const score = await passing(scene, probe, task!, response as string)
    if (score === null) return null
    return { says: `${shown(response as string)} scores ${score}, and answers nothing`, scores: [score] }
  },
}

function nonAnswers(scene: Scene, id: string, wrapped: boolean): Operator<never> {
  return operator<[string, Json]>({
    id,
    draw: draws.tuple(oneOf(NON_ANSWERS), taskDraw(scene)),
    input: ([answer, task]) => ({ task, answer, response: wrapped ? scene.respond(task, answer) : answer }),
  })
}

/** The question repeated; where it holds the answer, repeating it may be right. */
function question(scene: Scene): Operator<never> {
  return operator<Json>({
    id: 'question-repeated',
    draw: ownTaskDraw(scene),
    input: task => {
      const prompt = scene.promptText(task)
      const gold = scene.gold(task)
      if (prompt === '' || gold === null || scene.subject.manyRight) return null
      const inside = [gold, ...(scene.subject.solutions?.(task) ?? [])].some(each =>
        prompt.toLowerCase().includes(each.trim().toLowerCase()),
      )
      return inside || scene.kind.id === 'expression'
        ? null
        : { task, answer: prompt, response: scene.respond(task, prompt) }
    },
  })
}
