import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Estimate, Estimator } from '../../../agents/learning/estimate.ts'
import { cispoEstimate } from '../../../agents/learning/estimators/cispo.ts'
import { dapoEstimate, overlongPunishment } from '../../../agents/learning/estimators/dapo.ts'
import { drGrpoEstimate } from '../../../agents/learning/estimators/dr-grpo.ts'
import { grpoEstimate } from '../../../agents/learning/estimators/grpo.ts'
import { gspoEstimate } from '../../../agents/learning/estimators/gspo.ts'
import { maxRlEstimate } from '../../../agents/learning/estimators/max-rl.ts'
import { ppoEstimate } from '../../../agents/learning/estimators/ppo.ts'
import { reinforcePlusPlusEstimate } from '../../../agents/learning/estimators/reinforce-plus-plus.ts'
import { reinforceEstimate } from '../../../agents/learning/estimators/reinforce.ts'
import { rlooEstimate } from '../../../agents/learning/estimators/rloo.ts'
import { gae } from '../../../agents/learning/gae.ts'
import { groupAt } from '../../../agents/learning/rollouts.ts'
import { UsageError } from '../../../envs/errors.ts'
import { assertClose } from '../nn/golden-folders.ts'
import { along, goldenRollouts, LEARNING_GOLDEN, plainRollouts } from './rollout-cases.ts'

const refusal = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    assert.instance(error, UsageError)
    return (error as Error).message
  }
  throw new Error('expected a refusal')
}
const scalarsOf = ({ batch }: Estimate): number[] => batch.map(({ advantage }) => Number(advantage))

const now = LEARNING_GOLDEN.rollouts.map(rollout => rollout.now)
const reweighed: Estimator = rollouts => {
  const estimate = cispoEstimate(rollouts)
  return { ...estimate, batch: estimate.reweigh!(estimate.batch, now) }
}
const min = { form: 'min' } as const
const CASES: Record<string, [Estimator, boolean, 'sequence' | 'token' | 'constant' | null]> = {
  REINFORCE: [reinforceEstimate, false, null],
  'REINFORCE with steps': [reinforceEstimate, true, null],
  'REINFORCE++': [r => reinforcePlusPlusEstimate(r, { klCoef: 0.1, gamma: 0.95 }), false, 'token'],
  'REINFORCE++-baseline': [r => reinforcePlusPlusEstimate(r, { groupBaseline: true }), false, 'token'],
  RLOO: [rlooEstimate, false, null],
  'RLOO with KL': [r => rlooEstimate(r, { klCoef: 0.05 }), false, null],
  'RLOO with steps': [rlooEstimate, true, null],
  'RLOO with the worst step': [r => rlooEstimate(r, min), true, null],
  PPO: [r => ppoEstimate(r, { klCoef: 0.05, gamma: 0.9, gaeLambda: 0.8 }), false, 'token'],
  GRPO: [grpoEstimate, false, 'sequence'],
  'GRPO with steps': [grpoEstimate, true, 'sequence'],
  'Dr. GRPO': [r => drGrpoEstimate(r, { maxTokens: 6 }), false, 'constant'],
  DAPO: [r => dapoEstimate(r, { overlong: { maxTokens: 5, cache: 3 } }), false, 'token'],
  'GSPO with the worst step': [r => gspoEstimate(r, min), true, 'sequence'],
  CISPO: [reweighed, false, 'token'],
  MaxRL: [maxRlEstimate, false, 'token'],
}

const test = suite('policy-gradient estimators')

test('every estimator gives the advantages and weights that numpy computes', () => {
  assert.equal(Object.keys(CASES).toSorted(), Object.keys(LEARNING_GOLDEN.advantages).toSorted())
  for (const [name, [estimator, steps, per]] of Object.entries(CASES)) {
    const { batch } = estimator(goldenRollouts({ steps }))
    const expected = LEARNING_GOLDEN.advantages[name]!
    assert.is(batch.length, expected.length, name)
    for (const [i, experience] of batch.entries()) assertClose(along(experience), expected[i]!, 1e-9)
    const weights = batch.map(({ tokenWeight }) => tokenWeight)
    assertClose(weights, per ? LEARNING_GOLDEN.tokenWeights[per] : weights.map(() => 1 / 12), 1e-12)
  }
})

