/**
 * @file Rotary positions in Hugging Face's half-split form (Su et al. 2021): pairs (i, i + d/2) turn by position · θ^(−2i/d).
 */
import type { TransformerConfig } from './config.ts'
import { headSize } from './config.ts'
import type { Graph, Tensor } from '../graph/graph.ts'
import { withGradient } from '../graph/graph.ts'
import { add, cast, concat, gather, mul, neg, reshape, rotaryEmbedding, slice } from '../graph/ops.ts'

/**
 * Turns `[B, H, S, d]` to the positions of its S columns, and scales it by d^(−1/4): queries and keys both, so that their products
 * come out divided by √d without a pass of their own. A turn back is the gradient of a turn.
 */
export type Rotation = (x: Tensor) => Tensor

/** Rotation by position, int32 or int64 `[B, S]`; by column, where there are none. */
export function rotation(
  config: TransformerConfig,
  graph: Graph,
  positions: Tensor | null,
  steps: number,
): Rotation {
  const tables = rotaryTables(config, positions ? config.maxPositionEmbeddings : steps)
  const half = headSize(config) / 2
  const scale = (2 * half) ** -0.25
  const table = (values: number[]): Tensor =>
    graph.constant(
      values.map(value => scale * value),
      [values.length / half, half],
    )
  const [cos, sin] = [table(tables.cos), table(tables.sin)]
  const turn = graph.float === 'float32' ? fused(graph, positions) : stepwise(positions, steps)
  return x => withGradient(turn(x, cos, sin), [x], g => [turn(g, cos, neg(sin))])
}

type Turn = (x: Tensor, cos: Tensor, sin: Tensor) => Tensor

/** One operation, which every provider has, for float32. */
function fused(graph: Graph, positions: Tensor | null): Turn {
  const ids = positions ? int64(positions) : graph.constant([0], [1], 'int64')
  return (x, cos, sin) => rotaryEmbedding(x, ids, cos, sin)
}

function int64(positions: Tensor): Tensor {
  return positions.dtype === 'int64' ? positions : cast(positions, 'int64')
}

/** The same by elementary operations, for float64. */
function stepwise(positions: Tensor | null, steps: number): Turn {
  return (x, cos, sin) => {
    const [batch, , , d] = x.shape as [number, number, number, number]
    const angles = (table: Tensor): Tensor => {
      const halves = positions ? reshape(gather(table, positions), [batch, 1, steps, d / 2]) : table
      return concat([halves, halves], halves.shape.length - 1)
    }
    const turned = concat([neg(slice(x, 3, d / 2, d)), slice(x, 3, 0, d / 2)], 3)
    return add(mul(x, angles(cos)), mul(turned, angles(sin)))
  }
}

/** `cos` and `sin` of position · frequency, `[positions, d/2]` each, row by row. */
export function rotaryTables(config: TransformerConfig, positions: number): { cos: number[]; sin: number[] } {
  const frequencies = rotaryFrequencies(config)
  const cos: number[] = []
  const sin: number[] = []
  for (let position = 0; position < positions; position++)
    for (const frequency of frequencies) {
      cos.push(Math.cos(position * frequency))
      sin.push(Math.sin(position * frequency))
    }
  return { cos, sin }
}

/** θ^(−2i/d) for each of the d/2 pairs, the slow ones stretched where the model was trained so (Llama 3.1). */
function rotaryFrequencies(config: TransformerConfig): number[] {
  const d = headSize(config)
  return Array.from({ length: d / 2 }, (_, i) => {
    const frequency = config.ropeTheta ** ((-2 * i) / d)
    return config.ropeScaling ? stretched(frequency, config.ropeScaling) : frequency
  })
}

function stretched(frequency: number, scaling: NonNullable<TransformerConfig['ropeScaling']>): number {
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings } = scaling
  const turns = (originalMaxPositionEmbeddings * frequency) / (2 * Math.PI)
  if (turns > highFreqFactor) return frequency
  if (turns < lowFreqFactor) return frequency / factor
  const smooth = (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor)
  return ((1 - smooth) * frequency) / factor + smooth * frequency
}
