/**
 * @file Checkpoints: folders in the Hugging Face layout (`config.json`, `model.safetensors` in one or several parts) with the
 * files of their tokenizer.
 *
 * The weights are written before the configuration, so that a folder with a new `config.json` is a whole checkpoint.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../../envs/errors.ts'
import type { Parameter, TransformerConfig } from '../model/config.ts'
import { parameters, SCALAR_HEAD } from '../model/config.ts'
import { readJson, writeJson } from '../files.ts'
import { configJson, readConfig } from './huggingface-config.ts'
import { HUGGING_FACE_FILE } from '../tokenizers/huggingface-tokenizer.ts'
import { loadTokenizer } from '../tokenizers/load-tokenizer.ts'
import type { Dtype, StoredTensor } from './safetensors.ts'
import { readHeader, readTensor, writeSafetensors } from './safetensors.ts'
import type { Tokenizer } from '../tokenizers/tokenizer.ts'

export interface Model {
  config: TransformerConfig
  /** Flat, in the order of `parameters(config)`. */
  weights: Float32Array
}

export interface Checkpoint extends Model {
  tokenizer: Tokenizer
}

export interface SaveOptions {
  /** Default: F32. The others are half as large, and rounded. */
  dtype?: Dtype
}

const ONE_FILE = 'model.safetensors'
const INDEX = 'model.safetensors.index.json'
const indexSchema = z.object({
  weight_map: z.record(
    z.string(),
    // A name in this folder and nothing else: the file is not to be trusted with paths.
    z.string().regex(/^[\w-][\w.-]*\.safetensors$/, 'expected the name of a .safetensors file'),
  ),
})

/** Throws UsageError if transformers has no model of this build. */
export function saveCheckpoint(
  dir: string,
  { config, weights, tokenizer }: Checkpoint,
  { dtype = 'F32' }: SaveOptions = {},
): void {
  const described = {
    ...configJson(config, dtype),
    bos_token_id: tokenizer.bos[0] ?? null,
    eos_token_id: tokenizer.eos,
  }
  mkdirSync(dir, { recursive: true })
  const tensors = parameters(config).map(({ name, shape, offset, size }) => ({
    name,
    shape,
    values: weights.subarray(offset, offset + size),
  }))
  writeSafetensors(join(dir, ONE_FILE), tensors, dtype)
  tokenizer.save(dir)
  writeJson(join(dir, 'config.json'), described)
}

/** Throws UsageError naming the file and what is wrong with it. */
export function loadCheckpoint(dir: string): Checkpoint {
  const { tokenizer } = inspectCheckpoint(dir)
  return { ...loadModel(dir), tokenizer }
}

/** A checkpoint without its weights: all its files are checked, and of the weights the names, shapes and places. */
export function inspectCheckpoint(dir: string): Omit<Checkpoint, 'weights'> {
  if (!existsSync(join(dir, 'config.json')))
    throw new UsageError(
      `${dir}: expected a checkpoint folder with config.json, model.safetensors and a tokenizer; found no config.json`,
    )
  const { vocabSize } = readConfig(join(dir, 'config.json'))
  const tokenizer = loadTokenizer(dir)
  // Embeddings of large models are padded to a round number; those of the small ones have no reason to differ.
  if (
    tokenizer.vocabSize > vocabSize ||
    (tokenizer.file !== HUGGING_FACE_FILE && tokenizer.vocabSize < vocabSize)
  )
    throw new UsageError(
      `${dir}: ${tokenizer.file} has ${tokenizer.vocabSize} tokens, but config.json says vocab_size ${vocabSize}`,
    )
  return { config: checkedModel(dir).config, tokenizer }
}

/**
 * A folder without regard to its tokenizer. Its scalar head, if any, is found among the weights. A reward model need not have
 * `lm_head.weight`: it is then loaded as if its embeddings were tied, and its logits mean nothing.
 */
