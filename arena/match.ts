/**
 * @file The match contract: one agent plays one task under a clock, and what came of it.
 *
 * A match is named by the hash of its coordinates, so playing it twice gives one result. Clocks run here, on the
 * arena's side; agents are never believed about time. Whatever an agent does (silence, exceptions, nonsense) ends in a
 * result with a cause; only faults of the runner do not count, and are played again.
 */
import { z } from 'zod'
import { advance, begin, positionHash } from '../envs/dynamics.ts'
import type { Position } from '../envs/dynamics.ts'
import type { EnvDef, EnvId, Rewards, Split, Task } from '../envs/env.ts'
import { isInvalid, SPLITS } from '../envs/env.ts'
import type { Json } from '../envs/json.ts'
import { hashJson } from '../envs/json.ts'
import { rngAt } from '../envs/rng.ts'
import { taskAt } from '../envs/tasks.ts'
import type { Trajectory } from '../envs/trajectory.ts'
import type { Action, Agent, AgentSession } from '../agents/agent.ts'

/** Every way a match can end, and who is to blame. What the runner is to blame for is played again, not counted. */
export const CAUSES = {
  /** Full marks. */
  solved: 'nobody',
  /** Played to the end of the episode without full marks. */
  failed: 'agent',
  /** Not solved, and at least one action could not be understood. */
  invalid: 'agent',
  /** The clock of an action or of the match ran out. */
  timeout: 'agent',
  /** A remote agent was away for longer than the grace period. */
  disconnect: 'agent',
  /** The agent threw. */
  crash: 'agent',
  /** The environment threw, or could not judge. */
  environment: 'runner',
  /** The arena was closed in the middle. */
  stopped: 'runner',
} as const

export type Cause = keyof typeof CAUSES
const causes = Object.keys(CAUSES) as [Cause, ...Cause[]]

const planSchema = z.object({
  id: z.string(),
  env: z.string(),
  split: z.enum(SPLITS as [Split, ...Split[]]),
  index: z.number().int().nonnegative(),
  level: z.number().int(),
  agent: z.string(),
  attempt: z.number().int().nonnegative(),
})

export const matchResultSchema = planSchema.extend({
  v: z.literal(1),
  /** The outcome reward at the end, 0 for a forfeit. */
  score: z.number().min(0).max(1),
  return: z.number(),
  steps: z.number().int().nonnegative(),
  cause: z.enum(causes),
  /** The cause in words. */
  detail: z.string(),
  /** As the agent reported it; null if it did not. */
  tokens: z.number().int().nonnegative().nullable(),
  latencyMs: z.object({ mean: z.number(), max: z.number() }),
  clock: z.object({ usedMs: z.number(), actionMs: z.number(), matchMs: z.number() }),
  /** Hash of the trajectory that proves this result. */
  trajectory: z.string(),
})

export type MatchPlan = z.infer<typeof planSchema>
export type MatchResult = z.infer<typeof matchResultSchema>

/** Time an agent has: per action, and for all its actions of one match together. */
export type Clock = { actionMs: number; matchMs: number }
export const DEFAULT_CLOCK: Clock = { actionMs: 30_000, matchMs: 300_000 }

/** A remote agent went away and did not come back in time. */
export class DisconnectError extends Error {
  override name = 'DisconnectError'
}

/** A match by its coordinates; the id is their hash. */
export function planMatch(coordinates: Omit<MatchPlan, 'id'>): MatchPlan {
  const { env, split, index, level, agent, attempt } = coordinates
  const plain = { env, split, index, level, agent, attempt }
  return { id: hashJson(plain), ...plain }
}

/** The Rasch item of a task: tasks of one level are equally hard up to chance. */
export function itemOf({ env, level }: { env: EnvId; level: number }): string {
  return `${env}#${level}`
}

export interface PlayOptions {
  clock?: Clock
  /** Show the hidden task to the agent. Only for agents of the house, such as the reference solver. */
  reveal?: boolean
  /** Ends the match as `stopped`. */
  signal?: AbortSignal
}

