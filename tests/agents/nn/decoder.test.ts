/** @file The decoder and its training against transformers on PyTorch. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Batch } from '../../../agents/nn/training/batch.ts'
import { initialWeights, parameters } from '../../../agents/nn/model/config.ts'
import { loraParameters } from '../../../agents/nn/model/lora.ts'
import type { StepStats, Trainer } from '../../../agents/nn/training/trainer.ts'
import { DivergedError } from '../../../agents/nn/training/trainer.ts'
import { rngAt } from '../../../envs/rng.ts'
import { assertClose } from './golden-folders.ts'
import { onePerRow } from './loss-batches.ts'
import { LOSS_GOLDEN } from './loss-vectors.ts'
import { CONFIG, DECODER_GOLDEN, smallTrainer, VALUED } from './small-models.ts'

const golden = DECODER_GOLDEN
const weight = Float32Array.from(golden.weight.flat())
const { batch: ids } = onePerRow(golden.tokens.map(tokens => ({ tokens, start: 0 })))
const batch: Batch = { ...ids, inputs: { weight } }
const CLONING = { kind: 'cross-entropy' } as const

const test = suite('decoder')

test('weights have the names and the order of a Llama checkpoint', () => {
  assert.equal(
    parameters(CONFIG).map(({ name }) => name),
    golden.names,
  )
})

test('log-probabilities equal those of transformers', async () => {
  const model = smallTrainer()
  assertClose(await model.logprobs(batch), golden.logprobs.flat(), 2e-5)
  await model.close()
})

async function assertTrainedAs(model: Trainer, expected: typeof golden | typeof golden.lora): Promise<void> {
  assertClose(await model.logprobs(batch), expected.logprobs.flat(), 2e-5)
  const stats: StepStats[] = []
  for (const _ of expected.losses)
    stats.push(await model.step(CLONING, { batches: [batch], learningRate: golden.learningRate }))
  assertClose(
    stats.map(({ loss }) => loss),
    expected.losses,
    2e-5,
  )
  assertClose(
    stats.map(({ gradNorm }) => gradNorm),
    expected.gradNorms,
    1e-4,
  )
  assertClose(await model.logprobs(batch), expected.logprobsAfter.flat(), 2e-4)
}

test('four AdamW steps equal those of PyTorch', async () => {
  const model = smallTrainer()
  await assertTrainedAs(model, golden)
  assert.is((await model.state()).steps, 4)
  await model.close()
})

test('four AdamW steps of low-rank adapters equal those of PyTorch', async () => {
  const { rank, alpha, targets, adaptersAfter } = golden.lora
  const model = smallTrainer(CONFIG, { adapted: { rank, alpha, targets } })
  await assertTrainedAs(model, golden.lora)
  assert.is(
    adaptersAfter.length,
    loraParameters(CONFIG, golden.lora).reduce((sum, { size }) => sum + size, 0),
  )
  assertClose(await model.weights(), adaptersAfter, 1e-4)
  await model.close()
})

for (const { spec, inputs, loss, gradNorm } of LOSS_GOLDEN.model.losses)
  test(`loss and gradient of ${JSON.stringify(spec)} equal those of PyTorch`, async () => {
    const { tokens, start, end } = LOSS_GOLDEN.model
    const { batch: plain } = onePerRow(tokens.map(each => ({ tokens: each, start: 0 })))
    const steps = tokens[0]!.length - 1
    const counts = (at: number): boolean => {
      const row = Math.floor(at / steps)
      return at % steps >= start[row]! && at % steps < end[row]!
    }
    const numbers = Object.entries(inputs).map(([name, value]) => [name, Float32Array.from([value].flat())])
    const full: Batch = {
      ...plain,
      sequences: plain.sequences!.map((row, at) => (counts(at) ? row : -1)),
      inputs: Object.fromEntries(numbers),
    }
    const model = smallTrainer(VALUED)
    const stats = await model.step(spec, { batches: [full], learningRate: 0 })
    assertClose([stats.loss], [loss], 2e-5 * Math.max(1, loss))
    assertClose([stats.gradNorm], [gradNorm], 2e-5 * Math.max(1, gradNorm))
    await model.close()
  })

test('at ratio 1 the clipped surrogate moves the weights as the weighted cross-entropy does', async () => {
  const [cloning, surrogate] = [smallTrainer(), smallTrainer()]
  const oldLogprobs = await surrogate.logprobs(batch)
  await cloning.step(CLONING, { batches: [batch], learningRate: 1e-3 })
  const inputs = {
    weight,
    advantages: new Float32Array(weight.length).fill(1),
    oldLogprobs,
    refLogprobs: oldLogprobs,
    clipLow: Float32Array.of(0.2),
    clipHigh: Float32Array.of(0.2),
    klCoef: Float32Array.of(0),
  }
  const stats = await surrogate.step(
    { kind: 'clipped-surrogate' },
    { batches: [{ ...batch, inputs }], learningRate: 1e-3 },
  )
  assertClose(await surrogate.weights(), [...(await cloning.weights())], 1e-6)
  assert.ok(Math.abs(stats.approxKl) < 1e-6)
  assert.is(stats.clipFraction, 0)
  await Promise.all([cloning.close(), surrogate.close()])
})

test('a loss that is not finite stops training and keeps the state', async () => {
  const model = smallTrainer()
  await model.step(CLONING, { batches: [batch], learningRate: 1e-3 })
  const before = await model.state()
  const broken = { ...batch, inputs: { weight: weight.with(2, Number.NaN) } }
  const bad = { batches: [broken], learningRate: 1e-3 }
  const good = { batches: [batch], learningRate: 1e-3 }
  const attempts: [attempt: () => Promise<unknown>, step: number][] = [
    [() => model.step(CLONING, bad), 2],
    [() => model.step(CLONING, { ...bad, batches: [batch, broken] }), 2],
    [() => model.steps(CLONING, [good, bad, good]), 3],
  ]
  for (const [attempt, step] of attempts) {
    const error = await attempt().then(
      () => null,
      (reason: unknown) => reason,
    )
    assert.instance(error, DivergedError)
    assert.is((error as DivergedError).step, step)
    assert.match(
      (error as DivergedError).message,
      /optimiser step \d: the loss became NaN.*lower the learning/,
    )
    assert.equal(await model.state(), before)
  }
  await model.close()
})

test('initial weights follow from the seed alone', () => {
  assert.equal(initialWeights(CONFIG, rngAt('w', 1)), initialWeights(CONFIG, rngAt('w', 1)))
  assert.not.equal(initialWeights(CONFIG, rngAt('w', 1)), initialWeights(CONFIG, rngAt('w', 2)))
})

test.run()
