/**
 * @file One request to an unreliable server: time limits, tries again with growing pauses, and bodies of bounded size.
 *
 * Worth another try: a connection that fails or falls silent, 408, 409, 425, 429 and 5xx, a body that is cut off or is not what
 * the API promises. Everything else is a UsageError at once. Pauses double from `backoffMs` with up to a half of jitter on top;
 * a `Retry-After` (seconds or a date) that asks for more is obeyed, up to `maxWaitMs`.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { UsageError } from '../../../envs/errors.ts'
import { rngAt } from '../../../envs/rng.ts'
import { errorText, ReplyError, shortened } from './replies.ts'
import { eventsOf } from './stream.ts'

export interface HttpOptions {
  /** For each try, its body included. */
  timeoutMs: number
  /** Tries after the first. */
  retries: number
  /** The first pause between tries. */
  backoffMs: number
  /** No pause is longer; a server that asks for a longer one is given up. */
  maxWaitMs: number
}

export const HTTP_DEFAULTS: HttpOptions = {
  timeoutMs: 120_000,
  retries: 5,
  backoffMs: 500,
  maxWaitMs: 60_000,
}

export interface HttpRequest {
  url: string
  /** Sent as a bearer token, shown nowhere. */
  key: string | null
  body: Readonly<Record<string, unknown>>
  signal?: AbortSignal | undefined
}

/** A server's refusal by status, for callers that know a way around it. */
export class RefusedError extends UsageError {
  override name = 'RefusedError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** What one try came to, where it is worth another. */
interface Setback {
  why: string
  /** What the server asked for; null: nothing. */
  waitMs: number | null
}

const MAX_BODY_BYTES = 2 ** 26
const RETRIED = new Set([408, 409, 425, 429])

/** The reply as JSON: the body, or with `stream: true` in the request the list of its events. Rejects with the signal's reason. */
export async function post<T>(
  request: HttpRequest,
  options: HttpOptions,
  read: (body: unknown) => T,
): Promise<T> {
  let last = ''
  for (let attempt = 0; attempt <= options.retries; attempt++) {
    const outcome = await tried(request, options, read)
    if ('value' in outcome) return outcome.value
    last = outcome.why
    if (attempt === options.retries) break
    const waitMs = Math.max(outcome.waitMs ?? 0, backoff(options.backoffMs, attempt, request.url))
    if ((outcome.waitMs ?? 0) > options.maxWaitMs)
      throw new Error(
        `${request.url}: ${last}, and asks to wait ${Math.ceil(waitMs / 1000)} s, longer than the limit of ` +
          `${options.maxWaitMs / 1000} s`,
      )
    await pause(Math.min(waitMs, options.maxWaitMs), undefined, { signal: request.signal }).catch(error => {
      request.signal?.throwIfAborted()
      throw error
    })
  }
  throw new Error(`${request.url}: gave up after ${options.retries + 1} tries; the last one: ${last}`)
}

/** `Retry-After` in milliseconds from `now`; null if it is absent or unreadable (RFC 9110 §10.2.3). */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

/** backoffMs·2^attempt, and up to half of that on top, so that those who were refused together do not return together. */
function backoff(backoffMs: number, attempt: number, url: string): number {
  return backoffMs * 2 ** attempt * (1 + rngAt('backoff', url, performance.now()).float() / 2)
}

async function tried<T>(
  { url, key, body, signal: outer }: HttpRequest,
  { timeoutMs }: HttpOptions,
  read: (body: unknown) => T,
): Promise<{ value: T } | Setback> {
  outer?.throwIfAborted()
  const clock = AbortSignal.timeout(timeoutMs)
  const signal = outer ? AbortSignal.any([outer, clock]) : clock
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key !== null && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
      // The key must not follow a redirection to somebody else.
      redirect: 'error',
      signal,
    })
    if (!response.ok) return await refused(url, response, key)
    return { value: read(await bodyOf(url, response)) }
  } catch (error) {
    outer?.throwIfAborted()
    if (clock.aborted) return { why: `no whole reply in ${timeoutMs / 1000} s`, waitMs: null }
    if (error instanceof ReplyError) return { why: error.message, waitMs: null }
    // What fetch throws for connections that fail or break.
    if (error instanceof TypeError) return { why: causeOf(error), waitMs: null }
    throw error
  }
}

async function refused(url: string, response: Response, key: string | null): Promise<Setback> {
  const { status } = response
  const said = errorText(await bounded(response).catch(() => ''))
  const words = key ? said.replaceAll(key, '[key]') : said
  const why = `status ${status}${words === '' ? '' : ` (${words})`}`
  if (status >= 500 || RETRIED.has(status))
    return { why, waitMs: retryAfterMs(response.headers.get('retry-after'), Date.now()) }
  throw new RefusedError(status, `${url}: the endpoint refused the request with ${why}${hint(status)}`)
}

function hint(status: number): string {
  if (status === 401 || status === 403) return '; check the key in LUDUS_API_KEY or OPENAI_API_KEY'
  return status === 404 ? '; check the address, which usually ends in /v1, and the name of the model' : ''
}

async function bodyOf(url: string, response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? ''
  const text = await bounded(response)
  if (/^text\/event-stream/i.test(type)) return eventsOf(text)
  // Some servers label JSON as text; a page is another matter: the address is wrong, and asking again will not help.
  if (/html/i.test(type) || /^\s*<(!doctype|html)/i.test(text))
    throw new UsageError(
      `${url}: expected JSON, got a page (${JSON.stringify(shortened(text).slice(0, 60))}); check the address, which ` +
        'usually ends in /v1',
    )
  try {
    return JSON.parse(text)
  } catch {
    throw new ReplyError(`the reply is not JSON: ${JSON.stringify(shortened(text).slice(0, 60))}`)
  }
}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length
    if (size > MAX_BODY_BYTES) throw new ReplyError(`the reply is larger than ${MAX_BODY_BYTES} bytes`)
    text += decoder.decode(chunk as Uint8Array, { stream: true })
  }
  return text + decoder.decode()
}

function causeOf(error: TypeError): string {
  const { cause } = error
  return cause instanceof Error ? `${error.message}: ${cause.message || cause.name}` : error.message
}
