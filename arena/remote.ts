/**
 * @file A remote agent as the arena sees it: an entrant whose actions come over a link that may drop.
 *
 * The session outlives its connections. Messages are numbered and kept until acknowledged, so a resumed connection
 * misses nothing; each connection raises the epoch, and the one before is closed, so two can never act for one agent.
 * Clocks do not wait for anybody: they run in `match.ts`, which does not know that the agent is far away.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { EnvDef } from '../envs/env.ts'
import type { Json } from '../envs/json.ts'
import type { Action, Agent, AgentSession, Episode, Turn } from '../agents/agent.ts'
import type { Entrant, Seat } from './entrant.ts'
import type { MatchPlan } from './match.ts'
import { DisconnectError } from './match.ts'
import type { Act, ClientMessage, Hello, ServerMessage } from './protocol.ts'
import { CLOSE, publicResultSchema } from './protocol.ts'

/** One connection. */
export interface Link {
  send(message: ServerMessage): void
  close(code: number, reason: string): void
}

type Unnumbered<M> = M extends ServerMessage ? Omit<M, 'seq'> : never
type Outgoing = Unnumbered<ServerMessage>
type Status = Extract<ServerMessage, { type: 'acked' }>['status']

/** More unacknowledged messages than this: the agent does not keep up, and its session is not resumed. */
const MAX_TAIL = 256
/** Ended matches that are still recognised, to tell a late action from a wrong one. */
const MAX_ENDED = 256

export interface RemoteOptions {
  /** How long a dropped agent may stay away before its matches are forfeited. */
  graceMs: number
  ticket: (matchId: string) => string
  /** It came, or it went. */
  onChange: () => void
}

export class RemoteAgent implements Entrant {
  readonly name: string
  readonly trusted = false
  readonly #options: RemoteOptions
  readonly #seats = new Map<string, RemoteSeat>()
  readonly #ended = new Set<string>()
  #link: Link | null = null
  #grace: NodeJS.Timeout | null = null
  #sid = ''
  #resumeToken = ''
  #epoch = 0
  #seq = 0
  #tail: ServerMessage[] = []

  constructor(name: string, options: RemoteOptions) {
    this.name = name
    this.#options = options
  }

  ready(): boolean {
    return this.#link !== null
  }

  /** Gone for good, as far as matches are concerned: not here, and no grace left. */
  gone(): boolean {
    return this.#link === null && this.#grace === null
  }

  seat(plan: MatchPlan): Seat {
    const ticket = this.#options.ticket(plan.id)
    const seat = new RemoteSeat(ticket, this)
    this.#seats.set(ticket, seat)
    return {
      agent: seat,
      settle: result => {
        if (result) this.send({ type: 'matchEnd', match: ticket, result: publicResultSchema.parse(result) })
        this.#forget(ticket)
      },
    }
  }

