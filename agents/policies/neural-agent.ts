/**
 * @file `policy:<dir>` in play: a checkpoint as an Agent, with or without search.
 *
 * Without search it writes one step per turn, greedily, seeing what it has written before. With best-of-N it searches
 * for a whole solution when the episode begins and then plays its steps.
 */
import type { EnvDef } from '../../envs/env.ts'
import { atSolution, splitSteps } from '../../envs/granularity.ts'
import type { Json } from '../../envs/json.ts'
import { verifierReward } from '../../rewards/reward.ts'
import type { Action, Agent, AgentSession, Episode, Turn } from '../agent.ts'
import type { Device } from '../nn/runtime/device-choice.ts'
import type { Prompt } from '../policy.ts'
import { bestOfN } from '../search/best-of-n.ts'
import type { SearchSpec } from '../search/search.ts'
import { NeuralPolicy } from './neural.ts'

export interface NeuralAgentOptions {
  /** Shown on the board; default: `policy:<dir>`. */
  name?: string
  search?: SearchSpec
  /** Where the network computes; default: cpu. */
  device?: Device
  /** Temperature of a search's samples. */
  temperature?: number
}

/** The agent of a checkpoint folder. Throws UsageError if it is not a whole checkpoint. */
export async function openNeuralAgent(dir: string, options: NeuralAgentOptions = {}): Promise<Agent> {
  const { search, temperature = 1, device = 'cpu' } = options
  const policy = NeuralPolicy.load(dir, device === 'cpu' ? { samplers: 1 } : { device })
  return {
    name: options.name ?? `policy:${dir}`,
    open: episode => (search ? searching(policy, episode, search, temperature) : greedy(policy, episode)),
    close: () => policy.close(),
  }
}

/**
 * One greedily written step per turn. It reads what it was trained on, the first question and its own text so far; what
 * environments answer in between is not part of that.
 */
function greedy(policy: NeuralPolicy, { env }: Episode): AgentSession {
  let question: Prompt | null = null
  let written = ''
  const stop = env.text.stepEnd === '' ? {} : { stop: env.text.stepEnd }
  return {
    act: async ({ observation }) => {
      question ??= readable(policy, env.text.prompt(observation))
      const prompt: Prompt =
        written === '' ? question : [...question, { role: 'assistant', content: written }]
      const room = roomBehind(policy, prompt)
      // A text that fills the context has no room for a next step: an empty reply, which the environment judges.
      if (room < 1) return actionOf(env, '', 0)
      const [completion] = await policy.sample([prompt], {
        temperature: 0,
        maxTokens: room,
        seeds: [[]],
        ...stop,
      })
      written += completion!.text
      return actionOf(env, completion!.text, completion!.tokens.length)
    },
  }
}

/** The prompt itself. Throws UsageError if it is written in characters that the policy has never seen. */
function readable(policy: NeuralPolicy, prompt: Prompt): Prompt {
  policy.encodePrompt(prompt)
  return prompt
}

/** Tokens that fit behind a prompt. */
function roomBehind(policy: NeuralPolicy, prompt: Prompt): number {
  return policy.config.maxPositionEmbeddings - policy.encodePrompt(prompt).length
}

/** Best-of-N over whole solutions, played step by step. */
function searching(
  policy: NeuralPolicy,
  episode: Episode,
  search: SearchSpec,
  temperature: number,
): AgentSession {
  const { env } = episode
  let steps: Promise<{ texts: string[]; tokens: number }> | null = null
  return {
    act: async ({ observation, step }: Turn): Promise<Action> => {
      steps ??= searchSolution(policy, episode, observation, { search, temperature })
      const { texts, tokens } = await steps
      return actionOf(env, texts[step] ?? '', step === 0 ? tokens : 0)
    },
  }
}

async function searchSolution(
  policy: NeuralPolicy,
  { env, task, rng }: Episode,
  observation: Json,
  { search, temperature }: { search: SearchSpec; temperature: number },
): Promise<{ texts: string[]; tokens: number }> {
  const prompt = readable(policy, env.text.prompt(observation))
  const maxTokens = roomBehind(policy, prompt)
  const problem = { prompt, task, seed: [rng.next(), rng.next()] }
  const options = { ...search, temperature, maxTokens, greedyFirst: true }
  const [result] = await bestOfN(policy, env, [problem], options, verifierReward(atSolution(env)))
  const { candidates, chosen } = result!
  return {
    texts: splitSteps(env, candidates[chosen]!.text),
    tokens: candidates.reduce((sum, candidate) => sum + candidate.tokens.length, 0),
  }
}

function actionOf(env: EnvDef, text: string, tokens: number): Action {
  return { action: env.text.parse(text) as Json, usage: { tokens } }
}
