/**
 * @file `openai:<model>@<url>` in play: a model behind an OpenAI-compatible endpoint as an Agent.
 *
 * It is asked one step per turn with the environment's own prompt. What it thinks aloud in marks of thought is cut off, and the
 * first step of the rest is played; a reply without one is played as it is, and the environment judges it.
 */
import type { EnvDef } from '../../envs/env.ts'
import { splitSteps } from '../../envs/granularity.ts'
import type { Json } from '../../envs/json.ts'

import type { Agent, AgentSession, Episode } from '../agent.ts'
import { answerOf } from '../behaviours/prompts.ts'
import type { Prompt } from '../policy.ts'
import type { EndpointOptions } from './endpoint/policy.ts'
import { EndpointPolicy } from './endpoint/policy.ts'

export interface EndpointAgentOptions extends Omit<EndpointOptions, 'signal'> {
  /** Shown on the board; default: `openai:<model>@<url>`. */
  name?: string
  /** Default 0. */
  temperature?: number
  topP?: number
  /** Default 1024: a step, and room to think. */
  maxTokens?: number
  /** Stands in front of the environment's own rules; see `behaviourPrompt`. */
  system?: string
  /** Cut replies at the end of a step, by the endpoint itself; cheap, but not for models that think aloud first. Default: false. */
  stopAtStep?: boolean
}

/** Says what one reply should be, as rules often show whole solutions. */
export const ONE_STEP =
  'You are asked for one step at a time. Reply with the next step alone, in exactly the form that the rules ask for.'

/** Throws UsageError for an address that cannot be one. Nothing is sent before the first turn. */
export function openEndpointAgent(model: string, url: string, options: EndpointAgentOptions = {}): Agent {
  const policy = new EndpointPolicy(model, url, { askLogprobs: false, ...options })
  return {
    name: options.name ?? `openai:${model}@${policy.client.url}`,
    open: episode => session(policy, episode, options),
    close: () => policy.close(),
  }
}

function session(
  policy: EndpointPolicy,
  { env, rng }: Episode,
  { temperature = 0, topP, maxTokens = 1024, system, stopAtStep = false }: EndpointAgentOptions,
): AgentSession {
  const seed = [rng.next(), rng.next()]
  const stop = stopAtStep && env.text.stepEnd !== '' ? { stop: env.text.stepEnd } : {}
  return {
    act: async ({ observation, step, deadlineMs, signal }) => {
      const prompt = asked(env.text.prompt(observation), system)
      const clock = deadlineMs === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
      const seeds = [[...seed, step]]
      const sampling = { temperature, maxTokens, seeds, ...stop, ...(topP !== undefined && { topP }) }
      const [completion] = await policy.sample([prompt], sampling, clock)
      const { text, numTokens } = completion!
      return {
        action: env.text.parse(nextStep(env, text)) as Json,
        ...(numTokens !== null && { usage: { tokens: numTokens } }),
      }
    },
  }
}

/** The rules with what the agent's user says before them. What was written so far is shown, as environments show it. */
function asked(prompt: Prompt, system: string | undefined): Prompt {
  const rules = prompt.filter(({ role }) => role === 'system').map(({ content }) => content)
  const rest = prompt.filter(({ role }) => role !== 'system')
  const head = [...(system === undefined ? [] : [system]), ...rules, ONE_STEP].join('\n\n')
  return [{ role: 'system', content: head }, ...rest]
}

/** The first step that a reply holds, without thoughts, fences and blank lines before it. */
export function nextStep(env: Pick<EnvDef, 'text'>, reply: string): string {
  const text = answerOf(reply)
  if (env.text.stepEnd !== '\n') return text
  const [step] = splitSteps(env, text.replace(/^\s+/, ''))
  return step ?? ''
}