  /** Does this hello continue the present session? */
  canResume(resume: Hello['resume']): boolean {
    if (!resume || resume.sid !== this.#sid || this.#resumeToken === '') return false
    const [given, expected] = [Buffer.from(resume.resumeToken), Buffer.from(this.#resumeToken)]
    return given.length === expected.length && timingSafeEqual(given, expected)
  }

  /** A connection takes over: continuing the session if it can, in a new one otherwise. */
  attach(link: Link, { resume, agentToken }: { resume: Hello['resume']; agentToken: string | null }): void {
    this.#link?.close(CLOSE.superseded, 'another connection took over')
    if (this.#grace) clearTimeout(this.#grace)
    this.#grace = null
    this.#link = link
    const resumed = this.canResume(resume)
    if (!resumed) this.#renew()
    this.#epoch++
    link.send({
      type: 'welcome',
      seq: 0,
      sid: this.#sid,
      resumeToken: this.#resumeToken,
      epoch: this.#epoch,
      ...(agentToken !== null && { agentToken }),
    })
    if (resume && resumed) {
      this.#acknowledge(resume.lastSeq)
      for (const message of this.#tail) link.send(message)
    } else for (const seat of this.#seats.values()) seat.offer()
    this.#options.onChange()
  }

  /** The connection dropped. Open matches have the grace period left, and their clocks. */
  detach(link: Link): void {
    if (this.#link !== link) return
    this.#link = null
    this.#grace = setTimeout(() => this.#leave(), this.#options.graceMs)
    this.#grace.unref()
  }

  receive(link: Link, message: Exclude<ClientMessage, Hello>): void {
    if (this.#link !== link) return // fenced: a connection of an earlier epoch
    if (message.type === 'ack') this.#acknowledge(message.seq)
    else if (message.type === 'act') this.#act(message)
    else {
      this.#link = null
      link.close(CLOSE.bye, 'bye')
      this.#leave()
    }
  }

  /** Says that the arena closes, and closes the connection. */
  shutdown(reconnectAfterMs: number | null): void {
    if (this.#grace) clearTimeout(this.#grace)
    this.#grace = null
    this.#link?.send({ type: 'shutdown', seq: 0, reconnectAfterMs })
    this.#link?.close(CLOSE.goingAway, 'the arena closes')
    this.#link = null
  }

  send(message: Outgoing): void {
    const numbered = { ...message, seq: ++this.#seq } as ServerMessage
    this.#tail.push(numbered)
    if (this.#tail.length > MAX_TAIL) return this.#giveUpSession()
    this.#link?.send(numbered)
  }

  #act(act: Act): void {
    const { match, turn, actId } = act
    const seat = this.#seats.get(match)
    const missing: Status = this.#ended.has(match) ? 'too-late' : 'unknown-match'
    this.send({ type: 'acked', match, turn, actId, status: seat ? seat.take(act) : missing })
  }

  #acknowledge(seq: number): void {
    this.#tail = this.#tail.filter(message => message.seq > seq)
  }

  #giveUpSession(): void {
    const link = this.#link
    this.#resumeToken = ''
    this.#tail = []
    if (!link) return
    this.detach(link)
    link.close(CLOSE.tooSlow, 'too many messages without an ack')
  }

  #renew(): void {
    this.#sid = randomBytes(9).toString('base64url')
    this.#resumeToken = randomBytes(18).toString('base64url')
    this.#epoch = 0
    this.#seq = 0
    this.#tail = []
  }

  #leave(): void {
    this.#grace = null
    this.#resumeToken = ''
    for (const seat of this.#seats.values()) seat.forfeit()
    this.#options.onChange()
  }

  #forget(ticket: string): void {
    this.#seats.delete(ticket)
    this.#ended.add(ticket)
    for (const oldest of this.#ended) {
      if (this.#ended.size <= MAX_ENDED) break
      this.#ended.delete(oldest)
    }
  }
}

interface Waiting {
  message: Extract<Outgoing, { type: 'turn' }>
  expiresAt: number
  resolve: (action: Action) => void
  reject: (error: Error) => void
}

/** One match of a remote agent: the `Agent` that `playMatch` plays. */
class RemoteSeat implements Agent, AgentSession {
  readonly name: string
  readonly #ticket: string
  readonly #remote: RemoteAgent
  #start: Outgoing | null = null
  #env: EnvDef | null = null
  #waiting: Waiting | null = null
  /** The accepted action of each turn, so that a repeated one is acknowledged and not played again. */
  #accepted: string[] = []
  #turn = -1

  constructor(ticket: string, remote: RemoteAgent) {
    this.name = remote.name
    this.#ticket = ticket
    this.#remote = remote
  }

  open({ env }: Episode): AgentSession {
    this.#env = env
    this.#accepted = []
    this.#turn = -1
    this.#start = {
      type: 'matchStart',
      match: this.#ticket,
      env: env.id,
      actionSchema: actionSchema(env),
      maxSteps: env.maxSteps,
    }
    this.#remote.send(this.#start)
    return this
  }

  act({ observation, step, deadlineMs, signal }: Turn): Promise<Action> {
    return new Promise((resolve, reject) => {
      const expiresAt = performance.now() + (deadlineMs ?? 0)
      this.#turn = step
      this.#waiting = { message: this.#turnMessage(observation, step), expiresAt, resolve, reject }
      signal.addEventListener('abort', () => (this.#waiting = null), { once: true })
      if (this.#remote.gone()) this.forfeit()
      else this.#ask()
    })
  }

  /** Says again where the match stands, to a connection that knows nothing of it. */
  offer(): void {
    if (this.#start) this.#remote.send(this.#start)
    this.#ask()
  }

  take({ turn, actId, action, text, usage }: Act): Status {
    if (this.#accepted[turn] !== undefined) return this.#accepted[turn] === actId ? 'accepted' : 'stale-turn'
    if (turn !== this.#turn) return 'stale-turn'
    if (!this.#waiting) return 'too-late'
    this.#accepted[turn] = actId
    const { resolve } = this.#waiting
    this.#waiting = null
    const chosen = text === undefined ? action : (this.#env!.text.parse(text) as Json)
    resolve({
      action: chosen ?? null,
      ...(usage?.tokens !== undefined && { usage: { tokens: usage.tokens } }),
    })
    return 'accepted'
  }

  forfeit(): void {
    this.#waiting?.reject(new DisconnectError(`${this.name} left and did not come back in time`))
    this.#waiting = null
  }

  #ask(): void {
    if (!this.#waiting) return
    const { message, expiresAt } = this.#waiting
    const deadlineMs = Math.max(0, Math.floor(expiresAt - performance.now()))
    this.#remote.send({ ...message, deadlineMs })
  }

  #turnMessage(observation: Json, turn: number): Waiting['message'] {
    const { text } = this.#env!
    const messages = text.prompt(observation)
    const { stepEnd } = text
    return { type: 'turn', match: this.#ticket, turn, observation, messages, stepEnd, deadlineMs: 0 }
  }
}

const schemas = new WeakMap<EnvDef, Json>()

function actionSchema(env: EnvDef): Json {
  const known = schemas.get(env)
  if (known !== undefined) return known
  const schema = z.toJSONSchema(env.action, { unrepresentable: 'any', io: 'input' }) as Json
  schemas.set(env, schema)
  return schema
}
