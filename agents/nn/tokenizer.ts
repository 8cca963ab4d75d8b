/** @file Character-level tokenizer for small models: one token per character of a fixed alphabet. */
import { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'

/** Ends a completion. */
export const EOS = 1
const SPECIAL = ['<pad>', '<eos>']
const UNREADABLE = '\uFFFD'

export const charTokenizerSchema = z.object({ type: z.literal('char'), alphabet: z.string().min(1) })

export class CharTokenizer {
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
}