export function loadModel(dir: string): Model {
  const { config, layout, stored } = checkedModel(dir)
  const weights = allocated(dir, layout)
  for (const { name, offset, size } of layout)
    readTensor(stored.get(name)!, weights.subarray(offset, offset + size))
  return { config, weights }
}

function checkedModel(dir: string) {
  const stored = storedTensors(dir)
  const config = withHeads(readConfig(join(dir, 'config.json')), stored)
  return { config, layout: checkedLayout(dir, config, stored), stored }
}

function storedTensors(dir: string): Map<string, StoredTensor> {
  const [file, index] = [join(dir, ONE_FILE), join(dir, INDEX)]
  if (existsSync(file)) return readHeader(file)
  if (!existsSync(index))
    throw new UsageError(
      `${dir}: expected ${ONE_FILE} or ${INDEX}, found neither; save the model with safe_serialization`,
    )
  const places = Object.entries(readJson(index, indexSchema).weight_map)
  const parts = new Map(
    [...new Set(places.map(([, part]) => part))].map(part => [part, readHeader(join(dir, part))]),
  )
  return new Map(
    places.map(([name, part]) => {
      const tensor = parts.get(part)!.get(name)
      if (tensor) return [name, tensor]
      throw new UsageError(`${index}: ${JSON.stringify(name)} is not in ${part}, as it says; copy both again`)
    }),
  )
}

function withHeads(config: TransformerConfig, stored: ReadonlyMap<string, unknown>): TransformerConfig {
  if (stored.has(`${SCALAR_HEAD.value}.weight`)) return { ...config, scalarHead: 'value' }
  if (!stored.has(`${SCALAR_HEAD.reward}.weight`)) return config
  const tieWordEmbeddings = config.tieWordEmbeddings || !stored.has('lm_head.weight')
  return { ...config, tieWordEmbeddings, scalarHead: 'reward' }
}

/** The layout, once every weight is known to be there in its shape and nothing else is. */
function checkedLayout(
  dir: string,
  config: TransformerConfig,
  stored: ReadonlyMap<string, StoredTensor>,
): Parameter[] {
  const file = join(dir, ONE_FILE)
  const missing = (name: string): UsageError =>
    new UsageError(`${file}: expected a tensor ${name} for this config.json, found none`)
  // Asked first, as the layout of a damaged number of layers would not fit into memory.
  const last = `model.layers.${config.numHiddenLayers - 1}.input_layernorm.weight`
  if (!stored.has(last)) throw missing(last)
  const layout = parameters(config)
  for (const { name, shape } of layout) {
    const tensor = stored.get(name)
    if (!tensor) throw missing(name)
    if (tensor.shape.join() !== shape.join())
      throw new UsageError(
        `${tensor.file}: ${name}: expected [${shape.join()}], got [${tensor.shape.join()}]`,
      )
    if (!['F32', 'F16', 'BF16'].includes(tensor.dtype))
      throw new UsageError(`${tensor.file}: ${name}: expected F32, F16 or BF16, got ${tensor.dtype}`)
  }
  const names = new Set(layout.map(({ name }) => name))
  const surplus = [...stored].find(([name]) => !names.has(name) && !redundant(name))
  if (surplus)
    throw new UsageError(
      `${surplus[1].file}: ${JSON.stringify(surplus[0])} has no place in the model of this ${basename(dir)}/config.json`,
    )
  return layout
}

/** Tables that old versions saved, and a tied head saved twice. */
function redundant(name: string): boolean {
  return name.endsWith('.rotary_emb.inv_freq') || name === 'lm_head.weight'
}

function allocated(dir: string, layout: readonly Parameter[]): Float32Array {
  const { offset, size } = layout.at(-1)!
  try {
    return new Float32Array(offset + size)
  } catch {
    throw new UsageError(
      `${dir}: expected a model that fits into memory as float32, got ${offset + size} numbers`,
    )
  }
}
