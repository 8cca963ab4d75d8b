/**
 * @file The arena's edge to the network: HTTP pages, and WebSocket connections of agents and spectators.
 *
 * Everything that arrives is untrusted and bounded: size, fragments, rate, time to say hello, memory held for slow
 * readers. What the messages mean is decided in `lobby.ts` and `remote.ts`.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { UsageError } from '../envs/errors.ts'
import type { Board } from './board.ts'
import { decode, encode } from './codec.ts'
import type { Lobby } from './lobby.ts'
import type { ClientMessage, Format } from './protocol.ts'
import {
  BOARD_PART_PATH,
  clientMessageSchema,
  CLOSE,
  SOCKET_PATH,
  SUBPROTOCOLS,
  WATCH_PROTOCOL,
} from './protocol.ts'
import type { Link } from './remote.ts'
import { RemoteAgent } from './remote.ts'

const MAX_PORT = 65_535
const MAX_PAYLOAD = 256 * 1024
const MAX_CONNECTIONS = 2000
const AGENT_BACKLOG = 4 << 20
const SPECTATOR_BACKLOG = 1 << 20
const HELLO_MS = 10_000
const HEARTBEAT_MS = 20_000
const BURST_MESSAGES = 1000
const MESSAGES_PER_MS = 0.5
const CLOSE_MS = 1000

export interface ServerOptions {
  host: string
  port: number
  lobby: Lobby
  board: () => Board
  /** The leaderboard page, given the nonce of its style and script. */
  page: (board: Board, nonce: string) => string
  /** The part of the page that changes. */
  boardPart: (board: Board) => string
  /** Pages of other origins that may open sockets. */
  allowedOrigins?: readonly string[]
  heartbeatMs?: number
}

export interface ArenaServer {
  url: string
  /** Tells spectators that the board has changed. */
  announce(): void
  /** Stops taking connections, closes the open ones and frees the port. */
  close(): Promise<void>
}

/** Throws UsageError if the port cannot be had. */
export async function startServer(options: ServerOptions): Promise<ArenaServer> {
  const http = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) =>
    answer(request, response, options),
  )
  http.maxHeadersCount = 64
  const sockets = new Sockets(options)
  http.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head))
  await listen(http, options)
  const { port } = http.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `http://${host}:${port}`,
    announce: () => sockets.announce(),
    close: async () => {
      const closed = new Promise(resolve => http.close(resolve))
      await sockets.close()
      http.closeAllConnections()
      await closed
    },
  }
}

/** Throws UsageError if the port cannot be had now; for work that wants to know before it begins. */
export async function checkPort(host: string, port: number): Promise<void> {
  const probe = createServer()
  await listen(probe, { host, port })
  await new Promise(resolve => probe.close(resolve))
}

async function listen(http: Server, { host, port }: Pick<ServerOptions, 'host' | 'port'>): Promise<void> {
  if (port > MAX_PORT) throw new UsageError(`expected a port from 0 to ${MAX_PORT}, got ${port}`)
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)))
    http.listen(port, host, resolve)
  })
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new UsageError(
      `port ${port} on ${host} is in use; stop the program that has it, or choose another with --port`,
    )
  if (error.code === 'EACCES')
    return new UsageError(`port ${port} on ${host} may not be opened; choose one above 1023 with --port`)
  return new UsageError(`cannot listen on ${host} port ${port} (${error.code ?? error.message})`)
}

function answer(request: IncomingMessage, response: ServerResponse, options: ServerOptions): void {
  const { board, page, boardPart } = options
  const path = request.url?.replace(/\?.*$/s, '')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Cache-Control', 'no-store')
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return reply(response, 405, 'text/plain', 'only GET\n')
  if (path === '/healthz') return reply(response, 200, 'text/plain', 'ok\n')
  if (path === '/api/leaderboard') return reply(response, 200, 'application/json', JSON.stringify(board()))
  const html = 'text/html; charset=utf-8'
  if (path === BOARD_PART_PATH) return reply(response, 200, html, boardPart(board()))
  if (path !== '/') return reply(response, 404, 'text/plain', 'not found\n')
  const nonce = randomBytes(16).toString('base64')
  response.setHeader('Content-Security-Policy', policy(nonce))
  reply(response, 200, html, page(board(), nonce))
}

