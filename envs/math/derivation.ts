/**
 * @file Families of problems that are solved by writing true lines and then an answer.
 *
 *     48 mod 18 = 12
 *     18 mod 12 = 6
 *     12 mod 6 = 0
 *     answer: 6
 *
 * One step is one line. Every line is checked by itself: it is true, false, or says nothing that can be checked (a remark,
 * which costs nothing). The answer ends the episode. Progress is paid for the lines of the reference solution, each once,
 * and what is left of it for the right answer: another way to the answer earns as much, and repeating lines earns nothing.
 */
import { z } from 'zod'
import type { EnvDef, EnvId, Level } from '../env.ts'
import { isInvalid, outcome, penalty, process } from '../env.ts'
import type { Json } from '../json.ts'
import type { Rng } from '../rng.ts'
import { drawnTasks } from '../tasks.ts'
import { sameAnswer } from './answer.ts'
import type { Meaning } from './statement.ts'
import { isTrue } from './statement.ts'

export type Axes = Readonly<Record<string, string | number | boolean>>

/** A worked solution: true lines in an order that leads to the answer. At most 30 lines. */
export type Work = { lines: readonly string[]; answer: string }

export interface Family<P, X extends Axes> {
  id: EnvId
  title: string
  group: string
  /** How lines and answer are written, with one short example of a whole solution. */
  rules: string
  /** Easiest first: this order is the curriculum. */
  levels: readonly X[]
  draw(rng: Rng, axes: X): P
  /** What makes two tasks the same; default: their question. */
  identity?(params: P): Json
  question(params: P): string
  work(params: P): Work
  /** What names and functions in a line stand for. Must not depend on what was written before. */
  meaning?(params: P): Meaning
  /** Replaces the check of a line where truth is not a matter of arithmetic. */
  verifyLine?(params: P, line: string): boolean | null
  /** Replaces the comparison with the reference answer, e.g. where several answers are right. */
  accepts?(params: P, answer: string): boolean
  /** A wrong answer of the kind that is made; default: the last number of the right one changed. */
  mistake?(params: P, rng: Rng): string
  /** Answers for an agent that knows nothing. Default: small numbers. */
  guesses?: readonly string[]
  guessable?: string
}

type State = {
  lines: string[]
  /** The reference lines that have been written, one bit each. */
  reached: number
  answered: 'right' | 'wrong' | null
}

type Facts = {
  understood: boolean
  /** Is the line true? null: it says nothing that can be checked. */
  verdict: boolean | null
  right: boolean
  potentialBefore: number
  potentialAfter: number
}

const observation = z.object({
  question: z.string().describe('The problem'),
  lines: z.array(z.string()).describe('The lines written so far'),
})
type Observation = z.infer<typeof observation>

const line = z
  .string()
  .max(400)
  .regex(/^[^\n\r]*$/, 'expected one line')
  .describe('One line of the solution, or `answer: …`')

const MAX_LINES = 30
const ANSWER = /^\s*answer\s*:/i
const GUESSES = ['0', '1', '2', '3', '5', '10']

type DerivationEnv<P> = EnvDef<P, State, Observation, string, Facts>

/** The environment of a family. */
export function derivation<P, X extends Axes>(family: Family<P, X>): DerivationEnv<P> {
  const solutions = solutionsOf(family)
  const verdict = (params: P, text: string): boolean | null =>
    isAnswer(text)
      ? accepts(family, solutions(params), params, text.replace(ANSWER, '').trim())
      : verifyLine(family, solutions(params), params, text)

  return {
    id: family.id,
    title: family.title,
    group: family.group,
    ...(family.guessable !== undefined && { guessable: family.guessable }),
    action: line,
    observation,
    tasks: drawnTasks({
      env: family.id,
      levels: levelsOf(family.levels),
      draw: (rng, level) => family.draw(rng, family.levels[level - 1]!),
      identity: family.identity ?? (params => family.question(params)),
    }),
    maxSteps: 2 * MAX_LINES,
    start: () => ({ lines: [], reached: 0, answered: null }),
    observe: ({ params }, { lines }) => ({ question: family.question(params), lines }),

    step({ params }, state, written) {
      const solution = solutions(params)
      const before = potential(solution, state)
      if (isInvalid(written)) return { state, facts: misread(before) }
      const holds = verdict(params, written)
      const answered = isAnswer(written) ? (holds === true ? 'right' : 'wrong') : null
      const reached = holds === true ? state.reached | bitOf(solution, written) : state.reached
      const after: State = { lines: [...state.lines, written], reached, answered }
      const facts: Facts = {
        understood: true,
        verdict: holds,
        right: answered === 'right',
        potentialBefore: before,
        potentialAfter: potential(solution, after),
      }
      if (answered === null) return { state: after, facts }
      return { state: after, facts, end: { kind: 'terminated', reason: answered } }
    },

    rewards: {
      correct: outcome((facts, { end }) => (end ? Number(facts.right) : null)),
      progress: process(facts => facts.potentialAfter - facts.potentialBefore, 0.2),
      invalid: penalty(
        ({ understood, verdict: holds }, { after }) =>
          understood && (holds !== false || after.answered !== null) ? 0 : -1,
        0.05,
      ),
    },

    text: {
      prompt: ({ question, lines }) => [
        { role: 'system', content: family.rules },
        { role: 'user', content: question },
        ...(lines.length > 0
          ? [{ role: 'assistant' as const, content: lines.map(each => `${each}\n`).join('') }]
          : []),
      ],
      parse: reply => {
        const written = reply.replace(/\n$/, '')
        return line.safeParse(written).success ? written : { invalid: reply }
      },
      render: written => `${written}\n`,
      stepEnd: '\n',
    },

    solve({ params }, style) {
      const { lines, answer } = solutions(params)
      if (style === undefined || style.rng.float() >= style.slip) return [...lines, `answer: ${answer}`]
      return withMistake(family, params, { lines, answer }, style.rng)
    },
    legalActions: () => (family.guesses ?? GUESSES).map(guess => `answer: ${guess}`),
    stepLabel: (_task, { answered }, stepsLeft) =>
      answered === 'right' || (answered === null && stepsLeft > 0),
    verifyStep: ({ params }, _state, written) => verdict(params, written),
    answer: {
      gold: ({ params }) => solutions(params).answer,
      write: (_task, answer) => `answer: ${answer.replace(/[\n\r]+/g, ' ')}\n`,
      ...(family.accepts && { manyRight: true }),
    },
  }
}

