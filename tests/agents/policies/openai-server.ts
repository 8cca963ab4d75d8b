/** @file A local server that replays recorded replies of OpenAI-compatible endpoints, and misbehaves on demand. */
import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Recordings = Record<
  'openai' | 'vllm' | 'llamacpp' | 'ollama' | 'vllmEcho' | 'llamacppCompletion',
  object
> & {
  stream: object[]
  errors: Record<'rateLimit' | 'badKey' | 'noModel' | 'length', object> & { html: string }
}

export const RECORDINGS = JSON.parse(
  readFileSync(new URL('./openai-recordings.json', import.meta.url), 'utf8'),
) as Recordings

export interface Seen {
  path: string
  headers: IncomingHttpHeaders
  body: Record<string, unknown>
  at: number
}

export type Answer = (response: ServerResponse, seen: Seen) => void

export function json(body: object, status = 200, headers: Record<string, string> = {}): Answer {
  return response => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
}

export function events(chunks: readonly object[], { whole = true } = {}): Answer {
  return response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    response.end(whole ? 'data: [DONE]\n\n' : undefined)
  }
}

/** Half of a body, and then the line is cut. */
export const halfABody: Answer = response => {
  const text = JSON.stringify(RECORDINGS.openai)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(text.length) })
  response.write(text.slice(0, text.length / 2), () => response.destroy())
}

/** Half of a body that ends as if it were whole. */
export const cutJson: Answer = response => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(RECORDINGS.openai).slice(0, 100))
}

export const hang: Answer = () => {}

export interface TestServer {
  url: string
  seen: Seen[]
  /** What the next requests are answered with, in order; the last one goes on being used. */
  answers: Answer[]
  /** Requests under way at the same time, at most so far. */
  most: number
  close(): Promise<void>
}

export async function startServer(): Promise<TestServer> {
  let running = 0
  const server = createServer((request, response) => {
    running++
    state.most = Math.max(state.most, running)
    response.on('close', () => running--)
    let text = ''
    request.on('data', chunk => (text += String(chunk)))
    request.on('end', () => {
      const body = JSON.parse(text) as Record<string, unknown>
      const seen = { path: request.url!, headers: request.headers, body, at: performance.now() }
      state.seen.push(seen)
      const answer = state.answers.length > 1 ? state.answers.shift()! : state.answers[0]!
      answer(response, seen)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const state: TestServer = {
    url: `http://127.0.0.1:${port}/v1`,
    seen: [],
    answers: [],
    most: 0,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
  return state
}
