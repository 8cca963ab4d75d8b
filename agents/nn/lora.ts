/**
 * @file Low-rank adapters (LoRA, Hu et al. 2021): W + alpha/rank · B·A, in files as PEFT has them.
 *
 * All A and B of a model stand in one flat vector, like the weights that they adapt.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'
import type { Rng } from '../../envs/rng.ts'
import type { Parameter, TransformerConfig } from './config.ts'
import { laidOut, parameters } from './config.ts'
import { readJson, writeJson } from './files.ts'
import { readHeader, readTensor, writeSafetensors } from './safetensors.ts'

export const LORA_TARGETS = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
  'lm_head',
] as const
export type LoraTarget = (typeof LORA_TARGETS)[number]

export const loraConfigSchema = z.object({
  rank: z.number().int().positive(),
  /** The adapters' product is scaled by alpha/rank. */
  alpha: z.number().positive(),
  /** Names of the linear layers that are adapted, in every layer of the model. */
  targets: z.array(z.enum(LORA_TARGETS)).min(1),
})

export type LoraConfig = z.infer<typeof loraConfigSchema>

export interface Adapters {
  lora: LoraConfig
  /** Flat, in the order of `loraParameters(config, lora)`. */
  adapters: Float32Array
}

const WEIGHTS_FILE = 'adapter_model.safetensors'
const CONFIG_FILE = 'adapter_config.json'

/** A `[rank, in]` and B `[out, rank]` of every adapted layer, in the order of the model's weights. */
export function loraParameters(config: TransformerConfig, { rank, targets }: LoraConfig): Parameter[] {
  if (config.tieWordEmbeddings && targets.includes('lm_head'))
    throw new UsageError(
      'lora: lm_head cannot be adapted in a model whose embeddings are tied to it; leave it out',
    )
  return laidOut(
    adapted(config, targets).flatMap(({ name, shape: [outputs, inputs] }) => [
      [adapterName(name, 'A'), [rank, inputs!]],
      [adapterName(name, 'B'), [outputs!, rank]],
    ]),
  )
}

/** As PEFT begins: A uniform in ±1/√in (Kaiming with a = √5), B zero, so that the model is unchanged. */
export function initialAdapters(config: TransformerConfig, lora: LoraConfig, rng: Rng): Float32Array {
  const layout = loraParameters(config, lora)
  const adapters = new Float32Array(length(layout))
  for (const { name, shape, offset, size } of layout) {
    if (!name.endsWith('.lora_A.weight')) continue
    const bound = 1 / Math.sqrt(shape[1]!)
    const stream = rng.split(name)
    for (let i = offset; i < offset + size; i++) adapters[i] = bound * (2 * stream.float() - 1)
  }
  return adapters
}

/** Adds the adapters to `weights`, in place. */
export function mergeAdapters(
  config: TransformerConfig,
  weights: Float32Array,
  lora: LoraConfig,
  adapters: Float32Array,
): void {
  const layout = new Map(loraParameters(config, lora).map(parameter => [parameter.name, parameter]))
  const part = (name: string): Float32Array => {
    const { offset, size } = layout.get(name)!
    return adapters.subarray(offset, offset + size)
  }
  for (const { name, offset, size } of adapted(config, lora.targets)) {
    const [a, b] = [part(adapterName(name, 'A')), part(adapterName(name, 'B'))]
    addProduct(weights.subarray(offset, offset + size), b, a, lora)
  }
}

/** Writes `adapter_config.json` and `adapter_model.safetensors`; `base` is the model they belong to. */
export function saveAdapters(
  dir: string,
  config: TransformerConfig,
  { lora, adapters }: Adapters,
  base: string | null = null,
): void {
  mkdirSync(dir, { recursive: true })
  const tensors = loraParameters(config, lora).map(({ name, shape, offset, size }) => ({
    name,
    shape,
    values: adapters.subarray(offset, offset + size),
  }))
  writeSafetensors(join(dir, WEIGHTS_FILE), tensors, 'F32')
  writeJson(join(dir, CONFIG_FILE), {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: base,
    r: lora.rank,
    lora_alpha: lora.alpha,
    target_modules: lora.targets,
    lora_dropout: 0,
    bias: 'none',
    inference_mode: true,
  })
}

