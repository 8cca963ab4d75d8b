/**
 * @file The neural engine as the rest of the house sees it: asynchronous calls to worker threads.
 *
 * One worker trains with all cores; several one-thread workers sample, each with its share of the rows (on a CPU that is
 * faster than one session with several threads). The main thread never runs a session.
 */
import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../envs/worker.ts'
import type { AdamWOptions } from './adamw.ts'
import { ADAMW_DEFAULTS } from './adamw.ts'
import type { Sample, SampleRequest } from './sampler.ts'
import type { PolicyGradientBatch, StepStats, TokenBatch } from './trainer.ts'
import type { TransformerConfig } from './config.ts'

export interface WorkerSetup {
  role: 'trainer' | 'sampler'
  config: TransformerConfig
  weights: Float32Array
  threads: number
  adamW: Required<AdamWOptions>
}

export type Request =
  | { call: 'sample'; request: SampleRequest }
  | { call: 'setWeights'; weights: Float32Array }
  | { call: 'behaviorCloningStep'; batch: TokenBatch; learningRate: number }
  | { call: 'policyGradientStep'; batch: PolicyGradientBatch; learningRate: number }
  | { call: 'logprobs'; batch: Omit<TokenBatch, 'weight'> }
  | { call: 'resetOptimizer' }
  | { call: 'weights' }

export type Reply = { id: number; value?: unknown; error?: string }

export interface EngineOptions {
  /** Worker threads that sample; default: one per core. */
  samplers?: number
  /** Threads of the training session; default: all cores. */
  trainThreads?: number
  adamW?: AdamWOptions
}

export class Engine {
  readonly config: TransformerConfig
  #weights: Float32Array
  #samplers: WorkerCalls[]
  #trainer: WorkerCalls | null = null
  /** The trainer's weights are newer than those of the samplers. */
  #stale = false
  readonly #options: Required<EngineOptions>

  constructor(config: TransformerConfig, weights: Float32Array, options: EngineOptions = {}) {
    const cores = availableParallelism()
    this.config = config
    this.#weights = weights
    this.#options = { samplers: cores, trainThreads: cores, ...options, adamW: options.adamW ?? {} }
    this.#samplers = Array.from({ length: this.#options.samplers }, () => this.#start('sampler', 1))
  }

  /** One completion per prompt, in order. */
  async sample(request: SampleRequest): Promise<Sample[]> {
    await this.#syncSamplers()
    const share = Math.ceil(request.prompts.length / this.#samplers.length)
    const parts = this.#samplers.map(async (sampler, i) => {
      const [start, end] = [i * share, (i + 1) * share]
      const prompts = request.prompts.slice(start, end)
      if (prompts.length === 0) return []
      const part = { ...request, prompts, seeds: request.seeds.slice(start, end) }
      return (await sampler.call({ call: 'sample', request: part })) as Sample[]
    })
    return (await Promise.all(parts)).flat()
  }

  async behaviorCloningStep(batch: TokenBatch, learningRate: number): Promise<StepStats> {
    return this.#train({ call: 'behaviorCloningStep', batch, learningRate })
  }

  async policyGradientStep(batch: PolicyGradientBatch, learningRate: number): Promise<StepStats> {
    return this.#train({ call: 'policyGradientStep', batch, learningRate })
  }

  /** Log-probability of every token given those before it, `[B, S]`. */
  async logprobs(batch: Omit<TokenBatch, 'weight'>): Promise<Float32Array> {
    return (await this.#training().call({ call: 'logprobs', batch })) as Float32Array
  }

  /** Forget the optimiser's moments, as at a change of objective. */
  async resetOptimizer(): Promise<void> {
    await this.#training().call({ call: 'resetOptimizer' })
  }

  /** The current weights, flat. */
  async weights(): Promise<Float32Array> {
    if (this.#stale) this.#weights = (await this.#training().call({ call: 'weights' })) as Float32Array
    return this.#weights
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#samplers, ...(this.#trainer ? [this.#trainer] : [])].map(worker => worker.close()),
    )
  }

  async #train(request: Request): Promise<StepStats> {
    const stats = (await this.#training().call(request)) as StepStats
    this.#stale = true
    return stats
  }

  async #syncSamplers(): Promise<void> {
    if (!this.#stale) return
    const weights = await this.weights()
    await Promise.all(this.#samplers.map(sampler => sampler.call({ call: 'setWeights', weights })))
    this.#stale = false
  }

  #training(): WorkerCalls {
    return (this.#trainer ??= this.#start('trainer', this.#options.trainThreads))
  }

  #start(role: WorkerSetup['role'], threads: number): WorkerCalls {
    const adamW = { ...ADAMW_DEFAULTS, ...this.#options.adamW }
    const setup: WorkerSetup = { role, config: this.config, weights: this.#weights, threads, adamW }
    return new WorkerCalls(startWorker(import.meta.url, './nn-worker', { workerData: setup, name: role }))
  }
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Calls to one worker as promises. A worker that dies rejects every call that waits for it. */
class WorkerCalls {
  #worker: Worker
  #waiting = new Map<number, Waiting>()
  #nextId = 0
  #failure: Error | null = null

  constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', ({ id, value, error }: Reply) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) worker.unref()
      if (error === undefined) waiting?.resolve(value)
      else waiting?.reject(new Error(error))
    })
    worker.on('error', error => this.#fail(error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', code => this.#fail(new Error(`neural worker ended with code ${code}`)))
    // Last, because a listener for messages refs the worker again.
    worker.unref()
  }

  call(request: Request): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure)
    const id = this.#nextId++
    // Only a pending call keeps the process alive.
    this.#worker.ref()
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, request })
    })
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#failure)
    this.#waiting.clear()
  }
}
