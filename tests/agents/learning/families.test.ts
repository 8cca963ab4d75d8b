/** Every family learns: a tiny policy gives the right answer more often than before. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { distillationStep } from '../../../agents/learning/distillation.ts'
import type { Estimator } from '../../../agents/learning/estimate.ts'
import { cispoEstimate } from '../../../agents/learning/estimators/cispo.ts'
import { grpoEstimate } from '../../../agents/learning/estimators/grpo.ts'
import { gspoEstimate } from '../../../agents/learning/estimators/gspo.ts'
import { ppoEstimate } from '../../../agents/learning/estimators/ppo.ts'
import { rlooEstimate } from '../../../agents/learning/estimators/rloo.ts'
import type { PolicyGradientOptions, PolicyGradientStats } from '../../../agents/learning/policy-gradient.ts'
import { policyGradient } from '../../../agents/learning/policy-gradient.ts'
import { dpo } from '../../../agents/learning/preference/dpo.ts'
import { ipo } from '../../../agents/learning/preference/ipo.ts'
import type { PreferencePair } from '../../../agents/learning/preference/pairs.ts'
import { kto } from '../../../agents/learning/preference/kto.ts'
import { simpo } from '../../../agents/learning/preference/simpo.ts'
import { stepDpo } from '../../../agents/learning/preference/step-dpo.ts'
import { expertIteration } from '../../../agents/learning/self-training/expert-iteration.ts'
import { star } from '../../../agents/learning/self-training/star.ts'
import type { NeuralPolicy } from '../../../agents/policies/neural.ts'
import {
  ask,
  constantRate,
  isRight,
  judgedRollouts,
  QUESTIONS,
  rightProbability,
  smallPolicy,
} from './small-policies.ts'

const test = suite('families of learning')

/** Trains a fresh policy and tells how likely the right answer was before and is after. */
async function learning(
  train: (policy: NeuralPolicy) => Promise<void>,
  { critic = false, least = 0.8 } = {},
): Promise<void> {
  const policy = smallPolicy({ critic })
  const before = await rightProbability(policy)
  await train(policy)
  const after = await rightProbability(policy)
  await policy.close()
  assert.ok(before < 0.3 && after > least, `from ${before} to ${after}`)
}

async function reinforced(
  policy: NeuralPolicy,
  estimator: Estimator,
  more: Partial<PolicyGradientOptions> = {},
): Promise<PolicyGradientStats[]> {
  const stats: PolicyGradientStats[] = []
  await policyGradient(
    policy,
    iteration => judgedRollouts(policy, iteration),
    { iterations: 40, learningRate: constantRate(1e-2), estimator, ...more },
    each => void stats.push(each),
  )
  return stats
}

test('GRPO, with a reference and its penalty', () =>
  learning(async policy => {
    const reference = smallPolicy()
    const stats = await reinforced(policy, r => grpoEstimate(r, { klCoef: 0.01 }), { reference })
    assert.ok(stats.every(({ report, steps }) => report.learned === 32 && steps === 1))
    await reference.close()
  }))

test('RLOO', () => learning(async policy => void (await reinforced(policy, rlooEstimate))))

test('PPO with a critic, several epochs in parts', () =>
  learning(
    async policy => {
      const estimator: Estimator = r => ppoEstimate(r, { valueCoef: 0.5 })
      const stats = await reinforced(policy, estimator, {
        iterations: 20,
        critic: true,
        epochs: 2,
        minibatches: 2,
      })
      assert.is(stats[0]!.steps, 4)
      // The critic has learned what a question is worth.
      const [values] = await policy.values([{ prompt: ask('a'), tokens: [1] }])
      assert.ok(values![0]! > 0.2, `value ${values![0]}`)
    },
    { critic: true },
  ))

test('GSPO and CISPO with several steps on a batch', async () => {
  const more = { iterations: 15, epochs: 2 }
  await learning(
    async policy => void (await reinforced(policy, r => gspoEstimate(r, { clipHigh: 0.2 }), more)),
  )
  await learning(async policy => void (await reinforced(policy, cispoEstimate, more)))
})

const pairs: PreferencePair[] = QUESTIONS.flatMap((prompt, i) => [
  { prompt, chosen: String(i), rejected: String(1 - i) },
  { prompt, chosen: String(i), rejected: 'h' },
])
const preferring = { epochs: 15, batchSize: 4, learningRate: constantRate(2e-2) }

