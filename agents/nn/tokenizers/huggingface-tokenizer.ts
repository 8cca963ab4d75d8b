/**
 * @file `tokenizer.json` of Hugging Face models, with the special tokens and the chat template that stand beside it.
 *
 * A special token's own text stands for the token, in prompts too, as in transformers: whoever writes into a prompt can write
 * the end of a turn.
 */
import { Tokenizer as Engine } from '@huggingface/tokenizers'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Message } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import type { ChatTemplate } from './chat-template.ts'
import { chatTemplate } from './chat-template.ts'
import { checked, readJson, readText, writeText } from '../files.ts'
import type { Tokenizer } from './tokenizer.ts'
import { UNREADABLE } from './tokenizer.ts'

export const HUGGING_FACE_FILE = 'tokenizer.json'
const SETTINGS = 'tokenizer_config.json'
const GENERATION = 'generation_config.json'
const TEMPLATE = 'chat_template.jinja'
/** What makes up the tokenizer in a folder, and is saved with it. */
const FILES = [HUGGING_FACE_FILE, SETTINGS, GENERATION, TEMPLATE, 'special_tokens_map.json']

/** Ids index arrays, so they are bounded before use. */
const id = z.number().int().min(0).max(10_000_000)
const tokenizerSchema = z.looseObject({
  model: z.looseObject({
    vocab: z.union([z.record(z.string(), id), z.array(z.tuple([z.string(), z.number()]))]),
  }),
  added_tokens: z.array(z.looseObject({ id, content: z.string() })),
})

const token = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish()
const settingsSchema = z.looseObject({
  bos_token: token,
  eos_token: token,
  pad_token: token,
  unk_token: token,
  chat_template: z
    .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))])
    .nullish(),
})
const endsSchema = z.looseObject({ eos_token_id: z.union([id, z.array(id)]).nullish() })

type Settings = z.infer<typeof settingsSchema>

export class HuggingFaceTokenizer implements Tokenizer {
  readonly file = HUGGING_FACE_FILE
  readonly vocabSize: number
  readonly bos: readonly number[]
  readonly eos: readonly number[]
  readonly chat?: (messages: readonly Message[]) => string
  readonly #engine: Engine
  /** The folder's files as they were read. */
  readonly #files: ReadonlyMap<string, string>

  /** Throws UsageError naming the file that cannot be used. */
  constructor(dir: string) {
    const file = join(dir, HUGGING_FACE_FILE)
    const settings = optional(join(dir, SETTINGS), settingsSchema)
    const described = readJson(file, tokenizerSchema)
    this.#engine = engineOf(file, described, settings)
    this.vocabSize = countTokens(described)
    this.bos = beginning(this.#engine, settings)
    this.eos = ends(dir, settings, text => this.#engine.token_to_id(text))
    const template = templateOf(dir, settings)
    if (template) this.chat = messages => template.render(messages)
    this.#files = new Map(
      FILES.filter(name => existsSync(join(dir, name))).map(name => [name, readText(join(dir, name))]),
    )
  }

  encode(text: string): number[] {
    const ids: (number | undefined)[] = this.#engine.encode(text, { add_special_tokens: false }).ids
    const known = ids.filter(each => each !== undefined)
    if (known.length === ids.length) return known
    throw new UsageError(
      `tokenizer: ${JSON.stringify(text.slice(0, 80))} cannot be written in this model's tokens`,
    )
  }

  /** Special tokens have no text. An id without a token, as padded embeddings have, shows as U+FFFD. */
  decode(ids: readonly number[]): string {
    let text = ''
    let readable: number[] = []
    for (const each of ids) {
      if (this.#engine.id_to_token(each) !== undefined) readable.push(each)
      else {
        text += this.#text(readable) + UNREADABLE
        readable = []
      }
    }
    return text + this.#text(readable)
  }

  save(dir: string): void {
    for (const [name, text] of this.#files) writeText(join(dir, name), text)
  }

  #text(ids: number[]): string {
    if (ids.length === 0) return ''
    return this.#engine.decode(ids, { skip_special_tokens: true, clean_up_tokenization_spaces: false })
  }
}

function engineOf(file: string, described: z.infer<typeof tokenizerSchema>, settings: Settings): Engine {
  try {
    return new Engine(described, settings)
  } catch (error) {
    const reason = String((error as Error).message).replaceAll(/\s+/g, ' ')
    throw new UsageError(`${file}: this kind of tokenizer cannot be used here: ${reason}`)
  }
}

function countTokens({ model, added_tokens }: z.infer<typeof tokenizerSchema>): number {
  const largest = (ids: readonly number[]): number => ids.reduce((most, each) => Math.max(most, each), -1)
  const learned = Array.isArray(model.vocab) ? model.vocab.length - 1 : largest(Object.values(model.vocab))
  return Math.max(learned, largest(added_tokens.map(({ id }) => id))) + 1
}

/** The first token, if the tokenizer begins texts with it. */
function beginning(engine: Engine, settings: Settings): number[] {
  const text = textOf(settings.bos_token)
  const expected = text === undefined ? undefined : engine.token_to_id(text)
  const [first]: number[] = engine.encode('', { add_special_tokens: true }).ids
  return first !== undefined && first === expected ? [first] : []
}

/** What the tokenizer calls the end, then what generation stops at; `config.json` is asked only if neither says. */
function ends(dir: string, settings: Settings, idOf: (text: string) => number | undefined): number[] {
  const stops = (name: string): number[] => [optional(join(dir, name), endsSchema).eos_token_id ?? []].flat()
  const text = textOf(settings.eos_token)
  const named = text === undefined ? undefined : idOf(text)
  if (text !== undefined && named === undefined)
    throw new UsageError(
      `${join(dir, SETTINGS)}: eos_token: ${JSON.stringify(text)} is not in ${HUGGING_FACE_FILE}`,
    )
  const found = [...(named === undefined ? [] : [named]), ...stops(GENERATION)]
  const all = found.length > 0 ? found : stops('config.json')
  if (all.length > 0) return [...new Set(all)]
  throw new UsageError(
    `${dir}: expected what ends a text, eos_token in ${SETTINGS} or eos_token_id in ${GENERATION}, found neither`,
  )
}

function templateOf(dir: string, settings: Settings): ChatTemplate | null {
  const file = join(dir, TEMPLATE)
  const tokens = ['bos_token', 'eos_token', 'pad_token', 'unk_token'] as const
  const variables = Object.fromEntries(
    tokens.flatMap(name => {
      const text = textOf(settings[name])
      return text === undefined ? [] : [[name, text]]
    }),
  )
  if (existsSync(file)) return chatTemplate(file, readText(file), variables)
  const { chat_template: templates } = settings
  const source =
    typeof templates === 'string' ? templates : templates?.find(({ name }) => name === 'default')?.template
  return source === undefined ? null : chatTemplate(join(dir, SETTINGS), source, variables)
}

function textOf(value: Settings['bos_token']): string | undefined {
  return typeof value === 'object' ? value?.content : value
}

/** A file that not every folder has. */
function optional<T>(file: string, schema: z.ZodType<T>): T {
  return existsSync(file) ? readJson(file, schema) : checked(file, schema, {})
}
