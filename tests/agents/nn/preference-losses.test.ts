/** @file Preference losses as numbers: published ones, PyTorch's, and laws that their formulas obey. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Graph, Tensor } from '../../../agents/nn/graph/graph.ts'
import { div } from '../../../agents/nn/graph/ops.ts'
import {
  bradleyTerryLoss,
  dpoLoss,
  ipoLoss,
  ktoLoss,
  simpoLoss,
} from '../../../agents/nn/losses/preference-losses.ts'
import type { Inputs } from './loss-vectors.ts'
import { assertAsInTorch, LOSS_GOLDEN, valueOf } from './loss-vectors.ts'

const near = (got: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(
    Math.abs(got - expected) < tolerance * Math.max(1, Math.abs(expected)),
    `${got} against ${expected}`,
  )

const BUILDS: Record<string, (input: Inputs, graph: Graph) => Tensor> = {
  dpo: input => dpoLoss(input('logprobs'), input('refLogprobs'), input('beta'), input('smoothing')),
  ipo: (input, graph) =>
    ipoLoss(input('logprobs'), input('refLogprobs'), div(graph.constant(0.5), input('beta'))),
  simpo: input => simpoLoss(input('meanLogprobs'), input('beta'), input('gamma')),
  kto: input =>
    ktoLoss({
      logprobs: input('logprobs'),
      refLogprobs: input('refLogprobs'),
      labels: input('labels'),
      weights: input('weights'),
      reference: input('reference'),
      beta: input('beta'),
    }),
  'bradley-terry': input => bradleyTerryLoss(input('scores'), input('margin'), input('centre')),
}

const test = suite('preference losses')

for (const [of, build] of Object.entries(BUILDS)) {
  const vectors = LOSS_GOLDEN.vectors.filter(vector => vector.of === of)
  test(`${of}, value and gradient, as in PyTorch`, async () => {
    assert.ok(vectors.length > 0)
    for (const vector of vectors) await assertAsInTorch(vector, build)
  })
}

const column = (graph: Graph, values: readonly number[]): Tensor => graph.constant(values, [values.length])

const dpo = (logprobs: readonly number[], refs: readonly number[], beta: number, smoothing = 0) =>
  valueOf(graph =>
    dpoLoss(column(graph, logprobs), column(graph, refs), graph.constant(beta), graph.constant(smoothing)),
  )
const ipo = (logprobs: readonly number[], refs: readonly number[], beta: number) =>
  valueOf(graph => ipoLoss(column(graph, logprobs), column(graph, refs), graph.constant(0.5 / beta)))
const simpo = (means: readonly number[], beta: number, gamma: number) =>
  valueOf(graph => simpoLoss(column(graph, means), graph.constant(beta), graph.constant(gamma)))
const kto = (logRatio: number, label: number, reference: number, beta: number, weight = 1) =>
  valueOf(graph =>
    ktoLoss({
      logprobs: column(graph, [logRatio]),
      refLogprobs: column(graph, [0]),
      labels: column(graph, [label]),
      weights: column(graph, [weight]),
      reference: graph.constant(reference),
      beta: graph.constant(beta),
    }),
  )
const bradleyTerry = (scores: readonly number[], margin = 0, centre = 0) =>
  valueOf(graph => bradleyTerryLoss(column(graph, scores), column(graph, [margin]), graph.constant(centre)))

test('published values', async () => {
  near(await dpo([-1, -2], [-2, 0], 0.1), 0.554355, 1e-6)
  near(await simpo([-0.6, -1], 2, 0.5), 0.554355, 1e-6)
  near(await bradleyTerry([1.5, 0.5]), 0.313262, 1e-6)
  near(await kto(2, 1, 0.5, 0.1), 0.46257, 1e-6)
})

const logprob = fc.double({ min: -30, max: 0, noNaN: true })
const four = fc.tuple(logprob, logprob, logprob, logprob)
const RUNS = { numRuns: 15 }

test('DPO with labels smoothed by ε is that of the exchanged pair smoothed by 1 − ε', async () => {
  const smoothing = fc.double({ min: 0, max: 1, noNaN: true })
  await fc.assert(
    fc.asyncProperty(four, smoothing, async ([a, b, refA, refB], e) => {
      near(await dpo([a, b], [refA, refB], 0.2, e), await dpo([b, a], [refB, refA], 0.2, 1 - e))
    }),
    RUNS,
  )
})

test('without a preference DPO is log 2, and IPO is 0 at its margin', async () => {
  await fc.assert(
    fc.asyncProperty(four, async ([a, b, refA]) => {
      near(await dpo([a, b], [a, b], 0.1), Math.LN2)
      // Δ = 1/(2β) = 4
      near(await ipo([a, b], [refA, refA - a + b + 4], 0.125), 0)
    }),
    RUNS,
  )
})

test('KTO lies between 0 and λ, and falls as a desirable sequence becomes likelier', async () => {
  const gain = fc.double({ min: -20, max: 20, noNaN: true })
  await fc.assert(
    fc.asyncProperty(gain, async logRatio => {
      const loss = await kto(logRatio, 1, 0.5, 0.3, 1.5)
      assert.ok(loss >= 0 && loss <= 1.5, String(loss))
      assert.ok((await kto(logRatio + 1, 1, 0.5, 0.3, 1.5)) < loss)
      near((await kto(logRatio, -1, 0.5, 0.3, 1.5)) + loss, 1.5)
    }),
    RUNS,
  )
})

test("KTO's reference point is not below 0", async () => {
  near(await kto(2, 1, -3, 0.1), await kto(2, 1, 0, 0.1))
})

test('Bradley-Terry looks at the difference alone, unless scores are kept centred', async () => {
  await fc.assert(
    fc.asyncProperty(four, async ([chosen, rejected, shift, margin]) => {
      const shifted = [chosen + shift, rejected + shift]
      near(await bradleyTerry(shifted, margin), await bradleyTerry([chosen, rejected], margin))
      near(
        (await bradleyTerry(shifted, margin, 0.5)) - (await bradleyTerry(shifted, margin)),
        0.5 * (chosen + rejected + 2 * shift) ** 2,
        1e-8,
      )
    }),
    RUNS,
  )
})

test('each is the mean over its pairs', async () => {
  const [first, second] = [await dpo([-1, -2], [-2, 0], 0.3), await dpo([-5, -3], [-4, -4], 0.3)]
  near(await dpo([-1, -2, -5, -3], [-2, 0, -4, -4], 0.3), (first + second) / 2)
})

test.run()
