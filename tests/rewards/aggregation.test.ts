/** @file Aggregates of step scores, PURE's minimum form, and rewards made of numbers of a model: laws and golden values. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { implicitRewardLoss } from '../../agents/nn/losses/preference-losses.ts'
import { addition, columnSums } from '../../envs/math/addition.ts'
import type { EnvDef } from '../../envs/env.ts'
import { taskAt } from '../../envs/tasks.ts'
import { aggregate, aggregated, AGGREGATIONS, ofTexts } from '../../rewards/aggregation.ts'
import { confidenceReward, sequenceConfidence, tokenConfidence } from '../../rewards/confidence.ts'
import { discriminatorLabels, expertReward, expertStepReward } from '../../rewards/expert.ts'
import { implicitReward, implicitTokenRewards, primeAdvantages } from '../../rewards/implicit.ts'
import { minFormRewards, minReturns } from '../../rewards/min-credit.ts'
import { bestOfKValue, progressReward, progressRewards } from '../../rewards/progress.ts'
import type { RewardModel } from '../../rewards/reward.ts'
import { assertAsInTorch } from '../agents/nn/loss-vectors.ts'
import { close, GOLDEN } from './reward-golden.ts'

const test = suite('aggregation')
const env = addition as unknown as EnvDef
const task = taskAt(env, { split: 'train', index: 0, level: 3 })
const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 })

test('small cases by hand; what is not judged is left out', () => {
  const steps = [0.5, null, 0.2, 0.8]
  assert.is(aggregate(steps, 'min'), 0.2)
  close(aggregate(steps, 'product')!, 0.08)
  assert.is(aggregate(steps, 'last'), 0.8)
  assert.is(aggregate([0.8, null], 'last'), 0.8)
  close(aggregate(steps, 'mean')!, 0.5)
  for (const how of AGGREGATIONS) {
    assert.is(aggregate([null], how), null)
    assert.is(aggregate([], how), null)
  }
})

test('a higher score of a step never lowers the aggregate', () => {
  fc.assert(
    fc.property(scores, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (steps, at, more) => {
      const k = at % steps.length
      const raised = steps.map((score, i) => (i === k ? Math.max(score, more) : score))
      for (const how of AGGREGATIONS)
        assert.ok(aggregate(raised, how)! >= aggregate(steps, how)! - 1e-12, how)
    }),
  )
})

test('min, product and mean are in their order, and between the extremes', () => {
  fc.assert(
    fc.property(scores, steps => {
      const [min, product, mean] = (['min', 'product', 'mean'] as const).map(how => aggregate(steps, how)!)
      assert.ok(product! <= min! + 1e-12 && min! <= mean! + 1e-12 && mean! <= Math.max(...steps) + 1e-12)
    }),
  )
})

/** Says of each column how far it is from 19. */
const columns: RewardModel = {
  name: 'columns',
  judge: attempts =>
    attempts.map(({ actions }) => ({
      steps: actions.map(action => (typeof action === 'string' ? Number(action) / 19 : null)),
      outcome: 1,
    })),
}

test('whole texts are worth the aggregate of their own steps', async () => {
  const [judged] = await ofTexts(env, columns, 'min').judge([{ task, actions: ['19;05;', '07;x;', ''] }])
  close(judged!.steps.slice(0, 2) as number[], [5 / 19, 7 / 19])
  assert.is(judged!.steps[2], null)
  const [whole] = await aggregated(columns, 'product').judge([{ task, actions: ['19', '05'] }])
  close(whole!.outcome!, 5 / 19)
})

test('PURE: the return is the smallest reward to come, and the transformed rewards sum to it as T falls', () => {
  assert.equal(minReturns([0.5, 0.1, 0.9, 0.4]), [0.1, 0.1, 0.4, 0.4])
  for (const { rewards, temperature, transformed } of GOLDEN.softmin)
    close(minFormRewards(rewards, temperature), transformed)
  fc.assert(
    fc.property(scores, rewards => {
      const sum = minFormRewards(rewards, 1e-4).reduce((a, b) => a + b, 0)
      assert.ok(Math.abs(sum - Math.min(...rewards)) < 2e-3)
    }),
  )
  assert.throws(() => minFormRewards([1], 0), /above 0/)
})

