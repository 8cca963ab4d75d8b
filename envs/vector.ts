/**
 * @file Many episodes of one environment at once, over worker threads.
 *
 * `step(actions)` goes in lockstep; `send` and `recv` hand out results in the order in which they are ready. There is no
 * autoreset: an episode that is over stays over until it is reset, and its last observation is not lost. Results are those
 * of playing the episodes one by one. Observations are copies, fresh each time.
 */
import type { EnvSource, EpisodeReply, EpisodeStep } from './episodes.ts'
import { UsageError } from './errors.ts'
import type { ResetOptions } from './gym.ts'
import type { Json } from './json.ts'
import type { Lane } from './lane.ts'
import { localLane, threadLane } from './lane.ts'

/** The time step of one of the environments, which `env` numbers from 0. */
export type VectorStep = EpisodeStep & { env: number }

export interface VectorOptions {
  /** Threads; 0 plays on this one. Default 2. */
  workers?: number
}

export interface StepOptions {
  /** Gives up waiting: what has not been judged by then has rewards of null, and its episode is truncated as `cancelled`. */
  signal?: AbortSignal
}

/** How long a cancelled step may take to come back before its thread is ended. */
const GRACE_MS = 500

/** `count` episodes of the environment of that id, or of the export of a module. */
export function vector(env: string | EnvSource, count: number, { workers = 2 }: VectorOptions = {}): Vector {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new UsageError(`vector: expected a number of environments of 1 or more, got ${count}`)
  if (!Number.isSafeInteger(workers) || workers < 0)
    throw new UsageError(`vector: expected a number of workers of 0 or more, got ${workers}`)
  const source = typeof env === 'string' ? { id: env } : env
  const lanes = Array.from({ length: Math.min(workers, count) }, () => threadLane(source))
  return new Vector(count, lanes.length > 0 ? lanes : [localLane(source)])
}

type Waiting = { least: number; resolve: (steps: VectorStep[]) => void; reject: (error: unknown) => void }

export class Vector {
  readonly count: number
  readonly #lanes: readonly Lane[]
  readonly #busy = new Set<number>()
  readonly #over = new Set<number>()
  /** By environment, in the order in which they came. */
  readonly #ready = new Map<number, VectorStep>()
  /** Whose word ends the step of an environment. */
  readonly #signals = new Map<number, AbortSignal>()
  readonly #heard = new WeakSet<AbortSignal>()
  /** What went wrong while nobody waited. */
  #failure: Error | null = null
  #waiting: Waiting[] = []

  constructor(count: number, lanes: readonly Lane[]) {
    this.count = count
    this.#lanes = lanes
    for (const lane of lanes) lane.listen(reply => this.#arrived(reply))
    for (let env = 0; env < count; env++) this.#over.add(env)
  }

  /** Starts the episodes anew: all of them, or those named. Gives one time step each, in order of their number. */
  async reset(
    options: (env: number) => ResetOptions = () => ({}),
    envs: readonly number[] = this.#all(),
  ): Promise<VectorStep[]> {
    this.#claim(envs)
    for (const env of envs) this.#lane(env).reset(env, options(env))
    return this.#collect(envs)
  }

  /** One action for each of the environments. Throws UsageError if one of their episodes is over. */
  async step(actions: readonly Json[], options: StepOptions = {}): Promise<VectorStep[]> {
    if (actions.length !== this.count)
      throw new UsageError(`vector.step: expected ${this.count} actions, got ${actions.length}`)
    this.send(
      actions.map((action, env) => ({ env, action })),
      options,
    )
    return this.#collect(this.#all())
  }

  /** Hands out actions without waiting. Throws UsageError where an episode is over or its last result was not received. */
  send(actions: readonly { env: number; action: Json }[], { signal }: StepOptions = {}): void {
    const over = actions.find(({ env }) => this.#over.has(env))
    if (over) throw new UsageError(`vector: the episode of environment ${over.env} is over; reset it first`)
    const envs = actions.map(({ env }) => env)
    this.#claim(envs)
    for (const lane of this.#lanes) {
      const own = actions.filter(({ env }) => this.#lane(env) === lane)
      if (own.length > 0) lane.step(own)
    }
    if (signal) this.#cancelWith(signal, envs)
  }

  /** The next results, at least `least` of them, in the order in which they came. */
  async recv(least = 1): Promise<VectorStep[]> {
    const failure = this.#failure
    this.#failure = null
    if (failure) throw failure
    if (least > this.#busy.size + this.#ready.size)
      throw new UsageError(
        `vector.recv: expected ${least} results, but only ${this.#busy.size + this.#ready.size} are on their way; send first`,
      )
    return new Promise((resolve, reject) => {
      this.#waiting.push({ least, resolve, reject })
      this.#deliver()
    })
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map(lane => lane.close()))
  }

  #all(): number[] {
    return Array.from({ length: this.count }, (_, env) => env)
  }

  #lane(env: number): Lane {
    return this.#lanes[env % this.#lanes.length]!
  }

  /** One thing at a time per environment, and nothing new before its last result was taken: that bounds the queue. */
  #claim(envs: readonly number[]): void {
    const unknown = envs.find(env => !Number.isSafeInteger(env) || env < 0 || env >= this.count)
    if (unknown !== undefined)
      throw new UsageError(`vector: expected environments 0 to ${this.count - 1}, got ${unknown}`)
    const taken = envs.find(env => this.#busy.has(env) || this.#ready.has(env))
    if (taken !== undefined)
      throw new UsageError(`vector: environment ${taken} has a result on its way; receive it first`)
    if (new Set(envs).size < envs.length)
      throw new UsageError('vector: expected each environment at most once, got one twice')
    for (const env of envs) this.#busy.add(env)
  }

  async #collect(envs: readonly number[]): Promise<VectorStep[]> {
    const steps = envs.length === 0 ? [] : await this.recv(envs.length)
    return steps.toSorted((a, b) => a.env - b.env)
  }

  #arrived(reply: EpisodeReply): void {
    const { env } = reply
    this.#busy.delete(env)
    this.#signals.delete(env)
    if ('error' in reply) return this.#fail(env, reply)
    if (reply.step.terminated || reply.step.truncated) this.#over.add(env)
    else this.#over.delete(env)
    this.#ready.set(env, { env, ...reply.step })
    this.#deliver()
  }

  /** The call that waits is refused; the other environments go on. */
  #fail(env: number, { error, usage }: { error: string; usage: boolean }): void {
    this.#over.add(env)
    const failure = usage ? new UsageError(error) : new Error(`vector: environment ${env}: ${error}`)
    const waiting = this.#waiting.shift()
    if (waiting) waiting.reject(failure)
    else this.#failure ??= failure
  }

  #deliver(): void {
    const first = this.#waiting[0]
    if (!first || this.#ready.size < first.least) return
    this.#waiting.shift()
    const steps = [...this.#ready.values()]
    this.#ready.clear()
    first.resolve(steps)
    this.#deliver()
  }

  #cancelWith(signal: AbortSignal, envs: readonly number[]): void {
    for (const env of envs) this.#signals.set(env, signal)
    if (signal.aborted) return this.#cancel(signal)
    if (this.#heard.has(signal)) return
    this.#heard.add(signal)
    signal.addEventListener('abort', () => this.#cancel(signal), { once: true })
  }

  #cancel(signal: AbortSignal): void {
    const late = [...this.#busy].filter(env => this.#signals.get(env) === signal)
    for (const lane of this.#lanes) {
      const own = late.filter(env => this.#lane(env) === lane)
      if (own.length > 0) lane.cancel(own, GRACE_MS)
    }
  }
}