test('DPO, with the term that keeps the chosen likely', () =>
  learning(
    async policy => {
      const losses: number[] = []
      const options = { ...preferring, beta: 0.5, nllCoef: 0.5 }
      await dpo(policy, pairs, options, ({ loss }) => void losses.push(loss))
      assert.is(losses.length, 15)
      assert.ok(losses.at(-1)! < losses[0]! / 2)
    },
    { least: 0.7 },
  ))

test('IPO and SimPO prefer the right answer', async () => {
  for (const train of [ipo, simpo]) {
    const policy = smallPolicy()
    await train(policy, pairs, preferring)
    const [right, wrong] = await policy.logprobs([
      { prompt: ask('a'), completion: '0' },
      { prompt: ask('a'), completion: '1' },
    ])
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
    assert.ok(sum(right!) > sum(wrong!) + 1)
    await policy.close()
  }
})

test('step-DPO prefers the right step behind the shared beginning', async () => {
  const policy = smallPolicy()
  const [chosen, rejected] = [
    ['h', '0', 'b'],
    ['h', '1', 'b'],
  ]
  const losses: number[] = []
  await stepDpo(
    policy,
    [{ prompt: ask('a'), chosen, rejected }],
    { ...preferring, beta: 0.5 },
    ({ loss }) => {
      losses.push(loss)
    },
  )
  // Before anything has moved, both steps stand even.
  assert.ok(Math.abs(losses[0]! - Math.log(2)) < 1e-5)
  const begun = [...ask('a'), { role: 'assistant' as const, content: 'h' }]
  const [right, wrong] = await policy.logprobs([
    { prompt: begun, completion: '0', ended: false },
    { prompt: begun, completion: '1', ended: false },
  ])
  assert.equal([right!.length, wrong!.length], [1, 1])
  assert.ok(right![0]! > wrong![0]! + 1)
  await policy.close()
})

test('KTO', () =>
  learning(
    async policy => {
      const examples = pairs.flatMap(({ prompt, chosen, rejected }) => [
        { prompt, completion: chosen, desirable: true },
        { prompt, completion: rejected, desirable: false },
      ])
      const references: number[] = []
      const options = { ...preferring, epochs: 30, beta: 0.5 }
      await kto(policy, examples, options, ({ reference }) => void references.push(reference!))
      // Nothing has moved before the first step; later the mismatched pairs show how far.
      assert.is(references[0], 0)
      assert.ok(references.every(value => value >= 0))
    },
    { least: 0.5 },
  ))

const exercises = (count: number) =>
  QUESTIONS.flatMap((prompt, question) =>
    Array.from({ length: count }, (_, i) => ({
      prompt,
      seed: ['exercise', question, i],
      judge: (text: string) => isRight(prompt, text),
    })),
  )
const fineTuning = { epochs: 20, batchSize: 16, learningRate: constantRate(1e-2) }

test('STaR', () =>
  learning(async policy => {
    const accuracies: number[] = []
    const sampling = { temperature: 1, maxTokens: 2 }
    await star(policy, exercises(100), { ...fineTuning, rounds: 2, sampling }, ({ accuracy }) => {
      accuracies.push(accuracy)
    })
    assert.ok(accuracies[1]! > accuracies[0]! + 0.3, accuracies.join())
  }))

test('expert iteration', () =>
  learning(async policy => {
    const learned: number[] = []
    const options = { ...fineTuning, rounds: 2, samples: 200, cap: 1 }
    const sampling = { temperature: 1, maxTokens: 2 }
    await expertIteration(policy, exercises(1), { ...options, epochs: 30, sampling }, stats => {
      learned.push(stats.learned)
    })
    // Right texts are all the same here: one of each question is kept.
    assert.equal(learned, [2, 2])
  }))

test('distillation of visits, and of the outcome into the value', () =>
  learning(
    async policy => {
      const states = QUESTIONS.map((prompt, i) => ({
        prompt,
        children: ['0', '1', 'h'].map((text, j) => ({ text, visits: i === j ? 18 : 1 })),
        outcome: i === 0 ? 1 : -1,
      }))
      for (let step = 0; step < 60; step++) await distillationStep(policy, states, { learningRate: 1e-2 })
      const values = await policy.values(QUESTIONS.map(prompt => ({ prompt, tokens: [1] })))
      assert.ok(values[0]![0]! > 0.8 && values[1]![0]! < -0.8, values.join())
      // Visit shares are the target, not only their largest.
      const [likely] = await policy.logprobs([{ prompt: ask('a'), completion: '0', ended: false }])
      assert.ok(Math.abs(Math.exp(likely![0]!) - 0.9) < 0.05)
    },
    { critic: true },
  ))

test.run()
