/**
 * @file `config.json` as transformers writes and reads it, for the models that run here: Llama and Qwen2.
 *
 * Rotary positions stand in two places: `rope_theta` and `rope_scaling`, or, since transformers 5, `rope_parameters`. Both are
 * read; the former are written, which every version reads. What would be computed differently here is refused.
 */
import { z } from 'zod'
import { UsageError } from '../../../envs/errors.ts'
import type { TransformerConfig } from '../model/config.ts'
import { transformerConfigSchema } from '../model/config.ts'
import { checked, readJson } from '../files.ts'
import type { Dtype } from './safetensors.ts'

const size = z.number().int().positive()
const flag = z.boolean().nullish()
const number = z.number().nullish()

const ropeSchema = z.looseObject({
  rope_type: z.string().nullish(),
  type: z.string().nullish(),
  rope_theta: number,
  factor: number,
  low_freq_factor: number,
  high_freq_factor: number,
  original_max_position_embeddings: number,
  partial_rotary_factor: number,
})

const configSchema = z.looseObject({
  model_type: z.enum(['llama', 'qwen2'], {
    error: issue =>
      `expected "llama" or "qwen2", got ${JSON.stringify(issue.input)}: no other model runs here`,
  }),
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  max_position_embeddings: size,
  rms_norm_eps: number,
  initializer_range: number,
  tie_word_embeddings: flag,
  hidden_act: z.string().nullish(),
  attention_bias: flag,
  mlp_bias: flag,
  rope_theta: number,
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  partial_rotary_factor: number,
  original_max_position_embeddings: number,
  use_sliding_window: flag,
  sliding_window: number,
  max_window_layers: number,
  layer_types: z.array(z.string()).nullish(),
  quantization_config: z.unknown().optional(),
})

type HuggingFaceConfig = z.infer<typeof configSchema>

/** Throws UsageError for a model that cannot be run here. Scalar heads are not in this file but among the weights. */
export function readConfig(file: string): TransformerConfig {
  const raw = readJson(file, configSchema)
  const reason = refusal(raw)
  if (reason) throw new UsageError(`${file}: ${reason}`)
  return checked(file, transformerConfigSchema, converted(raw))
}

/** Throws UsageError for a mixture of biases that neither Llama nor Qwen2 has. */
export function configJson(config: TransformerConfig, dtype: Dtype): Record<string, unknown> {
  const { qkvBias = false, outputBias = false, mlpBias = false, ropeScaling, scalarHead } = config
  const qwen = qkvBias && !outputBias && !mlpBias
  if (!qwen && qkvBias !== outputBias)
    throw new UsageError(
      'config.json: expected biases as in Llama (attention: all four or none) or Qwen2 (query, key and value only), got others',
    )
  const name = qwen ? 'Qwen2' : 'Llama'
  return {
    architectures: [scalarHead === 'reward' ? `${name}ForSequenceClassification` : `${name}ForCausalLM`],
    model_type: qwen ? 'qwen2' : 'llama',
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.numHiddenLayers,
    num_attention_heads: config.numAttentionHeads,
    num_key_value_heads: config.numKeyValueHeads,
    ...(config.headDim !== undefined && { head_dim: config.headDim }),
    max_position_embeddings: config.maxPositionEmbeddings,
    rope_theta: config.ropeTheta,
    rope_scaling: ropeScaling ? { rope_type: 'llama3', ...snakeCase(ropeScaling) } : null,
    rms_norm_eps: config.rmsNormEps,
    tie_word_embeddings: config.tieWordEmbeddings,
    initializer_range: config.initializerRange,
    hidden_act: 'silu',
    ...(qwen ? { use_sliding_window: false } : { attention_bias: qkvBias, mlp_bias: mlpBias }),
    // transformers takes one label for a score.
    ...(scalarHead === 'reward' && { id2label: { 0: 'LABEL_0' }, label2id: { LABEL_0: 0 } }),
    torch_dtype: { F32: 'float32', F16: 'float16', BF16: 'bfloat16' }[dtype],
  }
}

