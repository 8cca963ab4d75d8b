/**
 * @file The match contract: one agent plays one task under a clock, and what came of it.
 *
 * A match is named by the hash of its coordinates, so playing it twice gives one result. Clocks run here, on the
 * arena's side; agents are never believed about time. Whatever an agent does (silence, exceptions, nonsense) ends in a
 * result with a cause; only faults of the runner do not count, and are played again.
 */
import { z } from 'zod'
import type { EnvDef, EnvId, Rewards, Split } from '../envs/env.ts'
import { isInvalid, SPLITS } from '../envs/env.ts'
import type { Json } from '../envs/json.ts'
import { hashJson } from '../envs/json.ts'
import { rngAt } from '../envs/rng.ts'
import { taskAt } from '../envs/tasks.ts'
import type { Trajectory } from '../envs/trajectory.ts'
import { recordEpisode } from '../envs/trajectory.ts'
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
  const { ending, trajectory } = await game.play(agent, reveal)
  return { result: game.settle(ending, trajectory), trajectory }
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
  #usedMs = 0

  constructor(plan: MatchPlan, env: EnvDef, clock: Clock, stop: AbortSignal | undefined) {
    this.#plan = plan
    this.#env = env
    this.#clock = clock
    this.#stop = stop
  }

  async play(agent: Agent, reveal: boolean): Promise<{ ending: Ending; trajectory: Trajectory }> {
    const seat: { session: AgentSession | null; forfeit: Forfeit | null } = { session: null, forfeit: null }
    try {
      const task = taskAt(this.#env, this.#plan)
      const episode = { env: this.#env, task: reveal ? task : null, rng: rngAt('match', this.#plan.id) }
      const trajectory = await recordEpisode(this.#env, task, this.#plan.agent, async (observation, step) => {
        try {
          seat.session ??= await this.#timed(() => agent.open(episode))
          return await this.#turn(seat.session, observation, step)
        } catch (error) {
          seat.forfeit = asForfeit(error)
          return null
        }
      })
      return { ending: seat.forfeit?.ending ?? this.#ending(trajectory), trajectory }
    } catch (error) {
      const ending: Ending = { cause: 'environment', detail: describe(error), score: 0 }
      return { ending, trajectory: this.#nothing() }
    } finally {
      closeQuietly(seat.session)
    }
  }

  settle({ cause, detail, score }: Ending, trajectory: Trajectory): MatchResult {
    const spent = trajectory.steps.map(({ usage }) => usage ?? {})
    const latencies = spent.map(({ latencyMs = 0 }) => latencyMs)
    const reported = spent.flatMap(({ tokens }) => tokens ?? [])
    const mean = latencies.reduce((sum, ms) => sum + ms, 0) / Math.max(1, latencies.length)
    return {
      v: 1,
      ...this.#plan,
      score,
      return: trajectory.return,
      steps: trajectory.steps.length,
      cause,
      detail,
      tokens: reported.length > 0 ? reported.reduce((sum, tokens) => sum + tokens, 0) : null,
      latencyMs: { mean: rounded(mean), max: rounded(Math.max(0, ...latencies)) },
      clock: { usedMs: rounded(this.#usedMs), ...this.#clock },
      trajectory: hashJson(trajectory as unknown as Json),
    }
  }

  /** How an episode that was played to its end has ended. */
  #ending({ steps }: Trajectory): Ending {
    const last = steps.at(-1)
    const score = outcomeScore(this.#env, last?.rewards ?? {})
    if (score === null) throw new Error(`${this.#env.id}: the outcome was not judged at the end`)
    const reason = last?.reason ?? ''
    if (score === 1) return { cause: 'solved', detail: reason, score }
    const malformed = steps.filter(({ action }) => !this.#isUnderstood(action)).length
    if (malformed > 0)
      return { cause: 'invalid', detail: `${reason}; ${malformed} actions not understood`, score }
    return { cause: 'failed', detail: reason, score }
  }

  #isUnderstood(action: Json): boolean {
    return !isInvalid(action) && this.#env.action.safeParse(action).success
  }

  async #turn(session: AgentSession, observation: Json, step: number): Promise<Action> {
    // A copy: an agent that changes what it is shown must not change the state or the record.
    const shown = structuredClone(observation)
    const before = this.#usedMs
    const { action, usage } = await this.#timed((signal, deadlineMs) =>
      session.act({ observation: shown, step, deadlineMs, signal }),
    ).then(cleanAction)
    return { action, usage: { ...usage, latencyMs: rounded(this.#usedMs - before) } }
  }

  /** The record of a match that could not be played. */
  #nothing(): Trajectory {
    const { env, split, index, level, agent } = this.#plan
    return { v: 1, env, taskHash: '', split, index, level, agent, startHash: '', steps: [], return: 0 }
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
