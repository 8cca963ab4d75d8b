/** @file Token losses as numbers: published ones, PyTorch's, and a plain transcription of the formulas. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Tensor } from '../../../agents/nn/graph/graph.ts'
import type { KlEstimator } from '../../../agents/nn/losses/token-losses.ts'
import {
  binaryCrossEntropy,
  clipFraction,
  clippedSurrogate,
  clippedValueLoss,
  crossEntropy,
  klEstimate,
  logSigmoid,
  meanWhere,
  softplus,
  tokenLogprobs,
} from '../../../agents/nn/losses/token-losses.ts'
import type { Graph } from '../../../agents/nn/graph/graph.ts'
import { sum } from '../../../agents/nn/graph/ops.ts'
import type { Inputs } from './loss-vectors.ts'
import { assertAsInTorch, LOSS_GOLDEN, valueOf } from './loss-vectors.ts'

const near = (got: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(
    Math.abs(got - expected) < tolerance * Math.max(1, Math.abs(expected)),
    `${got} against ${expected}`,
  )

const surrogate =
  (klEstimator: KlEstimator) =>
  (input: Inputs): Tensor =>
    clippedSurrogate({
      logprobs: input('logprobs'),
      logRatio: input('logRatio'),
      refLogprobs: input('refLogprobs'),
      advantages: input('advantages'),
      weight: input('weight'),
      clipLow: input('clipLow'),
      clipHigh: input('clipHigh'),
      klCoef: input('klCoef'),
      klEstimator,
    })

const BUILDS: Record<string, (input: Inputs) => Tensor> = {
  'cross-entropy': input => crossEntropy(tokenLogprobs(input('logits'), input('targets')), input('weight')),
  k1: surrogate('k1'),
  k2: surrogate('k2'),
  k3: surrogate('k3'),
  value: input =>
    clippedValueLoss(input('values'), {
      returns: input('returns'),
      oldValues: input('oldValues'),
      weight: input('weight'),
      range: input('range'),
    }),
  'step-labels': input => binaryCrossEntropy(input('scores'), input('labels'), input('weight')),
  softplus: input => sum(softplus(input('x')), [0]),
  logSigmoid: input => sum(logSigmoid(input('x')), [0]),
}

const test = suite('token losses')

for (const [of, build] of Object.entries(BUILDS)) {
  const vectors = LOSS_GOLDEN.vectors.filter(vector => vector.of === of)
  test(`${of}, value and gradient, as in PyTorch`, async () => {
    assert.ok(vectors.length > 0)
    for (const vector of vectors) await assertAsInTorch(vector, build)
  })
}

test('the estimators of KL at d = 0.1, published', async () => {
  const published = { k1: 0.1, k2: 0.005, k3: 0.00483742 } as const
  for (const [kind, expected] of Object.entries(published))
    near(
      await valueOf(graph => klEstimate(kind as KlEstimator, graph.constant(0.1), graph.constant(0))),
      expected,
      5e-9,
    )
})

test('softplus and log σ are exact where e^x is too large or too small to add', async () => {
  const at = (loss: (x: Tensor) => Tensor, x: number): Promise<number> =>
    valueOf(graph => loss(graph.constant(x)))
  assert.is(await at(softplus, 100), 100)
  assert.is(await at(logSigmoid, -100), -100)
  // log(1 + e^−100), which is e^−100, is below the last digit of 1 + e^−100.
  assert.ok((await at(softplus, -100)) < 1e-15)
  assert.ok((await at(logSigmoid, 100)) > -1e-15)
  assert.is(await at(softplus, 1000), 1000)
  near(await at(softplus, 0), Math.LN2)
})

interface Token {
  logprob: number
  oldLogprob: number
  refLogprob: number
  advantage: number
  weight: number
}
interface Options {
  clipLow: number
  clipHigh: number
  klCoef: number
}

const KL: Record<KlEstimator, (d: number) => number> = {
  k1: d => d,
  k2: d => d ** 2 / 2,
  k3: d => Math.exp(-d) + d - 1,
}

/** −Σ w [min(ρA, clip(ρ)A) − β·kl], token by token. */
function transcribed(tokens: readonly Token[], options: Options, kind: KlEstimator): number {
  const { clipLow, clipHigh, klCoef } = options
  return -tokens.reduce((total, { logprob, oldLogprob, refLogprob, advantage, weight }) => {
    const ratio = Math.exp(logprob - oldLogprob)
    const clipped = Math.min(Math.max(ratio, 1 - clipLow), 1 + clipHigh)
    const kl = KL[kind](logprob - refLogprob)
    return total + weight * (Math.min(ratio * advantage, clipped * advantage) - klCoef * kl)
  }, 0)
}

