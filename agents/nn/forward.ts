/** @file The teacher-forced pass over whole sequences: what training and scoring share. */
import type { Graph, Tensor } from './graph.ts'
import { matmul, oneHot, reshape } from './ops.ts'
import type { TransformerConfig } from './config.ts'
import { parameters } from './config.ts'
import { decoder, rotaryTables } from './transformer.ts'
import type { Weights } from './transformer.ts'

/** Large enough to silence a position, small enough to stay finite in float32 sums. */
const MASKED = -1e9

/** One graph input per weight, as parameters that gradients are taken for. */
export function weightInputs(graph: Graph, config: TransformerConfig): Map<string, Tensor> {
  return new Map(parameters(config).map(({ name, shape }) => [name, graph.parameter(name, shape)]))
}

/** Logits `[B·S, V]` for every position of `tokens`, int32 `[B, S]`; each sees itself and what is before it. */
export function sequenceLogits(
  config: TransformerConfig,
  weights: Weights,
  tokens: Tensor,
  [batch, steps]: readonly [number, number],
): Tensor {
  const { graph } = tokens
  const headSize = config.hiddenSize / config.numAttentionHeads
  const indicator = oneHot(reshape(tokens, [batch * steps]), config.vocabSize, graph.float)
  const { cos, sin } = rotaryTables(config, steps)
  return decoder(config, weights, {
    embeddings: matmul(indicator, weights.get('model.embed_tokens.weight')!),
    batch,
    steps,
    cos: graph.constant(cos, [steps, headSize]),
    sin: graph.constant(sin, [steps, headSize]),
    mask: graph.constant(causalMask(steps), [steps, steps]),
  }).logits
}

function causalMask(steps: number): number[] {
  return Array.from({ length: steps * steps }, (_, i) => (i % steps > Math.floor(i / steps) ? MASKED : 0))
}
