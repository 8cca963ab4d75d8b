/**
 * @file `policy:<dir>` in play: a checkpoint as an Agent, with or without search.
 *
 * Without search it writes one step per turn, greedily, seeing what it has written before. With search it finds a whole
 * solution when the episode begins and then plays its steps.
 */
import type { EnvDef } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { atStep, splitSteps } from '../../envs/granularity.ts'
import type { Json } from '../../envs/json.ts'
import type { RewardModel } from '../../rewards/reward.ts'
import type { Action, Agent, AgentSession, Episode, Turn } from '../agent.ts'
import type { Device } from '../nn/runtime/device-choice.ts'
import type { Prompt } from '../policy.ts'
import { refuse, searchProblems } from '../search/run-search.ts'
import type { SearchSpec } from '../search/search.ts'
import { NeuralRewardModel } from './neural-reward.ts'
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
  const models = new RewardModels(device)
  try {
    if (search) refuse(search, { policy, chats: policy.tokenizer.chat !== undefined })
  } catch (error) {
    await policy.close()
    throw error
  }
  return {
    name: options.name ?? `policy:${dir}`,
    open: episode =>
      search ? searching(policy, models, episode, { search, temperature }) : greedy(policy, episode),
    close: async () => {
      await Promise.all([policy.close(), models.close()])
    },
  }
}

/** The reward models that searches name, loaded once per environment. */
class RewardModels {
  readonly #device: Device
  readonly #loaded = new Map<string, NeuralRewardModel>()

  constructor(device: Device) {
    this.#device = device
  }

  /** Throws UsageError if the folder does not hold a reward model of that kind. */
  of(env: EnvDef, kind: 'orm' | 'prm', dir: string): RewardModel {
    const key = `${env.id} ${dir}`
    let model = this.#loaded.get(key)
    if (!model) {
      model = NeuralRewardModel.load(dir, { env: atStep(env) as unknown as EnvDef, device: this.#device })
      this.#loaded.set(key, model)
    }
    if (model.kind === kind) return model
    throw new UsageError(
      `${dir}: expected a reward model of kind ${kind}, got ${model.kind}; use ${model.kind}:${dir}`,
    )
  }

  async close(): Promise<void> {
    await Promise.all([...this.#loaded.values()].map(model => model.close()))
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

interface Searching {
  search: SearchSpec
  temperature: number
}

/** A search for a whole solution, played step by step. */
function searching(
  policy: NeuralPolicy,
  models: RewardModels,
  episode: Episode,
  options: Searching,
): AgentSession {
  const { env } = episode
  let steps: Promise<{ texts: string[]; tokens: number }> | null = null
  return {
    act: async ({ observation, step }: Turn): Promise<Action> => {
      steps ??= searchSolution(policy, models, { ...episode, observation }, options)
      const { texts, tokens } = await steps
      return actionOf(env, texts[step] ?? '', step === 0 ? tokens : 0)
    },
  }
}

async function searchSolution(
  policy: NeuralPolicy,
  models: RewardModels,
  { env, task, rng, observation }: Episode & { observation: Json },
  { search, temperature }: Searching,
): Promise<{ texts: string[]; tokens: number }> {
  const prompt = readable(policy, env.text.prompt(observation))
  const problem = { prompt, task, seed: [rng.next(), rng.next()] }
  const [found] = await searchProblems([problem], search, {
    policy,
    env,
    temperature,
    maxTokens: roomBehind(policy, prompt),
    greedyFirst: true,
    chats: policy.tokenizer.chat !== undefined,
    rewardModel: (kind, dir) => models.of(env, kind, dir),
  })
  const { candidates, chosen, tree } = found!
  return { texts: splitSteps(env, candidates[chosen]!.text), tokens: tree.spent.tokens }
}

function actionOf(env: EnvDef, text: string, tokens: number): Action {
  return { action: env.text.parse(text) as Json, usage: { tokens } }
}
