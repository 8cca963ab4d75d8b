/** @file Graphs of training: forward, backward and AdamW in one run; K such steps in one run; gradients to accumulate. */
import type { AdamWOptions, AdamWUpdate } from './adamw.ts'
import { adamW } from './adamw.ts'
import type { Parameter, TransformerConfig } from '../model/config.ts'
import { flatSize, parameters } from '../model/config.ts'
import { gradients } from '../graph/gradient.ts'
import type { Tensor } from '../graph/graph.ts'
import { asParameter, Graph } from '../graph/graph.ts'
import type { BatchShape, InputOf, LossSpec, LossValue } from '../losses/loss-graph.ts'
import { isMeanOfSequences, lossValue } from '../losses/loss-graph.ts'
import type { LoraConfig } from '../model/lora.ts'
import { loraParameters } from '../model/lora.ts'
import { add, concat, expand, gather, less, mul, reshape, slice } from '../graph/ops.ts'
import type { Model } from '../model/transformer.ts'
import { WeightViews } from '../model/weights.ts'

export interface TrainSetup {
  config: TransformerConfig
  /** With adapters, they alone are trained, and the weights are inputs of their own, never copied. */
  lora?: LoraConfig | undefined
  loss: LossSpec
  shape: BatchShape
  adamW: Required<AdamWOptions>
  /** float64 to test gradients. */
  float?: 'float32' | 'float64'
}

/** What is trained, as a flat vector. */
export function trainable(config: TransformerConfig, lora?: LoraConfig): Parameter[] {
  return lora ? loraParameters(config, lora) : parameters(config)
}

/** One optimiser step. Inputs weights, moment1, moment2, decay `[P]`, learningRate, correction1, correction2, and the loss's. */
export function trainGraph(setup: TrainSetup): Graph {
  const graph = new Graph('train', setup.float)
  const size = [flatSize(trainable(setup.config, setup.lora))]
  const state = [
    graph.input('weights', size),
    graph.input('moment1', size),
    graph.input('moment2', size),
  ] as const
  const input: InputOf = (name, shape, dtype) => graph.input(name, shape, dtype)
  const step = trainStep(setup, state, { decay: graph.input('decay', size), input, frozen: graph })
  graph.output('newWeights', step.update.weights)
  graph.output('newMoment1', step.update.moment1)
  graph.output('newMoment2', step.update.moment2)
  for (const [name, tensor] of Object.entries(step.scalars)) graph.output(name, tensor)
  return graph
}

/** K optimiser steps in one run: weights and moments never leave the runtime in between. Inputs get a first axis K. */
export function trainLoopGraph(setup: TrainSetup, count: number): Graph {
  const graph = new Graph('train-loop', setup.float)
  const size = [flatSize(trainable(setup.config, setup.lora))]
  const carried = [graph.input('weights', size), graph.input('moment1', size), graph.input('moment2', size)]
  const decay = graph.input('decay', size)
  const body = new Graph('train-step', setup.float)
  const at = body.input('step', [], 'int64')
  body.input('goOn', [], 'bool')
  const state = [
    body.input('weightsIn', size),
    body.input('moment1In', size),
    body.input('moment2In', size),
  ] as const
  const input: InputOf = (name, shape, dtype) =>
    gather(within(body, graph.input(name, [count, ...shape], dtype)), at)
  const step = trainStep(setup, state, { decay: within(body, decay), input, frozen: graph })
  body.output('always', less(body.constant(0), body.constant(1)))
  body.output('weightsOut', step.update.weights)
  body.output('moment1Out', step.update.moment1)
  body.output('moment2Out', step.update.moment2)
  for (const [name, tensor] of Object.entries(step.scalars)) body.output(`${name}Out`, tensor)
  const float = graph.float
  const names = ['newWeights', 'newMoment1', 'newMoment2', ...Object.keys(step.scalars)]
  const outputs = graph.loop({
    trips: graph.constant(count, [], 'int64'),
    body,
    carried,
    results: names.map((_, i) => ({ shape: i < 3 ? size : [count], dtype: float })),
  })
  for (const [i, name] of names.entries()) graph.output(name, outputs[i]!)
  return graph
}

/**
 * Adds the gradient of one batch to `accumulated [P]`: outputs gradient and the loss's scalars. Input share, where the
 * loss is a mean over sequences: how large a part of the step's sequences this batch has.
 */
