/** @file The Gym face of an environment: reset and step, plus snapshot, restore, clone and state hash. */
import { advance, begin, positionHash, timeStep } from './dynamics.ts'
import type { Position } from './dynamics.ts'
import type { EnvDef, Split, Task, TimeStep } from './env.ts'
import { restart } from './env.ts'
import { EpisodeOverError, UsageError } from './errors.ts'
import type { Json } from './json.ts'
import { rngAt } from './rng.ts'
import { taskAt } from './tasks.ts'

export interface ResetOptions {
  /** Names a task when `index` is not given: the same seed is always the same task. */
  seed?: number
  split?: Split
  index?: number
  level?: number
}

/** What `info` holds: where this episode is, for logs; never the hidden reference. */
export type Info = {
  env: string
  split: Split
  index: number
  level: number
  steps: number
  stateHash: string
}

/** A moment of an episode as plain JSON. Restoring it anywhere continues the same episode. */
export type Snapshot = { env: string; split: Split; index: number; level: number; position: Position<Json> }

type Coordinates = Pick<Task, 'split' | 'index' | 'level'>

const SEEDED_TASKS = 2 ** 31

export class Gym<P = Json, S = Json, O = Json, A = Json, F = unknown> {
  readonly env: EnvDef<P, S, O, A, F>
  #task: Task<P> | null = null
  #position: Position<S> | null = null

  constructor(env: EnvDef<P, S, O, A, F>) {
    this.env = env
  }

  /** Start an episode. Without options: train task 0 of the first level. */
  async reset(options: ResetOptions = {}): Promise<{ observation: O; info: Info }> {
    const { split = 'train', level = this.env.tasks.levels[0]!.level } = options
    const task = taskAt(this.env, {
      split,
      level,
      index: options.index ?? this.#seededIndex(options.seed, this.env.tasks.size?.(split, level)),
    })
    this.#position = await begin(this.env, task)
    this.#task = task
    return {
      observation: restart(this.env.observe(task, this.#position.state)).observation,
      info: this.#info(),
    }
  }

  /**
   * Take one action. Throws EpisodeOverError before a reset and after the end; never because of the action itself. What
   * could not be judged because `signal` fired is null.
   */
  async step(
    action: unknown,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<TimeStep<O> & { info: Info }> {
    const { task, position } = this.#running()
    const taken = await advance(this.env, task, position, action, signal)
    this.#position = taken.position
    return { ...timeStep(this.env, task, taken), info: this.#info() }
  }

  snapshot(): Snapshot {
    const { task, position } = this.#running()
    const copy = structuredClone(position) as unknown as Position<Json>
    return { env: this.env.id, split: task.split, index: task.index, level: task.level, position: copy }
  }

  restore(snapshot: Snapshot): void {
    if (snapshot.env !== this.env.id)
      throw new UsageError(
        `${this.env.id}: expected a snapshot of this environment, got one of ${snapshot.env}`,
      )
    if (!this.#task || !sameTask(this.#task, snapshot)) this.#task = taskAt(this.env, snapshot as Coordinates)
    this.#position = structuredClone(snapshot.position) as unknown as Position<S>
  }

  /** A second environment at the same moment; the two go on independently. */
  clone(): Gym<P, S, O, A, F> {
    const twin = new Gym(this.env)
    twin.#task = this.#task
    twin.restore(this.snapshot())
    return twin
  }

  stateHash(): string {
    const { task, position } = this.#running()
    return positionHash(task, position)
  }

  close(): void {
    this.#task = null
    this.#position = null
  }

  #running(): { task: Task<P>; position: Position<S> } {
    if (!this.#task || !this.#position)
      throw new EpisodeOverError(`${this.env.id}: no episode is open; call reset first`)
    return { task: this.#task, position: this.#position }
  }

  #seededIndex(seed: number | undefined, size = SEEDED_TASKS): number {
    return seed === undefined ? 0 : rngAt(this.env.id, 'reset', seed).int(0, Math.max(size, 1) - 1)
  }

  #info(): Info {
    const { task, position } = this.#running()
    const { split, index, level } = task
    let hash: string | null = null
    return {
      env: this.env.id,
      split,
      index,
      level,
      steps: position.steps,
      // Hashing costs more than most steps, so it waits until somebody looks.
      get stateHash() {
        return (hash ??= positionHash(task, position))
      },
    }
  }
}

function sameTask(a: Coordinates, b: Coordinates): boolean {
  return a.index === b.index && a.level === b.level && a.split === b.split
}
