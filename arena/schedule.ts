/**
 * @file Which matches are played, and in which order.
 *
 * Every agent plays the same tasks. Differences between agents are then differences on shared tasks, which is what
 * makes the ratings' error bars small; and a league that is cut short has still asked everybody the same questions.
 */
import type { EnvId, Split } from '../envs/env.ts'
import { UsageError } from '../envs/errors.ts'
import { findEnv } from '../envs/registry.ts'
import type { MatchPlan } from './match.ts'
import { planMatch } from './match.ts'

/** The tasks of a league: `tasks` of each level of each environment. */
export interface Season {
  envs: readonly { env: EnvId; levels?: readonly number[] }[]
  /** Tasks per level. */
  tasks: number
  split?: Split
  /** Times each agent plays each task. */
  attempts?: number
}

/** Every agent on every task of the season, task by task. The same arguments give the same plan. */
export function planSeason(
  { envs, tasks, split = 'test', attempts = 1 }: Season,
  agents: readonly string[],
): MatchPlan[] {
  if (!Number.isSafeInteger(tasks) || tasks < 1)
    throw new UsageError(`season: expected at least 1 task per level, got ${tasks}`)
  if (new Set(agents).size < agents.length)
    throw new UsageError(`season: expected agents with different names, got ${agents.join(', ')}`)
  const plan: MatchPlan[] = []
  for (let index = 0; index < tasks; index++)
    for (const { env, level } of envs.flatMap(levelsOf))
      for (let attempt = 0; attempt < attempts; attempt++)
        for (const agent of agents) plan.push(planMatch({ env, split, index, level, agent, attempt }))
  return plan
}

/** What is left to play. */
export function remaining(plan: readonly MatchPlan[], logged: ReadonlySet<string>): MatchPlan[] {
  return plan.filter(match => !logged.has(match.id))
}

function levelsOf({ env, levels }: Season['envs'][number]): { env: EnvId; level: number }[] {
  const known = findEnv(env).tasks.levels.map(entry => entry.level)
  const unknown = levels?.find(level => !known.includes(level))
  if (unknown !== undefined)
    throw new UsageError(`${env}: expected levels of ${known.join(', ')}, got ${unknown}`)
  return (levels ?? known).map(level => ({ env, level }))
}

export interface DispatcherOptions {
  /** Matches at once. */
  concurrency: number
  /** Matches of one agent at once. */
  perAgent: number
  /** Can this agent take a match now? Call `wake` when the answer changes. */
  ready: (agent: string) => boolean
  /** Plays one match; must not reject. */
  play: (match: MatchPlan) => Promise<void>
}

/** Starts matches in the order they were added, as far as the limits and the agents' readiness allow. */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #queues = new Map<string, { order: number; match: MatchPlan }[]>()
  readonly #running = new Map<string, Set<Promise<void>>>()
  #added = 0
  #closed = false

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  add(matches: readonly MatchPlan[]): void {
    for (const match of matches) {
      const queue = this.#queues.get(match.agent) ?? []
      queue.push({ order: this.#added++, match })
      this.#queues.set(match.agent, queue)
    }
    this.wake()
  }

  /** Start whatever may start now. */
  wake(): void {
    while (!this.#closed && this.#active() < this.#options.concurrency) {
      const match = this.#next()
      if (!match) return
      this.#start(match)
    }
  }

  /** Starts nothing more and waits for the matches that are being played. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#running.values()].flatMap(set => [...set]))
  }

  #active(): number {
    let active = 0
    for (const set of this.#running.values()) active += set.size
    return active
  }

  #next(): MatchPlan | undefined {
    const { perAgent, ready } = this.#options
    let first: { order: number; match: MatchPlan } | undefined
    for (const [agent, queue] of this.#queues) {
      const head = queue[0]
      if (!head || (first && first.order < head.order)) continue
      if ((this.#running.get(agent)?.size ?? 0) < perAgent && ready(agent)) first = head
    }
    if (first) this.#queues.get(first.match.agent)!.shift()
    return first?.match
  }

  #start(match: MatchPlan): void {
    const running = this.#running.get(match.agent) ?? new Set()
    this.#running.set(match.agent, running)
    const playing = this.#options.play(match).finally(() => {
      running.delete(playing)
      this.wake()
    })
    running.add(playing)
  }
}
