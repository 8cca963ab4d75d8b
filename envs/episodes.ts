/** @file A share of a vector's episodes: each a Gym, told what to do by number, answered as they get ready. */
import type { EnvDef, TimeStep } from './env.ts'
import { restart } from './env.ts'
import { UsageError } from './errors.ts'
import type { Info, ResetOptions } from './gym.ts'
import { Gym } from './gym.ts'
import type { Json } from './json.ts'
import { findEnv } from './registry.ts'

/** A built-in environment by id, or an export of a module by URL: what another thread can load. */
export type EnvSource = { id: string } | { module: string; name: string }

export type EpisodeRequest =
  | { kind: 'reset'; env: number; options: ResetOptions }
  | { kind: 'step'; actions: readonly { env: number; action: Json }[] }
  | { kind: 'cancel'; envs: readonly number[] }

export type EpisodeStep = TimeStep<Json> & { task: Pick<Info, 'split' | 'index' | 'level'> }
export type EpisodeReply = { env: number } & ({ step: EpisodeStep } | { error: string; usage: boolean })

export class Episodes {
  readonly #source: EnvSource
  readonly #gyms = new Map<number, Promise<Gym>>()
  readonly #running = new Map<number, AbortController>()
  readonly #turns = new Map<number, Promise<void>>()
  #env: Promise<EnvDef> | null = null

  constructor(source: EnvSource) {
    this.#source = source
  }

  handle(request: EpisodeRequest, answer: (reply: EpisodeReply) => void): void {
    if (request.kind === 'cancel') {
      for (const env of request.envs) this.#running.get(env)?.abort()
    } else if (request.kind === 'reset') {
      this.#inTurn(request.env, () => this.#reset(request.env, request.options), answer)
    } else {
      for (const { env, action } of request.actions) this.#inTurn(env, () => this.#step(env, action), answer)
    }
  }

  async close(): Promise<void> {
    const env = await this.#env?.catch(() => null)
    await env?.close?.()
  }

  /** One thing after the other in each episode. */
  #inTurn(env: number, play: () => Promise<EpisodeStep>, answer: (reply: EpisodeReply) => void): void {
    const turn = (this.#turns.get(env) ?? Promise.resolve()).then(async () =>
      answer(await answered(env, play)),
    )
    this.#turns.set(env, turn)
  }

  async #reset(number: number, options: ResetOptions): Promise<EpisodeStep> {
    const gym = await this.#gym(number)
    const { observation, info } = await gym.reset(options)
    // Nothing is judged yet, but the names are known from here on, should a step have to be cut.
    const rewards = Object.fromEntries(Object.keys(gym.env.rewards).map(name => [name, null]))
    return copied({ ...restart(observation), rewards }, info)
  }

  async #step(number: number, action: Json): Promise<EpisodeStep> {
    const controller = new AbortController()
    this.#running.set(number, controller)
    try {
      const gym = await this.#gym(number)
      const { info, ...step } = await gym.step(action, { signal: controller.signal })
      return copied(step, info)
    } finally {
      this.#running.delete(number)
    }
  }

  #gym(number: number): Promise<Gym> {
    const known = this.#gyms.get(number)
    if (known) return known
    const gym = (this.#env ??= loaded(this.#source)).then(env => new Gym(env))
    this.#gyms.set(number, gym)
    return gym
  }
}

async function answered(env: number, play: () => Promise<EpisodeStep>): Promise<EpisodeReply> {
  try {
    return { env, step: await play() }
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    return { env, error: words, usage: error instanceof UsageError }
  }
}

/** The observation may share parts with the state; the receiver gets its own. */
function copied(step: TimeStep<Json>, { split, index, level }: Info): EpisodeStep {
  return { ...step, observation: structuredClone(step.observation), task: { split, index, level } }
}

async function loaded(source: EnvSource): Promise<EnvDef> {
  if ('id' in source) return findEnv(source.id)
  const module = (await import(source.module)) as Record<string, unknown>
  const env = module[source.name] as EnvDef | undefined
  if (typeof env !== 'object' || typeof env.step !== 'function')
    throw new UsageError(`${source.module}: expected an environment exported as ${source.name}`)
  return env
}