test('PRIME: advantages by both sources as in its equation 5; a group of one has none', () => {
  const { group, of } = GOLDEN.prime
  for (const { gamma, advantages } of of) close(primeAdvantages(group, gamma).flat(), advantages.flat())
  assert.equal(primeAdvantages(group.slice(0, 1)), [[0, 0, 0]])
})

test('the implicit reward is β times the log-ratio, and its loss has the gradient of the cross-entropy', async () => {
  close(implicitTokenRewards([-1, -2], [-1.5, -1], 0.1), [0.05, -0.1])
  assert.throws(() => implicitTokenRewards([-1], []), /as many reference/)
  const { value, gradient, ...inputs } = GOLDEN.implicitLoss
  await assertAsInTorch(
    { name: 'implicit', of: 'implicit-reward', inputs, value, gradients: { logprobs: gradient } },
    input =>
      implicitRewardLoss(input('logprobs'), {
        refLogprobs: input('refLogprobs'),
        labels: input('labels'),
        beta: input('beta'),
      }),
  )
  const model = implicitReward('test', attempts => attempts.map(() => [[0.5, -0.2], [], [0.1]]))
  const [judged] = await model.judge([{ task, actions: ['a', '', 'b'] }])
  close(judged!.steps as number[], [0.3, 0, 0.1])
  close(judged!.outcome!, 1 / (1 + Math.exp(-0.4)))
})

test('confidence: a share among the likeliest five, each once; without them the geometric mean', async () => {
  const top = [0.4, 0.3, 0.1, 0.1, 0.05].map(Math.log)
  close(tokenConfidence(top[1]!, top), 0.3 / 0.95)
  // A token that is not among them takes the place of the least likely.
  close(tokenConfidence(Math.log(0.02), top), 0.02 / 0.92)
  close(sequenceConfidence([Math.log(0.5), Math.log(0.125)]), 0.25)
  const model = confidenceReward('test', attempts => attempts.map(() => [[0.2, 0.4], []]))
  const [judged] = await model.judge([{ task, actions: ['a', ''] }])
  close(judged!.steps[0]!, 0.3)
  assert.is(judged!.steps[1], null)
})

test('rewards from a discriminator: as numpy has them at every size, of the sign that their form says', async () => {
  for (const { logit, ...forms } of GOLDEN.expert) {
    for (const form of ['log-d', 'minus-log-not-d'] as const)
      close(expertStepReward(logit, form), forms[form])
    assert.ok(expertStepReward(logit, 'log-d') <= 0 && expertStepReward(logit, 'minus-log-not-d') >= 0)
    close(
      expertStepReward(logit, 'log-d') + expertStepReward(logit, 'minus-log-not-d'),
      expertStepReward(logit, 'logit'),
    )
  }
  assert.equal([discriminatorLabels(2, 'expert'), discriminatorLabels(1, 'policy')], [[1, 1], [0]])
  const model = expertReward('test', attempts => attempts.map(() => [1, null, 3]), 'logit')
  assert.equal(await model.judge([{ task, actions: [] }]), [{ steps: [1, null, 3], outcome: 2 }])
})

test('progress is what a step adds to a prover, in sum the whole way; a prover of K tries', async () => {
  assert.equal(progressRewards([0.5, 0.75, null, 0.25]), [0.25, null, null])
  fc.assert(
    fc.property(scores, values => {
      const sum = (progressRewards(values) as number[]).reduce((a, b) => a + b, 0)
      assert.ok(Math.abs(sum - (values.at(-1)! - values[0]!)) < 1e-9)
    }),
  )
  close([bestOfKValue(0.5, 2), bestOfKValue(0.2, 1)], [0.75, 0.2])
  const actions = columnSums(task.params as { a: number; b: number })
  const [judged] = await progressReward('μ', each => each.map(() => [0.5, 1, 1, 1])).judge([
    { task, actions },
  ])
  assert.equal(judged, { steps: [0.5, 0, 0], outcome: 1 })
  let message = ''
  await Promise.resolve(progressReward('μ', each => each.map(() => [1])).judge([{ task, actions }])).catch(
    (error: Error) => (message = error.message),
  )
  assert.match(message, /expected 4 values/)
})

test.run()
