/**
 * @file An arena: agents registered, seasons played to the end, results kept, the board shown.
 *
 * The plan is worked out anew at every start and the log says what of it is left, so an arena may be killed at any
 * moment and started again: every match is counted once.
 */
import { UsageError } from '../envs/errors.ts'
import { findEnv } from '../envs/registry.ts'
import type { Agent } from '../agents/agent.ts'
import type { Board } from './board.ts'
import { buildBoard } from './board.ts'
import type { Entrant } from './entrant.ts'
import { localEntrant } from './entrant.ts'
import { Lobby } from './lobby.ts'
import type { Clock, MatchPlan, MatchResult } from './match.ts'
import { CAUSES, DEFAULT_CLOCK, playMatch } from './match.ts'
import { agentNameSchema } from './protocol.ts'
import type { Season } from './schedule.ts'
import { Dispatcher, planSeason } from './schedule.ts'
import type { ArenaServer } from './server.ts'
import { startServer } from './server.ts'
import type { Store } from './store.ts'
import { openStore } from './store.ts'
import { leaderboardPage, leaderboardPart } from './web/leaderboard.tsx'

const REFRESH_MS = 250
/** Times a match is played when the runner is at fault, before it is left for the next start. */
const MAX_FAULTS = 3

export interface ArenaOptions {
  /** Where results are kept. Made if it is not there. */
  dir: string
  /** 0: any free port. */
  port?: number
  host?: string
  clock?: Clock
  /** Matches at once. */
  concurrency?: number
  /** Matches of one agent at once. */
  perAgent?: number
  /** How long a remote agent may be away before its matches are forfeited. */
  graceMs?: number
  allowedOrigins?: readonly string[]
  /** A remote agent connected. */
  onJoin?: (name: string) => void
}

export interface Progress {
  /** Matches of the plan that are in the log. */
  played: number
  total: number
  /** The match just logged; null for what was there before. */
  result: MatchResult | null
}

export interface RunOptions {
  /** Names of local agents, or of remote ones, which are waited for. Default: all local agents. */
  agents?: readonly string[]
  onProgress?: (progress: Progress) => void
}

export interface RunSummary {
  played: number
  total: number
  /** Matches that the runner could not play; they are tried again at the next start. */
  faults: { plan: MatchPlan; detail: string }[]
}

export interface Arena {
  url: string
  /** Lets a local agent take part. Agents of the house are shown hidden tasks. */
  register(agent: Agent): void
  /** Plays what is left of the season. Resolves when all of it is logged, or the arena is closed. */
  run(season: Season, options?: RunOptions): Promise<RunSummary>
  board(): Board
  /** Ends running matches uncounted. Remote agents are told when to come back; null: not at all. */
  close(options?: { reconnectAfterMs?: number | null }): Promise<void>
}

/** Opens the folder and the port. Throws UsageError if either is taken or the folder is damaged. */
export async function openArena(options: ArenaOptions): Promise<Arena> {
  const store = await openStore(options.dir)
  const hall = new Hall(store, options)
  try {
    await hall.listen()
    return hall
  } catch (error) {
    await store.close()
    throw error
  }
}

type Outcome = { result: MatchResult } | { fault: string } | null

class Hall implements Arena {
  url = ''
  readonly #store: Store
  readonly #options: ArenaOptions
  readonly #locals = new Map<string, Entrant>()
  readonly #lobby: Lobby
  readonly #dispatcher: Dispatcher
  readonly #stop = new AbortController()
  /** Matches that are queued or being played. A match that two runs ask for is played once. */
  readonly #awaited = new Map<string, { outcome: Promise<Outcome>; resolve: (outcome: Outcome) => void }>()
  #server: ArenaServer | null = null
  #board: Board
  #fresh = true
  #refreshing: NodeJS.Timeout | null = null

