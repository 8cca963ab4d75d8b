/** @file Every differentiable function of the engine, with operands that its gradient is checked at. */
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import type { Tensor } from '../../../agents/nn/graph/graph.ts'
import { attend, embedding, rmsNorm, swiGlu } from '../../../agents/nn/graph/layers.ts'
import * as losses from '../../../agents/nn/losses/token-losses.ts'
import * as ops from '../../../agents/nn/graph/ops.ts'
import * as preferences from '../../../agents/nn/losses/preference-losses.ts'
import { rotation } from '../../../agents/nn/model/rotary.ts'

export interface GradientCase {
  /** The function's name, and what is special about its operands. */
  name: string
  /** Sizes joined by commas, operands by blanks: `2,3 3`; `-` is a scalar. */
  shapes: string
  build: (x: Tensor[]) => Tensor
  /** From [0, 1); default: between −1 and 1. */
  draw?: (x: number) => number
}

const positive = (x: number): number => 0.5 + x
/** Away from 0, where relu has a kink. */
const notZero = (x: number): number => (x < 0.5 ? -0.2 - x : x)

const one =
  (op: (x: Tensor) => Tensor) =>
  ([a]: Tensor[]): Tensor =>
    op(a!)
const two =
  (op: (a: Tensor, b: Tensor) => Tensor) =>
  ([a, b]: Tensor[]): Tensor =>
    op(a!, b!)
const three =
  (op: (a: Tensor, b: Tensor, c: Tensor) => Tensor) =>
  ([a, b, c]: Tensor[]): Tensor =>
    op(a!, b!, c!)
const four =
  (op: (a: Tensor, b: Tensor, c: Tensor, d: Tensor) => Tensor) =>
  ([a, b, c, d]: Tensor[]): Tensor =>
    op(a!, b!, c!, d!)
/** Not linear, so that the gradient depends on where it is taken. */
const curved = (op: (x: Tensor) => Tensor): GradientCase['build'] => one(x => ops.exp(op(x)))

function cases(
  list: [name: string, shapes: string, build: GradientCase['build'], draw?: GradientCase['draw']][],
): GradientCase[] {
  return list.map(([name, shapes, build, draw]) => ({ name, shapes, build, ...(draw && { draw }) }))
}

const OPERATIONS = cases([
  ['add', '2,3 2,3', two(ops.add)],
  ['add, a row to a matrix', '2,3 3', two(ops.add)],
  ['add, a scalar first', '- 2,3', two(ops.add)],
  ['sub, a matrix less a column', '2,3 2,1', two(ops.sub)],
  ['sub, a row less a column', '3 2,1', two(ops.sub)],
  ['mul', '2,3 2,3', two(ops.mul)],
  ['mul, both broadcast', '2,1,3 2,1', two(ops.mul)],
  ['mul, by itself', '4', one(x => ops.mul(x, x))],
  ['div', '2,3 2,3', two(ops.div), positive],
  ['div, by a row', '2,3 1,3', two(ops.div), positive],
  ['div, of a scalar', '- 2,3', two(ops.div), positive],
  ['neg', '4', one(ops.neg)],
  ['exp', '4', one(ops.exp)],
  ['log', '4', one(ops.log), positive],
  ['sqrt', '4', one(ops.sqrt), positive],
  ['reciprocal', '4', one(ops.reciprocal), positive],
  ['relu', '6', one(ops.relu), notZero],
  ['sigmoid', '4', one(ops.sigmoid)],
  ['scale', '4', one(x => ops.scale(x, -2.5))],
  ['minimum', '5 5', two(ops.minimum)],
  ['minimum, with a scalar', '5 -', two(ops.minimum)],
  ['maximum', '5 5', two(ops.maximum)],
  ['maximum, of a column and a row', '2,1 3', two(ops.maximum)],
  ['clip', '6 - -', three((x, low, width) => ops.clip(x, low, ops.add(low, ops.exp(width))))],
  ['matmul', '2,3 3,4', two(ops.matmul)],
  ['matmul, in batches', '2,2,2,3 2,2,3,2', two(ops.matmul)],
  ['linear', '3,2 4,2', two(ops.linear)],
  ['linear, of its own gradient', '2,3 2,3', two((a, b) => ops.linear(ops.linear(a, b), ops.linear(b, a)))],
  ['sum, axes dropped', '2,3,2', curved(x => ops.sum(x, [0, 2]))],
  ['sum, axes kept', '2,3', curved(x => ops.sum(x, [1], true))],
  ['sumOfSquares', '2,3', curved(ops.sumOfSquares)],
  ['softmax', '2,4', one(ops.softmax)],
  ['logSumExp', '2,4', one(ops.logSumExp)],
  ['reshape', '2,6', curved(x => ops.reshape(x, [3, 4]))],
  ['transpose', '2,3,4', curved(x => ops.transpose(x, [2, 0, 1]))],
  ['swapLast', '2,3,4', curved(ops.swapLast)],
  ['expand', '2,1,3', curved(x => ops.expand(x, [2, 4, 3]))],
  ['expand, with new axes', '3', curved(x => ops.expand(x, [2, 4, 3]))],
  ['slice', '2,5', curved(x => ops.slice(x, 1, 1, 4))],
  ['slice, from the start', '3,2', curved(x => ops.slice(x, 0, 0, 2))],
  ['slice, to the end', '3,2', curved(x => ops.slice(x, 0, 1, 3))],
  ['concat', '2,2 2,3', two((a, b) => ops.exp(ops.concat([a, b], 1)))],
  ['concat, one part twice', '2,2 1,2', two((a, b) => ops.exp(ops.concat([a, b, a], 0)))],
  ['mul, one use after another', '3', one(x => ops.mul(ops.exp(x), ops.add(x, x)))],
])

