/** @file How far the engine's gradients are from float64 finite differences: of every function, and of whole models. */
import type { Batch } from '../../../agents/nn/training/batch.ts'
import { batchShape, feedsOf } from '../../../agents/nn/training/batch.ts'
import { ADAMW_DEFAULTS } from '../../../agents/nn/training/adamw.ts'
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import { parameters } from '../../../agents/nn/model/config.ts'
import type { Tensor } from '../../../agents/nn/graph/graph.ts'
import { Graph } from '../../../agents/nn/graph/graph.ts'
import type { LoraConfig } from '../../../agents/nn/model/lora.ts'
import type { LossSpec } from '../../../agents/nn/losses/loss-graph.ts'
import { pack } from '../../../agents/nn/training/packing.ts'
import type { Feeds, Session } from '../../../agents/nn/runtime/session.ts'
import { createSession, doubles } from '../../../agents/nn/runtime/session.ts'
import { flatSize } from '../../../agents/nn/model/config.ts'
import { lossAndGradient, trainable } from '../../../agents/nn/training/train-graph.ts'
import { weightFeeds } from '../../../agents/nn/runtime/weight-feeds.ts'
import { rngAt } from '../../../envs/rng.ts'
import { operand, worstError, worstGradientError } from './finite-differences.ts'
import { GRADIENT_CASES } from './gradient-cases.ts'
import { examples, lossBatch, LOSS_SPECS, onePerRow } from './loss-batches.ts'

export interface GradientError {
  name: string
  /** The worst of all coordinates, relative. */
  error: number
}

export async function opGradientErrors(): Promise<GradientError[]> {
  const errors: GradientError[] = []
  for (const { name, shapes, build, draw } of GRADIENT_CASES) {
    const rng = rngAt('gradient', name)
    const operands = shapes
      .split(' ')
      .map(sizes => operand(sizes === '-' ? [] : sizes.split(',').map(Number), rng, draw))
    errors.push({ name, error: await worstGradientError(operands, build) })
  }
  return errors
}

/** Every build of model under the cross-entropy, and every loss on a small model. */
export async function modelGradientErrors(): Promise<GradientError[]> {
  const errors: GradientError[] = []
  for (const [name, model] of Object.entries({ ...builds(), ...lossesOnAModel() }))
    errors.push({ name, error: await worstModelError(model) })
  return errors
}

interface TrainedModel {
  config: TransformerConfig
  loss: LossSpec
  batch: Batch
  lora?: LoraConfig
}

const CONFIG: TransformerConfig = {
  vocabSize: 7,
  hiddenSize: 4,
  intermediateSize: 6,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 4,
  maxPositionEmbeddings: 32,
  ropeTheta: 100,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.3,
}
const BIASED = { ...CONFIG, qkvBias: true, outputBias: true, mlpBias: true }
const LORA: LoraConfig = { rank: 2, alpha: 3, targets: ['q_proj', 'v_proj', 'o_proj', 'up_proj', 'lm_head'] }
const STRETCHED = { factor: 4, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositionEmbeddings: 8 }

