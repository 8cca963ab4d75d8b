/**
 * @file Llama-style decoder: RMSNorm, rotary positions, grouped-query attention, SwiGLU.
 *
 * Weights live in one flat vector, in the order and under the names of a Hugging Face checkpoint. The same `decoder`
 * serves training (S = a whole sequence) and sampling (S = 1 with a cache).
 *
 * Axes: B batch, S positions of this pass, D hiddenSize, H heads, K key-value heads, d head size, V vocabulary.
 */
import type { TransformerConfig } from './config.ts'
import type { Tensor } from './graph.ts'
import {
  add,
  concat,
  div,
  linear,
  matmul,
  meanLast,
  mul,
  neg,
  reshape,
  scale,
  sigmoid,
  slice,
  softmax,
  sqrt,
  transpose,
} from './ops.ts'

/** One weight tensor per parameter, by name. */
export type Weights = ReadonlyMap<string, Tensor>

export interface DecoderInput {
  /** Token embeddings `[B·S, D]`. */
  embeddings: Tensor
  batch: number
  steps: number
  /** Rotation angles of the S positions, `[S, d]` each. */
  cos: Tensor
  sin: Tensor
  /** Added to the attention scores `[S, S + past]`; null where every cached position may be seen. */
  mask: Tensor | null
  /** Keys and values of earlier positions, `[B, K, past, d]` each, per layer. */
  past?: readonly { key: Tensor; value: Tensor }[]
}

export interface DecoderOutput {
  /** `[B·S, V]` */
  logits: Tensor
  cache: { key: Tensor; value: Tensor }[]
}

export function decoder(config: TransformerConfig, weights: Weights, input: DecoderInput): DecoderOutput {
  const weight = (name: string): Tensor => weights.get(name)!
  const cache: DecoderOutput['cache'] = []
  let hidden = input.embeddings
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const at = `model.layers.${layer}`
    const normed = rmsNorm(hidden, weight(`${at}.input_layernorm.weight`), config.rmsNormEps)
    const attended = attention(config, name => weight(`${at}.self_attn.${name}.weight`), normed, input, layer)
    cache.push({ key: attended.key, value: attended.value })
    hidden = add(hidden, attended.output)
    const inner = rmsNorm(hidden, weight(`${at}.post_attention_layernorm.weight`), config.rmsNormEps)
    hidden = add(
      hidden,
      swiGlu(name => weight(`${at}.mlp.${name}.weight`), inner),
    )
  }
  const head = weight(config.tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight')
  return { logits: linear(rmsNorm(hidden, weight('model.norm.weight'), config.rmsNormEps), head), cache }
}

/** `x / √(mean(x²) + ε) · weight` (Zhang & Sennrich 2019). */
function rmsNorm(x: Tensor, weight: Tensor, eps: number): Tensor {
  const meanSquare = meanLast(mul(x, x))
  return mul(div(x, sqrt(add(meanSquare, x.graph.constant(eps)))), weight)
}

/** `down(silu(gate(x)) · up(x))` (Shazeer 2020). */
function swiGlu(weight: (name: string) => Tensor, x: Tensor): Tensor {
  const gate = linear(x, weight('gate_proj'))
  return linear(mul(mul(gate, sigmoid(gate)), linear(x, weight('up_proj'))), weight('down_proj'))
}

function attention(
  config: TransformerConfig,
  weight: (name: string) => Tensor,
  x: Tensor,
  { batch, steps, cos, sin, mask, past }: DecoderInput,
  layer: number,
): { output: Tensor; key: Tensor; value: Tensor } {
  const { hiddenSize, numAttentionHeads: heads, numKeyValueHeads: kvHeads } = config
  const headSize = hiddenSize / heads
  const split = (name: string, count: number): Tensor =>
    transpose(reshape(linear(x, weight(name)), [batch, steps, count, headSize]), [0, 2, 1, 3])
  const query = rotate(split('q_proj', heads), cos, sin, headSize)
  const before = past?.[layer]
  const extend = (old: Tensor | undefined, fresh: Tensor): Tensor => (old ? concat([old, fresh], 2) : fresh)
  const key = extend(before?.key, rotate(split('k_proj', kvHeads), cos, sin, headSize))
  const value = extend(before?.value, split('v_proj', kvHeads))

  // The query is scaled first: a product with alpha ≠ 1 misses the fast path for single rows.
  const scaled = scale(query, 1 / Math.sqrt(headSize))
  // The query heads that share a key-value head stand behind each other, so they are rows of one product.
  const [shared, total] = [(heads / kvHeads) * steps, key.shape[2]!]
  const keys = transpose(key, [0, 1, 3, 2])
  const scores = matmul(reshape(scaled, [batch, kvHeads, shared, headSize]), keys)
  const perHead = reshape(scores, [batch, heads, steps, total])
  const probs = softmax(mask ? add(perHead, mask) : perHead)
  const mixed = matmul(reshape(probs, [batch, kvHeads, shared, total]), value)
  const perStep = transpose(reshape(mixed, [batch, heads, steps, headSize]), [0, 2, 1, 3])
  return { output: linear(reshape(perStep, [batch * steps, heads * headSize]), weight('o_proj')), key, value }
}

/** Rotary position embedding in Hugging Face's half-split form (Su et al. 2021). */
function rotate(x: Tensor, cos: Tensor, sin: Tensor, headSize: number): Tensor {
  const half = headSize / 2
  const rotated = concat([neg(slice(x, 3, half, headSize)), slice(x, 3, 0, half)], 3)
  return add(mul(x, cos), mul(rotated, sin))
}

/** `cos` and `sin` of position · θ^(−2i/d) for every position, `[positions, d]` each, row by row. */
export function rotaryTables(config: TransformerConfig, positions: number): { cos: number[]; sin: number[] } {
  const headSize = config.hiddenSize / config.numAttentionHeads
  const cos: number[] = []
  const sin: number[] = []
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < headSize; i++) {
      const angle = position * config.ropeTheta ** ((-2 * (i % (headSize / 2))) / headSize)
      cos.push(Math.cos(angle))
      sin.push(Math.sin(angle))
    }
  }
  return { cos, sin }
}
