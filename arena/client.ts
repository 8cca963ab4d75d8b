/**
 * @file The client library: connects an agent to an arena and plays whatever it is given, until the arena is through.
 *
 * A dropped connection is taken up again with growing pauses; what was answered meanwhile is sent then. Several matches
 * run at once, each in its own session of the agent.
 */
import { randomBytes } from 'node:crypto'
import WebSocket from 'ws'
import { UsageError } from '../envs/errors.ts'
import { findEnv } from '../envs/registry.ts'
import type { Rng } from '../envs/rng.ts'
import { rngAt } from '../envs/rng.ts'
import type { Agent, AgentSession } from '../agents/agent.ts'
import { decode, encode } from './codec.ts'
import type { Act, ClientMessage, Format, PublicResult, ServerMessage } from './protocol.ts'
import { serverMessageSchema, SOCKET_PATH, SUBPROTOCOLS } from './protocol.ts'

const MAX_PAYLOAD = 4 << 20
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000

export interface ConnectOptions {
  /** As the arena prints it: http://host:port. */
  url: string
  /** Proves the agent's name from its second visit on. Without one, a new one is made. */
  token?: string
  format?: Format
  /** A result that the arena holds for good. */
  onResult?: (result: Acknowledged) => void
  /** The connection was lost or could not be made; it is tried again. */
  onRetry?: (reason: string) => void
}

/** A match result that is on the arena's disk. `match` is the arena's name for it. */
export type Acknowledged = { match: string; result: PublicResult }

export interface Connection {
  /** Keep it: the name cannot be used again without it. */
  token: string
  /** All acknowledged results, once the arena is through or the connection was closed. Rejects if it is refused. */
  finished: Promise<readonly Acknowledged[]>
  /** Says bye and stops. */
  close(): Promise<readonly Acknowledged[]>
}

/** Plays for the agent until the arena says that it is over. The agent is shown no hidden tasks. */
export function connectAgent(agent: Agent, options: ConnectOptions): Connection {
  const client = new Client(agent, options)
  client.connect()
  return { token: client.token, finished: client.finished, close: () => client.close() }
}

type Resume = { sid: string; resumeToken: string; lastSeq: number }
type Turn = Extract<ServerMessage, { type: 'turn' }>

class Client {
  readonly token: string
  readonly finished: Promise<readonly Acknowledged[]>
  readonly #agent: Agent
  readonly #options: ConnectOptions
  readonly #url: URL
  readonly #format: Format
  readonly #jitter: Rng
  readonly #results: Acknowledged[] = []
  readonly #sessions = new Map<string, Promise<AgentSession>>()
  /** Actions that the arena has not acknowledged; sent again on a resumed connection. */
  readonly #unacked = new Map<string, Act>()
  #settle: { resolve: (results: readonly Acknowledged[]) => void; reject: (error: Error) => void }
  #socket: WebSocket | null = null
  #session: Resume | null = null
  #failures = 0
  #reconnectAfterMs = 0
  #timer: NodeJS.Timeout | null = null
  #over = false
  #ackQueued = false

