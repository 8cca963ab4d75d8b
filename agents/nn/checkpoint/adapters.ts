/** @file Low-rank adapters in files, as PEFT has them: `adapter_config.json` and `adapter_model.safetensors`. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../../envs/errors.ts'
import type { TransformerConfig } from '../model/config.ts'
import { flatSize } from '../model/config.ts'
import type { Adapters, LoraConfig } from '../model/lora.ts'
import { LORA_TARGETS, loraConfigSchema, loraParameters } from '../model/lora.ts'
import { readJson, writeJson } from '../files.ts'
import { readHeader, readTensor, writeSafetensors } from './safetensors.ts'

const WEIGHTS_FILE = 'adapter_model.safetensors'
const CONFIG_FILE = 'adapter_config.json'

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
  const adapters = new Float32Array(flatSize(layout))
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