/** Play one match to its end. Never throws because of the agent or the environment. */
export async function playMatch(
  plan: MatchPlan,
  env: EnvDef,
  agent: Agent,
  { clock = DEFAULT_CLOCK, reveal = false, signal }: PlayOptions = {},
): Promise<{ result: MatchResult; trajectory: Trajectory }> {
  const game = new Game(plan, env, clock, signal)
  const ending = await game.play(agent, reveal)
  return game.settle(ending)
}

type Ending = { cause: Cause; detail: string; score: number }

/** Leaves the game loop with an ending that is not the environment's. */
class Forfeit extends Error {
  readonly ending: Ending
  constructor(cause: Cause, detail: string) {
    super(detail)
    this.ending = { cause, detail, score: 0 }
  }
}

class Game {
  readonly #plan: MatchPlan
  readonly #env: EnvDef
  readonly #clock: Clock
  readonly #stop: AbortSignal | undefined
  readonly #trajectory: Trajectory
  readonly #latencies: number[] = []
  #usedMs = 0
  #tokens: number | null = null
  #malformed = 0

  constructor(plan: MatchPlan, env: EnvDef, clock: Clock, stop: AbortSignal | undefined) {
    this.#plan = plan
    this.#env = env
    this.#clock = clock
    this.#stop = stop
    const { split, index, level, agent } = plan
    this.#trajectory = {
      v: 1,
      env: env.id,
      taskHash: '',
      split,
      index,
      level,
      agent,
      startHash: '',
      steps: [],
      return: 0,
    }
  }

  async play(agent: Agent, reveal: boolean): Promise<Ending> {
    let session: AgentSession | null = null
    try {
      const task = taskAt(this.#env, this.#plan)
      const position = await begin(this.#env, task)
      this.#trajectory.taskHash = hashJson(task.params)
      this.#trajectory.startHash = positionHash(task, position)
      const rng = rngAt('match', this.#plan.id)
      const episode = { env: this.#env, task: reveal ? task : null, rng }
      session = await this.#timed(() => agent.open(episode))
      return await this.#loop(task, position, session)
    } catch (error) {
      if (error instanceof Forfeit) {
        this.#trajectory.left = true
        return error.ending
      }
      return { cause: 'environment', detail: describe(error), score: 0 }
    } finally {
      closeQuietly(session)
    }
  }

  settle({ cause, detail, score }: Ending): { result: MatchResult; trajectory: Trajectory } {
    const trajectory = this.#trajectory
    trajectory.return = trajectory.steps.reduce((sum, step) => sum + step.reward, 0)
    const latencies = this.#latencies
    const mean = latencies.reduce((sum, ms) => sum + ms, 0) / Math.max(1, latencies.length)
    const result: MatchResult = {
      v: 1,
      ...this.#plan,
      score,
      return: trajectory.return,
      steps: trajectory.steps.length,
      cause,
      detail,
      tokens: this.#tokens,
      latencyMs: { mean: rounded(mean), max: rounded(Math.max(0, ...latencies)) },
      clock: { usedMs: rounded(this.#usedMs), ...this.#clock },
      trajectory: hashJson(trajectory as unknown as Json),
    }
    return { result, trajectory }
  }

  async #loop(task: Task, start: Position, session: AgentSession): Promise<Ending> {
    let position = start
    let rewards: Rewards = {}
    while (!position.end) ({ position, rewards } = await this.#turn(task, position, session))
    const score = outcomeScore(this.#env, rewards)
    if (score === null) throw new Error(`${this.#env.id}: the outcome was not judged at the end`)
    const { reason } = position.end
    if (score === 1) return { cause: 'solved', detail: reason, score }
    if (this.#malformed > 0)
      return { cause: 'invalid', detail: `${reason}; ${this.#malformed} actions not understood`, score }
    return { cause: 'failed', detail: reason, score }
  }

  async #turn(task: Task, position: Position, session: AgentSession) {
    const observation = this.#env.observe(task, position.state)
    // A copy: an agent that changes what it is shown must not change the state or the record.
    const shown = structuredClone(observation)
    const before = this.#usedMs
    const { action, usage } = await this.#timed((signal, deadlineMs) =>
      session.act({ observation: shown, step: position.steps, deadlineMs, signal }),
    ).then(cleanAction)
    const latencyMs = rounded(this.#usedMs - before)
    this.#latencies.push(latencyMs)
    if (usage?.tokens !== undefined) this.#tokens = (this.#tokens ?? 0) + usage.tokens
    if (isInvalid(action) || !this.#env.action.safeParse(action).success) this.#malformed++
    const taken = await advance(this.#env, task, position, action)
    const { end } = taken.position
    this.#trajectory.steps.push({
      observation,
      action,
      rewards: taken.rewards,
      reward: taken.reward,
      terminated: end?.kind === 'terminated',
      truncated: end?.kind === 'truncated',
      reason: end?.reason ?? null,
      stateHash: positionHash(task, taken.position),
      usage: { latencyMs, ...(usage?.tokens !== undefined && { tokens: usage.tokens }) },
    })
    return taken
  }

  /** Runs the agent's part against both clocks. A slow agent loses the race even if it answers later. */
  async #timed<T>(work: (signal: AbortSignal, deadlineMs: number) => T | Promise<T>): Promise<T> {
    const allowedMs = Math.max(0, Math.min(this.#clock.actionMs, this.#clock.matchMs - this.#usedMs))
    const late = new Forfeit('timeout', `no answer within ${Math.round(allowedMs)} ms`)
    const abort = new AbortController()
    const started = performance.now()
    const limit = expiry(allowedMs, late, this.#stop)
    try {
      const answer = await Promise.race([
        (async () => work(abort.signal, Math.floor(allowedMs)))(),
        limit.expired,
      ])
      // A local agent that blocks the event loop also blocks the timer: the clock has the last word.
      if (performance.now() - started > allowedMs) throw late
      return answer
    } catch (error) {
      throw asForfeit(error)
    } finally {
      this.#usedMs += performance.now() - started
      limit.cancel()
      abort.abort()
    }
  }
}

const MAX_TIMER_MS = 2 ** 31 - 1

function expiry(ms: number, late: Forfeit, stop: AbortSignal | undefined) {
  let cancel = (): void => {}
  const expired = new Promise<never>((_, reject) => {
    const stopped = (): void => reject(new Forfeit('stopped', 'the arena was closed during the match'))
    // Timers drop fractions and may fire a millisecond early; a clock must not.
    const timer = setTimeout(() => reject(late), Math.min(Math.ceil(ms) + 1, MAX_TIMER_MS))
    if (stop?.aborted) stopped()
    stop?.addEventListener('abort', stopped)
    cancel = () => {
      clearTimeout(timer)
      stop?.removeEventListener('abort', stopped)
    }
  })
  return { expired, cancel: (): void => cancel() }
}

function asForfeit(error: unknown): Forfeit {
  if (error instanceof Forfeit) return error
  if (error instanceof DisconnectError) return new Forfeit('disconnect', error.message)
  return new Forfeit('crash', describe(error))
}

const tokenCount = z.number().int().nonnegative()

/** What an agent returned is untrusted: keep what a record can hold, and name the rest as not understood. */
function cleanAction(answer: Action | null | undefined): Action {
  const action = jsonCopy(answer?.action)
  const tokens = tokenCount.safeParse(answer?.usage?.tokens)
  return {
    action: action === undefined ? { invalid: 'the action is not a JSON value' } : action,
    ...(tokens.success && { usage: { tokens: tokens.data } }),
  }
}

/** A copy, which the agent cannot change later. undefined: cyclic, a function, nothing at all. */
function jsonCopy(value: unknown): Json | undefined {
  try {
    const text = JSON.stringify(value) as string | undefined
    return text === undefined ? undefined : (JSON.parse(text) as Json)
  } catch {
    return undefined
  }
}

/** Weighted mean of the outcome terms in [0, 1]; null if none was judged. */
function outcomeScore(env: Pick<EnvDef, 'rewards'>, rewards: Rewards): number | null {
  let [sum, weights] = [0, 0]
  for (const [name, term] of Object.entries(env.rewards)) {
    const value = rewards[name]
    if (term.kind !== 'outcome' || value === null || value === undefined) continue
    sum += term.weight * value
    weights += term.weight
  }
  return weights > 0 ? Math.min(1, Math.max(0, sum / weights)) : null
}

function closeQuietly(session: AgentSession | null): void {
  try {
    session?.close?.()
  } catch {
    // The match is over; an agent that cannot clean up after itself changes nothing about it.
  }
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500)
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