export function accumulateGraph(setup: TrainSetup): Graph {
  const graph = new Graph('accumulate', setup.float)
  const layout = trainable(setup.config, setup.lora)
  const size = [flatSize(layout)]
  const weights = graph.input('weights', size)
  const input: InputOf = (name, shape, dtype) => graph.input(name, shape, dtype)
  const { loss, gradient } = lossAndGradient(setup, weights, { input, frozen: graph })
  const share = isMeanOfSequences(setup.loss) ? graph.input('share', []) : null
  const part = (x: Tensor): Tensor => (share ? mul(x, share) : x)
  graph.output('gradient', add(graph.input('accumulated', size), part(gradient)))
  graph.output('loss', part(loss.value))
  for (const [name, tensor] of Object.entries(loss.stats)) graph.output(name, tensor)
  return graph
}

/** AdamW alone, on a gradient that was accumulated. */
export function applyGraph({
  config,
  lora,
  adamW: options,
  float,
}: Omit<TrainSetup, 'loss' | 'shape'>): Graph {
  const graph = new Graph('apply', float)
  const size = [flatSize(trainable(config, lora))]
  const vector = (name: string): Tensor => graph.input(name, size)
  const scalar = (name: string): Tensor => graph.input(name, [])
  const update = adamW(
    {
      weights: vector('weights'),
      moment1: vector('moment1'),
      moment2: vector('moment2'),
      gradient: vector('gradient'),
      decay: vector('decay'),
      learningRate: scalar('learningRate'),
      correction1: scalar('correction1'),
      correction2: scalar('correction2'),
    },
    options,
  )
  graph.output('newWeights', update.weights)
  graph.output('newMoment1', update.moment1)
  graph.output('newMoment2', update.moment2)
  graph.output('gradNorm', update.gradNorm)
  return graph
}

/** What a step reads beside its state. `frozen` is the graph that weights which are not trained are inputs of. */
interface Sources {
  input: InputOf
  frozen: Graph
}

function trainStep(
  setup: TrainSetup,
  [weights, moment1, moment2]: readonly [Tensor, Tensor, Tensor],
  sources: Sources & { decay: Tensor },
): { update: AdamWUpdate; scalars: Record<string, Tensor> } {
  const { loss, gradient } = lossAndGradient(setup, weights, sources)
  const update = adamW(
    {
      weights,
      moment1,
      moment2,
      gradient,
      decay: sources.decay,
      learningRate: sources.input('learningRate', []),
      correction1: sources.input('correction1', []),
      correction2: sources.input('correction2', []),
    },
    setup.adamW,
  )
  return { update, scalars: { loss: loss.value, gradNorm: update.gradNorm, ...loss.stats } }
}

/** The loss, and its gradient with respect to the flat vector: zero where the loss does not reach. */
export function lossAndGradient(
  { config, lora, loss: spec, shape }: TrainSetup,
  flat: Tensor,
  { input, frozen }: Sources,
): { loss: LossValue; gradient: Tensor } {
  const { graph } = flat
  const trained = new WeightViews(trainable(config, lora), ({ offset, size, shape: dims }) =>
    asParameter(reshape(slice(flat, 0, offset, offset + size), dims)),
  )
  const model: Model = lora
    ? { config, weights: frozenWeights(config, graph, frozen), adapters: { lora, weights: trained } }
    : { config, weights: trained }
  const loss = lossValue(model, spec, shape, input)
  const views = trained.views
  const byView = gradients(
    loss.value,
    views.map(({ tensor }) => tensor),
  )
  const total = flat.shape[0] as number
  const pieces: Tensor[] = []
  let covered = 0
  const zerosTo = (end: number): void => {
    if (end > covered) pieces.push(expand(graph.constant([0], [1]), [end - covered]))
  }
  for (const [i, { view }] of views.entries()) {
    zerosTo(view.offset)
    pieces.push(reshape(byView[i]!, [view.size]))
    covered = view.offset + view.size
  }
  zerosTo(total)
  return { loss, gradient: concat(pieces, 0) }
}

function frozenWeights(config: TransformerConfig, graph: Graph, outer: Graph): WeightViews {
  return new WeightViews(parameters(config), ({ name, shape }) => within(graph, outer.input(name, shape)))
}

/** A tensor of the outer graph as the body of a Loop sees it. */
function within(body: Graph, tensor: Tensor): Tensor {
  return { ...tensor, graph: body }
}
