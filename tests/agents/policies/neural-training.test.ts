import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadModel } from '../../../agents/nn/checkpoint/checkpoint.ts'
import type { NeuralOptions } from '../../../agents/policies/neural.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import type { Demonstration, Experience } from '../../../agents/policy.ts'
import { UsageError } from '../../../envs/errors.ts'
import { rngAt } from '../../../envs/rng.ts'

const root = mkdtempSync(join(tmpdir(), 'ludus-neural-training-'))
const shape = {
  hiddenSize: 16,
  intermediateSize: 24,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  maxPositionEmbeddings: 48,
  ropeTheta: 100,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.2,
}
const clip = { clipLow: 0.2, clipHigh: 0.2, klCoef: 0.01 }
const fresh = (options: NeuralOptions = {}): NeuralPolicy =>
  NeuralPolicy.create(shape, '+0123456789;=', rngAt('training'), {
    samplers: 1,
    trainThreads: 1,
    reports: join(root, 'reports'),
    ...options,
  })
const ask = (content: string) => [{ role: 'user' as const, content }]

/** Lengths from a few tokens to nearly all that the model reads, so that they are packed. */
const demonstrations: Demonstration[] = [1, 30, 2, 3, 1, 12, 1, 2, 25, 1, 4, 2, 1, 7, 1, 1].map(
  (length, i) => ({
    prompt: ask(`${i % 10}+${length % 10}=`),
    completion: '0123456789;'.repeat(3).slice(i % 3, (i % 3) + length),
  }),
)

async function weightsOf(policy: NeuralPolicy, name: string): Promise<Float32Array> {
  await policy.save(join(root, name))
  return loadModel(join(root, name)).weights
}

async function experiences(policy: NeuralPolicy): Promise<Experience[]> {
  const prompts = demonstrations.slice(0, 8).map(({ prompt }) => prompt)
  const seeds = prompts.map((_, row) => ['experience', row])
  const completions = await policy.sample(prompts, { temperature: 1, maxTokens: 20, seeds, stop: ';' })
  return completions.map((completion, i) => ({
    prompt: prompts[i]!,
    completion,
    advantage: i % 2 === 0 ? 1 : completion.tokens.map((_, t) => Math.cos(t + i)),
    tokenWeight: 1 / 40,
  }))
}

/** Steps of both kinds, as a recipe would mix them. */
async function trained(policy: NeuralPolicy, from: number, to: number): Promise<void> {
  const batch = await experiences(policy)
  for (let step = from; step < to; step++) {
    await policy.behaviorCloningStep(demonstrations.slice(0, 4 + step), 3e-3)
    await policy.policyGradientStep(batch, clip, 3e-3)
  }
}

function close(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a))
}

const test = suite('neural policy in training')
test.after(() => rmSync(root, { recursive: true, force: true }))

test('training that is taken up again is uninterrupted training, to the bit', async () => {
  const whole = fresh()
  await trained(whole, 0, 3)
  await whole.save(join(root, 'middle'), { optimizer: true })
  await trained(whole, 3, 6)
  const expected = await weightsOf(whole, 'whole')
  await whole.close()

  const later = NeuralPolicy.load(join(root, 'middle'), { samplers: 1, trainThreads: 1 })
  await later.resume(join(root, 'middle'))
  await trained(later, 3, 6)
  assert.equal(await weightsOf(later, 'later'), expected)
  await later.close()

  const forgetful = NeuralPolicy.load(join(root, 'middle'), { samplers: 1, trainThreads: 1 })
  await trained(forgetful, 3, 6)
  assert.not.equal(await weightsOf(forgetful, 'forgetful'), expected)
  try {
    await forgetful.resume(join(root, 'forgetful'))
    assert.unreachable()
  } catch (error) {
    assert.instance(error, UsageError)
    assert.match((error as Error).message, /optimizer.json to go on from; it was saved without it/)
  }
  await forgetful.close()
})

test('resumed samples are of the resumed weights', async () => {
  const policy = fresh()
  const options = { temperature: 0, maxTokens: 12, seeds: [[]] }
  const [before] = await policy.sample([ask('1+1=')], options)
  await policy.save(join(root, 'start'), { optimizer: true })
  for (let step = 0; step < 8; step++) await policy.behaviorCloningStep(demonstrations, 2e-2)
  const [between] = await policy.sample([ask('1+1=')], options)
  assert.not.equal(between!.tokens, before!.tokens)
  await policy.resume(join(root, 'start'))
  assert.equal(await policy.sample([ask('1+1=')], options), [before])
  await policy.close()
})