const ids = (x: Tensor, list: number[]): Tensor => x.graph.constant(list, [list.length], 'int32')
const LARGE_VOCABULARY = 300

const LAYERS = cases([
  ['embedding', '5,3', curved(table => embedding(table, ids(table, [4, 0, 4, 2])))],
  [
    'embedding, a large vocabulary',
    `${LARGE_VOCABULARY},2`,
    curved(table => embedding(table, ids(table, [299, 7, 299, 0, 7]))),
  ],
  ['rmsNorm', '3,4 4', two((x, weight) => rmsNorm(x, weight, 1e-5))],
  ['rmsNorm, an epsilon that counts', '2,4 4', two((x, weight) => rmsNorm(x, weight, 0.3))],
  ['swiGlu', '3,4 3,4', two(swiGlu)],
  ['attend', '2,3,4,2 2,3,5,2 2,3,5,2', three((q, k, v) => attend(q, k, v, null))],
  [
    'attend, masked',
    '2,2,3,2 2,2,3,2 2,2,3,2',
    three((q, k, v) => attend(q, k, v, q.graph.constant([0, -1e9, -1e9, 0, 0, -1e9, 0, 0.3, 0], [3, 3]))),
  ],
  [
    'attend, a mask for each batch',
    '2,2,1,2 2,2,3,2 2,2,3,2',
    three((q, k, v) => attend(q, k, v, q.graph.constant([0, 0, -1e9, -1e9, 0, 0], [2, 1, 1, 3]))),
  ],
])

const rotated = (config: Partial<TransformerConfig>, positions?: number[]): GradientCase['build'] =>
  curved(x => {
    const [batch, , steps, d] = x.shape as [number, number, number, number]
    const full = { headDim: d, maxPositionEmbeddings: 16, ropeTheta: 30, ...config } as TransformerConfig
    const at = positions ? x.graph.constant(positions, [batch, steps], 'int32') : null
    return rotation(full, x.graph, at, steps)(x)
  })
const stretched = {
  factor: 4,
  lowFreqFactor: 1,
  highFreqFactor: 4,
  originalMaxPositionEmbeddings: 8,
}

const ROTARY = cases([
  ['rotation, by column', '2,2,3,4', rotated({})],
  ['rotation, by position', '2,1,3,4', rotated({}, [3, 4, 5, 0, 1, 0])],
  ['rotation, stretched', '1,2,3,8', rotated({ ropeScaling: stretched }, [9, 4, 15])],
])

