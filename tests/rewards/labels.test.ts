/** @file Step labels: exact ones, estimates that converge to them, and the first error by bisection as by a linear scan. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { advance, begin } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { addition, columnSums } from '../../envs/math/addition.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import {
  cutBehindError,
  exactTargets,
  restMctsValues,
  targetsUntil,
  treeTargets,
} from '../../rewards/labels.ts'
import type { TreeStep } from '../../rewards/labels.ts'
import type { Rollout, RolloutSampler } from '../../rewards/monte-carlo.ts'
import { monteCarloLabels, successRate } from '../../rewards/monte-carlo.ts'
import { firstErrorByBisection, omegaPrm } from '../../rewards/omega-prm.ts'
import { close, GOLDEN } from './reward-golden.ts'

const test = suite('labels')
const env = addition as unknown as EnvDef
const taskOf = (index: number, level: number): Task => taskAt(env, { split: 'train', index, level })
const solution = (task: Task): string[] => columnSums(task.params as { a: number; b: number })
/** The solution with another last digit in one column. */
const wrongAt = (task: Task, at: number): string[] =>
  solution(task).map((column, k) => (k === at ? column[0]! + ((Number(column[1]) + 1) % 10) : column))

/** Completes a prefix by right columns, each with this chance, judged by the environment. */
function sampler(chance: number): RolloutSampler {
  return (prefixes, count, seed) =>
    Promise.all(
      prefixes.map(async ({ task, actions }, i) => {
        let ended = await begin(env, task)
        for (const action of actions) ended = (await advance(env, task, ended, action)).position
        const right = solution(task)
        return Promise.all(
          Array.from({ length: ended.end ? 1 : count }, async (_, k): Promise<Rollout> => {
            const rng = rngAt('rollout', ...seed, i, k, JSON.stringify(actions))
            const rest: Json[] = right
              .slice(actions.length)
              .map(column => (rng.float() < chance ? column : `0${rng.int(0, 9)}`))
            let position = await begin(env, task)
            let outcome: number | null = null
            for (const action of [...actions, ...rest]) {
              if (position.end) break
              const taken = await advance(env, task, position, action)
              position = taken.position
              outcome = taken.rewards['correct'] ?? null
            }
            return { actions: rest, outcome, tokens: 3 * rest.length }
          }),
        )
      }),
    )
}

test('exact targets: right, wrong at the first error, nothing behind it', async () => {
  const task = taskOf(0, 4)
  assert.equal(await exactTargets(env, task, solution(task)), [1, 1, 1, 1])
  assert.equal(await exactTargets(env, task, wrongAt(task, 1)), [1, 0, null, null])
  assert.equal(await exactTargets(env, task, wrongAt(task, 1), { untilFirstError: false }), [1, 0, 1, 1])
  // Behind the end nothing was played.
  assert.equal(await exactTargets(env, task, [...solution(task), '00']), [1, 1, 1, 1, null])
  assert.equal(cutBehindError([0.5, null, 0, 1]), [0.5, null, 0, null])
  assert.equal(
    [targetsUntil(-1, 2), targetsUntil(1, 3)],
    [
      [1, 1],
      [1, 0, null],
    ],
  )
  assert.throws(() => targetsUntil(3, 3), /first wrong step/)
})

test('Math-Shepherd labels become the exact ones as rollouts are many and the completer can be right', async () => {
  const tasks = [0, 1, 2, 3].map(index => taskOf(index, 3))
  const attempts = tasks.map((task, i) => ({
    task,
    actions: i === 0 ? solution(task) : wrongAt(task, i - 1),
  }))
  const labels = await monteCarloLabels(attempts, sampler(0.8), { rollouts: 64, seed: ['converge'] })
  for (const [i, { hard, soft, rollouts, tokens }] of labels.entries()) {
    const exact = await exactTargets(env, tasks[i]!, attempts[i]!.actions)
    for (const [k, label] of exact.entries()) if (label !== null) assert.is(hard[k], label, `${i} ${k}`)
    // Two columns are left after the first, one after the second: .8² and .8, and a few lucky draws.
    if (i === 0) close(soft as number[], [0.82 ** 2, 0.82, 1], 0.12)
    assert.is(rollouts, 64 + 64 + 1)
    assert.is(tokens, 3 * (2 * 64 + 64))
  }
  const [few] = await monteCarloLabels(attempts.slice(1, 2), sampler(0.8), { rollouts: 2, seed: ['few'] })
  assert.equal(few!.hard, [0, 0, 0])
})