/**
 * The line with its last whole number changed by 1 to 9; null if it has none. Families write their lines so that this
 * makes a true line false.
 */
export function corruptLine(text: string, rng: Rng): string | null {
  const numbers = [...text.matchAll(/\d+/g)]
  const last = numbers.at(-1)
  if (!last) return null
  const value = BigInt(last[0])
  const delta = BigInt(rng.int(1, 9))
  const changed = rng.float() < 0.5 && value > delta ? value - delta : value + delta
  return text.slice(0, last.index) + String(changed) + text.slice(last.index + last[0].length)
}

/** `numbered`: the lines by their text, with and without spaces. */
type Solution = Work & { numbered: ReadonlyMap<string, number>; meaning: Meaning }

/** Worked out once per task: steps, labels and demonstrations all ask for it. */
function solutionsOf<P, X extends Axes>({ id, work, meaning }: Family<P, X>): (params: P) => Solution {
  const known = new WeakMap<object, Solution>()
  return params => {
    const found = known.get(params as object)
    if (found) return found
    const { lines, answer } = work(params)
    if (lines.length > MAX_LINES)
      throw new RangeError(`${id}: expected at most ${MAX_LINES} lines of work, got ${lines.length}`)
    const solution = {
      lines,
      answer,
      numbered: new Map(
        lines.flatMap((text, i) => [[text, i] as const, [text.replaceAll(' ', ''), i] as const]),
      ),
      meaning: meaning?.(params) ?? {},
    }
    known.set(params as object, solution)
    return solution
  }
}

function verifyLine<P, X extends Axes>(
  family: Family<P, X>,
  solution: Solution,
  params: P,
  text: string,
): boolean | null {
  if (numberOf(solution, text) !== undefined) return true
  return family.verifyLine ? family.verifyLine(params, text) : isTrue(text, solution.meaning)
}

function accepts<P, X extends Axes>(
  family: Family<P, X>,
  { answer }: Solution,
  params: P,
  given: string,
): boolean {
  return family.accepts ? family.accepts(params, given) : sameAnswer(answer, given)
}

/** Right so far: the share of the reference that has been written, or all of it once the right answer is. */
function potential({ lines }: Work, { reached, answered }: State): number {
  return answered === 'right' ? 1 : bitCount(reached) / (lines.length + 1)
}

function bitOf(solution: Solution, written: string): number {
  const at = numberOf(solution, written)
  return at === undefined ? 0 : 1 << at
}

/** Which line of the reference this is, spaces aside. */
function numberOf({ numbered }: Solution, written: string): number | undefined {
  // As the reference writes it, nothing has to be taken out.
  return numbered.get(written) ?? numbered.get(written.replaceAll(' ', ''))
}

/** Most lines begin with something else, and a regular expression costs more than looking at one letter. */
function isAnswer(text: string): boolean {
  return 'aA \t'.includes(text[0] ?? 'a') && ANSWER.test(text)
}

function bitCount(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}

function misread(before: number): Facts {
  return { understood: false, verdict: null, right: false, potentialBefore: before, potentialAfter: before }
}

/** One line wrong, and so the answer. */
function withMistake<P, X extends Axes>(
  family: Family<P, X>,
  params: P,
  { lines, answer }: Work,
  rng: Rng,
): string[] {
  const at = rng.int(0, lines.length)
  const wrong = family.mistake?.(params, rng) ?? corruptLine(answer, rng) ?? 'unknown'
  const written = lines.map((text, i) => (i === at ? (corruptLine(text, rng) ?? text) : text))
  return [...written, `answer: ${wrong}`]
}

/** Levels from 1 on, named by their axes: `digits 3, terms 2`. */
export function levelsOf(levels: readonly Axes[]): Level[] {
  return levels.map((axes, i) => ({
    level: i + 1,
    title: Object.entries(axes)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    axes,
  }))
}
