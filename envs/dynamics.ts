/**
 * @file From the pure transition of an EnvDef to judged steps: validation, limits, reward terms.
 *
 * A `Position` is everything an episode is at one moment, as plain JSON: search keeps thousands, snapshots are copies.
 * Synchronous environments stay synchronous here; nothing is awaited that is not a promise.
 */
import type {
  EnvDef,
  End,
  Invalid,
  MaybePromise,
  RewardContext,
  Rewards,
  StepContext,
  Task,
  TimeStep,
} from './env.ts'
import { isInvalid, scalarReward, termination, transition, truncation } from './env.ts'
import { EpisodeOverError } from './errors.ts'
import type { Json } from './json.ts'
import { hashJson } from './json.ts'
import type { Rng } from './rng.ts'
import { rngAt } from './rng.ts'

export type Position<S = Json> = { state: S; steps: number; end: End | null }

export interface Advance<S = Json> {
  position: Position<S>
  rewards: Rewards
  reward: number
}

/** The first position of a task. */
export function begin<P, S, O, A, F>(env: EnvDef<P, S, O, A, F>, task: Task<P>): MaybePromise<Position<S>> {
  return chain(env.start(task), state => ({ state, steps: 0, end: null }))
}

/**
 * One step. `action` is untrusted: what does not fit the action schema becomes an Invalid fact.
 * Throws EpisodeOverError after the end.
 */
export function advance<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
  task: Task<P>,
  position: Position<S>,
  action: unknown,
  signal?: AbortSignal,
): MaybePromise<Advance<S>> {
  if (position.end)
    throw new EpisodeOverError(
      `${env.id}: the episode has ${position.end.kind} (${position.end.reason}) after ${position.steps} steps; reset it before the next step`,
    )
  const context = new Context(task, position.steps, signal)
  return chain(env.step(task, position.state, checked(env, action), context), ({ state, facts, end }) => {
    const steps = position.steps + 1
    const limit: End | null = steps >= env.maxSteps ? { kind: 'truncated', reason: 'max-steps' } : null
    const next: Position<S> = { state, steps, end: end ?? limit }
    const rewards = judge(env, facts, { task, before: position.state, after: state, end: next.end })
    return { position: next, rewards, reward: scalarReward(env.rewards, rewards) }
  })
}

/** Makes the generator only where it is used: most dynamics never draw. */
class Context implements StepContext {
  readonly step: number
  readonly signal?: AbortSignal
  readonly #task: Pick<Task, 'env' | 'split' | 'level' | 'index'>
  #rng: Rng | null = null

  constructor(task: Pick<Task, 'env' | 'split' | 'level' | 'index'>, step: number, signal?: AbortSignal) {
    this.#task = task
    this.step = step
    if (signal) this.signal = signal
  }

  get rng(): Rng {
    const { env, split, level, index } = this.#task
    return (this.#rng ??= rngAt(env, split, level, index, 'step', this.step))
  }
}

/** The time step that an agent sees after `advance`. */
export function timeStep<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
  task: Task<P>,
  { position, reward, rewards }: Advance<S>,
): TimeStep<O> {
  const observation = env.observe(task, position.state)
  if (!position.end) return transition(observation, reward, rewards)
  const constructor = position.end.kind === 'terminated' ? termination : truncation
  return constructor(observation, reward, rewards, position.end.reason)
}

/** Names a position: task coordinates, state, step count and end. Equal positions have equal hashes. */
export function positionHash<P, S>(task: Task<P>, position: Position<S>): string {
  return hashJson([task.env, task.split, task.level, task.index, position as unknown as Json])
}

/** Apply `f` now if the value is there, later if it is a promise. */
export function chain<T, U>(value: MaybePromise<T>, f: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(f) : f(value)
}

function checked<P, S, O, A, F>(env: EnvDef<P, S, O, A, F>, action: unknown): A | Invalid {
  if (isInvalid(action)) return { invalid: String(action.invalid) }
  const parsed = read(env, action)
  if (parsed === null) return { invalid: 'is nested too deeply' }
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''
  return { invalid: `${where}${issue?.message ?? 'does not fit the action schema'}` }
}

/** null: a value so deep that walking it leaves the stack. */
function read<P, S, O, A, F>(env: EnvDef<P, S, O, A, F>, action: unknown) {
  try {
    return env.action.safeParse(action)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function judge<P, S, O, A, F>(env: EnvDef<P, S, O, A, F>, facts: F, context: RewardContext<P, S>): Rewards {
  const rewards: Rewards = {}
  for (const name in env.rewards) {
    const value = env.rewards[name]!.value(facts, context)
    if (value !== null && !Number.isFinite(value))
      throw new RangeError(`${env.id}: reward term ${name}: expected a finite number or null, got ${value}`)
    rewards[name] = value
  }
  return rewards
}
