/** @file Graphs that score given sequences: log-probabilities, the scalar head, and plain logits. */
import type { TransformerConfig } from '../model/config.ts'
import { adapterInputs, sequenceStates, weightInputs } from '../model/forward.ts'
import { Graph } from '../graph/graph.ts'
import type { BatchShape } from '../losses/loss-graph.ts'
import type { LoraConfig } from '../model/lora.ts'
import { tokenLogprobs } from '../losses/token-losses.ts'
import type { Tensor } from '../graph/graph.ts'
import type { Model } from '../model/transformer.ts'
import { logits, scalars } from '../model/transformer.ts'

/** Output logprobs `[N]` of the targets. */
export function scoreGraph(config: TransformerConfig, shape: BatchShape, lora?: LoraConfig): Graph {
  return scoring(config, shape, lora, (model, states, graph) => {
    const targets = graph.input('targets', [shape.rows * shape.steps], 'int32')
    graph.output('logprobs', tokenLogprobs(logits(model, states), targets))
  })
}

/** Output scalars `[N]`. */
export function scalarGraph(config: TransformerConfig, shape: BatchShape, lora?: LoraConfig): Graph {
  return scoring(config, shape, lora, (model, states, graph) =>
    graph.output('scalars', scalars(model, states)),
  )
}

/** Output logits `[N, V]`. */
export function logitsGraph(config: TransformerConfig, shape: BatchShape, float?: 'float64'): Graph {
  return scoring(
    config,
    shape,
    undefined,
    (model, states, graph) => graph.output('logits', logits(model, states)),
    float,
  )
}

function scoring(
  config: TransformerConfig,
  { rows, steps, packed, positioned }: BatchShape,
  lora: LoraConfig | undefined,
  finish: (model: Model, states: Tensor, graph: Graph) => void,
  float?: 'float64',
): Graph {
  const graph = new Graph('score', float)
  const ids = (name: string): Tensor => graph.input(name, [rows, steps], 'int32')
  const model: Model = {
    config,
    weights: weightInputs(graph, config),
    ...(lora && { adapters: { lora, weights: adapterInputs(graph, config, lora) } }),
  }
  const states = sequenceStates(model, {
    tokens: ids('tokens'),
    positions: positioned || packed ? ids('positions') : undefined,
    segments: packed ? ids('segments') : undefined,
  })
  finish(model, states, graph)
  return graph
}
