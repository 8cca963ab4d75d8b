import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ADAMW_DEFAULTS } from '../../../agents/nn/adamw.ts'
import { Sampler } from '../../../agents/nn/sampler.ts'
import { Trainer } from '../../../agents/nn/trainer.ts'
import { countParameters, initialWeights, parameters } from '../../../agents/nn/config.ts'
import { rngAt } from '../../../envs/rng.ts'

interface Golden {
  config: Record<string, number | boolean>
  ropeTheta: number
  names: string[]
  tokens: number[][]
  weight: number[][]
  learningRate: number
  logprobs: number[][]
  losses: number[]
  gradNorms: number[]
  logprobsAfter: number[][]
}

const golden = JSON.parse(
  readFileSync(new URL('../../golden/decoder.json', import.meta.url), 'utf8'),
) as Golden
const config = {
  vocabSize: 11,
  hiddenSize: 16,
  intermediateSize: 20,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  maxPositionEmbeddings: 16,
  ropeTheta: golden.ropeTheta,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.1,
}
const rows = golden.tokens.length
const tokens = Int32Array.from(golden.tokens.flat())
const weight = Float32Array.from(golden.weight.flat())

/** The same weights as in tests/golden/decoder.py. */
function goldenWeights(): Float32Array {
  const weights = new Float32Array(countParameters(config))
  for (const { shape, offset, size } of parameters(config))
    for (let i = offset; i < offset + size; i++)
      weights[i] = (shape.length === 1 ? 1 : 0) + 0.3 * Math.sin(1 + 0.7 * i)
  return weights
}

function assertClose(got: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  assert.is(got.length, expected.length)
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - got[i]!)))
  assert.ok(worst < tolerance, `largest difference ${worst}`)
}

const trainer = (threads = 1): Trainer =>
  new Trainer(config, goldenWeights(), { threads, adamW: ADAMW_DEFAULTS })

const test = suite('decoder')

test('weights have the names and the order of a Llama checkpoint', () => {
  assert.equal(
    parameters(config).map(({ name }) => name),
    golden.names,
  )
})

test('log-probabilities equal those of transformers', async () => {
  const model = trainer()
  assertClose(await model.logprobs({ tokens, rows }), golden.logprobs.flat(), 2e-5)
  await model.close()
})

test('four AdamW steps equal those of PyTorch', async () => {
  const model = trainer()
  const stats = []
  for (const _ of golden.losses)
    stats.push(await model.behaviorCloningStep({ tokens, rows, weight }, golden.learningRate))
  assertClose(
    stats.map(({ loss }) => loss),
    golden.losses,
    2e-5,
  )
  assertClose(
    stats.map(({ gradNorm }) => gradNorm),
    golden.gradNorms,
    1e-4,
  )
  assertClose(await model.logprobs({ tokens, rows }), golden.logprobsAfter.flat(), 2e-4)
  await model.close()
})

test('at ratio 1 the clipped surrogate moves the weights as the weighted cross-entropy does', async () => {
  const [cloning, surrogate] = [trainer(), trainer()]
  const oldLogprobs = await surrogate.logprobs({ tokens, rows })
  await cloning.behaviorCloningStep({ tokens, rows, weight }, 1e-3)
  const advantages = new Float32Array(weight.length).fill(1)
  const clip = { clipLow: 0.2, clipHigh: 0.2, klCoef: 0 }
  const stats = await surrogate.policyGradientStep(
    { tokens, rows, weight, advantages, oldLogprobs, ...clip },
    1e-3,
  )
  assertClose(surrogate.weights, [...cloning.weights], 1e-6)
  assert.ok(Math.abs(stats.approxKl) < 1e-6)
  await Promise.all([cloning.close(), surrogate.close()])
})

test('training is the same to the bit on one and on two threads', async () => {
  const [one, two] = [trainer(1), trainer(2)]
  for (const model of [one, two])
    for (let step = 0; step < 5; step++) await model.behaviorCloningStep({ tokens, rows, weight }, 1e-3)
  assert.equal(one.weights, two.weights)
  await Promise.all([one.close(), two.close()])
})

test('a loss that is not finite stops training and keeps the weights', async () => {
  const model = trainer()
  const before = model.weights
  const broken = weight.with(2, Number.NaN)
  try {
    await model.behaviorCloningStep({ tokens, rows, weight: broken }, 1e-3)
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, /the loss became NaN at optimiser step 1/)
  }
  assert.is(model.weights, before)
  await model.close()
})

