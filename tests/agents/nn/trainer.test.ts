/** @file Ways of training that must come to the same: in one run or several, on one thread or two, stopped or not. */
import { rmSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { initialAdapters, loraParameters, mergeAdapters } from '../../../agents/nn/model/lora.ts'
import { parameters } from '../../../agents/nn/model/config.ts'
import type { LossSpec } from '../../../agents/nn/losses/loss-graph.ts'
import { loadOptimizer, saveOptimizer } from '../../../agents/nn/checkpoint/optimizer-file.ts'
import type { Step } from '../../../agents/nn/training/trainer.ts'
import { Trainer } from '../../../agents/nn/training/trainer.ts'
import { rngAt } from '../../../envs/rng.ts'
import { assertClose, temporaryFolder } from './golden-folders.ts'
import { examples, lossBatch, LOSS_SPECS, onePerRow } from './loss-batches.ts'
import { CONFIG, smallTrainer, VALUED, waves } from './small-models.ts'

const CLONING: LossSpec = { kind: 'cross-entropy' }
const LORA = { rank: 3, alpha: 6, targets: ['q_proj' as const, 'down_proj' as const, 'lm_head' as const] }
const learningRates = [1e-3, 3e-3, 1e-4, 2e-3, 1e-3]

/** Steps on different batches of one shape, each with a learning rate of its own. */
function someSteps(spec: LossSpec): Step[] {
  return learningRates.map((learningRate, i) => {
    const few = examples(4 * (i + 1), CONFIG.vocabSize, [6, 8])
      .slice(-4)
      .map(example => ({ ...example, tokens: [...example.tokens, 1, 2, 3].slice(0, 8) }))
    return { batches: [lossBatch(spec, few, onePerRow(few))], learningRate }
  })
}

async function oneAfterAnother(model: Trainer, spec: LossSpec, steps: readonly Step[]) {
  const stats = []
  for (const step of steps) stats.push(await model.step(spec, step))
  return stats
}

const test = suite('trainer')

for (const [name, spec] of Object.entries(LOSS_SPECS)) {
  test(`${name}: five steps in one run are, to the bit, five runs, on one thread and on two`, async () => {
    const [one, two, loop] = [1, 2, 1].map(threads => smallTrainer(VALUED, { threads })) as [
      Trainer,
      Trainer,
      Trainer,
    ]
    const steps = someSteps(spec)
    const start = await one.weights()
    const stats = await oneAfterAnother(one, spec, steps)
    const end = await one.state()
    assert.is(end.steps, 5)
    assert.not.equal(end.weights, start)
    assert.equal(await oneAfterAnother(two, spec, steps), stats)
    assert.equal(await two.state(), end)
    assert.equal(await loop.steps(spec, steps), stats)
    assert.equal(await loop.state(), end)
    await Promise.all([one, two, loop].map(model => model.close()))
  })
}

test('steps whose batches differ in shape are done one after another', async () => {
  const batches = [3, 2].map(count => {
    const few = examples(count, CONFIG.vocabSize, [5, 5])
    return lossBatch(CLONING, few, onePerRow(few))
  })
  const steps = batches.map(batch => ({ batches: [batch], learningRate: 1e-3 }))
  const [apart, together] = [smallTrainer(), smallTrainer()]
  assert.equal(await together.steps(CLONING, steps), await oneAfterAnother(apart, CLONING, steps))
  assert.equal(await together.state(), await apart.state())
  await Promise.all([apart.close(), together.close()])
})

test('a run that is stopped, saved and resumed ends where one that is not ends, to the bit', async () => {
  const dir = temporaryFolder()
  const steps = someSteps(CLONING)
  const [whole, first, second] = [smallTrainer(), smallTrainer(), smallTrainer()]
  await oneAfterAnother(whole, CLONING, steps)
  await oneAfterAnother(first, CLONING, steps.slice(0, 2))
  const saved = await first.state()
  saveOptimizer(dir, saved)
  second.restore({ weights: saved.weights, ...loadOptimizer(dir, saved.weights.length) })
  assert.is((await second.state()).steps, 2)
  await second.steps(CLONING, steps.slice(2))
  assert.equal(await second.state(), await whole.state())
  assert.throws(() => loadOptimizer(dir, 7), /optimizer\.safetensors: expected moment1 \[7\] for this model/)
  assert.throws(() => loadOptimizer(`${dir}/none`, 7), /expected a checkpoint with optimizer\.json/)
  rmSync(dir, { recursive: true })
  await Promise.all([whole, first, second].map(model => model.close()))
})

test('a state that was taken is not changed by the steps behind it', async () => {
  const model = smallTrainer()
  const [step] = someSteps(CLONING) as [Step]
  await model.step(CLONING, step)
  const state = await model.state()
  const kept = structuredClone(state)
  const next = await model.step(CLONING, step)
  assert.equal(state, kept)
  model.restore(state)
  assert.equal(await model.step(CLONING, step), next)
  await model.close()
})

test('a state of the wrong size is refused', async () => {
  const model = smallTrainer()
  const state = await model.state()
  for (const name of ['weights', 'moment1', 'moment2'] as const)
    assert.throws(
      () => model.restore({ ...state, [name]: new Float32Array(3) }),
      new RegExp(`Trainer: expected ${state.weights.length} numbers in ${name}, got 3`),
    )
  assert.equal(await model.state(), state)
  await model.close()
})

test('without its moments an optimiser takes its first step again', async () => {
  const [step] = someSteps(CLONING) as [Step]
  const [reset, fresh] = [smallTrainer(), smallTrainer()]
  await reset.step(CLONING, step)
  reset.resetOptimizer()
  assert.is((await reset.state()).steps, 0)
  fresh.restore({ ...(await fresh.state()), weights: await reset.weights() })
  assert.equal(await reset.step(CLONING, step), await fresh.step(CLONING, step))
  assert.equal(await reset.state(), await fresh.state())
  await Promise.all([reset.close(), fresh.close()])
})

test('with adapters they alone are trained, and merged they give the same log-probabilities', async () => {
  const weights = waves(parameters(CONFIG))
  const adapters = initialAdapters(CONFIG, LORA, rngAt('trainer', 'adapters'))
  const [step, ...more] = someSteps(CLONING) as [Step, ...Step[]]
  const [batch] = step.batches
  const model = smallTrainer(CONFIG, { lora: { config: LORA, adapters: adapters.slice() } })
  const base = smallTrainer()
  // B is zero at first: the model is the base.
  assert.equal(await model.logprobs(batch!), await base.logprobs(batch!))
  await model.step(CLONING, step)
  await model.steps(CLONING, more)
  const trained = await model.weights()
  assert.is(trained.length, adapters.length)
  for (const { name, offset, size } of loraParameters(CONFIG, LORA))
    assert.not.equal(trained.slice(offset, offset + size), adapters.slice(offset, offset + size), name)
  const merged = weights.slice()
  mergeAdapters(CONFIG, merged, LORA, trained)
  base.restore({ ...(await base.state()), weights: merged })
  const found = await model.logprobs(batch!)
  assertClose(found, [...(await base.logprobs(batch!))], 1e-5)
  // What is left when the adapters go is the base, untouched.
  model.restore({ ...(await model.state()), weights: new Float32Array(trained.length) })
  base.restore({ ...(await base.state()), weights })
  assert.equal(await model.logprobs(batch!), await base.logprobs(batch!))
  await Promise.all([model.close(), base.close()])
})

test('weights that do not fit the model are refused', () => {
  assert.throws(
    () => new Trainer(CONFIG, new Float32Array(5), { threads: 1 }),
    /Trainer: expected \d+ weights for this config, got 5/,
  )
})

test.run()
