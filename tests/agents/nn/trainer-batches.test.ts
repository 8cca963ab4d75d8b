/** @file One set of sequences in different batches: packed, cut into micro-batches, at other positions. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Batch } from '../../../agents/nn/training/batch.ts'
import { batchShape } from '../../../agents/nn/training/batch.ts'
import { parameters } from '../../../agents/nn/model/config.ts'
import type { LossSpec } from '../../../agents/nn/losses/loss-graph.ts'
import { pack } from '../../../agents/nn/training/packing.ts'
import { logitsGraph } from '../../../agents/nn/training/score-graph.ts'
import { createSession, ints } from '../../../agents/nn/runtime/session.ts'
import type { Trainer } from '../../../agents/nn/training/trainer.ts'
import { weightFeeds } from '../../../agents/nn/runtime/weight-feeds.ts'
import { assertClose } from './golden-folders.ts'
import type { Example } from './loss-batches.ts'
import { countedTokens, examples, lossBatch, LOSS_SPECS, onePerRow } from './loss-batches.ts'
import { CONFIG, smallTrainer, VALUED, waves } from './small-models.ts'

const CLONING: LossSpec = { kind: 'cross-entropy' }
const COUNT = 16
const many = examples(COUNT, CONFIG.vocabSize, [3, 6])

/** Loss and gradient norm, and the first moments, which after one step are the clipped gradient times 1 − β₁. */
async function oneStep(spec: LossSpec, batches: readonly Batch[]) {
  const model = smallTrainer(VALUED)
  const { loss, gradNorm } = await model.step(spec, { batches, learningRate: 1e-3 })
  const { moment1, weights } = await model.state()
  await model.close()
  return { loss, gradNorm, gradient: [...moment1].map(value => value / 0.1), weights }
}

async function assertSameStep(spec: LossSpec, batches: readonly Batch[], whole: Batch): Promise<void> {
  const [got, expected] = [await oneStep(spec, batches), await oneStep(spec, [whole])]
  const scale = Math.max(1, Math.abs(expected.loss), expected.gradNorm)
  assertClose([got.loss, got.gradNorm], [expected.loss, expected.gradNorm], 1e-6 * scale)
  assertClose(got.gradient, expected.gradient, 1e-6)
}

const test = suite('batches')

for (const [name, spec] of Object.entries(LOSS_SPECS)) {
  test(`${name}: packed sequences give the loss and the gradient of those that have a row each`, async () => {
    const packed = pack(many, 12, true)
    assert.ok(packed.batch.segments && packed.batch.rows < COUNT)
    await assertSameStep(spec, [lossBatch(spec, many, packed)], lossBatch(spec, many, onePerRow(many)))
  })

  test(`${name}: micro-batches add up to the gradient of the whole batch`, async () => {
    const total = countedTokens(many)
    const parts = [many.slice(0, 4), many.slice(4, 6), many.slice(6)]
    const batches = parts.map(part => lossBatch(spec, part, onePerRow(part), total))
    await assertSameStep(spec, batches, lossBatch(spec, many, onePerRow(many)))
  })
}

test('weights after a step of micro-batches are those after a step of the whole batch', async () => {
  const total = countedTokens(many)
  const parts = [many.slice(0, 7), many.slice(7)]
  const model = smallTrainer()
  const whole = smallTrainer()
  for (let i = 0; i < 3; i++) {
    const batches = parts.map(part => lossBatch(CLONING, part, onePerRow(part), total))
    await model.step(CLONING, { batches, learningRate: 1e-3 })
    await whole.step(CLONING, {
      batches: [lossBatch(CLONING, many, onePerRow(many))],
      learningRate: 1e-3,
    })
  }
  assert.is((await model.state()).steps, 3)
  assertClose(await model.weights(), [...(await whole.weights())], 1e-6)
  await Promise.all([model.close(), whole.close()])
})

test('scores of packed sequences are those of each alone', async () => {
  const packed = pack(many, 12, true)
  const model = smallTrainer(VALUED)
  for (const score of [
    (batch: Batch) => model.logprobs(batch),
    (batch: Batch) => model.scalars(batch),
  ] satisfies ((batch: Batch) => ReturnType<Trainer['logprobs']>)[]) {
    const together = await score({ ...packed.batch, inputs: {} })
    for (const [i, example] of many.entries()) {
      const alone = await score({ ...onePerRow([example]).batch, inputs: {} })
      assertClose(together.subarray(packed.offsets[i]!, packed.offsets[i]! + alone.length), [...alone], 1e-5)
    }
  }
  await model.close()
})

