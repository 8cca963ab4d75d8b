/** @file The tokenizer of a checkpoint folder. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../../envs/errors.ts'
import { BYTE_FILE, ByteTokenizer, byteTokenizerSchema } from './byte-tokenizer.ts'
import { readJson } from '../files.ts'
import { HUGGING_FACE_FILE, HuggingFaceTokenizer } from './huggingface-tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'
import { CHAR_FILE, CharTokenizer, charTokenizerSchema } from './tokenizer.ts'

const LOADERS: Readonly<Record<string, (dir: string) => Tokenizer>> = {
  [CHAR_FILE]: dir => new CharTokenizer(readJson(join(dir, CHAR_FILE), charTokenizerSchema).alphabet),
  [BYTE_FILE]: dir => {
    readJson(join(dir, BYTE_FILE), byteTokenizerSchema)
    return new ByteTokenizer()
  },
  [HUGGING_FACE_FILE]: dir => new HuggingFaceTokenizer(dir),
}

/** Throws UsageError unless the folder has exactly one tokenizer, and a whole one. */
export function loadTokenizer(dir: string): Tokenizer {
  const found = Object.keys(LOADERS).filter(file => existsSync(join(dir, file)))
  if (found.length === 1) return LOADERS[found[0]!]!(dir)
  throw new UsageError(
    `${dir}: expected one of ${Object.keys(LOADERS).join(', ')}, found ${found.join(' and ') || 'none'}`,
  )
}
