/**
 * @file The neural engine as the rest of the house sees it: asynchronous calls to worker threads.
 *
 * On a CPU one worker trains with all cores and several one-thread workers sample, each with its share of the rows, which is
 * faster than one session with several threads. On a GPU, or where memory holds the weights only once, one worker does both.
 * The main thread never runs a session.
 */
import './runtime/telemetry.ts'
import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../envs/worker.ts'
import type { AdamWOptions } from './training/adamw.ts'
import { ADAMW_DEFAULTS } from './training/adamw.ts'
import type { Batch } from './training/batch.ts'
import type { TransformerConfig } from './model/config.ts'
import type { Device } from './runtime/device-choice.ts'
import type { LossSpec } from './losses/loss-graph.ts'
import type { Adapters } from './model/lora.ts'
import type { Sample, SampleRequest } from './sampling/sample-request.ts'
import type { Step, StepStats, TrainerState } from './training/trainer.ts'
import { DivergedError } from './training/trainer.ts'

export interface WorkerSetup {
  name: string
  config: TransformerConfig
  /** Flat weights, or the checkpoint folder that the worker reads them from. */
  weights: Float32Array | { dir: string }
  lora: Adapters | undefined
  threads: number
  device: Device
  adamW: Required<AdamWOptions>
}

export type Request =
  | { call: 'sample'; request: SampleRequest }
  | { call: 'setWeights'; weights: Float32Array }
  | { call: 'train'; loss: LossSpec; steps: readonly Step[] }
  | { call: 'logprobs' | 'scalars'; batch: Batch }
  | { call: 'resetOptimizer' | 'weights' | 'state' }
  | { call: 'restore'; state: TrainerState }

export type Failure = { message: string; diverged?: { step: number } }
export type Reply = { id: number; value?: unknown; error?: Failure }

export interface EngineOptions {
  /** Default: cpu. */
  device?: Device
  /** Worker threads that sample; default: one per core. 0: the worker that trains samples as well. */
  samplers?: number
  /** Threads of the training session; default: all cores. */
  trainThreads?: number
  adamW?: AdamWOptions
  /** Low-rank adapters, which alone are trained then. */
  lora?: Adapters
}

export class Engine {
  readonly config: TransformerConfig
  readonly #start: (name: string, threads: number) => WorkerCalls
  #samplers: WorkerCalls[]
  #trainer: WorkerCalls | null = null
  /** Counts what changes the trainer's weights; the samplers have those of some count, `#trained` is of some count. */
  #version = 0
  #sampledVersion = 0
  #trained: { version: number; weights: Promise<Float32Array> } | null = null
  readonly #initial: Float32Array | { dir: string }
  readonly #trainThreads: number