test('the golden vectors of the reference', () => {
  const rollouts = plainRollouts([1, 0, 0, 0])
  assertClose(scalarsOf(grpoEstimate(rollouts)), [1.4997, -0.4999, -0.4999, -0.4999], 5e-6)
  const verl = scalarsOf(grpoEstimate(rollouts, { eps: 1e-6 }))
  assertClose(verl, [1.499997, -0.499999, -0.499999, -0.499999], 1e-6)
  assertClose(scalarsOf(drGrpoEstimate(rollouts, { maxTokens: 8 })), [0.75, -0.25, -0.25, -0.25], 1e-12)
  assertClose(scalarsOf(rlooEstimate(rollouts)), [1, -1 / 3, -1 / 3, -1 / 3], 1e-12)
  assertClose(scalarsOf(maxRlEstimate(rollouts)), [3, -1, -1, -1], 1e-12)
  const { advantages, returns } = gae([0, 0, 1], [0.2, 0.5, 0.7], { gamma: 0.9, gaeLambda: 0.8 })
  assertClose(advantages, [0.49912, 0.346, 0.3], 1e-9)
  assertClose(returns, [0.69912, 0.846, 1], 1e-9)
})

test('returns of PPO are of the advantages before whitening', () => {
  const { batch } = CASES['PPO']![0](goldenRollouts())
  for (const [i, { returns }] of batch.entries()) assertClose(returns!, LEARNING_GOLDEN.ppoReturns[i]!, 1e-9)
})

test('the losses are those that the names mean', () => {
  const rollouts = goldenRollouts()
  const ppo = ppoEstimate(rollouts)
  assert.equal(ppo.loss, { kind: 'clipped-surrogate', critic: true })
  assert.equal(rlooEstimate(rollouts).loss, { kind: 'cross-entropy' })
  assert.equal(grpoEstimate(rollouts).loss, { kind: 'clipped-surrogate', klEstimator: 'k3' })
  const gspo = gspoEstimate(rollouts)
  assert.equal(gspo.loss, { kind: 'clipped-surrogate', ratio: 'sequence' })
  assert.equal([gspo.options.clipLow, gspo.options.clipHigh], [3e-4, 4e-4])
  const dapo = dapoEstimate(rollouts).options
  assert.equal([dapo.clipLow, dapo.clipHigh, dapo.klCoef], [0.2, 0.28, 0])
})

test('a moving baseline is that of the batches before, and follows them', () => {
  const baseline = { ema: 0.25, decay: 0.9 }
  const { batch, ema } = reinforceEstimate(plainRollouts([1, 0]), { baseline })
  assert.equal(along(batch[0]!), [0.75, 0.75])
  assertClose([ema], [0.9 * 0.25 + 0.1 * 0.5], 1e-12)
  assert.is(reinforceEstimate(plainRollouts([1, 0]), { baseline: { ema: null, decay: 0.9 } }).ema, 0.5)
})

const GROUPED: Record<string, Estimator> = {
  RLOO: rlooEstimate,
  GRPO: grpoEstimate,
  'Dr. GRPO': r => drGrpoEstimate(r, { maxTokens: 8 }),
  DAPO: dapoEstimate,
  GSPO: gspoEstimate,
  CISPO: cispoEstimate,
  MaxRL: maxRlEstimate,
  'REINFORCE++-baseline': r => reinforcePlusPlusEstimate(r, { groupBaseline: true }),
}

test('a group of one is refused with the reason', () => {
  for (const [name, estimator] of Object.entries(GROUPED)) {
    const message = refusal(() => estimator([...plainRollouts([1, 0]), ...plainRollouts([1], { group: 7 })]))
    assert.match(message, new RegExp(`^${name.replaceAll(/[.+]/g, '\\$&')}: group \\[7\\] has one rollout`))
    assert.match(message, /at least 2 per task/)
  }
})

test('what was not judged is left out and counted, never 0', () => {
  for (const estimator of Object.values(GROUPED)) {
    const { batch, report } = estimator([
      ...plainRollouts([1, null, 0]),
      ...plainRollouts([null, 1], { group: 1 }),
    ])
    const without = estimator(plainRollouts([1, 0]))
    assert.equal(batch, without.batch)
    assert.equal([report.learned, report.unjudged, report.alone], [2, 2, 1])
    assert.is(report.meanReturn, 0.5)
  }
  const { report } = reinforceEstimate(plainRollouts([1, null], { length: i => i + 1 }))
  assert.equal([report.learned, report.unjudged], [1, 1])
})

