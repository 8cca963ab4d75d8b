/** @file The teacher-forced pass over whole sequences: what training and scoring share. */
import type { TransformerConfig } from './config.ts'
import { parameters } from './config.ts'
import type { Graph, Tensor } from '../graph/graph.ts'
import { attend, embedding } from '../graph/layers.ts'
import { add, cast, compareEqual, concat, reshape, scale, sub } from '../graph/ops.ts'
import type { LoraConfig } from './lora.ts'
import { loraParameters } from './lora.ts'
import type { Model } from './transformer.ts'
import { decoder } from './transformer.ts'
import { rotation } from './rotary.ts'
import { WeightViews } from './weights.ts'

/** Large enough to silence a position, small enough to stay finite in float32 sums. */
export const MASKED = -1e9

/** One graph input per weight, as parameters that gradients are taken for. */
export function weightInputs(graph: Graph, config: TransformerConfig): WeightViews {
  return new WeightViews(parameters(config), ({ name, shape }) => graph.parameter(name, shape))
}

/** One graph input per adapter matrix. */
export function adapterInputs(graph: Graph, config: TransformerConfig, lora: LoraConfig): WeightViews {
  return new WeightViews(loraParameters(config, lora), ({ name, shape }) => graph.parameter(name, shape))
}

export interface Sequences {
  /** int32 `[B, S]` */
  tokens: Tensor
  /** int32 `[B, S]`: the position of each token, where that is not its column. */
  positions?: Tensor | undefined
  /** int32 `[B, S]`: several sequences in one row; a token sees those before it with the same number. */
  segments?: Tensor | undefined
}

/** Hidden states `[B·S, D]`; each position sees itself and what is before it. */
export function sequenceStates(model: Model, { tokens, positions, segments }: Sequences): Tensor {
  const { config, weights } = model
  const { graph } = tokens
  const [batch, steps] = tokens.shape as [number, number]
  const shared = config.numAttentionHeads / config.numKeyValueHeads
  const mask = segments
    ? segmentMask(segments, shared)
    : graph.constant(causalMask(steps, shared), [shared * steps, steps])
  return decoder(model, {
    embeddings: embedding(weights.get('model.embed_tokens.weight'), reshape(tokens, [batch * steps])),
    batch,
    steps,
    rotate: rotation(config, graph, positions ?? null, steps),
    attention: (_, query, key, value) => attend(query, key, value, mask),
  })
}

/** `[S, S]`, once for each of the heads that share keys. */
export function causalMask(steps: number, shared: number): number[] {
  const one = Array.from({ length: steps * steps }, (_, i) =>
    i % steps > Math.floor(i / steps) ? MASKED : 0,
  )
  return Array.from({ length: shared }, () => one).flat()
}

/** `[B, 1, S, S]`: causal, and silent between tokens of different segments. */
function segmentMask(segments: Tensor, shared: number): Tensor {
  const { graph } = segments
  const [batch, steps] = segments.shape as [number, number]
  const same = compareEqual(reshape(segments, [batch, 1, steps, 1]), reshape(segments, [batch, 1, 1, steps]))
  const other = scale(sub(cast(same, graph.float), graph.constant(1)), -MASKED)
  // A token of another segment in the future is silenced twice, which is still finite.
  const mask = add(other, graph.constant(causalMask(steps, 1), [steps, steps]))
  return concat(
    Array.from({ length: shared }, () => mask),
    2,
  )
}
