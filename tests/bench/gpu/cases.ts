/** @file Every operation, layer and loss that training uses, to be compared between devices; and what sampling adds. */
import type { Graph, Tensor } from '../../../agents/nn/graph/graph.ts'

import { attend, embedding, rmsNorm, swiGlu } from '../../../agents/nn/graph/layers.ts'
import * as losses from '../../../agents/nn/losses/token-losses.ts'
import * as ops from '../../../agents/nn/graph/ops.ts'
import * as preferences from '../../../agents/nn/losses/preference-losses.ts'
import { rotation } from '../../../agents/nn/model/rotary.ts'
import { modelConfig } from './models.ts'

export interface OpCase {
  name: string
  shapes: readonly (readonly number[])[]
  /** Gets the operands, and behind them the ids if there are any. */
  build(graph: Graph, operands: Tensor[]): Tensor
  /** int32 numbers that are an input too: as a constant, what is made of them would be computed when the session is created. */
  ids?: { values: readonly number[]; shape: readonly number[] }
  /** The operands' values, from uniform numbers in [0, 1); default: −1 to 1. */
  draw?: (x: number) => number
  /** Values that carry no gradient, or are not real numbers. */
  forwardOnly?: true
}

const positive = (x: number): number => 0.5 + x
const list = (...values: number[]): NonNullable<OpCase['ids']> => ({ values, shape: [values.length] })
const scalar = (graph: Graph, value: number): Tensor => graph.constant(value)
const real = (x: Tensor): Tensor => ops.cast(x, 'float32')

/** One argument. */
function unary(name: string, op: (x: Tensor) => Tensor, draw?: OpCase['draw']): OpCase {
  return { name, shapes: [[6, 8]], build: (_, [x]) => op(x!), ...(draw && { draw }) }
}

/** Two arguments, the second one broadcast. */
function binary(name: string, op: (a: Tensor, b: Tensor) => Tensor, draw?: OpCase['draw']): OpCase {
  return { name, shapes: [[2, 6, 8], [8]], build: (_, [a, b]) => op(a!, b!), ...(draw && { draw }) }
}

function comparison(name: string, op: (a: Tensor, b: Tensor) => Tensor): OpCase {
  return { ...binary(name, (a, b) => real(op(a, b))), forwardOnly: true }
}

const OP_CASES: readonly OpCase[] = [
  binary('add', ops.add),
  binary('sub', ops.sub),
  binary('mul', ops.mul),
  binary('div', ops.div, positive),
  binary('minimum', ops.minimum),
  binary('maximum', ops.maximum),
  unary('neg', ops.neg),
  unary('exp', ops.exp),
  unary('log', ops.log, positive),
  unary('sqrt', ops.sqrt, positive),
  unary('reciprocal', ops.reciprocal, positive),
  unary('relu', ops.relu),
  unary('sigmoid', ops.sigmoid),
  unary('scale', x => ops.scale(x, 0.3)),
  unary('clip', x => ops.clip(x, scalar(x.graph, -0.4), scalar(x.graph, 0.5))),
  unary('sumOfSquares', ops.sumOfSquares),
  unary('softmax', ops.softmax),
  unary('logSumExp', ops.logSumExp),
  unary('sum of the first axis', x => ops.sum(x, [0])),
  unary('sum of the last axis, kept', x => ops.sum(x, [1], true)),
  unary('sum of all', x => ops.sum(x, [0, 1])),
  unary('reshape', x => ops.reshape(x, [4, 12])),
  unary('transpose', x => ops.transpose(x, [1, 0])),
  unary('slice', x => ops.slice(x, 1, 2, 5)),
  unary('concat', x => ops.concat([x, ops.neg(x), x], 1)),
  { name: 'expand', shapes: [[6, 1]], build: (_, [x]) => ops.expand(x!, [6, 8]) },
  {
    name: 'matmul',
    shapes: [
      [2, 3, 5, 8],
      [2, 3, 8, 6],
    ],
    build: (_, [a, b]) => ops.matmul(a!, b!),
  },
  {
    name: 'linear',
    shapes: [
      [7, 8],
      [5, 8],
    ],
    build: (_, [x, w]) => ops.linear(x!, w!),
  },
  { ...unary('maxLast', ops.maxLast), forwardOnly: true },
  comparison('greater', ops.greater),
  comparison('less', ops.less),
  comparison('not', (a, b) => ops.not(ops.greater(a, b))),
  comparison('where', (a, b) => ops.where(ops.greater(a, b), a, ops.neg(a))),
  {
    name: 'gather',
    shapes: [[6, 8]],
    ids: list(5, 0, 3, 3),
    build: (_, [x, ids]) => ops.gather(x!, ids!),
    forwardOnly: true,
  },
  {
    name: 'scatterRows',
    shapes: [[6, 8]],
    ids: list(1, 0, 3, 3, 3, 0),
    build: (_, [x, ids]) => ops.scatterRows(x!, ids!, 5),
    forwardOnly: true,
  },
  {
    name: 'compareEqual',
    shapes: [],
    ids: list(1, 2, 3),
    build: (graph, [ids]) => real(ops.compareEqual(ids!, graph.constant([1, 0, 3], [3], 'int32'))),
    forwardOnly: true,
  },
]

