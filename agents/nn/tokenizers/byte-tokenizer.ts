/** @file One token per byte of UTF-8: any text, without a vocabulary to choose. */
import { join } from 'node:path'
import { z } from 'zod'
import { writeJson } from '../files.ts'
import type { Tokenizer } from './tokenizer.ts'
import { EOS, UNREADABLE } from './tokenizer.ts'

/** `<pad>` and `<eos>` stand before the bytes, as in the character tokenizer. */
const FIRST_BYTE = 2

export const byteTokenizerSchema = z.object({ type: z.literal('byte') })
export const BYTE_FILE = 'byte_tokenizer.json'

export class ByteTokenizer implements Tokenizer {
  readonly file = BYTE_FILE
  readonly vocabSize = FIRST_BYTE + 256
  readonly bos = []
  readonly eos = [EOS]

  encode(text: string): number[] {
    return Array.from(new TextEncoder().encode(text), byte => byte + FIRST_BYTE)
  }

  /**
   * Of a text that is still being written the beginning: bytes of a character that has not all its bytes are held back until
   * an end shows that none will come. So the text of some tokens always begins with the text of fewer.
   */
  decode(ids: readonly number[]): string {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    let text = ''
    let start = 0
    for (const [i, id] of ids.entries()) {
      if (id >= FIRST_BYTE && id < this.vocabSize) continue
      text += decoder.decode(bytesOf(ids.slice(start, i))) + (id === EOS ? '' : UNREADABLE)
      start = i + 1
    }
    return text + decoder.decode(bytesOf(ids.slice(start)), { stream: true })
  }

  save(dir: string): void {
    writeJson(join(dir, BYTE_FILE), { type: 'byte' })
  }
}

function bytesOf(ids: readonly number[]): Uint8Array {
  return Uint8Array.from(ids, id => id - FIRST_BYTE)
}
