/**
 * @file One OpenAI-compatible endpoint: requests in a bounded number at a time, what they cost, and what it can do.
 *
 * What an endpoint can do is learned from its replies, not from its name.
 */
import { UsageError } from '../../../envs/errors.ts'
import { Ledger } from '../../ledger.ts'
import type { Prompt } from '../../policy.ts'
import { checkedUrl, keyFor } from './address.ts'
import type { HttpOptions } from './http.ts'
import { HTTP_DEFAULTS, post, RefusedError } from './http.ts'
import type { Reply } from './replies.ts'
import { chatReply, completionReply, streamReply } from './replies.ts'
import { limited } from './slots.ts'

export interface Prices {
  /** Money per million tokens, in whatever currency. */
  prompt: number
  completion: number
}

export interface ClientOptions extends Partial<HttpOptions> {
  /** Default: from the environment, see `keyFor`; null: none. */
  key?: string | null
  /** Requests at the same time; default 8. */
  concurrency?: number
  /** Ask for replies as streams, which keeps long ones alive behind proxies. */
  stream?: boolean
  ledger?: Ledger
  /** Trainable numbers of the model, where they are known; else the FLOPs of the ledger become NaN, which is null in JSON. */
  numParameters?: number
  prices?: Prices
  /** More fields of every request, e.g. `{ reasoning_effort: 'low' }`. */
  extra?: Readonly<Record<string, unknown>>
}

/** What replies have shown so far; null: nothing yet. */
export interface Capabilities {
  logprobs: boolean | null
  /** Several choices in one reply. */
  n: boolean | null
  /** `completions` gives a prompt back with its log-probabilities. */
  echo: boolean | null
  usage: boolean | null
}

/** What has been spent. Counts are null as soon as one reply did not give them. */
export interface Spent {
  requests: number
  promptTokens: number | null
  completionTokens: number | null
  cachedTokens: number
  /** In the currency of the prices; null without prices or counts. */
  money: number | null
}

/** The sampling fields of a request, in the API's own names. */
export type Fields = Readonly<Record<string, unknown>>

export class EndpointClient {
  readonly model: string
  readonly url: string
  readonly ledger: Ledger
  /** NaN: not known. */
  readonly numParameters: number
  readonly capabilities: Capabilities = { logprobs: null, n: null, echo: null, usage: null }
  readonly #key: string | null
  readonly #http: HttpOptions
  readonly #slot: <T>(call: () => Promise<T>) => Promise<T>
  readonly #options: ClientOptions
  readonly #closed = new AbortController()
  #spent: Omit<Spent, 'money'> = { requests: 0, promptTokens: 0, completionTokens: 0, cachedTokens: 0 }
  /** Newer models of OpenAI refuse `max_tokens` by name. */
  #lengthField = 'max_tokens'

  constructor(model: string, url: string, options: ClientOptions = {}) {
    const { key, concurrency = 8, ledger = new Ledger(), numParameters = NaN, ...rest } = options
    if (!Number.isInteger(concurrency) || concurrency < 1)
      throw new UsageError(`endpoint: expected a concurrency of 1 or more, got ${concurrency}`)
    this.model = model
    this.url = checkedUrl(url)
    this.ledger = ledger
    this.numParameters = numParameters
    this.#key = key === undefined ? keyFor(this.url) : key
    this.#http = httpOptions(rest)
    this.#slot = limited(concurrency)
    this.#options = options
  }

  /** Choices of `chat/completions`. */
  chat(messages: Prompt, fields: Fields, signal?: AbortSignal): Promise<Reply> {
    return this.#ask('chat/completions', { messages, ...fields }, chatReply, signal)
  }

  /** Choices of `completions`, on raw text. */
  complete(prompt: string, fields: Fields, signal?: AbortSignal): Promise<Reply> {
    return this.#ask('completions', { prompt, ...fields }, completionReply, signal)
  }

  spent(): Spent {
    const { promptTokens, completionTokens } = this.#spent
    const { prices } = this.#options
    const money =
      prices && promptTokens !== null && completionTokens !== null
        ? (promptTokens * prices.prompt + completionTokens * prices.completion) / 1e6
        : null
    return { ...this.#spent, money }
  }

  /** Aborts what is under way. */
  close(): void {
    this.#closed.abort(new Error(`${this.url}: the endpoint was closed`))
  }

  #ask(
    path: string,
    { max_tokens: maxTokens, ...fields }: Fields,
    whole: (body: unknown) => Reply,
    signal: AbortSignal | undefined,
  ): Promise<Reply> {
    const either = signal ? AbortSignal.any([signal, this.#closed.signal]) : this.#closed.signal
    const streamed = this.#options.stream === true && !('echo' in fields)
    const send = (): Promise<Reply> =>
      post(
        {
          url: `${this.url}/${path}`,
          key: this.#key,
          body: {
            model: this.model,
            ...fields,
            ...(maxTokens !== undefined && { [this.#lengthField]: maxTokens }),
            ...(streamed && { stream: true, stream_options: { include_usage: true } }),
            ...this.#options.extra,
          },
          signal: either,
        },
        this.#http,
        body => (Array.isArray(body) ? streamReply(body) : whole(body)),
      )
    return this.#slot(async () => {
      const reply = await send().catch((error: unknown) => {
        if (!this.#learnsLengthField(error)) throw error
        return send()
      })
      this.#account(reply)
      return reply
    })
  }

  #learnsLengthField(error: unknown): boolean {
    const named = error instanceof RefusedError && error.status === 400
    if (!named || this.#lengthField !== 'max_tokens' || !error.message.includes('max_completion_tokens'))
      return false
    this.#lengthField = 'max_completion_tokens'
    return true
  }

  #account({ usage }: Reply): void {
    const { promptTokens, completionTokens, cachedTokens } = usage
    const sum = (before: number | null, tokens: number | null): number | null =>
      before === null || tokens === null ? null : before + tokens
    this.#spent = {
      requests: this.#spent.requests + 1,
      promptTokens: sum(this.#spent.promptTokens, promptTokens),
      completionTokens: sum(this.#spent.completionTokens, completionTokens),
      cachedTokens: this.#spent.cachedTokens + (cachedTokens ?? 0),
    }
    this.capabilities.usage = completionTokens !== null
    this.ledger.scored((promptTokens ?? 0) - (cachedTokens ?? 0), this.numParameters)
    this.ledger.cached(cachedTokens ?? 0)
    this.ledger.generated(completionTokens ?? 0, this.numParameters)
  }
}

function httpOptions(options: ClientOptions): HttpOptions {
  const { timeoutMs, retries, backoffMs, maxWaitMs } = { ...HTTP_DEFAULTS, ...options }
  const wrong = Object.entries({ timeoutMs, retries, backoffMs, maxWaitMs }).find(
    ([, value]) => !(value >= 0),
  )
  if (wrong) throw new UsageError(`endpoint: expected ${wrong[0]} of 0 or more, got ${wrong[1]}`)
  return { timeoutMs, retries, backoffMs, maxWaitMs }
}
