/**
 * @file Low-rank adapters (LoRA, Hu et al. 2021): W + alpha/rank · B·A.
 *
 * All A and B of a model stand in one flat vector, like the weights that they adapt.
 */
import { z } from 'zod'
import { UsageError } from '../../../envs/errors.ts'
import type { Rng } from '../../../envs/rng.ts'
import type { Parameter, TransformerConfig } from './config.ts'
import { flatSize, laidOut, parameters } from './config.ts'

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
  const adapters = new Float32Array(flatSize(layout))
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
