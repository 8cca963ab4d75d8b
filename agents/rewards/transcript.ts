/** @file Attempts as a model reads them: the prompt, and the text of each step with what the environment wrote back. */
import { advance, begin } from '../../envs/dynamics.ts'
import type { EnvDef } from '../../envs/env.ts'
import { isInvalid } from '../../envs/env.ts'
import type { Attempt } from '../../rewards/reward.ts'
import type { Tokenizer } from '../nn/tokenizers/tokenizer.ts'
import type { Prompt } from '../policy.ts'
import { promptTokens } from '../policies/question.ts'

export interface StepText {
  text: string
  /** What the environment wrote behind it; '' where the completion simply goes on. */
  reply: string
}

export interface Transcript {
  prompt: Prompt
  steps: readonly StepText[]
}

/** One transcript per attempt. Whose actions are texts of steps is read under `atStep(env)`. */
export function transcripts(env: EnvDef, attempts: readonly Attempt[]): Promise<Transcript[]> {
  return Promise.all(attempts.map(attempt => transcript(env, attempt)))
}

async function transcript(env: EnvDef, { task, actions }: Attempt): Promise<Transcript> {
  let position = await begin(env, task)
  const prompt = env.text.prompt(env.observe(task, position.state))
  const steps: StepText[] = []
  for (const action of actions) {
    const text = isInvalid(action) ? action.invalid : env.text.render(action)
    let reply = ''
    // Only a reply needs the step to be played.
    if (env.text.respond && !position.end) {
      position = (await advance(env, task, position, action)).position
      reply = env.text.respond(env.observe(task, position.state))
    }
    steps.push({ text, reply })
  }
  return { prompt, steps }
}

export interface StepTokens {
  /** Prompt, steps and replies. */
  tokens: number[]
  /** Of the prompt alone. */
  prompt: number
  /** By step: its first token, and one past its last; equal where it has no text. */
  spans: [number, number][]
}

/**
 * Each step is encoded by itself, its end with it, so that a token never reaches over the end of a step: the scores of a prefix
 * are those that it has within the whole, in training as in use.
 */
export function stepTokens(tokenizer: Tokenizer, { prompt, steps }: Transcript): StepTokens {
  const tokens = promptTokens(tokenizer, prompt)
  const length = tokens.length
  const spans = steps.map(({ text, reply }): [number, number] => {
    const start = tokens.length
    tokens.push(...tokenizer.encode(text))
    const end = tokens.length
    tokens.push(...tokenizer.encode(reply))
    return [start, end]
  })
  return { tokens, prompt: length, spans }
}