const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })
const someTokens = fc.array(
  fc.record({
    logprob: number(-3, 0),
    oldLogprob: number(-3, 0),
    refLogprob: number(-3, 0),
    advantage: number(-2, 2),
    weight: number(0, 1),
  }),
  { minLength: 1, maxLength: 6 },
)
const someOptions = fc.record({ clipLow: number(0, 0.5), clipHigh: number(0, 0.5), klCoef: number(0, 1) })
const kinds = fc.constantFrom<KlEstimator>('k1', 'k2', 'k3')

function surrogateInput(graph: Graph, tokens: readonly Token[], options: Options, kind: KlEstimator) {
  const column = (value: (token: Token) => number): Tensor =>
    graph.constant(tokens.map(value), [tokens.length])
  return {
    logprobs: column(({ logprob }) => logprob),
    logRatio: column(({ logprob, oldLogprob }) => logprob - oldLogprob),
    refLogprobs: column(({ refLogprob }) => refLogprob),
    advantages: column(({ advantage }) => advantage),
    weight: column(({ weight }) => weight),
    clipLow: graph.constant(options.clipLow),
    clipHigh: graph.constant(options.clipHigh),
    klCoef: graph.constant(options.klCoef),
    klEstimator: kind,
  }
}

test('the clipped surrogate is its formula, for every estimator and clip range', async () => {
  await fc.assert(
    fc.asyncProperty(someTokens, someOptions, kinds, async (tokens, options, kind) => {
      const value = await valueOf(graph => clippedSurrogate(surrogateInput(graph, tokens, options, kind)))
      near(value, transcribed(tokens, options, kind))
    }),
    { numRuns: 40 },
  )
})

test('the clipped share counts the weighted tokens outside the range', async () => {
  await fc.assert(
    fc.asyncProperty(someTokens, someOptions, async (tokens, options) => {
      const value = await valueOf(graph => clipFraction(surrogateInput(graph, tokens, options, 'k3')))
      const counted = tokens.filter(({ weight }) => weight > 0)
      const outside = counted.filter(({ logprob, oldLogprob }) => {
        const ratio = Math.exp(logprob - oldLogprob)
        return ratio > 1 + options.clipHigh || ratio < 1 - options.clipLow
      })
      near(value, outside.length / Math.max(1, counted.length))
    }),
    { numRuns: 40 },
  )
})

test('a mean over no tokens is 0', async () => {
  assert.is(await valueOf(graph => meanWhere(graph.constant([1, 2], [2]), graph.constant([0, 0], [2]))), 0)
})

test('log-probabilities are finite at logits of any size, and their exponentials sum to 1', async () => {
  const row = fc.array(number(-2000, 2000), { minLength: 4, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(row, async logits => {
      const total = await valueOf(graph => {
        const rows = graph.constant(
          [0, 1, 2, 3].flatMap(() => logits),
          [4, 4],
        )
        const logprobs = tokenLogprobs(rows, graph.constant([0, 1, 2, 3], [4], 'int32'))
        return sum(graph.emit({ op: 'Exp', inputs: [logprobs], shape: [4] }), [0])
      })
      near(total, 1)
    }),
    { numRuns: 30 },
  )
})

test.run()
