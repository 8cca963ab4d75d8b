import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Tensor } from '../../../agents/nn/graph.ts'
import { Graph } from '../../../agents/nn/graph.ts'
import { gradients } from '../../../agents/nn/gradient.ts'
import { sequenceLogits, weightInputs } from '../../../agents/nn/forward.ts'
import { clippedSurrogate, crossEntropy, k3, tokenLogprobs } from '../../../agents/nn/losses.ts'
import * as ops from '../../../agents/nn/ops.ts'
import { parameters } from '../../../agents/nn/config.ts'
import { rngAt } from '../../../envs/rng.ts'
import { operand, worstGradientError } from './finite-differences.ts'

const TOLERANCE = 1e-5
const test = suite('gradients against float64 finite differences')

const positive = (x: number): number => 0.5 + x
/** Away from 0, where relu has a kink. */
const notZero = (x: number): number => (x < 0.5 ? -0.2 - x : x)

interface Case {
  shapes: number[][]
  draw?: (x: number) => number
  build: (x: Tensor[], graph: Graph) => Tensor
}

const CASES: Record<string, Case> = {
  add: { shapes: [[2, 3], [3]], build: ([a, b]) => ops.add(a!, b!) },
  sub: {
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: ([a, b]) => ops.sub(a!, b!),
  },
  mul: {
    shapes: [
      [2, 1, 3],
      [2, 1],
    ],
    build: ([a, b]) => ops.mul(a!, b!),
  },
  div: {
    shapes: [
      [2, 3],
      [2, 3],
    ],
    draw: positive,
    build: ([a, b]) => ops.div(a!, b!),
  },
  'div broadcast': {
    shapes: [
      [2, 3],
      [1, 3],
    ],
    draw: positive,
    build: ([a, b]) => ops.div(a!, b!),
  },
  neg: { shapes: [[4]], build: ([a]) => ops.neg(a!) },
  exp: { shapes: [[4]], build: ([a]) => ops.exp(a!) },
  log: { shapes: [[4]], draw: positive, build: ([a]) => ops.log(a!) },
  sqrt: { shapes: [[4]], draw: positive, build: ([a]) => ops.sqrt(a!) },
  reciprocal: { shapes: [[4]], draw: positive, build: ([a]) => ops.reciprocal(a!) },
  relu: { shapes: [[6]], draw: notZero, build: ([a]) => ops.relu(a!) },
  sigmoid: { shapes: [[4]], build: ([a]) => ops.sigmoid(a!) },
  scale: { shapes: [[4]], build: ([a]) => ops.scale(a!, -2.5) },
  minimum: { shapes: [[5], [5]], build: ([a, b]) => ops.minimum(a!, b!) },
  clip: {
    shapes: [[6]],
    draw: notZero,
    build: ([a], graph) => ops.clip(a!, graph.constant(-0.1), graph.constant(0.7)),
  },
  'matmul of matrices': {
    shapes: [
      [2, 3],
      [3, 4],
    ],
    build: ([a, b]) => ops.matmul(a!, b!),
  },
  'matmul in batches': {
    shapes: [
      [2, 2, 2, 3],
      [2, 2, 3, 2],
    ],
    build: ([a, b]) => ops.matmul(a!, b!),
  },
  linear: {
    shapes: [
      [3, 2],
      [4, 2],
    ],
    build: ([a, b]) => ops.linear(a!, b!),
  },
  'sum, axes dropped': { shapes: [[2, 3, 2]], build: ([a]) => ops.exp(ops.sum(a!, [0, 2])) },
  'sum, axes kept': { shapes: [[2, 3]], build: ([a]) => ops.exp(ops.sum(a!, [1], true)) },
  meanLast: { shapes: [[2, 3]], build: ([a]) => ops.exp(ops.meanLast(a!)) },
  softmax: { shapes: [[2, 4]], build: ([a]) => ops.softmax(a!) },
  logSumExp: { shapes: [[2, 4]], build: ([a]) => ops.logSumExp(a!) },
  reshape: { shapes: [[2, 6]], build: ([a]) => ops.exp(ops.reshape(a!, [3, 4])) },
  transpose: { shapes: [[2, 3, 4]], build: ([a]) => ops.exp(ops.transpose(a!, [2, 0, 1])) },
  expand: { shapes: [[2, 1, 3]], build: ([a]) => ops.exp(ops.expand(a!, [2, 4, 3])) },
  slice: { shapes: [[2, 5]], build: ([a]) => ops.exp(ops.slice(a!, 1, 1, 4)) },
  concat: {
    shapes: [
      [2, 2],
      [2, 3],
    ],
    build: ([a, b]) => ops.exp(ops.concat([a!, b!], 1)),
  },
  'one use after another': { shapes: [[3]], build: ([a]) => ops.mul(ops.exp(a!), ops.add(a!, a!)) },
  k3: { shapes: [[4], [4]], build: ([a, b]) => k3(a!, b!) },
  'clipped surrogate': {
    shapes: [[5]],
    build: ([logprobs], graph) =>
      clippedSurrogate({
        logprobs: logprobs!,
        oldLogprobs: graph.constant([-0.3, 0.2, 0.5, -0.8, 0.1], [5]),
        refLogprobs: graph.constant([-0.2, 0.4, 0.1, -0.5, 0.3], [5]),
        advantages: graph.constant([1, -1, 0.5, -2, 1.5], [5]),
        weight: graph.constant([0.1, 0.2, 0.3, 0.4, 0], [5]),
        clipLow: graph.constant(0.2),
        clipHigh: graph.constant(0.28),
        klCoef: graph.constant(0.05),
      }),
  },
}

