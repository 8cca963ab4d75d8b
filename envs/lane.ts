/** @file Where a vector's episodes are played: on this thread, or on one of their own that can be ended and replaced. */
import type { Worker } from 'node:worker_threads'
import type { ResetOptions } from './gym.ts'
import type { EnvSource, EpisodeReply, EpisodeRequest, EpisodeStep } from './episodes.ts'
import { Episodes } from './episodes.ts'
import type { Json } from './json.ts'
import { startWorker } from './worker.ts'

export interface Lane {
  /** Told of every reply, in the order in which they come. */
  listen(answer: (reply: EpisodeReply) => void): void
  reset(env: number, options: ResetOptions): void
  step(actions: readonly { env: number; action: Json }[]): void
  /** Asks these steps to give up; those that have not after `graceMs` are truncated as `cancelled`. */
  cancel(envs: readonly number[], graceMs: number): void
  close(): Promise<void>
}

/** Plays on this thread. Nothing can interrupt a synchronous step here. */
export function localLane(source: EnvSource): Lane {
  const episodes = new Episodes(source)
  let answer: (reply: EpisodeReply) => void = () => {}
  const handle = (request: EpisodeRequest): void => episodes.handle(request, reply => answer(reply))
  return {
    listen: listener => (answer = listener),
    reset: (env, options) => handle({ kind: 'reset', env, options }),
    step: actions => handle({ kind: 'step', actions }),
    cancel: envs => handle({ kind: 'cancel', envs }),
    close: () => episodes.close(),
  }
}

/** Plays on a thread of its own. */
export function threadLane(source: EnvSource): Lane {
  return new ThreadLane(source)
}

/** What has to be done again to bring an episode back on a new thread. */
type Course = { options: ResetOptions; actions: Json[]; last: EpisodeStep | null }
type Pending = { kind: 'reset'; options: ResetOptions } | { kind: 'step'; action: Json }

class ThreadLane implements Lane {
  readonly #source: EnvSource
  readonly #courses = new Map<number, Course>()
  readonly #pending = new Map<number, Pending>()
  /** Replies that are replays of the past and concern nobody. */
  readonly #replaying = new Map<number, number>()
  #worker: Worker
  #answer: (reply: EpisodeReply) => void = () => {}

  constructor(source: EnvSource) {
    this.#source = source
    this.#worker = this.#start()
  }

  listen(answer: (reply: EpisodeReply) => void): void {
    this.#answer = answer
  }

  reset(env: number, options: ResetOptions): void {
    this.#pending.set(env, { kind: 'reset', options })
    this.#post({ kind: 'reset', env, options })
  }

  step(actions: readonly { env: number; action: Json }[]): void {
    for (const { env, action } of actions) this.#pending.set(env, { kind: 'step', action })
    this.#post({ kind: 'step', actions })
  }

  cancel(envs: readonly number[], graceMs: number): void {
    this.#post({ kind: 'cancel', envs })
    const waited = envs.map(env => this.#pending.get(env))
    setTimeout(() => {
      const stuck = envs.filter((env, i) => this.#pending.has(env) && this.#pending.get(env) === waited[i])
      if (stuck.length > 0) void this.#replace(stuck)
    }, graceMs)
  }

  async close(): Promise<void> {
    this.#worker.removeAllListeners()
    await this.#worker.terminate()
  }

  #start(): Worker {
    const worker = startWorker(import.meta.url, './vector-worker', {
      name: 'vector',
      workerData: this.#source,
    })
    worker.on('message', (reply: EpisodeReply) => this.#arrived(reply))
    worker.on('error', error => this.#died(error.message))
    worker.unref()
    return worker
  }

  #post(request: EpisodeRequest): void {
    this.#worker.ref()
    this.#worker.postMessage(request)
  }

  #arrived(reply: EpisodeReply): void {
    const { env } = reply
    const replays = this.#replaying.get(env) ?? 0
    if (replays > 0) return void this.#replaying.set(env, replays - 1)
    const asked = this.#pending.get(env)
    this.#pending.delete(env)
    if (this.#pending.size === 0) this.#worker.unref()
    if (asked && 'step' in reply) this.#remember(env, asked, reply.step)
    this.#answer(reply)
  }

  #remember(env: number, asked: Pending, last: EpisodeStep): void {
    if (asked.kind === 'reset') {
      const { split, index, level } = last.task
      this.#courses.set(env, { options: { split, index, level }, actions: [], last })
    } else {
      const course = this.#courses.get(env)!
      course.actions.push(asked.action)
      course.last = last
    }
  }

  /** A thread that ended by itself: what it was asked for fails by name, and the next request finds a new one. */
  #died(message: string): void {
    const lost = [...this.#pending.keys()]
    this.#pending.clear()
    this.#worker = this.#start()
    this.#bringBack(lost)
    for (const env of lost) this.#answer({ env, error: `the thread ended: ${message}`, usage: false })
  }

  /** Ends the thread with the stuck steps in it. Its other episodes are played again up to where they were. */
  async #replace(stuck: readonly number[]): Promise<void> {
    const old = this.#worker
    old.removeAllListeners()
    this.#worker = this.#start()
    const cut = stuck.map(env => ({ env, step: cancelled(this.#courses.get(env)?.last ?? null) }))
    for (const env of stuck) this.#pending.delete(env)
    this.#bringBack(stuck)
    for (const [env, asked] of this.#pending)
      this.#post(
        asked.kind === 'reset'
          ? { kind: 'reset', env, options: asked.options }
          : { kind: 'step', actions: [{ env, action: asked.action }] },
      )
    cut.forEach(this.#answer)
    await old.terminate()
  }

  #bringBack(without: readonly number[]): void {
    this.#replaying.clear()
    for (const env of without) this.#courses.delete(env)
    for (const [env, { options, actions }] of this.#courses) {
      this.#replaying.set(env, 1 + actions.length)
      this.#post({ kind: 'reset', env, options })
      for (const action of actions) this.#post({ kind: 'step', actions: [{ env, action }] })
    }
  }
}

/** Cut by the caller: nothing of this step was judged. */
function cancelled(last: EpisodeStep | null): EpisodeStep {
  return {
    observation: last?.observation ?? null,
    reward: 0,
    rewards: Object.fromEntries(Object.keys(last?.rewards ?? {}).map(name => [name, null])),
    terminated: false,
    truncated: true,
    reason: 'cancelled',
    task: last?.task ?? { split: 'train', index: 0, level: 0 },
  }
}
