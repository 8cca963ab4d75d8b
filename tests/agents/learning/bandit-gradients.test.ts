/** Expected gradients by brute force: every batch that a policy of two tokens can sample, with its probability. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Estimator } from '../../../agents/learning/estimate.ts'
import { cispoEstimate } from '../../../agents/learning/estimators/cispo.ts'
import { dapoEstimate } from '../../../agents/learning/estimators/dapo.ts'
import { drGrpoEstimate } from '../../../agents/learning/estimators/dr-grpo.ts'
import { grpoEstimate } from '../../../agents/learning/estimators/grpo.ts'
import { gspoEstimate } from '../../../agents/learning/estimators/gspo.ts'
import { maxRlEstimate } from '../../../agents/learning/estimators/max-rl.ts'
import { ppoEstimate } from '../../../agents/learning/estimators/ppo.ts'
import { reinforcePlusPlusEstimate } from '../../../agents/learning/estimators/reinforce-plus-plus.ts'
import { reinforceEstimate } from '../../../agents/learning/estimators/reinforce.ts'
import { rlooEstimate } from '../../../agents/learning/estimators/rloo.ts'
import type { Rollout } from '../../../agents/learning/rollouts.ts'
import { groupAt } from '../../../agents/learning/rollouts.ts'
import { assertClose } from '../nn/golden-folders.ts'
import { along } from './rollout-cases.ts'

/** Two tokens 0 and 1, written twice; P(1) = σ(θ_t) at place t. */
const THETA = [0.3, -0.8]
const SEQUENCES = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const
type Reward = (a: number, b: number) => { outcome: number; steps: number[] }

const one = (t: number): number => 1 / (1 + Math.exp(-THETA[t]!))
const probability = (tokens: readonly number[]): number =>
  tokens.reduce((p, token, t) => p * (token === 1 ? one(t) : 1 - one(t)), 1)
const score = (token: number, t: number): number => token - one(t)

function rolloutOf(tokens: readonly number[], reward: Reward, withSteps: boolean): Rollout {
  const { outcome, steps } = reward(tokens[0]!, tokens[1]!)
  return {
    group: groupAt('bandit'),
    prompt: [{ role: 'user', content: '' }],
    completion: {
      text: '',
      tokens: [...tokens],
      logprobs: tokens.map((token, t) => Math.log(token === 1 ? one(t) : 1 - one(t))),
      stopped: true,
    },
    outcome,
    values: [0, 0],
    ...(withSteps && { steps: steps.map((value, lastToken) => ({ reward: value, lastToken })) }),
  }
}

/** −∇loss at the policy that sampled, where every ratio is 1: `Σᵢ wᵢ Σₜ Aᵢₜ ∇log π(yₜ)`, expected over groups of G. */
function expectedAscent(
  estimator: Estimator,
  reward: Reward,
  { size, steps = false }: { size: number; steps?: boolean },
): number[] {
  const gradient = [0, 0]
  for (let code = 0; code < 4 ** size; code++) {
    const group = Array.from({ length: size }, (_, i) => SEQUENCES[Math.floor(code / 4 ** i) % 4]!)
    const chance = group.reduce((p, tokens) => p * probability(tokens), 1)
    const { batch } = estimator(group.map(tokens => rolloutOf(tokens, reward, steps)))
    for (const experience of batch)
      for (const [t, advantage] of along(experience).entries())
        gradient[t]! +=
          chance * experience.tokenWeight * advantage * score(experience.completion.tokens[t]!, t)
  }
  return gradient
}

/** ∇ of the expected return, exactly. */
function trueGradient(reward: Reward, steps = false): number[] {
  const gradient = [0, 0]
  for (const tokens of SEQUENCES) {
    const { outcome, steps: process } = reward(tokens[0], tokens[1])
    const value = outcome + (steps ? process.reduce((sum, each) => sum + each, 0) : 0)
    for (const t of [0, 1]) gradient[t]! += probability(tokens) * value * score(tokens[t]!, t)
  }
  return gradient
}

const graded: Reward = (a, b) => ({ outcome: 0.3 * a + 0.5 * b + 0.2 * a * b, steps: [0.7 * a, 0.4 * b] })
const verified: Reward = (a, b) => ({ outcome: a * b, steps: [] })
const cosine = (x: readonly number[], y: readonly number[]): number => {
  const dot = (u: readonly number[], v: readonly number[]): number =>
    u.reduce((sum, value, i) => sum + value * v[i]!, 0)
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))
}

const test = suite('gradients on a bandit of two tokens')

test('REINFORCE without a baseline and RLOO are unbiased', () => {
  for (const reward of [graded, verified]) {
    const expected = trueGradient(reward)
    const plain: Estimator = r => reinforceEstimate(r, { baseline: 'none' })
    assertClose(expectedAscent(plain, reward, { size: 2 }), expected, 1e-12)
    assertClose(expectedAscent(rlooEstimate, reward, { size: 3 }), expected, 1e-12)
  }
})

test('so are they with step rewards, which are credited to go', () => {
  const expected = trueGradient(graded, true)
  const plain: Estimator = r => reinforceEstimate(r, { baseline: 'none' })
  assertClose(expectedAscent(plain, graded, { size: 2, steps: true }), expected, 1e-12)
  assertClose(expectedAscent(rlooEstimate, graded, { size: 3, steps: true }), expected, 1e-12)
})

test('with the worst step for a return, REINFORCE climbs the expected minimum', () => {
  const worst: Reward = (a, b) => ({ outcome: 0, steps: [0.9 * a + 0.05, 0.6 * b] })
  const minimum: Reward = (a, b) => ({ outcome: Math.min(...worst(a, b).steps), steps: [] })
  const plain: Estimator = r => reinforceEstimate(r, { baseline: 'none', form: 'min' })
  // At the first token exactly. Behind the worst step credit is 0, where the minimum itself still counts: there only the sign.
  const [first, second] = expectedAscent(plain, worst, { size: 2, steps: true })
  const [trueFirst, trueSecond] = trueGradient(minimum)
  assertClose([first!], [trueFirst!], 1e-12)
  assert.ok(second! > 0 && trueSecond! > 0)
})

test('Dr. GRPO is (G − 1)/G of the gradient, by its constant', () => {
  const size = 3
  const ascent = expectedAscent(r => drGrpoEstimate(r, { maxTokens: 4 }), graded, { size })
  const scaled = ascent.map(value => (value * 4 * size) / (size - 1))
  assertClose(scaled, trueGradient(graded), 1e-12)
})

test('every other estimator climbs', () => {
  const climbing: Record<string, Estimator> = {
    'REINFORCE with a baseline': reinforceEstimate,
    'REINFORCE++': reinforcePlusPlusEstimate,
    'REINFORCE++-baseline': r => reinforcePlusPlusEstimate(r, { groupBaseline: true }),
    PPO: ppoEstimate,
    GRPO: grpoEstimate,
    DAPO: dapoEstimate,
    GSPO: gspoEstimate,
    CISPO: cispoEstimate,
    MaxRL: maxRlEstimate,
  }
  for (const [name, estimator] of Object.entries(climbing))
    for (const reward of [graded, verified]) {
      const ascent = expectedAscent(estimator, reward, { size: 3 })
      const agreement = cosine(ascent, trueGradient(reward))
      assert.ok(agreement > 0.9, `${name}: ${ascent.join()} against ${trueGradient(reward).join()}`)
    }
})

test.run()