  constructor(agent: Agent, options: ConnectOptions) {
    this.#agent = agent
    this.#options = options
    this.#url = socketUrl(options.url)
    this.#format = options.format ?? 'json'
    this.token = options.token ?? randomBytes(24).toString('base64url')
    this.#jitter = rngAt('reconnect', this.token)
    this.#settle = { resolve: () => {}, reject: () => {} }
    this.finished = new Promise((resolve, reject) => (this.#settle = { resolve, reject }))
    this.finished.catch(() => {}) // who only uses onResult need not listen
  }

  connect(): void {
    const socket = new WebSocket(this.#url, SUBPROTOCOLS[this.#format], {
      perMessageDeflate: false,
      maxPayload: MAX_PAYLOAD,
      handshakeTimeout: 5000,
    })
    this.#socket = socket
    let reason = ''
    socket.on('error', error => (reason = error.message))
    socket.on('open', () => this.#hello())
    socket.on('message', (payload: Buffer) => this.#take(payload))
    socket.on('close', (code, text) => this.#dropped(reason || text.toString() || `code ${code}`))
  }

  async close(): Promise<readonly Acknowledged[]> {
    this.#send({ type: 'bye' })
    this.#end(null)
    return this.finished
  }

  #hello(): void {
    const resume = this.#session
    const hello: ClientMessage = { type: 'hello', agent: this.#agent.name, token: this.token }
    this.#send(resume ? { ...hello, resume } : hello)
  }

  #take(payload: Buffer): void {
    const decoded = decode(this.#format, payload, serverMessageSchema)
    if (!decoded.ok)
      return this.#end(new Error(`the arena sent no message of this protocol: ${decoded.reason}`))
    const { message } = decoded
    if (message.seq > 0) {
      if (!this.#session || message.seq <= this.#session.lastSeq) return // sent again after a drop
      this.#session.lastSeq = message.seq
      this.#ackSoon()
    }
    this.#handle(message)
  }

  #handle(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        return this.#welcome(message.sid, message.resumeToken)
      case 'matchStart':
        return this.#open(message.match, message.env)
      case 'turn':
        return void this.#answer(message)
      case 'acked':
        return void this.#unacked.delete(message.actId)
      case 'matchEnd':
        return this.#finishMatch(message)
      case 'refused':
        return this.#end(new UsageError(`the arena refused ${this.#agent.name}: ${message.message}`))
      case 'shutdown':
        if (message.reconnectAfterMs === null) return this.#end(null)
        this.#reconnectAfterMs = message.reconnectAfterMs
    }
  }

  #welcome(sid: string, resumeToken: string): void {
    this.#failures = 0
    if (this.#session?.sid === sid) {
      for (const act of this.#unacked.values()) this.#send(act)
      return
    }
    this.#session = { sid, resumeToken, lastSeq: 0 }
    this.#unacked.clear()
    for (const match of this.#sessions.keys()) this.#closeSession(match)
  }

  #open(match: string, envId: string): void {
    this.#closeSession(match)
    const rng = rngAt('remote', this.#agent.name, match)
    const opened = (async () => this.#agent.open({ env: findEnv(envId), task: null, rng }))()
    opened.catch(() => {}) // reported with the first turn
    this.#sessions.set(match, opened)
  }

  async #answer({ match, turn, observation, deadlineMs }: Turn): Promise<void> {
    const opened = this.#sessions.get(match)
    const act = { type: 'act' as const, match, turn, actId: `${match}:${turn}` }
    const reply = await this.#ask(opened, { observation, step: turn, deadlineMs })
    if (this.#over || this.#sessions.get(match) !== opened) return
    const message = { ...act, ...reply }
    this.#unacked.set(act.actId, message)
    this.#send(message)
  }

  async #ask(
    opened: Promise<AgentSession> | undefined,
    turn: Pick<Turn, 'observation' | 'deadlineMs'> & { step: number },
  ) {
    try {
      const session = await opened!
      const answer = await session.act({ ...turn, signal: AbortSignal.timeout(turn.deadlineMs) })
      const tokens = answer.usage?.tokens
      return { action: answer.action, ...(tokens !== undefined && { usage: { tokens } }) }
    } catch (error) {
      // There is nobody to throw to: the match goes on with an action that is scored as not understood.
      const reason = error instanceof Error ? error.message : String(error)
      this.#options.onRetry?.(`${this.#agent.name} failed in a match: ${reason}`)
      return { action: { invalid: `the agent failed: ${reason}`.slice(0, 500) } }
    }
  }

  #finishMatch({ match, result }: Acknowledged): void {
    this.#closeSession(match)
    this.#results.push({ match, result })
    this.#options.onResult?.({ match, result })
  }

  #closeSession(match: string): void {
    const session = this.#sessions.get(match)
    this.#sessions.delete(match)
    void session?.then(opened => opened.close?.()).catch(() => {})
  }

  /** One acknowledgement for all messages that came together. */
  #ackSoon(): void {
    if (this.#ackQueued) return
    this.#ackQueued = true
    setImmediate(() => {
      this.#ackQueued = false
      if (this.#session) this.#send({ type: 'ack', seq: this.#session.lastSeq })
    })
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encode(this.#format, message))
  }

  #dropped(reason: string): void {
    this.#socket = null
    if (this.#over) return
    this.#options.onRetry?.(`no connection to ${this.#url.origin} (${reason}); trying again`)
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++)
    const wait = Math.max(this.#reconnectAfterMs, pause * (0.5 + this.#jitter.float() / 2))
    this.#reconnectAfterMs = 0
    this.#timer = setTimeout(() => this.connect(), wait)
  }

  #end(error: Error | null): void {
    if (this.#over) return
    this.#over = true
    if (this.#timer) clearTimeout(this.#timer)
    for (const match of this.#sessions.keys()) this.#closeSession(match)
    this.#socket?.close(1000)
    if (error) this.#settle.reject(error)
    else this.#settle.resolve(this.#results)
  }
}

function socketUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^(http|ws)s?:$/.test(url.protocol))
    throw new UsageError(
      `expected the address of an arena like http://127.0.0.1:8080, got ${JSON.stringify(text)}`,
    )
  url.protocol = url.protocol.replace('http', 'ws')
  url.pathname = SOCKET_PATH
  return url
}