function converted(raw: HuggingFaceConfig): Record<string, unknown> {
  const rope = ropeOf(raw)
  const qwen = raw.model_type === 'qwen2'
  return {
    vocabSize: raw.vocab_size,
    hiddenSize: raw.hidden_size,
    intermediateSize: raw.intermediate_size,
    numHiddenLayers: raw.num_hidden_layers,
    numAttentionHeads: raw.num_attention_heads,
    numKeyValueHeads: raw.num_key_value_heads ?? raw.num_attention_heads,
    ...(raw.head_dim && { headDim: raw.head_dim }),
    maxPositionEmbeddings: raw.max_position_embeddings,
    // Where a file says nothing, the defaults of transformers for both models.
    ropeTheta: rope.rope_theta ?? raw.rope_theta ?? 10_000,
    ...(ropeType(raw) === 'llama3' && { ropeScaling: scalingOf(raw) }),
    rmsNormEps: raw.rms_norm_eps ?? 1e-6,
    tieWordEmbeddings: raw.tie_word_embeddings ?? false,
    initializerRange: raw.initializer_range ?? 0.02,
    ...((qwen || raw.attention_bias) && { qkvBias: true }),
    ...(!qwen && raw.attention_bias && { outputBias: true }),
    ...(!qwen && raw.mlp_bias && { mlpBias: true }),
  }
}

/** Why this model cannot be run here; null if it can. */
function refusal(raw: HuggingFaceConfig): string | null {
  const { hidden_act, partial_rotary_factor, quantization_config } = raw
  if (hidden_act !== null && hidden_act !== undefined && hidden_act !== 'silu')
    return `hidden_act: expected "silu", got ${JSON.stringify(hidden_act)}`
  if (quantization_config !== null && quantization_config !== undefined)
    return 'quantization_config: quantized weights cannot be read; take the F32, F16 or BF16 original'
  if (slides(raw)) return 'sliding_window: attention in windows cannot be computed here'
  if ((ropeOf(raw).partial_rotary_factor ?? partial_rotary_factor ?? 1) !== 1)
    return 'partial_rotary_factor: expected 1, got a part'
  return ropeRefusal(raw)
}

function ropeRefusal(raw: HuggingFaceConfig): string | null {
  const type = ropeType(raw)
  if (Object.values(ropeOf(raw)).some(value => typeof value === 'object' && value !== null))
    return 'rope_parameters: expected one set for all layers, got several'
  if (type === 'default') return null
  if (type !== 'llama3') return `rope_type: expected "default" or "llama3", got ${JSON.stringify(type)}`
  const { lowFreqFactor, highFreqFactor } = scalingOf(raw)
  if (
    typeof lowFreqFactor === 'number' &&
    typeof highFreqFactor === 'number' &&
    lowFreqFactor < highFreqFactor
  )
    return null
  return 'rope_scaling: expected a low_freq_factor below the high_freq_factor'
}

/** Qwen2 windows the layers from `max_window_layers` on, or those named so; Llama none. */
function slides(raw: HuggingFaceConfig): boolean {
  if (raw.layer_types) return raw.layer_types.some(type => type !== 'full_attention')
  if (raw.model_type !== 'qwen2' || !raw.use_sliding_window) return false
  return raw.sliding_window !== null && (raw.max_window_layers ?? 28) < raw.num_hidden_layers
}

/** As transformers chooses: the older place, if it says something. */
function ropeOf({ rope_scaling, rope_parameters }: HuggingFaceConfig): z.infer<typeof ropeSchema> {
  const older = rope_scaling && Object.keys(rope_scaling).length > 0 ? rope_scaling : null
  return older ?? rope_parameters ?? {}
}

function ropeType(raw: HuggingFaceConfig): string {
  const { rope_type, type } = ropeOf(raw)
  return rope_type ?? type ?? 'default'
}

function scalingOf(raw: HuggingFaceConfig): Record<string, unknown> {
  const rope = ropeOf(raw)
  return {
    factor: rope.factor,
    lowFreqFactor: rope.low_freq_factor,
    highFreqFactor: rope.high_freq_factor,
    originalMaxPositionEmbeddings:
      raw.original_max_position_embeddings ??
      rope.original_max_position_embeddings ??
      raw.max_position_embeddings,
  }
}

function snakeCase(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const snake = (key: string): string => key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [snake(key), value]))
}