test('a step that was not judged carries no reward and is counted', () => {
  const [first, second] = plainRollouts([1, 0])
  const steps = [
    { reward: null, lastToken: 0 },
    { reward: 0.5, lastToken: 1 },
  ]
  const { batch, report } = rlooEstimate([
    { ...first!, steps },
    { ...second!, steps: [{ reward: 0.1, lastToken: 1 }] },
  ])
  assert.is(report.unjudgedSteps, 1)
  assertClose(along(batch[0]!), [1.4, 1.4], 1e-12)
})

test('with outcomes that do not count, steps alone are learned from', () => {
  const rollouts = plainRollouts([null, null]).map((rollout, i) => ({
    ...rollout,
    steps: [{ reward: i, lastToken: 0 }],
  }))
  assert.is(rlooEstimate(rollouts).report.learned, 0)
  const { batch } = rlooEstimate(rollouts, { outcomeCoef: 0 })
  assert.equal(batch.map(along), [
    [-1, 0],
    [1, 0],
  ])
})

test('groups of equal rewards are named; equal outcomes with different steps are none', () => {
  const mixed = plainRollouts([1, 0])
  const equal = plainRollouts([1, 1], { group: 1 })
  const { report, batch } = grpoEstimate([...mixed, ...equal])
  assert.equal(report.zeroVariance, [groupAt(1)])
  assert.equal(scalarsOf({ batch } as Estimate).slice(2), [0, 0])
  const stepped = equal.map((rollout, i) => ({ ...rollout, steps: [{ reward: i, lastToken: 0 }] }))
  assert.equal(grpoEstimate([...mixed, ...stepped]).report.zeroVariance, [])
})

test('the order of rollouts and interleaved groups do not matter', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...goldenRollouts().keys()], { minLength: 12 }), order => {
      const rollouts = goldenRollouts()
      const plain = grpoEstimate(rollouts).batch
      const advantageOf = new Map(plain.map(({ completion, advantage }) => [completion.logprobs, advantage]))
      for (const { completion, advantage } of grpoEstimate(order.map(i => rollouts[i]!)).batch)
        assertClose([Number(advantage)], [Number(advantageOf.get(completion.logprobs))], 1e-12)
    }),
  )
})

test('overlong punishment falls from 0 to −1 over the cache', () => {
  const at = (length: number): number => overlongPunishment(length, { maxTokens: 20, cache: 5 })
  assertClose([1, 15, 16, 20, 21].map(at), [0, 0, -0.2, -1, -1], 1e-12)
  assert.match(
    refusal(() => overlongPunishment(1, { maxTokens: 4, cache: 0 })),
    /0 < cache ≤ maxTokens/,
  )
})

test('malformed rollouts and missing references are refused', () => {
  const [rollout, other] = plainRollouts([1, 0])
  const short = { ...rollout!, values: [1] }
  assert.match(
    refusal(() => ppoEstimate([short])),
    /rollout 0: expected 2 numbers in values, .* got 1/,
  )
  assert.match(
    refusal(() => ppoEstimate([rollout!])),
    /no values; give the policy a value head/,
  )
  const backwards = {
    ...rollout!,
    steps: [
      { reward: 1, lastToken: 1 },
      { reward: 1, lastToken: 0 },
    ],
  }
  assert.match(
    refusal(() => grpoEstimate([backwards, other!])),
    /rising token indices below 2, got 0 behind 1/,
  )
  assert.match(
    refusal(() => grpoEstimate([{ ...rollout!, outcome: NaN }, other!])),
    /got NaN/,
  )
  for (const estimator of [
    () => rlooEstimate([rollout!, other!], { klCoef: 0.1 }),
    () => reinforcePlusPlusEstimate([rollout!, other!], { klCoef: 0.1 }),
  ])
    assert.match(refusal(estimator), /needs refLogprobs/)
  assert.match(
    refusal(() => maxRlEstimate(plainRollouts([1, -1]))),
    /at least 0, got -1/,
  )
})

test.run()