/** Logits at these positions; by column, where there are none. */
async function logitsAt(few: readonly Example[], positions?: Int32Array): Promise<Float32Array> {
  const { batch } = onePerRow(few)
  const shape = batchShape({ ...batch, inputs: {}, ...(positions && { positions }) })
  const session = await createSession(logitsGraph(CONFIG, shape))
  const grid = (values: Int32Array) => ints(values, [shape.rows, shape.steps])
  const { logits } = await session.run({
    ...weightFeeds(session.inputs, parameters(CONFIG), waves(parameters(CONFIG))),
    tokens: grid(batch.tokens),
    ...(positions && { positions: grid(positions) }),
  })
  await session.close()
  return logits!.data as Float32Array
}

test('positions that are the columns change nothing, and only distances count', async () => {
  const few = examples(3, CONFIG.vocabSize, [7, 7])
  const columns = Int32Array.from({ length: 18 }, (_, at) => at % 6)
  const plain = await logitsAt(few)
  assert.equal(await logitsAt(few, columns), plain)
  const shifted = columns.map((column, at) => column + [0, 3, 10][Math.floor(at / 6)]!)
  assertClose(await logitsAt(few, shifted), [...plain], 1e-5)
  const stretched = columns.map(column => 2 * column)
  const difference = (await logitsAt(few, stretched)).map((value, i) => Math.abs(value - plain[i]!))
  assert.ok(Math.max(...difference) > 1e-3)
})

test('training on one thread and on two is the same to the bit where operations are split', async () => {
  const config = {
    ...CONFIG,
    vocabSize: 300,
    hiddenSize: 96,
    intermediateSize: 192,
    maxPositionEmbeddings: 64,
  }
  const long = examples(12, config.vocabSize, [41, 41])
  const batch = lossBatch(CLONING, long, onePerRow(long))
  const models = [1, 2].map(threads => smallTrainer(config, { threads }))
  for (const model of models)
    for (let i = 0; i < 5; i++) await model.step(CLONING, { batches: [batch], learningRate: 1e-3 })
  const [one, two] = await Promise.all(models.map(model => model.state()))
  assert.equal(two, one)
  await Promise.all(models.map(model => model.close()))
})

test('batches that do not fit are refused, naming what is wrong', async () => {
  const model = smallTrainer()
  const few = examples(2, CONFIG.vocabSize, [5, 5])
  const spec: LossSpec = { kind: 'clipped-surrogate', ratio: 'sequence' }
  const good = lossBatch(spec, few, onePerRow(few))
  const { weight, ...rest } = good.inputs as { weight: Float32Array }
  const cases: [batch: Partial<Batch>, problem: RegExp][] = [
    [{ rows: 3 }, /expected 3 rows of tokens of one length, got 8 numbers/],
    [{ tokens: new Int32Array(0) }, /expected 2 rows of tokens of one length, got 0 numbers/],
    [{ targets: good.targets.slice(1) }, /expected 8 numbers in targets, got 7/],
    [{ positions: new Int32Array(9) }, /expected 8 numbers in positions, got 9/],
    [{ inputs: { ...rest, weight: weight.slice(2) } }, /expected 8 numbers in weight, got 6/],
    [{ inputs: rest }, /expected weight, which this loss reads; got none/],
    [{ inputs: { ...good.inputs, clipLow: Float32Array.of(1, 2) } }, /expected 1 numbers in clipLow, got 2/],
    [{ segments: new Int32Array(8) }, /expected 8 numbers in positions, got none/],
  ]
  const { sequences: _, ...unindexed } = good
  const broken: [Batch, RegExp][] = [
    ...cases.map(([change, problem]): [Batch, RegExp] => [{ ...good, ...change }, problem]),
    [unindexed, /expected 8 numbers in sequences, got none/],
  ]
  const fine = { batches: [good], learningRate: 1e-3 }
  const before = await model.state()
  for (const [batch, problem] of broken) {
    const bad = { batches: [batch], learningRate: 1e-3 }
    const attempts = [
      () => model.step(spec, bad),
      () => model.step(spec, { ...bad, batches: [good, batch] }),
      () => model.steps(spec, [bad, bad]),
    ]
    for (const attempt of attempts) {
      const error = await attempt().then(
        () => null,
        (reason: unknown) => reason as Error,
      )
      assert.instance(error, RangeError, String(problem))
      assert.match(error!.message, problem)
    }
  }
  assert.equal(await model.state(), before)
  await model.step(spec, fine)
  await model.close()
})

test.run()