function policy(nonce: string): string {
  return (
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; ` +
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  )
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

class Sockets {
  readonly #options: ServerOptions
  readonly #wss: WebSocketServer
  readonly #open = new Map<WebSocket, { alive: boolean }>()
  readonly #spectators = new Set<WebSocket>()
  readonly #heartbeat: NodeJS.Timeout
  #closed = false

  constructor(options: ServerOptions) {
    this.#options = options
    const settings = {
      noServer: true,
      maxPayload: MAX_PAYLOAD,
      maxFragments: 64,
      maxBufferedChunks: 1024,
      perMessageDeflate: false,
      clientTracking: false,
      closeTimeout: 5000,
      handleProtocols: chooseProtocol,
    }
    this.#wss = new WebSocketServer(settings)
    this.#heartbeat = setInterval(() => this.#beat(), options.heartbeatMs ?? HEARTBEAT_MS)
    this.#heartbeat.unref()
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const status = this.#closed ? 503 : this.#refusal(request)
    if (status !== null) {
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`)
      return
    }
    this.#wss.handleUpgrade(request, socket, head, ws => this.#accept(ws))
  }

  announce(): void {
    const text = JSON.stringify({ type: 'board', updatedAt: this.#options.board().updatedAt })
    // A spectator that does not read is skipped: the next message tells it all the same.
    for (const ws of this.#spectators) if (ws.bufferedAmount < SPECTATOR_BACKLOG) ws.send(text)
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#heartbeat)
    const closing = [...this.#open.keys()].map(ws => {
      const gone = new Promise<void>(resolve => ws.once('close', () => resolve()))
      ws.close(CLOSE.goingAway, 'the arena closes')
      const timer = setTimeout(() => ws.terminate(), CLOSE_MS)
      return gone.then(() => clearTimeout(timer))
    })
    await Promise.all(closing)
    this.#wss.close()
  }

  #refusal(request: IncomingMessage): number | null {
    if (request.url !== SOCKET_PATH) return 404
    if (this.#open.size >= MAX_CONNECTIONS) return 503
    const { origin, host } = request.headers
    if (origin === undefined) return null // not a browser
    const allowed = URL.canParse(origin) && new URL(origin).host === host
    return allowed || this.#options.allowedOrigins?.includes(origin) ? null : 403
  }

  #accept(ws: WebSocket): void {
    const state = { alive: true }
    this.#open.set(ws, state)
    ws.on('pong', () => (state.alive = true))
    ws.on('error', () => ws.terminate())
    ws.on('close', () => {
      this.#open.delete(ws)
      this.#spectators.delete(ws)
    })
    if (ws.protocol === WATCH_PROTOCOL) this.#watch(ws)
    else new AgentConnection(ws, this.#options.lobby)
  }

  #watch(ws: WebSocket): void {
    this.#spectators.add(ws)
    ws.on('message', () => ws.close(CLOSE.malformed, 'spectators only listen'))
    ws.send(JSON.stringify({ type: 'board', updatedAt: this.#options.board().updatedAt }))
  }

  #beat(): void {
    for (const [ws, state] of this.#open) {
      if (!state.alive) ws.terminate()
      state.alive = false
      ws.ping()
    }
  }
}

/** The first known protocol on offer; with none on offer ws asks nobody, and JSON is spoken. */
function chooseProtocol(offered: Set<string>): string | false {
  const known: string[] = [...Object.values(SUBPROTOCOLS), WATCH_PROTOCOL]
  return [...offered].find(protocol => known.includes(protocol)) ?? false
}

class AgentConnection {
  readonly #ws: WebSocket
  readonly #lobby: Lobby
  readonly #format: Format
  readonly #link: Link
  readonly #helloTimer: NodeJS.Timeout
  #agent: RemoteAgent | null = null
  /** Messages are taken one after the other: registering takes a moment, and what follows must wait for it. */
  #handled: Promise<void> = Promise.resolve()
  #budget = BURST_MESSAGES
  #refilled = performance.now()

  constructor(ws: WebSocket, lobby: Lobby) {
    this.#ws = ws
    this.#lobby = lobby
    this.#format = ws.protocol === SUBPROTOCOLS.msgpack ? 'msgpack' : 'json'
    this.#link = {
      send: message => this.#send(encode(this.#format, message)),
      close: (code, reason) => ws.close(code, reason),
    }
    this.#helloTimer = setTimeout(() => ws.close(CLOSE.helloExpected, 'no hello'), HELLO_MS)
    this.#helloTimer.unref()
    ws.on('message', (payload: Buffer, binary) => {
      this.#throttle()
      this.#handled = this.#handled.then(() => this.#take(payload, binary))
    })
    ws.on('close', () => {
      clearTimeout(this.#helloTimer)
      void this.#handled.then(() => this.#agent?.detach(this.#link))
    })
  }

  async #take(payload: Buffer, binary: boolean): Promise<void> {
    if (this.#ws.readyState !== this.#ws.OPEN) return
    if (binary !== (this.#format === 'msgpack'))
      return this.#ws.close(CLOSE.wrongFrame, `${SUBPROTOCOLS[this.#format]} has no such frames`)
    const decoded = decode(this.#format, payload, clientMessageSchema)
    if (!decoded.ok) return this.#refuse('malformed', decoded.reason, CLOSE.malformed)
    const { message } = decoded
    if (message.type === 'hello') await this.#hello(message)
    else if (this.#agent) this.#agent.receive(this.#link, message)
    else this.#ws.close(CLOSE.helloExpected, 'say hello first')
  }

  async #hello(hello: Extract<ClientMessage, { type: 'hello' }>): Promise<void> {
    if (this.#agent) return this.#refuse('malformed', 'hello came twice', CLOSE.malformed)
    clearTimeout(this.#helloTimer)
    const admission = await this.#lobby.hello(hello, this.#link)
    if (admission instanceof RemoteAgent) this.#agent = admission
    else this.#refuse(admission.code, admission.message, CLOSE.refused)
  }

  #refuse(code: 'malformed' | 'bad-token' | 'name-taken' | 'full', message: string, close: number): void {
    this.#link.send({ type: 'refused', seq: 0, code, message: message.slice(0, 500) })
    this.#ws.close(close, code)
  }

  #send(frame: string | Buffer): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return
    this.#ws.send(frame)
    if (this.#ws.bufferedAmount > AGENT_BACKLOG) this.#ws.close(CLOSE.tooSlow, 'does not read')
  }

  /** Stops reading from who sends faster than anybody plays; TCP then slows the sender down. */
  #throttle(): void {
    const now = performance.now()
    this.#budget = Math.min(BURST_MESSAGES, this.#budget + (now - this.#refilled) * MESSAGES_PER_MS) - 1
    this.#refilled = now
    if (this.#budget >= 0 || this.#ws.isPaused) return
    this.#ws.pause()
    setTimeout(() => this.#ws.resume(), -this.#budget / MESSAGES_PER_MS + 100).unref()
  }
}