/** Throws UsageError if the folder holds no adapters for a model of this shape, or some that compute something else. */
export function loadAdapters(dir: string, config: TransformerConfig): Adapters {
  const lora = readLoraConfig(dir)
  const file = join(dir, WEIGHTS_FILE)
  const stored = readHeader(file)
  const layout = loraParameters(config, lora)
  for (const { name, shape } of layout) {
    const found = stored.get(name)
    if (found?.shape.join() === shape.join()) continue
    const got = found ? `[${found.shape.join()}]` : 'none'
    throw new UsageError(`${file}: ${name}: expected [${shape.join()}] for this model, got ${got}`)
  }
  const names = new Set(layout.map(({ name }) => name))
  // PEFT saves the layer itself beside the adapters of an lm_head.
  const surplus = [...stored.keys()].find(name => !names.has(name) && !name.endsWith('.base_layer.weight'))
  if (surplus !== undefined)
    throw new UsageError(`${file}: ${JSON.stringify(surplus)} is no adapter of the layers in ${CONFIG_FILE}`)
  const adapters = new Float32Array(length(layout))
  for (const { name, offset, size } of layout)
    readTensor(stored.get(name)!, adapters.subarray(offset, offset + size))
  return { lora, adapters }
}

const peftSchema = z.looseObject({
  peft_type: z.literal('LORA'),
  r: loraConfigSchema.shape.rank,
  lora_alpha: loraConfigSchema.shape.alpha,
  target_modules: loraConfigSchema.shape.targets,
  init_lora_weights: z.union([z.boolean(), z.literal('gaussian')]).nullish(),
  bias: z.literal('none').nullish(),
})

/** Settings of PEFT by which adapters mean something else than W + alpha/rank · B·A in every layer. */
const VARIANTS =
  `use_dora use_rslora use_qalora use_bdlora lora_bias fan_in_fan_out rank_pattern alpha_pattern
  layers_to_transform layer_replication exclude_modules modules_to_save target_parameters trainable_token_indices
  alora_invocation_tokens`.split(/\s+/)

function readLoraConfig(dir: string): LoraConfig {
  const file = join(dir, CONFIG_FILE)
  if (!existsSync(file))
    throw new UsageError(
      `${dir}: expected a folder with ${CONFIG_FILE} and ${WEIGHTS_FILE}; found no ${CONFIG_FILE}`,
    )
  const raw = readJson(file, peftSchema)
  const variant = VARIANTS.find(key => isSet(raw[key]))
  if (variant !== undefined)
    throw new UsageError(
      `${file}: ${variant}: such adapters cannot be computed here; expected it not to be set`,
    )
  const targets = LORA_TARGETS.filter(target => raw.target_modules.includes(target))
  return { rank: raw.r, alpha: raw.lora_alpha, targets }
}

function isSet(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return value !== null && value !== undefined && value !== false
}

function adapted(config: TransformerConfig, targets: readonly LoraTarget[]): Parameter[] {
  const names = new Set<string>(targets)
  return parameters(config).filter(({ name }) => {
    const [layer, kind] = name.split('.').slice(-2)
    return kind === 'weight' && names.has(layer!)
  })
}

/** `model.layers.0.self_attn.q_proj.weight` → `base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight` */
function adapterName(weight: string, which: 'A' | 'B'): string {
  return `base_model.model.${weight.replace(/\.weight$/, `.lora_${which}.weight`)}`
}

/** weight `[out, in]` += alpha/rank · b `[out, rank]` · a `[rank, in]`. */
function addProduct(
  weight: Float32Array,
  b: Float32Array,
  a: Float32Array,
  { rank, alpha }: LoraConfig,
): void {
  const inputs = a.length / rank
  const row = new Float64Array(inputs)
  for (let start = 0, o = 0; start < weight.length; start += inputs, o++) {
    row.fill(0)
    for (let r = 0; r < rank; r++) {
      const factor = (alpha / rank) * b[o * rank + r]!
      for (let i = 0; i < inputs; i++) row[i]! += factor * a[r * inputs + i]!
    }
    for (let i = 0; i < inputs; i++) weight[start + i]! += row[i]!
  }
}

function length(layout: readonly Parameter[]): number {
  return layout.reduce((sum, { size }) => sum + size, 0)
}
