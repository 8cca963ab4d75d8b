/** @file Neural reward models: where they read, what they learn from labels and pairs, what is saved, what it costs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Ledger } from '../../../agents/ledger.ts'
import { NeuralRewardModel } from '../../../agents/policies/neural-reward.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import { labelled, outcomeLabels } from '../../../agents/rewards/labelled.ts'
import { transcripts } from '../../../agents/rewards/transcript.ts'
import { atStep } from '../../../envs/granularity.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { EnvDef } from '../../../envs/env.ts'
import { pooledAuc } from '../../../rewards/metrics.ts'
import { ALPHABET, attemptOf, env, exactOf, shape, solution, sums, taskOf } from './models.ts'

const root = mkdtempSync(join(tmpdir(), 'ludus-reward-models-'))
const test = suite('neural reward models')
test.after(() => rmSync(root, { recursive: true, force: true }))

const options = { env, trainThreads: 1 }
const fresh = (name: string, kind: 'orm' | 'prm' = 'prm', more = {}): NeuralRewardModel =>
  NeuralRewardModel.create(
    { ...shape, initializerRange: 0.3 },
    ALPHABET,
    { kind, rng: rngAt(name) },
    { ...options, ...more },
  )

/** A few steps on random labels, so that the head is not zero. */
async function trained(name: string, kind: 'orm' | 'prm' = 'prm'): Promise<NeuralRewardModel> {
  const model = fresh(name, kind)
  const attempts = [0, 1, 2, 3].map(index => attemptOf(index))
  const batch = await labelled(env, attempts, await Promise.all(attempts.map(exactOf)))
  for (let step = 0; step < 3; step++) await model.labelStep(batch, 1e-2)
  return model
}

test('the scores of a prefix are those that it has within the whole, as actions or as texts', async () => {
  const model = await trained('prefix')
  const [task, other] = [taskOf(7, 3), attemptOf(1, 2)]
  const actions = solution(task)
  const prefixes = actions.map((_, k) => ({ task, actions: actions.slice(0, k + 1) }))
  const judged = await model.judge([...prefixes, other])
  const whole = judged[actions.length - 1]!.steps
  assert.ok(new Set(whole).size === actions.length, 'steps score differently')
  for (const [k, { steps, outcome }] of judged.slice(0, actions.length).entries()) {
    for (const [j, score] of steps.entries()) assert.ok(Math.abs(score! - whole[j]!) < 1e-6)
    assert.is(outcome, Math.min(...(steps as number[])))
    assert.is(steps.length, k + 1)
  }
  const textual = atStep(env) as unknown as EnvDef
  const texts = actions.map(action => `${action};`)
  const read = await transcripts(textual, [{ task: { ...task, env: textual.id }, actions: texts }])
  assert.equal(read, await transcripts(env, [{ task, actions }]))
  await model.close()
})

test('labels of null teach nothing, and an ORM is read at the last step', async () => {
  const [masked, cut] = [fresh('masked', 'orm'), fresh('masked', 'orm')]
  const attempt = attemptOf(3)
  const [text] = await transcripts(env, [attempt])
  const steps = text!.steps.length
  assert.equal(
    [outcomeLabels(3, 1), outcomeLabels(2, 0, 'every-step')],
    [
      [null, null, 1],
      [0, 0],
    ],
  )
  // What stands behind the last label of a causal model changes no gradient.
  for (let step = 0; step < 2; step++) {
    await masked.labelStep([{ ...text!, labels: [1, ...outcomeLabels(steps - 1, null)] }], 1e-2)
    await cut.labelStep([{ ...text!, steps: text!.steps.slice(0, 1), labels: [1] }], 1e-2)
  }
  const [a, b] = await Promise.all([masked, cut].map(model => model.judge([attempt])))
  for (const [k, score] of a![0]!.steps.entries()) assert.ok(Math.abs(score! - b![0]!.steps[k]!) < 1e-5)
  assert.is(a![0]!.outcome, a![0]!.steps.at(-1))
  const message = async (labels: (number | null)[]): Promise<string> =>
    masked.labelStep([{ ...text!, labels }], 1e-2).then(
      () => '',
      (error: Error) => error.message,
    )
  assert.match(await message([1]), /expected 2 labels/)
  assert.match(await message([1, 1.5]), /\[0, 1\]/)
  assert.match(await message([null, null]), /at least one/)
  await Promise.all([masked, cut].map(model => model.close()))
})

test('a soft label is what the score goes to; the first loss is ln 2', async () => {
  const model = fresh('soft')
  const [text] = await transcripts(env, [attemptOf(4)])
  const losses = []
  for (let step = 0; step < 60; step++)
    losses.push((await model.labelStep([{ ...text!, labels: [0.25, 0.9] }], 3e-2)).loss)
  assert.ok(Math.abs(losses[0]! - Math.LN2) < 1e-5)
  const [scores] = await model.scores([text!])
  const [first, second] = scores!.map(logit => 1 / (1 + Math.exp(-logit!)))
  assert.ok(Math.abs(first! - 0.25) < 0.03 && Math.abs(second! - 0.9) < 0.03, `${first} ${second}`)
  await model.close()
})

