/** @file Shaping by potentials: it telescopes, leaves the best actions as they are, and nothing else does. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { advance, begin } from '../../envs/dynamics.ts'
import type { Task } from '../../envs/env.ts'
import { addition } from '../../envs/math/addition.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import { shapedDynamics, shapedEnv, shapingInvariance, shapingRewards } from '../../rewards/shaping.ts'
import type { Dynamics } from '../../rewards/tabular.ts'
import { actionValues, valuesOf } from '../../rewards/tabular.ts'
import { close } from './reward-golden.ts'

const test = suite('shaping')

/** States with two or three actions that lead to states at random, or to the end. */
function drawnMdp(seed: number): Dynamics {
  const rng = rngAt('mdp', seed)
  const states = Array.from({ length: rng.int(2, 6) }, () => rng.int(2, 3))
  const table = states.map(actions =>
    Array.from({ length: actions }, () => {
      const p = rng.int(1, 9) / 10
      const next = (): number | null => (rng.float() < 0.25 ? null : rng.int(0, states.length - 1))
      return [
        { probability: p, next: next(), reward: rng.int(-3, 3) },
        { probability: 1 - p, next: next(), reward: rng.int(-3, 3) },
      ]
    }),
  )
  return { states, outcomes: (state, action) => table[state]![action]! }
}

test('values of a chain by hand', () => {
  const chain: Dynamics = {
    states: [1, 2],
    outcomes: (state, action) =>
      state === 0
        ? [{ probability: 1, next: 1, reward: 0 }]
        : [{ probability: 1, next: action === 0 ? null : 0, reward: action === 0 ? 1 : 0 }],
  }
  close(valuesOf(chain, 0.5), [0.5, 1])
  assert.equal(actionValues(chain, [0.5, 1], 0.5), [[0.5], [1, 0.25]])
  const endless: Dynamics = { states: [1], outcomes: () => [{ probability: 1, next: 0, reward: 1 }] }
  assert.throws(() => valuesOf(endless, 1), /settle/)
})

test('optimal policies are the same under F, and Q falls by Φ', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(0.5, 0.9), (seed, gamma) => {
      const [mdp, rng] = [drawnMdp(seed), rngAt('potential', seed)]
      const table = mdp.states.map(() => rng.int(-5, 5))
      const potential = (state: number): number => table[state]!
      const found = shapingInvariance(mdp, shapedDynamics(mdp, potential, gamma), potential, gamma)
      assert.ok(found.samePolicies && found.deviation < 1e-9, `${found.deviation}`)
    }),
    { numRuns: 40 },
  )
})

test('a potential at the end, a bonus per step or another discount do change what is best', () => {
  const potential = (state: number): number => state
  const broken = (spoil: (reward: number, next: number | null) => number) =>
    Array.from({ length: 30 }, (_, seed) => {
      const mdp = drawnMdp(seed)
      const shaped = shapedDynamics(mdp, potential, 0.9)
      const spoilt: Dynamics = {
        ...shaped,
        outcomes: (s, a) => shaped.outcomes(s, a).map(o => ({ ...o, reward: spoil(o.reward, o.next) })),
      }
      return shapingInvariance(mdp, spoilt, potential, 0.9).samePolicies
    }).filter(same => !same).length
  assert.is(
    broken(reward => reward),
    0,
  )
  assert.ok(broken((reward, next) => reward + (next === null ? 4 : 0)) > 0)
  assert.ok(broken(reward => reward + 1) > 0)
})

test('shaping telescopes to −Φ(s₀); a cut keeps what was reached', () => {
  const numbers = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 9 })
  fc.assert(
    fc.property(numbers, fc.constantFrom(1, 0.9), (potentials, gamma) => {
      const sum = (kind: 'terminated' | 'truncated') =>
        shapingRewards(potentials, { kind, reason: 'x' }, gamma).reduce(
          (all, f, t) => all + gamma ** t * f,
          0,
        )
      close(sum('terminated'), -potentials[0]!, 1e-9)
      const T = potentials.length - 1
      close(sum('truncated'), gamma ** T * potentials[T]! - potentials[0]!, 1e-9)
    }),
  )
})

test('as a term of an environment it sums to −Φ(s₀) over an episode and leaves the other terms alone', async () => {
  const potential = (_: Task<{ a: number; b: number }>, { columns }: { columns: string[] }): number =>
    2 + columns.length
  const env = shapedEnv(addition, potential, { weight: 0.5 })
  const task = taskAt(env, { split: 'train', index: 3, level: 3 })
  let [position, plain] = [await begin(env, task), await begin(addition, task)]
  let sum = 0
  for (const action of env.solve!(task)) {
    const [taken, other] = [
      await advance(env, task, position, action),
      await advance(addition, task, plain, action),
    ]
    const { shaping, ...rest } = taken.rewards
    assert.equal(rest, other.rewards)
    close(taken.reward, other.reward + 0.5 * shaping!)
    sum += shaping!
    ;[position, plain] = [taken.position, other.position]
  }
  assert.is(position.end?.kind, 'terminated')
  close(sum, -2)
})

test.run()
