/**
 * @file A Llama-family decoder: RMSNorm, rotary positions, grouped-query attention, SwiGLU.
 *
 * What it attends to is the caller's: whole sequences in training, caches in sampling. Everything else is the same code.
 * Axes: B batch, S positions of this pass, D hiddenSize, H heads, K key-value heads, d head size, V vocabulary.
 */
import type { TransformerConfig } from './config.ts'
import { headSize, SCALAR_HEAD } from './config.ts'
import type { Tensor } from '../graph/graph.ts'
import { rmsNorm, swiGlu } from '../graph/layers.ts'
import type { LoraConfig } from './lora.ts'
import { add, concat, expand, linear, reshape, scale, slice, transpose } from '../graph/ops.ts'
import type { Rotation } from './rotary.ts'
import type { WeightViews } from './weights.ts'

export interface Model {
  config: TransformerConfig
  weights: WeightViews
  /** Low-rank additions to some of the linear layers. */
  adapters?: { lora: LoraConfig; weights: WeightViews }
}

export interface DecoderInput {
  /** Token embeddings `[B·S, D]`. */
  embeddings: Tensor
  batch: number
  steps: number
  rotate: Rotation
  /**
   * Attention of a layer: queries `[B, K, H/K·S, d]` (the heads that share keys stand behind each other),
   * keys and values `[B, K, S, d]`; gives what the queries read, in their shape.
   */
  attention(layer: number, query: Tensor, key: Tensor, value: Tensor): Tensor
}

/** The last hidden states, normed: `[B·S, D]`. */
export function decoder(model: Model, input: DecoderInput): Tensor {
  const { config, weights } = model
  let hidden = input.embeddings
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const at = `model.layers.${layer}`
    const norm = (name: string): Tensor =>
      rmsNorm(hidden, weights.get(`${at}.${name}.weight`), config.rmsNormEps)
    hidden = selfAttention(model, { hidden, normed: norm('input_layernorm') }, input, layer)
    hidden = mlp(model, { hidden, normed: norm('post_attention_layernorm') }, `${at}.mlp.`)
  }
  return rmsNorm(hidden, weights.get('model.norm.weight'), config.rmsNormEps)
}

/** The policy head: logits `[N, V]` of hidden states `[N, D]`. */
export function logits(model: Model, hidden: Tensor): Tensor {
  const tied = model.config.tieWordEmbeddings
  return tied
    ? linear(hidden, model.weights.get('model.embed_tokens.weight'))
    : project(model, hidden, 'lm_head')
}

/** The value or reward head: one scalar per hidden state, `[N]`. */
export function scalars({ config, weights }: Model, hidden: Tensor): Tensor {
  const name = SCALAR_HEAD[config.scalarHead!]
  const [count] = hidden.shape as [number]
  const out = reshape(linear(hidden, weights.get(`${name}.weight`)), [count])
  return weights.has(`${name}.bias`) ? add(out, weights.get(`${name}.bias`)) : out
}

/** The residual stream `[N, D]`, and what a block reads of it. */
interface Stream {
  hidden: Tensor
  normed: Tensor
}

function selfAttention(model: Model, { hidden, normed }: Stream, input: DecoderInput, layer: number): Tensor {
  const { numAttentionHeads: heads, numKeyValueHeads: kvHeads } = model.config
  const { batch, steps } = input
  const [d, at] = [headSize(model.config), `model.layers.${layer}.self_attn.`]
  const { query, key, value } = queriesKeysValues(model, normed, at, input)
  const shared = reshape(query, [batch, kvHeads, (heads / kvHeads) * steps, d])
  const mixed = input.attention(layer, shared, key, value)
  const perStep =
    heads === 1 || steps === 1 ? mixed : transpose(reshape(mixed, [batch, heads, steps, d]), [0, 2, 1, 3])
  return project(model, reshape(perStep, [batch * steps, heads * d]), `${at}o_proj`, hidden)
}

