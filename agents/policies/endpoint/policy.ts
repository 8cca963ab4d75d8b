/**
 * @file A model behind an OpenAI-compatible endpoint as a Policy. What the endpoint does not give is refused, never made up.
 *
 * - Log-probabilities and tokens of a sample come from `logprobs` of the reply. Without them a completion has neither: both
 *   lists are empty, and `numTokens` is the endpoint's own count. `requireLogprobs` refuses such replies instead.
 * - Token ids are numbers of this policy, one per different token text in the order of their appearance: endpoints give texts.
 * - `logprobs(prompt, completion)` needs `completions` with `echo`, on raw text. The end of a completion is not scored there.
 */
import { UsageError } from '../../../envs/errors.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { Coordinate } from '../../../envs/rng.ts'
import type { Completion, Policy, Prompt, SampleOptions } from '../../policy.ts'
import type { Capabilities, ClientOptions, Fields, Spent } from './client.ts'
import { EndpointClient } from './client.ts'
import { echoedLogprobs } from './echo.ts'
import type { Choice, Reply, ReplyToken } from './replies.ts'

export interface EndpointOptions extends ClientOptions {
  /** `chat` sends messages; `completions` sends raw text, for base models and for `logprobs`. Default: chat. */
  api?: 'chat' | 'completions'
  /** A prompt as raw text; default: the contents of its messages, one per line, and what an assistant has begun as it stands. */
  render?: (prompt: Prompt) => string
  /** The likeliest tokens to ask for in each token's place; above 0 replies without log-probabilities are refused. Default 0. */
  topLogprobs?: number
  /** Ask for log-probabilities; default true. Endpoints that refuse the question by status need false. */
  askLogprobs?: boolean
  /** Replies without log-probabilities are refused. */
  requireLogprobs?: boolean
  /** Equal prompts that follow each other go in one request with `n`, with the seed of the first: cheaper, and less reproducible. */
  useN?: boolean
  /** top_k and min_p are no fields of OpenAI's API; vLLM, llama.cpp and others read them. Default: refused. */
  extendedSampling?: boolean
  /**
   * How a chat goes on behind an assistant's beginning: `turn` asks for it in a further user message, `prefill` leaves the
   * beginning as the last message (llama.cpp, Ollama, Anthropic), `vllm` adds the fields by which vLLM continues it. Default: turn.
   */
  continuation?: 'turn' | 'prefill' | 'vllm'
  signal?: AbortSignal
}

export interface EndpointCompletion extends Completion {
  /** The endpoint's count; null where it does not say. */
  numTokens: number | null
  /** Why the text ended, in the endpoint's words. */
  finish: string | null
  /** The texts behind `topLogprobs`. */
  topTokens?: readonly (readonly string[])[]
}

/** What a chat is asked to do behind the beginning of an answer. */
export const CONTINUE = 'Go on exactly where your answer stops; do not repeat any of it.'

export function endpointPolicy(model: string, url: string, options: EndpointOptions = {}): EndpointPolicy {
  return new EndpointPolicy(model, url, options)
}

export class EndpointPolicy implements Policy {
  readonly client: EndpointClient
  readonly topLogprobs?: number
  readonly #options: EndpointOptions
  readonly #ids = new Map<string, number>()

  constructor(model: string, url: string, options: EndpointOptions = {}) {
    this.client = new EndpointClient(model, url, options)
    this.#options = options
    if (options.topLogprobs) this.topLogprobs = options.topLogprobs
  }

  /** NaN where it is not known. */
  get numParameters(): number {
    return this.client.numParameters
  }

  capabilities(): Capabilities {
    return { ...this.client.capabilities }
  }

  spent(): Spent {
    return this.client.spent()
  }

