/**
 * @file What OpenAI-compatible servers reply, read without trust, in one form for chat, completions and streams.
 *
 * Servers agree on the outline and differ in everything else: absent, null and extra fields are all met. Only what is read here
 * is checked; a reply that does not fit is a ReplyError, which is worth another try.
 */
import { z } from 'zod'

/** A reply that cannot be read: cut off, not JSON, or JSON of another shape. Worth another try. */
export class ReplyError extends Error {
  override name = 'ReplyError'
}

const count = z.number().int().nonnegative().nullish()
const usageSchema = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count }).nullish(),
  })
  .nullish()

const alternativeSchema = z.object({ token: z.string(), logprob: z.number() })
const chatLogprobs = z
  .object({
    content: z
      .array(alternativeSchema.extend({ top_logprobs: z.array(alternativeSchema).nullish() }))
      .nullish(),
  })
  .nullish()

/** `token_logprobs` begins with null where the prompt is echoed: nothing stands before its first token. */
const legacyLogprobs = z
  .object({
    tokens: z.array(z.string()).nullish(),
    token_logprobs: z.array(z.number().nullable()).nullish(),
    top_logprobs: z.array(z.record(z.string(), z.number()).nullable()).nullish(),
    text_offset: z.array(z.number().int()).nullish(),
    // llama.cpp writes logprobs of completions as those of chats.
    content: chatLogprobs.unwrap().unwrap().shape.content,
  })
  .nullish()

const finish = z.string().nullish()
/** vLLM: the stop text, or the id of the token that ended the text, or null for the model's own end. */
const stopReason = z.union([z.string(), z.number()]).nullish()

const chatSchema = z.object({
  choices: z
    .array(
      z.object({
        index: z.number().int().nonnegative().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
        finish_reason: finish,
        stop_reason: stopReason,
        logprobs: chatLogprobs,
      }),
    )
    .min(1),
  usage: usageSchema,
})

const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        index: z.number().int().nonnegative().nullish(),
        text: z.string(),
        finish_reason: finish,
        stop_reason: stopReason,
        logprobs: legacyLogprobs,
      }),
    )
    .min(1),
  usage: usageSchema,
})

/** One event of a stream; the last ones may have no choices, only the usage. */
const chunkSchema = z.object({
  choices: z.array(
    z.object({
      index: z.number().int().nonnegative().nullish(),
      delta: z.object({ content: z.string().nullish() }).nullish(),
      text: z.string().nullish(),
      finish_reason: finish,
      stop_reason: stopReason,
      logprobs: chatLogprobs,
    }),
  ),
  usage: usageSchema,
})

const errorSchema = z.object({
  error: z.union([z.string(), z.object({ message: z.string() })]).optional(),
  message: z.string().optional(),
})

export interface ReplyToken {
  text: string
  /** Natural log; null for the first token of an echoed prompt. */
  logprob: number | null
  /** The likeliest tokens here, where they were asked for and are given. */
  top: { text: string; logprob: number }[]
  /** Where it begins in the text, where the endpoint says so. */
  offset: number | null
}

export interface Choice {
  text: string
  /** `stop`, `length`, `content_filter` …; null: not said. */
  finish: string | null
  /** The stop text or token that ended it; null where the model's own end did; undefined: the endpoint does not say. */
  stopReason: string | number | null | undefined
  /** null: the endpoint gives no log-probabilities. */
  tokens: ReplyToken[] | null
}

export interface ReplyUsage {
  promptTokens: number | null
  completionTokens: number | null
  cachedTokens: number | null
}

export interface Reply {
  choices: Choice[]
  usage: ReplyUsage
}

/** A whole reply of `chat/completions`. */
export function chatReply(body: unknown): Reply {
  const { choices, usage } = fitting(chatSchema, body)
  return {
    choices: inOrder(choices).map(({ message, finish_reason, stop_reason, logprobs }) => ({
      text: message.content ?? '',
      finish: finish_reason ?? null,
      stopReason: stop_reason,
      tokens: chatTokens(logprobs?.content),
    })),
    usage: usageOf(usage),
  }
}

/** A whole reply of `completions`. */
export function completionReply(body: unknown): Reply {
  const { choices, usage } = fitting(completionSchema, body)
  return {
    choices: inOrder(choices).map(({ text, finish_reason, stop_reason, logprobs }) => ({
      text,
      finish: finish_reason ?? null,
      stopReason: stop_reason,
      tokens: chatTokens(logprobs?.content) ?? legacyTokens(logprobs),
    })),
    usage: usageOf(usage),
  }
}

/** The events of a stream, put together. Throws ReplyError where a choice has no end: the stream was cut. */
export function streamReply(events: readonly unknown[]): Reply {
  const choices = new Map<number, Choice>()
  let usage = usageOf(null)
  for (const event of events) {
    const chunk = fitting(chunkSchema, event)
    if (chunk.usage) usage = usageOf(chunk.usage)
    for (const { index, delta, text, finish_reason, stop_reason, logprobs } of chunk.choices) {
      const choice = choices.get(index ?? 0) ?? {
        text: '',
        finish: null,
        stopReason: undefined,
        tokens: null,
      }
      choices.set(index ?? 0, choice)
      choice.text += delta?.content ?? text ?? ''
      choice.finish ??= finish_reason ?? null
      if (stop_reason !== undefined) choice.stopReason = stop_reason
      const tokens = chatTokens(logprobs?.content)
      if (tokens) choice.tokens = [...(choice.tokens ?? []), ...tokens]
    }
  }
  const all = [...choices.entries()].sort(([a], [b]) => a - b).map(([, choice]) => choice)
  if (all.length === 0 || all.some(choice => choice.finish === null))
    throw new ReplyError('the stream ended before the text did')
  return { choices: all, usage }
}

/** What an error's body says, in one short line. */
export function errorText(body: string): string {
  try {
    const { error, message } = errorSchema.parse(JSON.parse(body))
    const words = (typeof error === 'string' ? error : error?.message) ?? message
    if (words !== undefined) return shortened(words)
  } catch {
    // Not an error of the API's form: shown as it is.
  }
  return shortened(body)
}

export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}

function fitting<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new ReplyError(`the reply does not fit the API at ${path.join('.') || 'its top'}: ${message}`)
}

function inOrder<T extends { index?: number | null | undefined }>(choices: readonly T[]): T[] {
  return choices.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0))
}

function usageOf(usage: z.infer<typeof usageSchema>): ReplyUsage {
  return {
    promptTokens: usage?.prompt_tokens ?? null,
    completionTokens: usage?.completion_tokens ?? null,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? null,
  }
}

type ChatTokens = NonNullable<z.infer<typeof chatLogprobs>>['content']

function chatTokens(content: ChatTokens): ReplyToken[] | null {
  if (!content) return null
  return content.map(({ token, logprob, top_logprobs }) => ({
    text: token,
    logprob,
    top: (top_logprobs ?? []).map(other => ({ text: other.token, logprob: other.logprob })),
    offset: null,
  }))
}

function legacyTokens(logprobs: z.infer<typeof legacyLogprobs>): ReplyToken[] | null {
  const { tokens, token_logprobs: values, top_logprobs: top, text_offset: offsets } = logprobs ?? {}
  if (!tokens || !values) return null
  if (tokens.length !== values.length)
    throw new ReplyError(`the reply has ${tokens.length} tokens and ${values.length} log-probabilities`)
  return tokens.map((text, i) => ({
    text,
    logprob: values[i]!,
    top: Object.entries(top?.[i] ?? {}).map(([other, logprob]) => ({ text: other, logprob })),
    offset: offsets?.[i] ?? null,
  }))
}
