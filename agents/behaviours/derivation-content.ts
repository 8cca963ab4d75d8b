/**
 * @file What to think about a problem that is solved by writing true lines (`math/derivation`), from the environment itself.
 *
 * Given are the numbers of the question, asked is its last sentence. A subtask begins where a line does not go on from the
 * result of the one before. A check undoes the last operation. A slip is the environment's own kind of wrong line. A dead end is
 * an answer that is guessed and does not hold. Whatever is claimed the environment has judged to be as it is said to be.
 */
import type { EnvDef, Task } from '../../envs/env.ts'
import { corruptLine } from '../../envs/math/derivation.ts'
import type { Rng } from '../../envs/rng.ts'
import { claimsAbout } from './claims.ts'
import type { Content, Said } from './prime.ts'
import type { Judge } from './validate.ts'

export interface ContentOptions {
  env: EnvDef
  task: Task
  rng: Rng
  /** Chance of each step to be tried wrong first, by a slip and by a dead end. Default: 0.3 and 0.3. */
  slips?: number
  deadEnds?: number
  /** Chance of each right step to be checked; wrong ones always are. Default: 0.6. */
  checks?: number
}

/** Longest line that environments of this kind read, less the mark in front. */
const LONGEST = 360
/** Steps that one subtask has at most. */
const LARGEST_SUBTASK = 4
/** In front of an answer that is only tried. */
export const GUESS = 'the answer may be '

/** The truth of a line, as the environment judges it; of a guess, whether it is the answer. */
export function lineJudge(env: EnvDef, task: Task): Judge {
  return text => {
    const state = env.start(task)
    if (state instanceof Promise) return null
    const guessed = guessIn(text)
    return env.verifyStep?.(task, state, guessed === null ? text : `answer: ${guessed}`) ?? null
  }
}

export function derivationContent(options: ContentOptions): Content {
  const { env, task, rng, slips = 0.3, deadEnds = 0.3, checks = 0.6 } = options
  const judge = lineJudge(env, task)
  const question = questionIn(env, task)
  let guessed = false
  return {
    analysis: () => analysisOf(question),
    subtask: (step, before, inside) => {
      const last = before.at(-1)
      if (inside > 0 && inside < LARGEST_SUBTASK && last !== undefined && goesOn(last, step)) return null
      return cut(headOf(step))
    },
    claim: (step, before) => claimed(step, { judge, before, wanted: rng.float() < checks }),
    slip: step => {
      if (rng.float() >= slips) return null
      const wrong = corruptLine(step, rng)
      return wrong !== null && judge(wrong, []) === false ? wrong : null
    },
    deadEnd: () => {
      if (guessed || rng.float() >= deadEnds) return null
      guessed = true
      const guesses = [...(question.match(/\d+/g) ?? []), '1', '2', '10']
      const wrong = rng.shuffle(guesses).find(guess => judge(GUESS + guess, []) === false)
      return wrong === undefined ? null : GUESS + wrong
    },
  }
}

/** The question as a model reads it. */
export function questionIn(env: EnvDef, task: Task): string {
  const state = env.start(task)
  if (state instanceof Promise) throw new RangeError(`${env.id}: expected an environment that starts at once`)
  const messages = env.text.prompt(env.observe(task, state))
  return messages.findLast(({ role }) => role === 'user')?.content ?? ''
}

export function analysisOf(question: string): string[] {
  const numbers = question.match(/\d+(?:\.\d+)?/g) ?? []
  const sentences = question.split(/(?<=[.?!])\s+|\n+/).filter(sentence => sentence.trim() !== '')
  const asked = sentences.at(-1) ?? question
  return [
    ...(numbers.length > 0 ? [cut(`given ${numbers.join(', ')}`)] : []),
    ...(asked.trim() === '' ? [] : [cut(`asked ${asked.trim()}`)]),
  ]
}

interface Claiming {
  judge: Judge
  before: readonly string[]
  wanted: boolean
}

function claimed(step: string, { judge, before, wanted }: Claiming): Said | null {
  const holds = judge(step, before)
  if (holds === null) return null
  if (!holds) return { text: step, right: false }
  if (!wanted) return null
  const claim = claimsAbout(step).find(text => text.length <= LONGEST && judge(text, before) === true)
  return { text: claim ?? step, right: true }
}

/** What a line works out: its name where it has one, else what stands before its first sign of equality. */
function headOf(step: string): string {
  const head = step.split(/[=<>]/)[0]!.trim()
  return head === '' ? step : head
}

/** Does a line use the last number of the one before on its left side? */
function goesOn(last: string, step: string): boolean {
  const result = last.match(/\d+(?:\.\d+)?/g)?.at(-1)
  const used: readonly string[] =
    step
      .split('=')
      .slice(0, -1)
      .join(' ')
      .match(/\d+(?:\.\d+)?/g) ?? []
  return result !== undefined && used.includes(result)
}

function guessIn(text: string): string | null {
  return text.startsWith(GUESS) ? text.slice(GUESS.length) : null
}

/** On one line, short enough for the environment. */
function cut(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, LONGEST).trim()
}