  /** Seeds are sent as `seed`, which endpoints keep as well as they can. */
  async sample(
    prompts: readonly Prompt[],
    options: SampleOptions,
    signal?: AbortSignal,
  ): Promise<EndpointCompletion[]> {
    const fields = this.#fields(options)
    const groups = this.#options.useN ? runsOfEqual(prompts) : prompts.map((_, i) => [i, i + 1] as const)
    const parts = groups.map(([start, end]) =>
      this.#sampled({
        prompt: prompts[start]!,
        count: end - start,
        fields: { ...fields, seed: seedOf(options.seeds[start]) },
        signal: signal ?? this.#options.signal,
      }),
    )
    return (await Promise.all(parts)).flat().map(choice => this.#completion(choice, options.stop))
  }

  /** Of each token of each completion, without its end. Throws UsageError where the endpoint cannot echo. */
  async logprobs(pairs: readonly { prompt: Prompt; completion: string }[]): Promise<number[][]> {
    if (this.#options.api !== 'completions')
      throw this.#lacks(
        'scores no text that it has not written itself over chat/completions; open it with api "completions"',
      )
    return Promise.all(pairs.map(pair => this.#scored(pair)))
  }

  async close(): Promise<void> {
    this.client.close()
  }

  async #sampled(question: Question): Promise<Counted[]> {
    const { count, fields } = question
    const { choices, usage } = await this.#ask(question)
    if (count > 1) this.client.capabilities.n = choices.length >= count
    const counted = choices.slice(0, count).map(choice => ({
      ...choice,
      numTokens: choice.tokens?.length ?? (choices.length === 1 ? usage.completionTokens : null),
    }))
    if (counted.length === count) return counted
    // It gives fewer than asked for: the rest one by one, with seeds of their own, as equal ones would give equal texts.
    const rest = Array.from({ length: count - counted.length }, (_, i) =>
      this.#sampled({
        ...question,
        count: 1,
        fields: { ...fields, seed: ((fields.seed ?? 0) + i + 1) % 2 ** 31 },
      }),
    )
    return [...counted, ...(await Promise.all(rest)).flat()]
  }

  #ask({ prompt, count, fields: one, signal }: Question): Promise<Reply> {
    const { api = 'chat', continuation = 'turn' } = this.#options
    const fields = { ...one, ...(count > 1 && { n: count }) }
    if (api === 'completions') return this.client.complete(this.#rendered(prompt), fields, signal)
    if (prompt.at(-1)?.role !== 'assistant') return this.client.chat(prompt, fields, signal)
    if (continuation === 'turn')
      return this.client.chat([...prompt, { role: 'user', content: CONTINUE }], fields, signal)
    const vllm = continuation === 'vllm' && { continue_final_message: true, add_generation_prompt: false }
    return this.client.chat(prompt, { ...fields, ...vllm }, signal)
  }

  #fields({ temperature, maxTokens, stop, topK, topP, minP }: SampleOptions): Fields {
    const { api, askLogprobs = true, topLogprobs = 0, extendedSampling } = this.#options
    if ((topK !== undefined || minP !== undefined) && !extendedSampling)
      throw this.#lacks(
        'is only known to sample with temperature and top_p; give extendedSampling if it reads top_k and min_p',
      )
    const chat = { logprobs: true, ...(topLogprobs > 0 && { top_logprobs: topLogprobs }) }
    return {
      temperature,
      max_tokens: maxTokens,
      ...(stop !== undefined && { stop: [stop] }),
      ...(topP !== undefined && { top_p: topP }),
      ...(topK !== undefined && { top_k: topK }),
      ...(minP !== undefined && { min_p: minP }),
      ...(askLogprobs && (api === 'completions' ? { logprobs: topLogprobs } : chat)),
    }
  }

  #completion(
    { text, finish, stopReason, tokens, numTokens }: Counted,
    stop: string | undefined,
  ): EndpointCompletion {
    const given = tokens !== null && tokens.every(({ logprob }) => logprob !== null)
    // An empty text without log-probabilities shows nothing.
    if (this.#options.askLogprobs !== false && (given || text !== ''))
      this.client.capabilities.logprobs = given
    const { requireLogprobs, topLogprobs = 0 } = this.#options
    if (!given && (requireLogprobs || topLogprobs > 0))
      throw this.#lacks('gives no log-probabilities of its samples')
    // Endpoints cut the stop text off. Where they say that it was the end, it is put back; else nobody knows.
    const ended = stop !== undefined && stopReason === stop && !text.endsWith(stop)
    return {
      text: ended ? text + stop : text,
      tokens: given ? tokens.map(token => this.#idOf(token.text)) : [],
      logprobs: given ? tokens.map(({ logprob }) => logprob!) : [],
      stopped: finish === 'stop',
      numTokens,
      finish,
      ...(given && topLogprobs > 0 && likeliest(tokens, topLogprobs)),
    }
  }

  async #scored({ prompt, completion }: { prompt: Prompt; completion: string }): Promise<number[]> {
    if (completion === '') return []
    const before = this.#rendered(prompt)
    // One token more is asked for, as not every server accepts none; it is not looked at.
    const fields = { max_tokens: 1, echo: true, logprobs: 1, temperature: 0 }
    const { choices } = await this.client.complete(before + completion, fields, this.#options.signal)
    const [choice] = choices as [Choice]
    this.client.capabilities.echo = choice.tokens !== null && choice.text.startsWith(before + completion)
    const scored = echoedLogprobs(choice, before, completion)
    if ('lacks' in scored) throw this.#lacks(scored.lacks)
    return scored.logprobs
  }

  #rendered(prompt: Prompt): string {
    return (this.#options.render ?? plainText)(prompt)
  }

  #idOf(text: string): number {
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    this.#ids.set(text, this.#ids.size)
    return this.#ids.size - 1
  }

  #lacks(what: string): UsageError {
    return new UsageError(`openai:${this.client.model}@${this.client.url}: the endpoint ${what}`)
  }
}

interface Question {
  prompt: Prompt
  count: number
  fields: Fields & { seed: number | undefined }
  signal: AbortSignal | undefined
}

/** Some servers give the sampled token in addition, or in no order. */
function likeliest(tokens: readonly ReplyToken[], count: number) {
  const tops = tokens.map(({ top }) => top.toSorted((a, b) => b.logprob - a.logprob).slice(0, count))
  return {
    topLogprobs: tops.map(top => top.map(({ logprob }) => logprob)),
    topTokens: tops.map(top => top.map(({ text }) => text)),
  }
}

type Counted = Choice & { numTokens: number | null }

function plainText(prompt: Prompt): string {
  return prompt.map(({ role, content }) => (role === 'assistant' ? content : `${content}\n`)).join('')
}

/** A number that OpenAI accepts, from coordinates. */
function seedOf(seed: readonly Coordinate[] | undefined): number | undefined {
  return seed && rngAt('endpoint', ...seed).int(0, 2 ** 31 - 1)
}

/** Ranges of equal prompts that follow each other. */
function runsOfEqual(prompts: readonly Prompt[]): [number, number][] {
  const keys = prompts.map(prompt => JSON.stringify(prompt))
  const runs: [number, number][] = []
  for (const [i, key] of keys.entries()) {
    const last = runs.at(-1)
    if (last && keys[last[0]] === key) last[1] = i + 1
    else runs.push([i, i + 1])
  }
  return runs
}