const surrogate =
  (klEstimator: losses.KlEstimator): GradientCase['build'] =>
  ([logprobs, logRatio, refLogprobs, advantages, weight, low, high, klCoef]) =>
    losses.clippedSurrogate({
      logprobs: logprobs!,
      logRatio: logRatio!,
      refLogprobs: refLogprobs!,
      advantages: advantages!,
      weight: weight!,
      clipLow: ops.scale(ops.sigmoid(low!), 0.5),
      clipHigh: ops.scale(ops.sigmoid(high!), 0.5),
      klCoef: klCoef!,
      klEstimator,
    })
const SURROGATE = '8 8 8 8 8 - - -'

const LOSSES = cases([
  ['tokenLogprobs', '3,4', one(x => losses.tokenLogprobs(x, ids(x, [1, 3, 0])))],
  ['crossEntropy', '5 5', two(losses.crossEntropy)],
  ['klEstimate, k1', '4 4', two((a, b) => losses.klEstimate('k1', a, b))],
  ['klEstimate, k2', '4 4', two((a, b) => losses.klEstimate('k2', a, b))],
  ['klEstimate, k3', '4 4', two((a, b) => losses.klEstimate('k3', a, b))],
  ['clippedSurrogate, k1', SURROGATE, surrogate('k1')],
  ['clippedSurrogate, k2', SURROGATE, surrogate('k2')],
  ['clippedSurrogate, k3', SURROGATE, surrogate('k3')],
  ['meanWhere', '4', curved(x => losses.meanWhere(x, x.graph.constant([1, 0, 1, 1], [4])))],
  [
    'clippedValueLoss',
    '8 8 8 8 -',
    ([values, returns, oldValues, weight, range]) =>
      losses.clippedValueLoss(values!, {
        returns: returns!,
        oldValues: oldValues!,
        weight: weight!,
        range: ops.sigmoid(range!),
      }),
  ],
  ['binaryCrossEntropy', '4 4 4', three(losses.binaryCrossEntropy)],
  ['softplus', '6', one(losses.softplus), notZero],
  ['softplus, far out', '4', one(losses.softplus), x => 200 * x - 100],
  ['logSigmoid', '6', one(losses.logSigmoid), notZero],
])

const PREFERENCES = cases([
  [
    'pairs',
    '6',
    one(x => {
      const { chosen, rejected } = preferences.pairs(x)
      return ops.sub(ops.exp(chosen), ops.mul(rejected, rejected))
    }),
  ],
  ['dpoLoss', '6 6 - -', four(preferences.dpoLoss), positive],
  ['ipoLoss', '6 6 -', three(preferences.ipoLoss)],
  ['weightedNegativeMean', '6 3', two(preferences.weightedNegativeMean)],
  ['simpoLoss', '6 - -', three(preferences.simpoLoss)],
  [
    'ktoLoss',
    '4 4 4 - -',
    ([logprobs, refLogprobs, weights, reference, beta]) =>
      preferences.ktoLoss({
        logprobs: logprobs!,
        refLogprobs: refLogprobs!,
        labels: logprobs!.graph.constant([1, -1, -1, 1], [4]),
        weights: weights!,
        reference: reference!,
        beta: beta!,
      }),
    positive,
  ],
  ['bradleyTerryLoss', '6 3 -', three(preferences.bradleyTerryLoss)],
  [
    'implicitRewardLoss',
    '4 4 4 -',
    ([logprobs, refLogprobs, labels, beta]) =>
      preferences.implicitRewardLoss(logprobs!, {
        refLogprobs: refLogprobs!,
        labels: labels!,
        beta: beta!,
      }),
  ],
])

export const GRADIENT_CASES: readonly GradientCase[] = [
  ...OPERATIONS,
  ...LAYERS,
  ...ROTARY,
  ...LOSSES,
  ...PREFERENCES,
]

/** Exported functions that no gradient flows through, each for a reason that its docstring gives. */
export const NOT_DIFFERENTIABLE: readonly string[] = [
  // The maximum stops the gradient: only where it cancels, as in logSumExp, is the whole right.
  'maxLast',
  'logSumExpParts',
  // Values of layers, whose gradients are given by hand.
  'simplifiedLayerNorm',
  'rotaryEmbedding',
  'rotaryTables',
  // Sampling and indices.
  ...'sliceBetween gather scatterRows oneHot pick topValues cumulativeSum argmaxLast'.split(' '),
  ...'compareEqual greater less not where cast'.split(' '),
  // Numbers to watch.
  'indicator',
  'clipFraction',
]
