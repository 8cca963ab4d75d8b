/** @file A model whose weights are in memory, and the sessions that were made for it. */
import type { Tensor } from 'onnxruntime-node'
import type { TransformerConfig } from '../model/config.ts'
import { parameters } from '../model/config.ts'
import type { Device } from './device-choice.ts'
import type { Graph } from '../graph/graph.ts'
import type { LoraConfig } from '../model/lora.ts'
import { loraParameters } from '../model/lora.ts'
import type { Feeds, Session, SessionOptions } from './session.ts'
import { createSession, free, upload } from './session.ts'
import { weightFeeds } from './weight-feeds.ts'

/** Shapes that are kept ready. A session costs 0.1 s to make again, and one that trains may hold half a gigabyte. */
export const MAX_SESSIONS = 24

export interface LoadedModelOptions {
  threads: number
  device?: Device
  /** Low-rank adapters on top of the weights. */
  lora?: { config: LoraConfig; adapters: Float32Array } | undefined
}

export class LoadedModel {
  readonly config: TransformerConfig
  readonly lora: LoraConfig | undefined
  readonly device: Device
  /** Flat, in the order of `parameters(config)`. */
  #weights: Float32Array
  #adapters: Float32Array | undefined
  readonly #threads: number
  readonly #sessions = new Map<string, Promise<Session>>()
  /** Copies in GPU memory, by the name of the input. */
  readonly #uploaded = new Map<string, Tensor>()

  constructor(config: TransformerConfig, weights: Float32Array, options: LoadedModelOptions) {
    const { threads, device = 'cpu', lora } = options
    this.config = config
    this.#weights = weights
    this.lora = lora?.config
    this.#adapters = lora?.adapters
    this.device = device
    this.#threads = threads
  }

  set weights(weights: Float32Array) {
    this.#weights = weights
    this.#forgetUploads()
  }

  set adapters(adapters: Float32Array) {
    this.#adapters = adapters
    this.#forgetUploads()
  }

  /** The session of that name, made once, and again if it was not asked for in a long while. */
  async session(name: string, graph: () => Graph, options: SessionOptions = {}): Promise<Session> {
    const known = this.#sessions.get(name)
    const session =
      known ?? createSession(graph(), { threads: this.#threads, device: this.device, ...options })
    // Behind all others, as the one that was used last.
    this.#sessions.delete(name)
    this.#sessions.set(name, session)
    if (this.#sessions.size > MAX_SESSIONS) await this.#closeOldest()
    return session
  }

  /** The weights that a session asks for: views on a CPU, copies that stay there on a GPU. */
  async weightFeeds(session: Session): Promise<Feeds> {
    const feeds = this.#views(session)
    if (this.device !== 'webgpu') return feeds
    for (const [name, view] of Object.entries(feeds)) {
      let copy = this.#uploaded.get(name)
      if (!copy) this.#uploaded.set(name, (copy = await upload(view)))
      feeds[name] = copy
    }
    return feeds
  }

  async close(): Promise<void> {
    this.#forgetUploads()
    for (const session of this.#sessions.values()) await (await session).close()
    this.#sessions.clear()
  }

  async #closeOldest(): Promise<void> {
    const [name, session] = this.#sessions.entries().next().value!
    this.#sessions.delete(name)
    await (await session).close()
  }

  #views(session: Session): Feeds {
    const feeds = weightFeeds(session.inputs, parameters(this.config), this.#weights)
    if (!this.lora || !this.#adapters) return feeds
    const adapters = weightFeeds(session.inputs, loraParameters(this.config, this.lora), this.#adapters)
    return { ...feeds, ...adapters }
  }

  #forgetUploads(): void {
    free(...this.#uploaded.values())
    this.#uploaded.clear()
  }
}