for (const [name, { shapes, draw, build }] of Object.entries(CASES)) {
  test(name, async () => {
    const rng = rngAt('gradient', name)
    const operands = shapes.map(shape => operand(shape, rng, draw))
    const error = await worstGradientError(operands, (graph, tensors) => build(tensors, graph))
    assert.ok(error < TOLERANCE, `worst relative error ${error}`)
  })
}

test('the whole decoder under the cross-entropy, every weight', async () => {
  const config = {
    vocabSize: 7,
    hiddenSize: 8,
    intermediateSize: 6,
    numHiddenLayers: 2,
    numAttentionHeads: 4,
    numKeyValueHeads: 2,
    maxPositionEmbeddings: 8,
    ropeTheta: 100,
    rmsNormEps: 1e-5,
    tieWordEmbeddings: true,
    initializerRange: 0.3,
  }
  const [rows, steps] = [2, 4]
  const rng = rngAt('gradient', 'decoder')
  const operands = parameters(config).map(({ shape }) => operand(shape, rng, x => x - 0.4))
  const names = parameters(config).map(({ name }) => name)
  const error = await worstGradientError(operands, (graph, tensors) => {
    const weights = new Map(names.map((name, i) => [name, tensors[i]!]))
    const ids = graph.constant([1, 2, 3, 4, 6, 5, 0, 2], [rows, steps], 'int32')
    const targets = graph.constant([2, 3, 4, 0, 5, 0, 2, 1], [rows * steps], 'int32')
    const weight = graph.constant([0.1, -0.2, 0.3, 0.1, 0.2, 0, 0.15, 0.25], [rows * steps])
    return crossEntropy(tokenLogprobs(sequenceLogits(config, weights, ids, [rows, steps]), targets), weight)
  })
  assert.ok(error < TOLERANCE, `worst relative error ${error}`)
})

test('every exported differentiable operation has a case', () => {
  const exempt = [
    'gather',
    'oneHot',
    'greater',
    'less',
    'or',
    'and',
    'not',
    'where',
    'cast',
    'argmaxLast',
    'maxLast',
  ]
  const covered = Object.keys(CASES).map(name => name.split(/[ ,]/)[0])
  for (const name of Object.keys(ops)) assert.ok(exempt.includes(name) || covered.includes(name), name)
})

test('a loss that does not depend on a parameter is refused', () => {
  const graph = new Graph('unused')
  const used = graph.parameter('used', [2])
  const unused = graph.parameter('unused', [2])
  assert.throws(() => gradients(ops.sum(used, [0]), [used, unused]), /does not depend on parameter unused/)
})

test('a loss that is not a scalar is refused', () => {
  const x = new Graph('vector').parameter('x', [2])
  assert.throws(() => gradients(x, [x]), /expected a scalar loss, got shape \[2\]/)
})

test('shapes that do not fit are refused where they are combined', () => {
  const graph = new Graph('shapes')
  const [a, b] = [graph.parameter('a', [2, 3]), graph.parameter('b', [2, 3])]
  assert.throws(() => ops.matmul(a, b), /matmul: expected shapes that fit, got \[2,3\] and \[2,3\]/)
  assert.throws(() => ops.add(a, graph.parameter('c', [4])), /broadcast/)
})

test('weights are graph inputs of their own', () => {
  const config = {
    vocabSize: 3,
    hiddenSize: 4,
    intermediateSize: 4,
    numHiddenLayers: 1,
    numAttentionHeads: 1,
  }
  const full = {
    ...config,
    numKeyValueHeads: 1,
    maxPositionEmbeddings: 8,
    ropeTheta: 10,
    rmsNormEps: 1e-5,
    tieWordEmbeddings: false,
    initializerRange: 0.02,
  }
  const graph = new Graph('inputs')
  assert.equal(
    [...weightInputs(graph, full).keys()],
    parameters(full).map(({ name }) => name),
  )
})

test.run()