interface Heads {
  /** `[B, H, S, d]`, turned. */
  query: Tensor
  /** `[B, K, S, d]`, turned. */
  key: Tensor
  /** `[B, K, S, d]` */
  value: Tensor
}

function queriesKeysValues(
  model: Model,
  x: Tensor,
  at: string,
  { batch, steps, rotate }: DecoderInput,
): Heads {
  const { numAttentionHeads: heads, numKeyValueHeads: kvHeads } = model.config
  const d = headSize(model.config)
  if (steps > 1) {
    const perHead = (name: string, count: number): Tensor => {
      const all = project(model, x, `${at}${name}`)
      // One head needs no moving.
      if (count === 1) return reshape(all, [batch, 1, steps, d])
      return transpose(reshape(all, [batch, steps, count, d]), [0, 2, 1, 3])
    }
    const [query, key] = [rotate(perHead('q_proj', heads)), rotate(perHead('k_proj', kvHeads))]
    return { query, key, value: perHead('v_proj', kvHeads) }
  }
  // One product and one turn are best for a few rows; for many, cutting the result costs more than it saves.
  const all = reshape(
    projectAll(
      model,
      x,
      ['q_proj', 'k_proj', 'v_proj'].map(name => `${at}${name}`),
    ),
    [batch, heads + 2 * kvHeads, 1, d],
  )
  const turned = rotate(slice(all, 1, 0, heads + kvHeads))
  return {
    query: slice(turned, 1, 0, heads),
    key: slice(turned, 1, heads, heads + kvHeads),
    value: slice(all, 1, heads + kvHeads, heads + 2 * kvHeads),
  }
}

function mlp(model: Model, { hidden, normed }: Stream, at: string): Tensor {
  const [gate, up] = [project(model, normed, `${at}gate_proj`), project(model, normed, `${at}up_proj`)]
  return project(model, swiGlu(gate, up), `${at}down_proj`, hidden)
}

/** A linear layer with its bias and adapter, `[N, in]` → `[N, out]`, and what it is added to. */
function project(model: Model, x: Tensor, name: string, residual?: Tensor): Tensor {
  return projectAll(model, x, [name], residual)
}

/** Linear layers that stand side by side as one product: `[N, in]` → `[N, Σ out]`. */
function projectAll(model: Model, x: Tensor, names: readonly string[], residual?: Tensor): Tensor {
  const { weights } = model
  const all = (kind: string): string[] => names.map(name => `${name}.${kind}`)
  const bias = weights.has(`${names[0]}.bias`) ? weights.get(...all('bias')) : undefined
  // The product takes one addend along at no cost.
  const base = linear(x, weights.get(...all('weight')), residual ?? bias)
  const biased = residual && bias ? add(base, bias) : base
  const addition = adapted(model, x, names)
  return addition ? add(biased, addition) : biased
}

/** `α/r · B·A·x` for each of the layers (Hu et al. 2021, §4.1), zeros for those without an adapter; null if none has one. */
function adapted({ adapters, weights }: Model, x: Tensor, names: readonly string[]): Tensor | null {
  if (!adapters) return null
  const parts = names.map(name => {
    const prefix = `base_model.model.${name}`
    if (!adapters.weights.has(`${prefix}.lora_A.weight`)) return null
    const low = linear(x, adapters.weights.get(`${prefix}.lora_A.weight`))
    return scale(
      linear(low, adapters.weights.get(`${prefix}.lora_B.weight`)),
      adapters.lora.alpha / adapters.lora.rank,
    )
  })
  if (parts.every(part => part === null)) return null
  const zeros = (name: string): Tensor =>
    expand(x.graph.constant([0], [1, 1]), [x.shape[0]!, weights.get(`${name}.weight`).shape[0]!])
  return concat(
    parts.map((part, i) => part ?? zeros(names[i]!)),
    1,
  )
}
