/**
 * @file A language model as a judge of attempts. What it does not judge, because it fails, hangs or gives no verdict, is null
 * and never 0.
 */
import type { EnvDef, MaybePromise, Message } from '../envs/env.ts'
import { isInvalid } from '../envs/env.ts'
import type { Grades } from './judge-text.ts'
import { judgePrompt, parseVerdict, RIGHT_OR_WRONG } from './judge-text.ts'
import type { Attempt, RewardModel } from './reward.ts'

/** Asks a language model. May throw: then nothing is judged. */
export type Complete = (messages: readonly Message[], signal?: AbortSignal) => MaybePromise<string>

export interface JudgeOptions {
  complete: Complete
  /** What is right, e.g. `Is the answer right?`. */
  rubric: string
  grades?: Grades
  /** Verdicts asked for; their mean counts, of those that came. */
  votes?: number
  signal?: AbortSignal
  /** Told why something was not judged. */
  onFailure?(reason: string): void
}

/** What the judge says of a response to a conversation; null: no verdict. */
export async function judgeText(
  conversation: readonly Message[],
  response: string,
  { complete, rubric, grades = RIGHT_OR_WRONG, votes = 1, signal, onFailure }: JudgeOptions,
): Promise<number | null> {
  const prompt = judgePrompt(rubric, conversation, response, grades)
  const verdicts = await Promise.all(
    Array.from({ length: votes }, async () => {
      try {
        const reply = await complete(prompt, signal)
        signal?.throwIfAborted()
        const verdict = typeof reply === 'string' ? parseVerdict(reply, grades) : null
        if (verdict === null)
          onFailure?.(`no verdict at the end of ${JSON.stringify(String(reply).slice(-200))}`)
        return verdict
      } catch (error) {
        onFailure?.(error instanceof Error ? error.message : String(error))
        return null
      }
    }),
  )
  const given = verdicts.filter(verdict => verdict !== null)
  return given.length === 0 ? null : given.reduce((sum, verdict) => sum + verdict, 0) / given.length
}

/** The judge of whole attempts on an environment; it credits no step. */
export function judgeReward(name: string, env: EnvDef, options: JudgeOptions): RewardModel {
  return {
    name: `judge(${name})`,
    judge: attempts =>
      Promise.all(
        attempts.map(async attempt => {
          const conversation = env.text.prompt(env.observe(attempt.task, await env.start(attempt.task)))
          const outcome = await judgeText(conversation, written(env, attempt), options)
          return { steps: attempt.actions.map(() => null), outcome }
        }),
      ),
  }
}

function written(env: EnvDef, { actions }: Attempt): string {
  return actions.map(action => (isInvalid(action) ? action.invalid : env.text.render(action))).join('')
}
