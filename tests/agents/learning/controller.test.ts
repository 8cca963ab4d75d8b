import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Controller } from '../../../agents/learning/controller.ts'
import type { Reading } from '../../../agents/learning/controller/alarms.ts'
import { alarms, sampledEntropy } from '../../../agents/learning/controller/alarms.ts'
import { BestCheckpoint } from '../../../agents/learning/controller/best-checkpoint.ts'
import type { PassRates } from '../../../agents/learning/controller/curriculum.ts'
import { measured, selectTasks, verdictOn } from '../../../agents/learning/controller/curriculum.ts'
import { explainLoss } from '../../../agents/learning/controller/explain-loss.ts'
import { plateau } from '../../../agents/learning/controller/plateau.ts'
import { grpoEstimate } from '../../../agents/learning/estimators/grpo.ts'
import type { LearningPolicy } from '../../../agents/policy.ts'
import { UsageError } from '../../../envs/errors.ts'
import { plainRollouts } from './rollout-cases.ts'
import { ask, smallPolicy } from './small-policies.ts'

/** A policy whose whole state is one number. */
function counter(): LearningPolicy & { state: number; resets: number } {
  const refuse = (): never => {
    throw new Error('not needed here')
  }
  return {
    state: 0,
    resets: 0,
    numParameters: 1,
    sample: refuse,
    logprobs: refuse,
    tokenLogprobs: refuse,
    values: refuse,
    behaviorCloningStep: refuse,
    policyGradientStep: refuse,
    preferenceStep: refuse,
    distillationStep: refuse,
    save: refuse,
    close: async () => {},
    async snapshot() {
      return { snapshot: this.state }
    },
    async restore({ snapshot }) {
      this.state = snapshot as number
    },
    async resetOptimizer() {
      this.resets += 1
    },
  }
}

const test = suite('controller')

test('a plateau is a window without a gain over the best before', () => {
  const options = { window: 2, delta: 0.02 }
  assert.not(plateau([0.1, 0.2, 0.3], options).plateaued)
  assert.not(plateau([0.1, 0.2, 0.3, 0.4], options).plateaued)
  assert.ok(plateau([0.1, 0.4, 0.41, 0.38], options).plateaued)
  // One bad reading before the window is no gain of the window.
  assert.ok(plateau([0.4, 0.1, 0.4, 0.39], options).plateaued)
  assert.is(plateau([0.4], options).gain, null)
})

test('cloning is left for reinforcement at its best policy, with a fresh optimiser', async () => {
  const policy = counter()
  const controller = new Controller(policy, { plateau: { window: 2, delta: 0.02 } })
  const kinds: string[] = []
  for (const [step, accuracy] of [0.1, 0.4, 0.41, 0.38].entries()) {
    policy.state = step
    kinds.push((await controller.validated(accuracy, step)).kind)
  }
  assert.equal(kinds, ['go on', 'go on', 'go on', 'switch'])
  assert.equal([controller.phase, policy.state, policy.resets], ['reinforcement', 2, 1])
  assert.equal(await controller.validated(0.41, 5), { kind: 'go on' })
})

test('a collapse puts the best policy back, and the last roll-back stops', async () => {
  const policy = counter()
  const controller = new Controller(policy, {
    plateau: { window: 2, delta: 0 },
    phase: 'reinforcement',
    maxRollBacks: 1,
  })
  const nothing = await controller.validated(0.5, 0, [{ kind: 'kl', step: 0, message: 'kl', severe: true }])
  assert.is(nothing.kind, 'stop')
  policy.state = 7
  await controller.validated(0.5, 1)
  policy.state = 8
  const decision = await controller.validated(0.2, 2)
  assert.is(decision.kind, 'rolled back')
  assert.equal([policy.state, controller.rollBacks], [7, 1])
  policy.state = 9
  const raised = controller.observe(reading({ step: 3, zeroVariance: 0.95, meanReturn: 0.05 }))
  const last = await controller.validated(0.5, 3, raised)
  assert.is(last.kind, 'stop')
  assert.is(policy.state, 7)
})