function builds(): Record<string, TrainedModel> {
  const loss: LossSpec = { kind: 'cross-entropy' }
  const few = examples(2, CONFIG.vocabSize, [4, 6])
  const batch = lossBatch(loss, few, onePerRow(few))
  const short = few.map(example => ({ ...example, tokens: example.tokens.slice(0, 2), start: 0 }))
  const single = lossBatch(loss, short, onePerRow(short))
  const many = examples(14, CONFIG.vocabSize, [2, 4])
  const packed = lossBatch(loss, many, pack(many, 8))
  const shifted = { ...batch, positions: batch.tokens.map((_, i) => 3 + i) }
  const oneHeadPerKey = { ...CONFIG, numAttentionHeads: 2, tieWordEmbeddings: true }
  return {
    'one head per key, embeddings tied': { config: oneHeadPerKey, loss, batch },
    'heads share keys, embeddings untied': { config: CONFIG, loss, batch },
    'heads that share the hidden size': {
      config: { ...CONFIG, headDim: undefined, hiddenSize: 8 },
      loss,
      batch,
    },
    biases: { config: BIASED, loss, batch },
    'explicit positions, frequencies stretched': {
      config: { ...CONFIG, ropeScaling: STRETCHED },
      loss,
      batch: shifted,
    },
    'sequences packed': { config: CONFIG, loss, batch: packed },
    'one prediction per row': { config: BIASED, loss, batch: single },
    'a large vocabulary, tied': {
      config: { ...CONFIG, vocabSize: 257, numHiddenLayers: 1, tieWordEmbeddings: true },
      loss,
      batch,
    },
    'a reward head': {
      config: { ...CONFIG, scalarHead: 'reward' },
      loss: { kind: 'step-labels' },
      batch: lossBatch({ kind: 'step-labels' }, few, onePerRow(few)),
    },
    'low-rank adapters': { config: BIASED, loss, batch, lora: LORA },
    'low-rank adapters, one prediction per row': { config: CONFIG, loss, batch: single, lora: LORA },
  }
}

function lossesOnAModel(): Record<string, TrainedModel> {
  const config: TransformerConfig = {
    ...CONFIG,
    numHiddenLayers: 1,
    numAttentionHeads: 2,
    numKeyValueHeads: 1,
    headDim: 2,
    scalarHead: 'value',
  }
  const some = examples(4, config.vocabSize, [3, 5])
  return Object.fromEntries(
    Object.entries(LOSS_SPECS).map(([name, loss]) => [
      name,
      { config, loss, batch: lossBatch(loss, some, onePerRow(some)) },
    ]),
  )
}

async function worstModelError({ config, loss, batch, lora }: TrainedModel): Promise<number> {
  const size = flatSize(trainable(config, lora))
  const setup = {
    config,
    lora,
    loss,
    shape: batchShape(batch),
    adamW: ADAMW_DEFAULTS,
    float: 'float64',
  } as const
  const sessionOf = (output: (graph: Graph, value: Tensor, gradient: Tensor) => void): Promise<Session> => {
    const graph = new Graph('model-gradient', 'float64')
    const flat = graph.input('weights', [size])
    const { loss: found, gradient } = lossAndGradient(setup, flat, {
      input: (name, shape, dtype) => graph.input(name, shape, dtype),
      frozen: graph,
    })
    output(graph, found.value, gradient)
    return createSession(graph)
  }
  const forward = await sessionOf((graph, value) => graph.output('loss', value))
  const backward = await sessionOf((graph, _, gradient) => graph.output('gradient', gradient))
  const rng = rngAt('model gradient')
  const draw = (length: number): Float64Array => operand([length], rng, x => 1.6 * x - 0.7).values
  const frozen = Float32Array.from(draw(flatSize(parameters(config))))
  const feedsFor = ({ inputs }: Session): Feeds => {
    const weights = lora ? weightFeeds(inputs, parameters(config), frozen) : {}
    return inDoubles({ ...weights, ...feedsOf(inputs, batch) })
  }
  const [fed, fedBack] = [feedsFor(forward), feedsFor(backward)]
  const values = draw(size)
  const { gradient } = await backward.run({ ...fedBack, weights: doubles(values, [size]) })
  const error = await worstError(values, gradient!.data as Float64Array, async moved => {
    const { loss: value } = await forward.run({ ...fed, weights: doubles(moved, [size]) })
    return (value!.data as Float64Array)[0]!
  })
  await Promise.all([forward.close(), backward.close()])
  return error
}

function inDoubles(feeds: Feeds): Feeds {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [
      name,
      tensor.type === 'float32'
        ? doubles(Float64Array.from(tensor.data as Float32Array), tensor.dims)
        : tensor,
    ]),
  )
}