const SMALL = modelConfig({ layers: 1, width: 16, heads: 2, hidden: 24, length: 16 })

const LAYER_CASES: readonly OpCase[] = [
  {
    name: 'embedding by a product with an indicator',
    shapes: [[10, 8]],
    ids: list(9, 0, 3, 3, 7),
    build: (_, [table, ids]) => embedding(table!, ids!),
  },
  {
    name: 'embedding of a large vocabulary',
    shapes: [[300, 8]],
    ids: list(299, 0, 3, 3, 7),
    build: (_, [table, ids]) => embedding(table!, ids!),
  },
  { name: 'rmsNorm', shapes: [[6, 16], [16]], build: (_, [x, w]) => rmsNorm(x!, w!, 1e-6) },
  {
    name: 'swiGlu',
    shapes: [
      [6, 8],
      [6, 8],
    ],
    build: (_, [gate, up]) => swiGlu(gate!, up!),
  },
  {
    name: 'attend, with a mask',
    shapes: [
      [2, 3, 5, 8],
      [2, 3, 5, 8],
      [2, 3, 5, 8],
    ],
    build: (graph, [q, k, v]) => attend(q!, k!, v!, causal(graph, 5)),
  },
  {
    name: 'rotary positions, by column',
    shapes: [[2, 2, 5, 8]],
    build: (graph, [x]) => rotation(SMALL, graph, null, 5)(x!),
  },
  {
    name: 'rotary positions, given',
    shapes: [[2, 2, 5, 8]],
    ids: { values: [0, 1, 2, 0, 1, 3, 4, 5, 6, 7], shape: [2, 5] },
    build: (graph, [x, positions]) => rotation(SMALL, graph, positions!, 5)(x!),
  },
]

function causal(graph: Graph, steps: number): Tensor {
  const hidden = Array.from({ length: steps * steps }, (_, i) =>
    i % steps > Math.floor(i / steps) ? -1e9 : 0,
  )
  return graph.constant(hidden, [steps, steps])
}

/** Numbers that no gradient is taken for. */
const fixed = (graph: Graph, count: number, of: (i: number) => number): Tensor =>
  graph.constant(
    Array.from({ length: count }, (_, i) => of(i)),
    [count],
  )

const N = 6