test('the best checkpoint of a real policy comes back to the bit', async () => {
  const policy = smallPolicy()
  const best = new BestCheckpoint()
  const demonstration = [{ prompt: ask('a'), completion: '0' }]
  try {
    await best.rollBack(policy)
    assert.unreachable()
  } catch (error) {
    assert.instance(error, UsageError)
  }
  await policy.behaviorCloningStep(demonstration, 1e-2)
  assert.ok(await best.offer(policy, 0.5, 1))
  const kept = await policy.logprobs(demonstration)
  await policy.behaviorCloningStep(demonstration, 1e-2)
  const next = await policy.logprobs(demonstration)
  assert.not(await best.offer(policy, 0.5, 2))
  assert.equal(await best.rollBack(policy), { accuracy: 0.5, step: 1 })
  assert.equal(await policy.logprobs(demonstration), kept)
  await policy.behaviorCloningStep(demonstration, 1e-2)
  assert.equal(await policy.logprobs(demonstration), next)
  await policy.close()
})

test('the curriculum keeps what is solved sometimes', () => {
  let rates: PassRates = new Map()
  for (const [task, right] of [
    ['never', 0],
    ['rare', 2],
    ['half', 5],
    ['often', 8],
    ['always', 10],
  ] as const)
    rates = measured(rates, task, { right, samples: 10 })
  const tasks = ['new', ...rates.keys()]
  assert.equal(
    tasks.map(task => verdictOn(rates, task)),
    ['unknown', 'too hard', 'keep', 'keep', 'keep', 'too easy'],
  )
  assert.equal(selectTasks(tasks, rates, 4).chosen, ['rare', 'half', 'often', 'new'])
  assert.is(selectTasks(tasks, rates, 6).chosen.length, 6)
  // Nothing judged changes nothing; a weight below 1 remembers.
  assert.is(measured(rates, 'half', { right: 0, samples: 0 }), rates)
  assert.is(measured(rates, 'half', { right: 4, samples: 4 }, { weight: 0.5 }).get('half')!.rate, 0.75)
})

const reading = (changes: Partial<Reading> = {}): Reading => ({
  step: 1,
  loss: 0,
  gradNorm: 1,
  approxKl: 0.001,
  meanReturn: 0.5,
  meanLength: 10,
  entropy: 1,
  zeroVariance: 0.2,
  ...changes,
})

test('each alarm rings for its own sign, and not without it', () => {
  const kinds = (last: Partial<Reading>): string[] =>
    alarms([reading(), reading({ step: 9, ...last })]).map(({ kind }) => kind)
  assert.equal(kinds({}), [])
  assert.equal(kinds({ approxKl: 0.2 }), ['kl'])
  assert.equal(kinds({ entropy: 0.05 }), ['entropy'])
  assert.equal(kinds({ meanLength: 31 }), ['length'])
  assert.equal(kinds({ zeroVariance: 0.95, meanReturn: 0.1 }), ['collapse'])
  // All right is no collapse.
  assert.equal(kinds({ zeroVariance: 0.95, meanReturn: 0.97 }), [])
  assert.equal(kinds({ loss: NaN }), ['not a number'])
  const [alarm] = alarms([reading(), reading({ approxKl: 0.2 })])
  assert.ok(alarm!.severe)
  assert.match(alarm!.message, /KL of 0\.200, more than 0\.1; lower the learning rate/)
  assert.is(sampledEntropy([{ logprobs: [-1, -2] }, { logprobs: [-3] }]), 2)
})

test('a loss is explained: equal rewards, the first step, nothing judged, no number', () => {
  const mixed = grpoEstimate(plainRollouts([1, 0]))
  const says = (loss: number, gradNorm: number, estimate = mixed, clipFraction = 0): string =>
    explainLoss({ loss, gradNorm, clipFraction }, estimate)
  assert.match(says(0, 0.3), /0 and yet there is a gradient .*every ratio is 1/)
  assert.match(says(0, 0, grpoEstimate(plainRollouts([1, 1]))), /all 1 groups the rewards are equal/)
  assert.match(says(0, 0, mixed, 1), /outside the clip range/)
  assert.match(says(0.4, 0.3), /there is a gradient/)
  const unjudged = grpoEstimate(plainRollouts([1, null]))
  assert.match(says(0, 0, unjudged), /1 rollouts were not judged, .*1 were the only judged one/)
  const [experience, ...rest] = mixed.batch
  const broken = { ...mixed, batch: [{ ...experience!, advantage: NaN }, ...rest] }
  assert.match(says(NaN, NaN, broken), /experience 0 brought NaN in its advantage/)
  const { completion } = experience!
  const rare = { ...mixed, batch: [{ ...experience!, completion: { ...completion, logprobs: [-90, -1] } }] }
  assert.match(says(Infinity, NaN, rare), /log-probability of -90/)
  assert.match(says(NaN, NaN), /the weights overflowed/)
})

test.run()