  constructor(
    config: TransformerConfig,
    weights: Float32Array | { dir: string },
    options: EngineOptions = {},
  ) {
    const { device = 'cpu', trainThreads = availableParallelism(), adamW, lora } = options
    const samplers = options.samplers ?? (device === 'cpu' ? availableParallelism() : 0)
    this.config = config
    this.#initial = lora?.adapters ?? weights
    this.#trainThreads = trainThreads
    this.#start = (name, threads) => {
      const settings = { config, weights, lora, threads, device, adamW: { ...ADAMW_DEFAULTS, ...adamW } }
      return new WorkerCalls({ ...settings, name })
    }
    this.#samplers = Array.from({ length: samplers }, () => this.#start('sampler', 1))
  }

  /** One completion per prompt, in order. */
  async sample(request: SampleRequest): Promise<Sample[]> {
    if (this.#samplers.length === 0)
      return (await this.#training().call({ call: 'sample', request })) as Sample[]
    await this.#syncSamplers()
    const parts = shares(request.prompts, this.#samplers.length).map(async ([start, end], i) => {
      if (start === end) return []
      return (await this.#samplers[i]!.call({
        call: 'sample',
        request: rowsOf(request, start, end),
      })) as Sample[]
    })
    return (await Promise.all(parts)).flat()
  }

  /** Optimiser steps, in one run where their batches have one shape. Throws DivergedError, keeping the state before them. */
  async train(loss: LossSpec, steps: readonly Step[]): Promise<StepStats[]> {
    // Also where it fails: steps before the one that diverged may have been taken.
    this.#version += 1
    return (await this.#training().call({ call: 'train', loss, steps })) as StepStats[]
  }

  /** Log-probability of every target given what is before it, `[B, S]`. */
  async logprobs(batch: Batch): Promise<Float32Array> {
    return (await this.#training().call({ call: 'logprobs', batch })) as Float32Array
  }

  /** The scalar head at every token, `[B, S]`. */
  async scalars(batch: Batch): Promise<Float32Array> {
    return (await this.#training().call({ call: 'scalars', batch })) as Float32Array
  }

  /** Forget the optimiser's moments, as at a change of objective. */
  async resetOptimizer(): Promise<void> {
    await this.#training().call({ call: 'resetOptimizer' })
  }

  /** What is trained as it is now, flat: the weights, or the adapters. */
  async weights(): Promise<Float32Array> {
    if (this.#initial instanceof Float32Array && !this.#trainer) return this.#initial
    if (this.#trained?.version !== this.#version) {
      const weights = this.#training().call({ call: 'weights' }) as Promise<Float32Array>
      this.#trained = { version: this.#version, weights }
    }
    return this.#trained!.weights
  }

  /** Everything that training is continued from, to the bit. */
  async state(): Promise<TrainerState> {
    return (await this.#training().call({ call: 'state' })) as TrainerState
  }

  async restore(state: TrainerState): Promise<void> {
    this.#version += 1
    await this.#training().call({ call: 'restore', state })
  }

  async close(): Promise<void> {
    const workers = this.#trainer ? [...this.#samplers, this.#trainer] : this.#samplers
    await Promise.all(workers.map(worker => worker.close()))
  }

  async #syncSamplers(): Promise<void> {
    const version = this.#version
    if (this.#sampledVersion === version) return
    const weights = await this.weights()
    await Promise.all(this.#samplers.map(sampler => sampler.call({ call: 'setWeights', weights })))
    this.#sampledVersion = version
  }

  #training(): WorkerCalls {
    return (this.#trainer ??= this.#start('trainer', this.#trainThreads))
  }
}

/** Ranges of prompts of about equal size, one per worker; equal prompts that follow each other are not torn where possible. */
function shares(prompts: SampleRequest['prompts'], workers: number): [number, number][] {
  const ends = Array.from({ length: workers }, (_, i) => Math.round(((i + 1) * prompts.length) / workers))
  const groups = groupEnds(prompts)
  const near = (end: number): number => {
    const whole = groups.findLast(group => group <= end) ?? 0
    const largest = prompts.length / workers
    return end - whole <= largest / 4 ? whole : end
  }
  let start = 0
  return ends.map((end, i) => {
    const share: [number, number] = [start, i === workers - 1 ? prompts.length : Math.max(start, near(end))]
    start = share[1]
    return share
  })
}

/** Where runs of equal prompts end. */
function groupEnds(prompts: SampleRequest['prompts']): number[] {
  const ends: number[] = []
  for (const [i, prompt] of prompts.entries()) {
    const next = prompts[i + 1]
    if (!next || next.length !== prompt.length || !next.every((token, t) => token === prompt[t]))
      ends.push(i + 1)
  }
  return ends
}

function rowsOf(request: SampleRequest, start: number, end: number): SampleRequest {
  const { prompts, seeds, positions } = request
  return {
    ...request,
    prompts: prompts.slice(start, end),
    seeds: seeds.slice(start, end),
    ...(positions && { positions: positions.slice(start, end) }),
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

  constructor(setup: WorkerSetup) {
    const worker = startWorker(import.meta.url, './nn-worker', { workerData: setup, name: setup.name })
    this.#worker = worker
    worker.on('message', ({ id, value, error }: Reply) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) worker.unref()
      if (error === undefined) waiting?.resolve(value)
      else waiting?.reject(errorOf(error))
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

/** The worker's error as one of this thread; a diverged step keeps its number. */
function errorOf({ message, diverged }: Failure): Error {
  return diverged ? new DivergedError(diverged.step, message) : new Error(message)
}