test('rollouts that were not judged are no failures', () => {
  const rollout = (outcome: number | null): Rollout => ({ actions: [], outcome, tokens: 1 })
  assert.is(successRate([rollout(1), rollout(null), rollout(0)]), 0.5)
  assert.is(successRate([rollout(null)]), null)
})

test('bisection finds the error of a linear scan with O(log T) questions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.nat(), async (steps, at, known) => {
      const wrong = at % steps
      const from = known % (wrong + 1)
      const rate = (k: number): number => (k <= wrong ? 0.5 : 0)
      const scanned = Array.from({ length: steps }, (_, k) => k).find(
        k => rate(k + 1) === 0 || k === steps - 1,
      )
      const { firstError, asked } = await firstErrorByBisection(steps, rate, from)
      assert.is(firstError, scanned)
      assert.ok(asked.size <= Math.ceil(Math.log2(steps - from)))
    }),
  )
})

test('OmegaPRM: estimates of prefixes are 0 exactly where the goal cannot be reached any more', async () => {
  const task = taskOf(5, 4)
  const { states, searches, rollouts, tokens } = await omegaPrm(task, sampler(0.7), {
    rollouts: 24,
    searches: 6,
    seed: ['omega'],
  })
  assert.is(searches, 6)
  assert.ok(states.length > 3 && rollouts > 24 && tokens > 0)
  for (const { actions, rate } of states) {
    const labels = await exactTargets(env, task, actions)
    assert.is(
      rate! > 0,
      labels.every(label => label === 1),
      JSON.stringify(actions),
    )
  }
  // Nothing to learn from rollouts that are all right, or all wrong.
  assert.is((await omegaPrm(task, sampler(0), { rollouts: 4, seed: ['wrong'] })).searches, 0)
  assert.is((await omegaPrm(task, sampler(1), { rollouts: 4, seed: [] })).searches, 0)
})

test('ReST-MCTS values as its equations say, in [0, 1], and 1 at the end of what is all right', () => {
  close(restMctsValues(GOLDEN.rest.steps), GOLDEN.rest.values)
  const step = fc.record({ stepsLeft: fc.nat(6), wrong: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step), steps => {
      assert.ok(restMctsValues(steps).every(value => value >= 0 && value <= 1))
    }),
  )
  close(restMctsValues([2, 1, 0].map(stepsLeft => ({ stepsLeft, wrong: false }))), [1 / 3, 2 / 3, 1])
  assert.throws(() => restMctsValues([{ stepsLeft: -1, wrong: false }]), /at least 0/)
})

test('targets of a tree are the outcomes of the solutions through each step, in any order of the steps', () => {
  // 0 → {1 → {3 right, 4 wrong}, 2 → 5 not judged}
  const tree: TreeStep[] = [
    { parent: null, outcome: null },
    { parent: 0, outcome: null },
    { parent: 0, outcome: null },
    { parent: 1, outcome: 1 },
    { parent: 1, outcome: 0 },
    { parent: 2, outcome: null },
  ]
  const { soft, hard, solutions } = treeTargets(tree)
  assert.equal(soft, [0.5, 0.5, null, 1, 0, null])
  assert.equal(hard, [1, 1, null, 1, 0, null])
  assert.equal(solutions, [2, 2, 0, 1, 1, 0])
  const reversed = tree
    .map(({ parent, outcome }) => ({ parent: parent === null ? -1 : 5 - parent, outcome }))
    .reverse()
  assert.equal(treeTargets(reversed).soft, soft.toReversed())
  assert.throws(() => treeTargets([{ parent: 7, outcome: 1 }]), /expected a parent/)
  assert.throws(() => treeTargets([{ parent: 0, outcome: 1 }]), /own ancestor/)
})

test.run()
