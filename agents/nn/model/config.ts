/**
 * @file The shape of a decoder-only transformer, and the layout of its weights in one flat vector.
 *
 * Names are those of Hugging Face checkpoints. The order is ours: what a graph multiplies in one product (queries, keys and
 * values; gate and up) stands side by side, so that the product's weight is a view of the vector.
 */
import { z } from 'zod'
import type { Rng } from '../../../envs/rng.ts'

const size = z.number().int().positive()

/** Frequencies stretched for contexts longer than those of pre-training, as in Llama 3.1. */
export const ropeScalingSchema = z.object({
  factor: z.number().positive(),
  lowFreqFactor: z.number().positive(),
  highFreqFactor: z.number().positive(),
  originalMaxPositionEmbeddings: size,
})

/** Llama-family decoders: Llama, Qwen2, and small ones of the same build. */
export const transformerConfigSchema = z
  .object({
    vocabSize: size,
    hiddenSize: size,
    intermediateSize: size,
    numHiddenLayers: size,
    numAttentionHeads: size,
    numKeyValueHeads: size,
    /** Default: hiddenSize / numAttentionHeads. */
    headDim: size.optional(),
    maxPositionEmbeddings: size,
    ropeTheta: z.number().positive(),
    ropeScaling: ropeScalingSchema.optional(),
    rmsNormEps: z.number().positive(),
    tieWordEmbeddings: z.boolean(),
    initializerRange: z.number().positive(),
    /** Biases of the query, key and value projections (Qwen2), of the output projection, of the MLP. */
    qkvBias: z.boolean().optional(),
    outputBias: z.boolean().optional(),
    mlpBias: z.boolean().optional(),
    /** One scalar per token beside the logits: a critic's value, or a reward model's score. */
    scalarHead: z.enum(['value', 'reward']).optional(),
  })
  .refine(({ numAttentionHeads, numKeyValueHeads }) => numAttentionHeads % numKeyValueHeads === 0, {
    message: 'expected numAttentionHeads to be a multiple of numKeyValueHeads',
    path: ['numKeyValueHeads'],
  })
  .refine(
    ({ headDim, hiddenSize, numAttentionHeads }) =>
      headDim !== undefined || hiddenSize % numAttentionHeads === 0,
    {
      message: 'expected hiddenSize to be a multiple of numAttentionHeads where headDim is not given',
      path: ['hiddenSize'],
    },
  )
  .refine(config => headSize(config) % 2 === 0, {
    message: 'expected an even head size, as rotary positions turn pairs',
    path: ['headDim'],
  })

export type TransformerConfig = z.infer<typeof transformerConfigSchema>

interface Heads {
  hiddenSize: number
  numAttentionHeads: number
  headDim?: number | undefined
}

/** d: the size of one attention head. */
export function headSize({ headDim, hiddenSize, numAttentionHeads }: Heads): number {
  return headDim ?? hiddenSize / numAttentionHeads
}

export interface Parameter {
  name: string
  shape: readonly number[]
  size: number
  /** Where it starts in the flat vector. */
  offset: number
}

/** The scalar head's name: as TRL saves critics, and as transformers saves reward models. */
export const SCALAR_HEAD = { value: 'v_head.summary', reward: 'score' } as const

/** All weights, in the order of the flat vector. */
export function parameters(config: TransformerConfig): Parameter[] {
  const { vocabSize, hiddenSize, scalarHead } = config
  const shapes: [string, number[]][] = [['model.embed_tokens.weight', [vocabSize, hiddenSize]]]
  for (let layer = 0; layer < config.numHiddenLayers; layer++) shapes.push(...layerShapes(config, layer))
  shapes.push(['model.norm.weight', [hiddenSize]])
  if (!config.tieWordEmbeddings) shapes.push(['lm_head.weight', [vocabSize, hiddenSize]])
  if (scalarHead) shapes.push([`${SCALAR_HEAD[scalarHead]}.weight`, [1, hiddenSize]])
  if (scalarHead === 'value') shapes.push([`${SCALAR_HEAD.value}.bias`, [1]])
  return laidOut(shapes)
}

/** Names and shapes as parameters of one flat vector, one behind the other. */
export function laidOut(shapes: readonly (readonly [string, readonly number[]])[]): Parameter[] {
  let offset = 0
  return shapes.map(([name, shape]) => {
    const parameter = { name, shape, size: shape.reduce((product, dim) => product * dim, 1), offset }
    offset += parameter.size
    return parameter
  })
}

/** How many numbers the flat vector of a layout has. */
export function flatSize(layout: readonly Parameter[]): number {
  const last = layout.at(-1)
  return last ? last.offset + last.size : 0
}

function layerShapes(config: TransformerConfig, layer: number): [string, number[]][] {
  const { hiddenSize, intermediateSize, numAttentionHeads, numKeyValueHeads } = config
  const at = `model.layers.${layer}`
  const [queries, keys] = [numAttentionHeads * headSize(config), numKeyValueHeads * headSize(config)]
  const linear = (
    group: string,
    outputs: Record<string, number>,
    inputs: number,
    bias = false,
  ): [string, number[]][] => [
    ...Object.entries(outputs).map(([name, out]): [string, number[]] => [
      `${at}.${group}.${name}.weight`,
      [out, inputs],
    ]),
    ...Object.entries(bias ? outputs : {}).map(([name, out]): [string, number[]] => [
      `${at}.${group}.${name}.bias`,
      [out],
    ]),
  ]
  return [
    ...linear('self_attn', { q_proj: queries, k_proj: keys, v_proj: keys }, hiddenSize, config.qkvBias),
    ...linear('self_attn', { o_proj: hiddenSize }, queries, config.outputBias),
    ...linear('mlp', { gate_proj: intermediateSize, up_proj: intermediateSize }, hiddenSize, config.mlpBias),
    ...linear('mlp', { down_proj: hiddenSize }, intermediateSize, config.mlpBias),
    [`${at}.input_layernorm.weight`, [hiddenSize]],
    [`${at}.post_attention_layernorm.weight`, [hiddenSize]],
  ]
}

export function countParameters(config: TransformerConfig): number {
  return flatSize(parameters(config))
}

/** Fresh weights: N(0, initializerRange²) for matrices, those that write to the residual stream scaled by 1/√(2·layers) (GPT-2); ones for norms, zeros for biases and the scalar head. */
export function initialWeights(config: TransformerConfig, rng: Rng): Float32Array {
  const weights = new Float32Array(countParameters(config))
  for (const { name, shape, offset, size: length } of parameters(config)) {
    if (name.endsWith('.bias') || name.startsWith(SCALAR_HEAD.value) || name.startsWith(SCALAR_HEAD.reward))
      continue
    const residual = name.endsWith('o_proj.weight') || name.endsWith('down_proj.weight')
    const deviation = config.initializerRange / (residual ? Math.sqrt(2 * config.numHiddenLayers) : 1)
    const stream = rng.split(name)
    for (let i = 0; i < length; i++)
      weights[offset + i] = shape.length === 1 ? 1 : deviation * standardNormal(stream)
  }
  return weights
}

/** Box-Muller. */
export function standardNormal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.float())) * Math.cos(2 * Math.PI * rng.float())
}
