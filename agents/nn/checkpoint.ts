/**
 * @file Checkpoints: a folder in the Hugging Face layout (`config.json`, `model.safetensors`) plus `char_tokenizer.json`.
 *
 * Files are written beside their names, synced and renamed, the weights before the configuration, so that a folder with a
 * `config.json` is a whole checkpoint.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'
import { CharTokenizer, charTokenizerSchema } from './tokenizer.ts'
import type { TransformerConfig } from './config.ts'
import { countParameters, parameters, transformerConfigSchema } from './config.ts'

export interface Checkpoint {
  config: TransformerConfig
  /** Flat, in the order of `parameters(config)`. */
  weights: Float32Array
  tokenizer: CharTokenizer
}

const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.number().int().nonnegative()),
    data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
  }),
)

const MAX_HEADER_BYTES = 100_000_000

export function saveCheckpoint(dir: string, { config, weights, tokenizer }: Checkpoint): void {
  mkdirSync(dir, { recursive: true })
  writeWhole(join(dir, 'model.safetensors'), encodeSafetensors(config, weights))
  writeWhole(join(dir, 'char_tokenizer.json'), json({ type: 'char', alphabet: tokenizer.alphabet }))
  writeWhole(join(dir, 'config.json'), json({ model_type: 'llama', ...snakeCase(config) }))
}

/** Throws UsageError naming the file and what is wrong with it. */
export function loadCheckpoint(dir: string): Checkpoint {
  if (!existsSync(join(dir, 'config.json')))
    throw new UsageError(
      `${dir}: expected a checkpoint folder with config.json, model.safetensors and char_tokenizer.json; found no config.json`,
    )
  const config = checked(join(dir, 'config.json'), transformerConfigSchema, value => camelCase(value))
  const { alphabet } = checked(join(dir, 'char_tokenizer.json'), charTokenizerSchema, value => value)
  const tokenizer = new CharTokenizer(alphabet)
  if (tokenizer.vocabSize !== config.vocabSize)
    throw new UsageError(
      `${dir}: char_tokenizer.json has ${tokenizer.vocabSize} tokens, but config.json says vocab_size ${config.vocabSize}`,
    )
  return { config, tokenizer, weights: readWeights(join(dir, 'model.safetensors'), config) }
}

/** safetensors: header length (uint64), JSON header, then the tensors' bytes, float32 little-endian. */
export function encodeSafetensors(config: TransformerConfig, weights: Float32Array): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  for (const { name, shape, offset, size } of parameters(config))
    header[name] = { dtype: 'F32', shape, data_offsets: [offset * 4, (offset + size) * 4] }
  const text = JSON.stringify(header)
  const padded = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8))
  const bytes = new Uint8Array(8 + padded.length + weights.byteLength)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded.length), true)
  bytes.set(padded, 8)
  bytes.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength), 8 + padded.length)
  return bytes
}

function readWeights(file: string, config: TransformerConfig): Float32Array {
  const bytes = readBytes(file)
  const headerLength = bytes.length < 8 ? Infinity : Number(bytes.readBigUInt64LE(0))
  if (headerLength > Math.min(MAX_HEADER_BYTES, bytes.length - 8))
    throw new UsageError(
      `${file}: cut off or not a safetensors file (${bytes.length} bytes); copy or train it again`,
    )
  const header = parseHeader(file, bytes.subarray(8, 8 + headerLength).toString('utf8'))
  const body = bytes.subarray(8 + headerLength)
  const weights = new Float32Array(countParameters(config))
  for (const { name, shape, offset, size } of parameters(config)) {
    const entry = header[name]
    if (!entry) throw new UsageError(`${file}: expected a tensor ${name} for this config.json, found none`)
    if (entry.dtype !== 'F32' || entry.shape.join() !== shape.join())
      throw new UsageError(
        `${file}: ${name}: expected F32 [${shape.join(',')}], got ${entry.dtype} [${entry.shape.join(',')}]`,
      )
    const [start, end] = entry.data_offsets
    if (end - start !== size * 4 || end > body.length)
      throw new UsageError(`${file}: ${name} ends at byte ${end} of ${body.length}: the file is cut off`)
    const copy = new Uint8Array(body.subarray(start, end))
    weights.set(new Float32Array(copy.buffer), offset)
  }
  return weights
}

function parseHeader(file: string, text: string): z.infer<typeof headerSchema> {
  try {
    const { __metadata__: _, ...tensors } = JSON.parse(text) as Record<string, unknown>
    return headerSchema.parse(tensors)
  } catch {
    throw new UsageError(`${file}: the header is not that of a safetensors file`)
  }
}

function checked<T>(file: string, schema: z.ZodType<T>, adapt: (value: unknown) => unknown): T {
  let value: unknown
  try {
    value = JSON.parse(readBytes(file).toString('utf8'))
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${file}: expected JSON; the file is damaged or half-written`)
  }
  const parsed = schema.safeParse(adapt(value))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw new UsageError(`${file}: ${issue.path.join('.') || 'document'}: ${issue.message}`)
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

function writeWhole(file: string, content: Uint8Array): void {
  const temporary = `${file}.tmp`
  const handle = openSync(temporary, 'w')
  writeSync(handle, content)
  fsyncSync(handle)
  closeSync(handle)
  renameSync(temporary, file)
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value, null, 2) + '\n')
}

function snakeCase(config: TransformerConfig): Record<string, unknown> {
  const snake = (key: string): string => key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [snake(key), value]))
}

function camelCase(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const camel = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [camel(key), entry]))
}