const sampler = (threads = 1): Sampler => new Sampler(config, goldenWeights(), { threads })
const prompts = Array.from({ length: 70 }, (_, i) => [1 + (i % 9), 2, ...(i % 3 === 0 ? [5, 6] : [])])
const request = {
  prompts,
  length: 12,
  temperature: 1,
  stop: [10],
  seeds: prompts.map((_, i) => ['sampler', i]),
}

test('the log-probability of each sampled token is that of the teacher-forced pass', async () => {
  const [model, scorer] = [sampler(), trainer()]
  const samples = await model.sample(request)
  const batch = new Int32Array(prompts.length * request.length)
  samples.forEach((sample, i) => batch.set([...prompts[i]!, ...sample.tokens], i * request.length))
  const scored = await scorer.logprobs({ tokens: batch, rows: prompts.length })
  for (const [i, { logprobs }] of samples.entries()) {
    const start = i * (request.length - 1) + prompts[i]!.length - 1
    assertClose(scored.subarray(start, start + logprobs.length), logprobs, 1e-5)
  }
  await Promise.all([model.close(), scorer.close()])
})

test('a row is the same whatever it is batched with', async () => {
  const model = sampler()
  const together = await model.sample(request)
  for (const i of [0, 33, 69]) {
    const [alone] = await model.sample({ ...request, prompts: [prompts[i]!], seeds: [request.seeds[i]!] })
    assert.equal(alone!.tokens, together[i]!.tokens)
  }
  await model.close()
})

test('a completion ends with the first stop token or fills the length', async () => {
  const model = sampler()
  const samples = await model.sample(request)
  assert.ok(samples.some(({ stopped }) => stopped) && samples.some(({ stopped }) => !stopped))
  for (const [i, { tokens: drawn, stopped }] of samples.entries()) {
    assert.is(drawn.indexOf(10), stopped ? drawn.length - 1 : -1)
    if (!stopped) assert.is(drawn.length, request.length - prompts[i]!.length)
  }
  await model.close()
})

test('a stop token in the prompt does not end the completion', async () => {
  const model = sampler()
  const [plain, stopping] = await model.sample({
    ...request,
    prompts: [
      [3, 2],
      [3, 10, 2],
    ],
    seeds: [['a'], ['b']],
    stop: [10],
  })
  assert.ok(plain!.tokens.length > 0 && stopping!.tokens.length > 0)
  const [alone] = await model.sample({ ...request, prompts: [[3, 10, 2]], seeds: [['b']], stop: [10] })
  assert.equal(alone!.tokens, stopping!.tokens)
  await model.close()
})

test('temperature 0 takes the likeliest token each time', async () => {
  const [model, scorer] = [sampler(), trainer()]
  const [greedy] = await model.sample({ ...request, prompts: [[3, 2]], seeds: [[]], temperature: 0 })
  const prefix = [3, 2]
  for (const token of greedy!.tokens) {
    const alternatives = Array.from({ length: config.vocabSize }, (_, id) => [...prefix, id])
    const scored = await scorer.logprobs({
      tokens: Int32Array.from(alternatives.flat()),
      rows: config.vocabSize,
    })
    const last = alternatives.map((_, id) => scored[(id + 1) * prefix.length - 1]!)
    assert.is(last.indexOf(Math.max(...last)), token)
    prefix.push(token)
  }
  await Promise.all([model.close(), scorer.close()])
})

test('sampled frequencies are the probabilities', async () => {
  const [model, scorer] = [sampler(), trainer()]
  const count = 4000
  const many = Array.from({ length: count }, () => [3, 2])
  const seeds = many.map((_, i) => ['frequency', i])
  const samples = await model.sample({ ...request, prompts: many, seeds, length: 3, stop: [] })
  const alternatives = Array.from({ length: config.vocabSize }, (_, id) => [3, 2, id])
  const scored = await scorer.logprobs({
    tokens: Int32Array.from(alternatives.flat()),
    rows: config.vocabSize,
  })
  for (let id = 0; id < config.vocabSize; id++) {
    const probability = Math.exp(scored[id * 2 + 1]!)
    const observed = samples.filter(({ tokens: drawn }) => drawn[0] === id).length / count
    const deviation = Math.sqrt((probability * (1 - probability)) / count)
    assert.ok(
      Math.abs(observed - probability) < 4 * deviation,
      `token ${id}: ${observed} against ${probability}`,
    )
  }
  await Promise.all([model.close(), scorer.close()])
})

test('initial weights follow from the seed alone', () => {
  assert.equal(initialWeights(config, rngAt('w', 1)), initialWeights(config, rngAt('w', 1)))
  assert.not.equal(initialWeights(config, rngAt('w', 1)), initialWeights(config, rngAt('w', 2)))
})

test.run()
