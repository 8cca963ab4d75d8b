/** @file What models need of a tokenizer, and the one of small models: one token per character of a fixed alphabet. */
import { join } from 'node:path'
import { z } from 'zod'
import type { Message } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import { writeJson } from '../files.ts'

export interface Tokenizer {
  /** The file of a checkpoint folder that it is made from. */
  readonly file: string
  readonly vocabSize: number
  /** Stand before a text that no chat template has framed; empty for most. */
  readonly bos: readonly number[]
  /** Each ends a completion; the first is the one to learn from. */
  readonly eos: readonly number[]
  /** Without `bos` and `eos`. Throws UsageError for a text that cannot be written in these tokens. */
  encode(text: string): number[]
  /** What ends a completion has no text. */
  decode(ids: readonly number[]): string
  /** A chat as one text, as the model was trained to read it; absent: the model has not been trained on chats. */
  chat?(messages: readonly Message[]): string
  /** Writes its files into a folder. */
  save(dir: string): void
}

/** Ends a completion. */
export const EOS = 1
const SPECIAL = ['<pad>', '<eos>']
export const UNREADABLE = '\uFFFD'

export const charTokenizerSchema = z.object({ type: z.literal('char'), alphabet: z.string().min(1) })
export const CHAR_FILE = 'char_tokenizer.json'

export class CharTokenizer implements Tokenizer {
  readonly file = CHAR_FILE
  readonly bos = []
  readonly eos = [EOS]
  readonly alphabet: string
  #idOf: Map<string, number>
  #characters: string[]

  /** Throws UsageError if a character stands twice in the alphabet. */
  constructor(alphabet: string) {
    this.alphabet = alphabet
    this.#characters = Array.from(alphabet)
    this.#idOf = new Map(this.#characters.map((character, i) => [character, i + SPECIAL.length]))
    if (this.#idOf.size !== this.#characters.length)
      throw new UsageError(
        `tokenizer: expected an alphabet of different characters, got ${JSON.stringify(alphabet)}`,
      )
  }

  get vocabSize(): number {
    return this.#characters.length + SPECIAL.length
  }

  /** Throws UsageError naming the first character that is not in the alphabet. */
  encode(text: string): number[] {
    return Array.from(text, character => {
      const id = this.#idOf.get(character)
      if (id === undefined)
        throw new UsageError(
          `tokenizer: ${JSON.stringify(character)} is not in this model's alphabet ${JSON.stringify(this.alphabet)}`,
        )
      return id
    })
  }

  /** The end has no text. Padding, which only an untrained model writes, shows as a character no parser accepts. */
  decode(ids: readonly number[]): string {
    return ids.map(id => (id === EOS ? '' : (this.#characters[id - SPECIAL.length] ?? UNREADABLE))).join('')
  }

  save(dir: string): void {
    writeJson(join(dir, CHAR_FILE), { type: 'char', alphabet: this.alphabet })
  }
}