  constructor(store: Store, options: ArenaOptions) {
    this.#store = store
    this.#options = options
    this.#board = buildBoard(store.results(), now())
    this.#lobby = new Lobby({
      store,
      graceMs: options.graceMs ?? 30_000,
      reserved: name => this.#locals.has(name),
      onChange: agent => {
        if (agent.ready()) options.onJoin?.(agent.name)
        this.#dispatcher.wake()
      },
    })
    this.#dispatcher = new Dispatcher({
      concurrency: options.concurrency ?? 8,
      perAgent: options.perAgent ?? 4,
      ready: name => this.#entrant(name).ready(),
      play: plan => this.#play(plan),
    })
  }

  async listen(): Promise<void> {
    const { host = '127.0.0.1', port = 0, allowedOrigins = [] } = this.#options
    this.#server = await startServer({
      host,
      port,
      allowedOrigins,
      lobby: this.#lobby,
      board: () => this.board(),
      page: leaderboardPage,
      boardPart: leaderboardPart,
    })
    this.url = this.#server.url
  }

  register(agent: Agent): void {
    const name = agentNameSchema.safeParse(agent.name)
    if (!name.success)
      throw new UsageError(
        `agent ${JSON.stringify(agent.name)}: ${name.error.issues[0]!.message}, of 1 to 64 characters`,
      )
    if (this.#locals.has(agent.name))
      throw new UsageError(
        `two agents are called ${agent.name}; give one another name, e.g. second=${agent.name}`,
      )
    this.#locals.set(agent.name, localEntrant(agent))
  }

  async run(season: Season, { agents, onProgress }: RunOptions = {}): Promise<RunSummary> {
    const plan = planSeason(season, agents ?? [...this.#locals.keys()])
    const todo = plan.filter(match => !this.#store.has(match.id))
    const summary: RunSummary = { played: plan.length - todo.length, total: plan.length, faults: [] }
    const { total } = summary
    onProgress?.({ played: summary.played, total, result: null })
    const outcomes = this.#enqueue(todo).map(async ({ match, outcome }) => {
      const ending = await outcome
      if (ending && 'fault' in ending) summary.faults.push({ plan: match, detail: ending.fault })
      if (!ending || !('result' in ending)) return
      summary.played++
      onProgress?.({ played: summary.played, total, result: ending.result })
    })
    await Promise.all(outcomes)
    return summary
  }

  board(): Board {
    if (!this.#fresh) this.#board = buildBoard(this.#store.results(), now())
    this.#fresh = true
    return this.#board
  }

  async close({ reconnectAfterMs = null }: { reconnectAfterMs?: number | null } = {}): Promise<void> {
    this.#stop.abort()
    await this.#dispatcher.close()
    for (const { resolve } of this.#awaited.values()) resolve(null)
    this.#awaited.clear()
    if (this.#refreshing) clearTimeout(this.#refreshing)
    this.#lobby.shutdown(reconnectAfterMs)
    await this.#server?.close()
    await this.#store.saveBoard(this.board())
    await this.#store.close()
  }

  #entrant(name: string): Entrant {
    return this.#locals.get(name) ?? this.#lobby.agent(name)
  }

  #enqueue(matches: readonly MatchPlan[]) {
    const added: MatchPlan[] = []
    const entries = matches.map(match => {
      const known = this.#awaited.get(match.id)
      if (known) return { match, outcome: known.outcome }
      let resolve!: (outcome: Outcome) => void
      const outcome = new Promise<Outcome>(settle => (resolve = settle))
      this.#awaited.set(match.id, { outcome, resolve })
      added.push(match)
      return { match, outcome }
    })
    this.#dispatcher.add(added)
    return entries
  }

  async #play(plan: MatchPlan): Promise<void> {
    const outcome = await this.#outcome(plan).catch((error: unknown) => ({
      fault: error instanceof Error ? error.message : String(error),
    }))
    this.#awaited.get(plan.id)?.resolve(outcome)
    this.#awaited.delete(plan.id)
  }

  async #outcome(plan: MatchPlan): Promise<Outcome> {
    const entrant = this.#entrant(plan.agent)
    const seat = entrant.seat(plan)
    const { clock = DEFAULT_CLOCK } = this.#options
    let fault = ''
    for (let attempt = 0; attempt < MAX_FAULTS; attempt++) {
      const { result, trajectory } = await playMatch(plan, findEnv(plan.env), seat.agent, {
        clock,
        reveal: entrant.trusted,
        signal: this.#stop.signal,
      })
      if (result.cause === 'stopped') break
      if (CAUSES[result.cause] === 'runner') {
        fault = result.detail
        continue
      }
      await this.#store.record(result, trajectory)
      seat.settle(result)
      this.#changed()
      return { result }
    }
    seat.settle(null)
    return fault ? { fault } : null
  }

  /** Ratings are worked out a few times a second at most, however fast results come. */
  #changed(): void {
    this.#fresh = false
    this.#refreshing ??= setTimeout(() => {
      this.#refreshing = null
      this.#server?.announce()
      // The board is a copy; a store that cannot write it will say so at the next result.
      void this.#store.saveBoard(this.board()).catch(() => {})
    }, REFRESH_MS)
  }
}

function now(): string {
  return new Date().toISOString()
}
