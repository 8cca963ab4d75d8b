/** @file `ludus graph`: the graphs that the neural engine computes, as text or as a picture, for any shape of model. */
import { Argument, Command } from 'commander'
import { writeFile } from 'node:fs/promises'
import { ADAMW_DEFAULTS } from '../../agents/nn/training/adamw.ts'
import { inspectCheckpoint } from '../../agents/nn/checkpoint/checkpoint.ts'
import type { TransformerConfig } from '../../agents/nn/model/config.ts'
import { transformerConfigSchema } from '../../agents/nn/model/config.ts'
import { graphSvg } from '../../agents/nn/printer/graph-svg.ts'
import { graphSummary, graphText } from '../../agents/nn/printer/graph-text.ts'
import type { Graph } from '../../agents/nn/graph/graph.ts'
import type { BatchShape, LossSpec } from '../../agents/nn/losses/loss-graph.ts'
import { scoreGraph } from '../../agents/nn/training/score-graph.ts'
import type { DecodeSetup } from '../../agents/nn/sampling/decode-graph.ts'
import { decodeLoopGraph, decodeStepGraph, prefillGraph } from '../../agents/nn/sampling/decode-graph.ts'
import { NO_FILTERS } from '../../agents/nn/sampling/token-filter.ts'
import type { TrainSetup } from '../../agents/nn/training/train-graph.ts'
import { trainGraph, trainLoopGraph } from '../../agents/nn/training/train-graph.ts'
import { UsageError } from '../../envs/errors.ts'
import { wholeNumber } from './options.ts'
import { note, print, printJson } from './output.ts'

interface GraphFlags {
  layers: number
  hidden: number
  heads: number
  vocab: number
  policy?: string
  rows: number
  length: number
  svg?: string
  json?: true
}

/** Steps of the graph that takes several: more would look the same. */
const LOOP_STEPS = 4

const GRAPHS: Record<string, (config: TransformerConfig, shape: BatchShape) => Graph> = {
  train: (config, shape) => trainGraph(training(config, shape, { kind: 'cross-entropy' })),
  'train-rl': (config, shape) => trainGraph(training(config, shape, { kind: 'clipped-surrogate' })),
  'train-loop': (config, shape) =>
    trainLoopGraph(training(config, shape, { kind: 'cross-entropy' }), LOOP_STEPS),
  score: (config, shape) => scoreGraph(config, shape),
  prefill: (config, { rows, steps }) => prefillGraph(config, rows, steps),
  'decode-loop': (config, shape) => decodeLoopGraph(decoding(config, shape)),
  'decode-step': (config, shape) => decodeStepGraph(decoding(config, shape)),
}

export function graphCommand(): Command {
  return new Command('graph')
    .description('show a graph of the neural engine: every node with its shapes, or a picture of it')
    .addArgument(new Argument('<what>', 'the graph').choices(Object.keys(GRAPHS)))
    .option('--layers <n>', 'layers of the model', wholeNumber('--layers', 1), 1)
    .option('--hidden <n>', 'its hidden size', wholeNumber('--hidden', 1), 32)
    .option('--heads <n>', 'its attention heads', wholeNumber('--heads', 1), 4)
    .option('--vocab <n>', 'its tokens', wholeNumber('--vocab', 1), 16)
    .option('--policy <dir>', 'the shape of the model in this checkpoint folder instead')
    .option('--rows <n>', 'sequences at once', wholeNumber('--rows', 1), 2)
    .option('--length <n>', 'positions of a sequence', wholeNumber('--length', 1), 8)
    .option('--svg <file>', 'write a picture to this file instead of the text')
    .option('--json', 'print inputs, outputs, operations and sizes as one JSON document')
    .action(show)
}

async function show(what: string, flags: GraphFlags): Promise<void> {
  const { policy, svg, json, rows, length } = flags
  const config = policy === undefined ? smallConfig(flags) : inspectCheckpoint(policy).config
  const shape = { rows, steps: length, sequences: 0, packed: false, positioned: false }
  const graph = GRAPHS[what]!(config, shape).spec()
  if (svg !== undefined) {
    await writeFile(svg, graphSvg(graph))
    note(`wrote ${svg}`)
  }
  if (json) return printJson({ graph: what, config, rows, length, ...graphSummary(graph) })
  if (svg === undefined) print(graphText(graph))
}

function decoding(config: TransformerConfig, { rows }: BatchShape): DecodeSetup {
  return { config, groups: rows, perGroup: 1, past: true, masked: false, greedy: false, filters: NO_FILTERS }
}

function training(config: TransformerConfig, shape: BatchShape, loss: LossSpec): TrainSetup {
  return { config, loss, shape, adamW: ADAMW_DEFAULTS }
}

function smallConfig({ layers, hidden, heads, vocab, length }: GraphFlags): TransformerConfig {
  const { data: config } = transformerConfigSchema.safeParse({
    vocabSize: vocab,
    hiddenSize: hidden,
    intermediateSize: 4 * hidden,
    numHiddenLayers: layers,
    numAttentionHeads: heads,
    numKeyValueHeads: heads,
    maxPositionEmbeddings: length,
    ropeTheta: 10_000,
    rmsNormEps: 1e-6,
    tieWordEmbeddings: false,
    initializerRange: 0.02,
  })
  if (config) return config
  throw new UsageError(
    `--hidden ${hidden} --heads ${heads}: expected a hidden size that is an even multiple of the heads; choose e.g. --hidden ${2 * Math.ceil(hidden / heads / 2) * heads}`,
  )
}