test('micro-batches change a step only by rounding', async () => {
  const whole = fresh()
  const batch = await experiences(whole)
  const expected = [
    await whole.behaviorCloningStep(demonstrations, 1e-3),
    await whole.policyGradientStep(batch, clip, 1e-3),
  ]
  const scored = (await whole.logprobs(demonstrations)).flat()
  await whole.close()
  for (const microBatchTokens of [1, 64, 200]) {
    const cut = fresh({ microBatchTokens })
    const stats = [
      await cut.behaviorCloningStep(demonstrations, 1e-3),
      await cut.policyGradientStep(batch, clip, 1e-3),
    ]
    for (const [i, { loss, gradNorm }] of stats.entries()) {
      assert.ok(close(expected[i]!.loss, loss, 1e-5), `loss ${loss}, ${expected[i]!.loss}`)
      assert.ok(close(expected[i]!.gradNorm, gradNorm, 1e-4), `norm ${gradNorm}, ${expected[i]!.gradNorm}`)
    }
    for (const [i, logprob] of (await cut.logprobs(demonstrations)).flat().entries())
      assert.ok(close(scored[i]!, logprob, 1e-3), `logprob ${logprob}, ${scored[i]}`)
    await cut.close()
  }
})

test('a batch of very different lengths scores as its pairs do one by one', async () => {
  const policy = fresh()
  const together = await policy.logprobs(demonstrations)
  for (const [i, pair] of demonstrations.entries()) {
    const [alone] = await policy.logprobs([pair])
    // The end is scored, too.
    assert.is(alone!.length, pair.completion.length + 1)
    assert.is(together[i]!.length, alone!.length)
    for (const [t, logprob] of alone!.entries()) assert.ok(close(together[i]![t]!, logprob, 2e-5))
  }
  await policy.close()
})

test('training on packed rows leads where training on each of them alone leads', async () => {
  const [packed, apart] = [fresh(), fresh({ microBatchTokens: 1 })]
  for (let step = 0; step < 3; step++) {
    const a = await packed.behaviorCloningStep(demonstrations, 1e-3)
    const b = await apart.behaviorCloningStep(demonstrations, 1e-3)
    assert.ok(close(a.loss, b.loss, 1e-4), `${a.loss}, ${b.loss}`)
  }
  await Promise.all([packed.close(), apart.close()])
})

interface Report {
  step: number
  problem: string
  learningRate: number
  loss: { kind: string }
  batches: { rows: number; tokens: number[]; inputs: Record<string, (number | string)[]> }[]
}

async function diverging(run: Promise<unknown>): Promise<{ message: string; report: Report }> {
  try {
    await run
  } catch (error) {
    assert.instance(error, UsageError)
    const { message } = error as UsageError
    const file = /Its batch: (.*\.json)\./.exec(message)![1]!
    assert.ok(existsSync(file))
    return { message, report: JSON.parse(readFileSync(file, 'utf8')) as Report }
  }
  return assert.unreachable() as never
}

test('a step without a number as its loss names the step, its batch and the last good checkpoint', async () => {
  const policy = fresh()
  const batch = await experiences(policy)
  await policy.behaviorCloningStep(demonstrations, 1e-3)
  const broken = batch.map((experience, i) => (i === 3 ? { ...experience, advantage: Infinity } : experience))
  const first = await diverging(policy.policyGradientStep(broken, clip, 1e-3))
  assert.match(first.message, /optimiser step 2: the loss became .*Last good checkpoint: none was saved$/)
  assert.is(first.report.step, 2)
  assert.is(first.report.loss.kind, 'clipped-surrogate')
  assert.ok(first.report.batches[0]!.inputs['advantages']!.includes('Infinity'))

  const good = await weightsOf(policy, 'good')
  const second = await diverging(policy.policyGradientStep(broken, clip, 1e-3))
  assert.ok(second.message.endsWith(`Last good checkpoint: ${join(root, 'good')}`), second.message)
  assert.equal(await weightsOf(policy, 'still-good'), good)
  await policy.behaviorCloningStep(demonstrations, 1e-3)
  await policy.close()
})

test('a learning rate far too high ends training, with a checkpoint to go back to', async () => {
  const policy = fresh({ reports: join(root, 'steep') })
  await policy.save(join(root, 'before'))
  const training = async (): Promise<void> => {
    for (let step = 0; step < 60; step++) await policy.behaviorCloningStep(demonstrations, 1e20)
  }
  const { message, report } = await diverging(training())
  assert.match(message, /training stopped at optimiser step \d+: the loss/)
  assert.ok(message.endsWith(`Last good checkpoint: ${join(root, 'before')}`))
  assert.is(report.learningRate, 1e20)
  assert.equal(readdirSync(join(root, 'steep')), [`diverged-step-${report.step}.json`])
  const tokens = demonstrations.map(({ prompt, completion }) => `${prompt[0]!.content}${completion}`.length)
  const total = report.batches.reduce((sum, batch) => sum + batch.tokens.length, 0)
  assert.ok(total >= tokens.reduce((sum, length) => sum + length, 0))
  await policy.close()
})

test.run()