test('pairs: the chosen one comes to score above by the margin; centring keeps the sum near 0', async () => {
  const model = fresh('pairs', 'orm')
  const texts = await transcripts(env, [
    { task: taskOf(0), actions: solution(taskOf(0)) },
    attemptOf(2),
    attemptOf(5),
    attemptOf(6),
  ])
  const pairs = [
    { chosen: texts[0]!, rejected: texts[1]!, margin: 1 },
    { chosen: texts[2]!, rejected: texts[3]! },
  ]
  const first = await model.preferenceStep(pairs, { centre: 0.01 }, 1e-2)
  // Scores of 0: the mean of −log σ(−1) and −log σ(0).
  assert.ok(Math.abs(first.loss - (Math.log(1 + Math.E) + Math.LN2) / 2) < 1e-5)
  for (let step = 0; step < 60; step++) await model.preferenceStep(pairs, { centre: 0.01 }, 1e-2)
  const ends = (await model.scores(texts)).map(steps => steps.at(-1)!)
  assert.ok(ends[0]! - ends[1]! > 1.5 && ends[2]! - ends[3]! > 1, ends.join(' '))
  assert.ok(Math.abs(ends[0]! + ends[1]!) < 3 && Math.abs(ends[2]! + ends[3]!) < 3, ends.join(' '))
  await model.close()
})

test('steps cut into runs are the same steps', async () => {
  const models = [fresh('runs'), fresh('runs', 'prm', { microBatchTokens: 40 })]
  const attempts = Array.from({ length: 6 }, (_, i) => attemptOf(i, 1 + (i % 3)))
  const batch = await labelled(env, attempts, await Promise.all(attempts.map(exactOf)))
  const pairs = [0, 2, 4].map(i => ({ chosen: batch[i]!, rejected: batch[i + 1]!, margin: i / 4 }))
  for (const model of models) {
    await model.labelStep(batch, 1e-2)
    await model.preferenceStep(pairs, {}, 1e-2)
  }
  const [a, b] = await Promise.all(models.map(model => model.scores(batch)))
  for (const [i, steps] of a!.entries())
    for (const [k, score] of steps.entries()) assert.ok(Math.abs(score! - b![i]![k]!) < 1e-3)
  await Promise.all(models.map(model => model.close()))
})

test('it begins with the body of a policy, is saved and loaded, and is counted', async () => {
  const policy = NeuralPolicy.create({ ...shape, scalarHead: 'value' }, ALPHABET, rngAt('body'), {
    samplers: 0,
    trainThreads: 1,
  })
  const ledger = new Ledger()
  const model = await NeuralRewardModel.fromPolicy(
    policy,
    { kind: 'prm', aggregate: 'product' },
    { ...options, ledger },
  )
  assert.is(model.config.scalarHead, 'reward')
  // A reward head has no bias; all else is the policy's.
  assert.is(model.numParameters, policy.numParameters - 1)
  const attempt = attemptOf(1)
  assert.equal((await model.judge([attempt]))[0], { steps: [0.5, 0.5], outcome: 0.25 })
  const tokens = ledger.costs().scoredTokens
  // Question, two columns of three characters, and the end.
  assert.is(tokens, 6 + 6 + 1)
  assert.is(ledger.costs().flops, 2 * model.numParameters * tokens)
  await model.labelStep(await labelled(env, [attempt], [[1, 0]]), 1e-2)
  assert.is(ledger.costs().trainedTokens, 13)
  const dir = join(root, 'saved')
  await model.save(dir)
  const again = NeuralRewardModel.load(dir, options)
  assert.equal([again.kind, again.aggregate], ['prm', 'product'])
  assert.equal(await again.judge([attempt]), await model.judge([attempt]))
  await policy.save(join(root, 'plain'))
  assert.throws(() => NeuralRewardModel.load(join(root, 'plain'), options), /reward model/)
  await Promise.all([policy, model, again].map(each => each.close()))
})

test('a process model on exact labels tells right prefixes from wrong ones', async () => {
  const wide = {
    ...shape,
    numHiddenLayers: 1,
    intermediateSize: 128,
    numAttentionHeads: 4,
    numKeyValueHeads: 4,
  }
  const model = NeuralRewardModel.create(wide, ALPHABET, { kind: 'prm', rng: rngAt('learns') }, options)
  const drawn = (from: number, count: number) => Array.from({ length: count }, (_, i) => sums(from + i))
  for (let step = 0; step < 200; step++) await model.labelStep(drawn(128 * step, 128), 1e-2)
  const held = drawn(1_000_000, 200)
  const scores = await model.scores(held)
  const items = held.flatMap(({ labels }, i) =>
    labels.flatMap((label, k) =>
      label === null ? [] : [{ task: i, score: scores[i]![k]!, right: label === 1 }],
    ),
  )
  const area = pooledAuc(items)
  assert.ok(area > 0.9, `area under the curve ${area}`)
  await model.close()
})

test.run()