const LOSS_CASES: readonly OpCase[] = [
  {
    name: 'cross-entropy of token log-probabilities',
    shapes: [[N, 10]],
    ids: list(0, 9, 4, 4, 2, 7),
    build: (graph, [logits, targets]) =>
      losses.crossEntropy(
        losses.tokenLogprobs(logits!, targets!),
        fixed(graph, N, i => (i % 3) / 4),
      ),
  },
  ...(['k1', 'k2', 'k3'] as const).map((klEstimator): OpCase => ({
    name: `clipped surrogate with ${klEstimator}`,
    shapes: [[N]],
    build: (graph, [logprobs]) => losses.clippedSurrogate(surrogate(graph, logprobs!, klEstimator)),
  })),
  {
    name: 'share of clipped ratios',
    shapes: [[N]],
    forwardOnly: true,
    build: (graph, [logprobs]) => losses.clipFraction(surrogate(graph, logprobs!, 'k3')),
  },
  {
    name: 'clipped value loss',
    shapes: [[N]],
    build: (graph, [values]) =>
      losses.clippedValueLoss(values!, {
        returns: fixed(graph, N, i => Math.sin(i)),
        oldValues: fixed(graph, N, i => Math.cos(i)),
        weight: fixed(graph, N, i => 0.1 + (i % 2) / 2),
        range: scalar(graph, 0.2),
      }),
  },
  {
    name: 'binary cross-entropy',
    shapes: [[N]],
    draw: x => 20 * x - 10,
    build: (graph, [scores]) =>
      losses.binaryCrossEntropy(
        scores!,
        fixed(graph, N, i => i % 2),
        fixed(graph, N, i => 0.1 * i),
      ),
  },
  {
    name: 'DPO',
    shapes: [[N]],
    build: (graph, [logprobs]) =>
      preferences.dpoLoss(logprobs!, fixed(graph, N, Math.sin), scalar(graph, 0.3), scalar(graph, 0.1)),
  },
  {
    name: 'IPO',
    shapes: [[N]],
    build: (graph, [logprobs]) =>
      preferences.ipoLoss(logprobs!, fixed(graph, N, Math.sin), scalar(graph, 0.7)),
  },
  {
    name: 'SimPO',
    shapes: [[N]],
    build: (graph, [logprobs]) => preferences.simpoLoss(logprobs!, scalar(graph, 2), scalar(graph, 0.5)),
  },
  {
    name: 'KTO',
    shapes: [[N]],
    build: (graph, [logprobs]) =>
      preferences.ktoLoss({
        logprobs: logprobs!,
        refLogprobs: fixed(graph, N, Math.sin),
        labels: fixed(graph, N, i => 1 - 2 * (i % 2)),
        weights: fixed(graph, N, i => 1 + (i % 3)),
        reference: scalar(graph, 0.1),
        beta: scalar(graph, 0.3),
      }),
  },
  {
    name: 'Bradley-Terry',
    shapes: [[N]],
    build: (graph, [scores]) =>
      preferences.bradleyTerryLoss(scores!, scalar(graph, 0.2), scalar(graph, 0.01)),
  },
]

function surrogate(graph: Graph, logprobs: Tensor, klEstimator: losses.KlEstimator): losses.SurrogateInput {
  const old = fixed(graph, N, i => Math.sin(i) / 2)
  return {
    logprobs,
    logRatio: ops.sub(logprobs, old),
    refLogprobs: fixed(graph, N, i => Math.cos(i) / 2),
    advantages: fixed(graph, N, i => Math.cos(3 * i)),
    weight: fixed(graph, N, i => (i % 4) / 4),
    clipLow: scalar(graph, 0.2),
    clipHigh: scalar(graph, 0.28),
    klCoef: scalar(graph, 0.1),
    klEstimator,
  }
}

/** What only sampling uses. */
export const SAMPLING_CASES: readonly OpCase[] = [
  { ...unary('argmaxLast', x => real(ops.argmaxLast(x))), forwardOnly: true },
]

export const CASES: readonly OpCase[] = [...OP_CASES, ...LAYER_CASES, ...LOSS_CASES, ...SAMPLING_CASES]
