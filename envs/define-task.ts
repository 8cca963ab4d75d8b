/**
 * @file `defineTask`: single-turn environments from four functions. The agent sees a prompt, replies once, and is scored.
 *
 *     defineTask({
 *       id: 'text/reverse-v1',
 *       title: 'Spell a word backwards',
 *       generate: rng => ({ word: rng.pick(WORDS) }),
 *       prompt: ({ word }) => `Spell ${word} backwards.`,
 *       score: ({ word }, reply) => Number(reply.trim() === [...word].reverse().join('')),
 *       solve: ({ word }) => [...word].reverse().join(''),
 *     })
 */
import { z } from 'zod'
import { defineEnv } from './define-env.ts'
import { chain } from './dynamics.ts'
import type { AnswerText, EnvDef, EnvId, Level, MaybePromise, Message, TaskSource } from './env.ts'
import { isInvalid, outcome, penalty, process } from './env.ts'
import type { Json } from './json.ts'
import type { Rng } from './rng.ts'
import { drawnTasks, numberedLevels } from './tasks.ts'

/** In [0, 1]; null where it could not be judged, which is not 0. */
export type Score = number | null

interface Drawn<P> {
  generate(rng: Rng, level: number): P
  /** Default: one level. */
  levels?: readonly (string | Level)[]
  /** What makes two tasks the same. Default: their prompt. */
  identity?(params: P): Json
}

/** Where the tasks are a given list and not drawn, e.g. a data set. */
interface Given<P> {
  tasks: TaskSource<P>
}

interface TaskDef<P> {
  id: EnvId
  title: string
  group?: string
  guessable?: string
  /** What the agent sees: text, or messages. */
  prompt(params: P): string | Message[]
  /** How good the reply is. With several named scores, `correct` is the outcome and the others are process rewards. */
  score(
    params: P,
    reply: string,
    context: { signal?: AbortSignal },
  ): MaybePromise<Score | { correct: Score; [part: string]: Score }>
  /** The best reply; with `style.slip`, now and then a typical mistake. */
  solve?(params: P, style?: { slip: number; rng: Rng }): string
  /** Replies for an agent that knows nothing. */
  guesses?: readonly string[]
  /** Names of the scores besides `correct`, with their weights. */
  parts?: Readonly<Record<string, number>>
  /** Where a reply comes down to a short answer. */
  answer?: {
    kind?: NonNullable<AnswerText<P>['kind']>
    gold(params: P): string
    /** Default: the answer is the reply. */
    write?(params: P, answer: string): string
    manyRight?: boolean
  }
  missing?(): MaybePromise<string | null>
}

type State = { reply: string | null; solved: boolean | null }
type Facts = { scores: Readonly<Record<string, Score>>; understood: boolean }

const MAX_REPLY = 20_000
const observation = z.object({
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
})
const action = z.string().min(1).max(MAX_REPLY).describe('The reply')

/** An environment of one step. Its reward is the score of the reply; a reply that is no text costs 0.05. */
export function defineTask<P extends object>(
  def: TaskDef<P> & (Drawn<P> | Given<P>),
): EnvDef<P, State, z.infer<typeof observation>, string, Facts> {
  const parts = Object.entries(def.parts ?? {})
  return defineEnv({
    id: def.id,
    title: def.title,
    ...(def.group !== undefined && { group: def.group }),
    ...(def.guessable !== undefined && { guessable: def.guessable }),
    ...(def.missing && { missing: def.missing }),
    action,
    observation,
    tasks: 'tasks' in def ? def.tasks : drawn(def),
    maxSteps: 1,
    start: (): State => ({ reply: null, solved: null }),
    observe: ({ params }) => ({ messages: messagesOf(def.prompt(params)) }),

    step({ params }, _state, reply, { signal }) {
      if (isInvalid(reply)) return judged(null, { correct: 0 }, false)
      const score = def.score(params, reply, signal ? { signal } : {})
      return chain(score, given =>
        judged(reply, typeof given === 'object' && given ? given : { correct: given }),
      )
    },

    rewards: {
      correct: outcome(({ scores }: Facts) => scores['correct'] ?? null),
      ...Object.fromEntries(
        parts.map(([name, weight]) => [name, process(({ scores }: Facts) => scores[name] ?? null, weight)]),
      ),
      invalid: penalty(({ understood }: Facts) => (understood ? 0 : -1), 0.05),
    },
    text: {
      prompt: ({ messages }) => messages,
      parse: reply => {
        const checked = action.safeParse(reply)
        return checked.success ? checked.data : { invalid: reply.slice(0, 100) }
      },
      render: reply => reply,
      stepEnd: '',
    },
    ...(def.solve && { solve: ({ params }, style) => [def.solve!(params, style)] }),
    ...(def.answer && { answer: answerText(def.answer) }),
    legalActions: () => [...(def.guesses ?? ['0', '1', 'yes', 'no', 'I do not know'])],
    stepLabel: (_task, { solved }, stepsLeft) => (solved === null ? stepsLeft > 0 : solved),
  })
}

function answerText<P>({ gold, write, ...facts }: NonNullable<TaskDef<P>['answer']>): AnswerText<P> {
  return {
    ...facts,
    gold: ({ params }) => gold(params),
    write: ({ params }, answer) => write?.(params, answer) ?? answer,
  }
}

function judged(reply: string | null, scores: Readonly<Record<string, Score>>, understood = true) {
  const solved = scores['correct'] === 1
  return {
    state: { reply, solved },
    facts: { scores, understood },
    end: { kind: 'terminated' as const, reason: solved ? 'solved' : 'answered' },
  }
}

function drawn<P extends object>(def: TaskDef<P> & Drawn<P>): TaskSource<P> {
  const levels = numberedLevels(def.levels ?? ['all'])
  const identity = def.identity ?? (params => messagesOf(def.prompt(params)))
  return drawnTasks({ env: def.id, levels, draw: (rng, level) => def.generate(rng, level), identity })
}

function messagesOf(prompt: string | Message[]): Message[] {
  return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt
}
