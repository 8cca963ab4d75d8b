/** @file Reward models: the environment as one agrees with its own rollouts, the verifier judges ends only. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { tasksOf } from '../../agents/evaluate.ts'
import { openAgent } from '../../agents/naming.ts'
import { rollout } from '../../agents/rollout.ts'
import { atSolution } from '../../envs/granularity.ts'
import { listEnvs } from '../../envs/registry.ts'
import type { Attempt } from '../../rewards/reward.ts'
import { environmentReward, verifierReward } from '../../rewards/reward.ts'

const test = suite('reward models')

for (const env of listEnvs()) {
  test(`${env.id}: judges attempts as the environment did, cut ones as far as they go`, async () => {
    const tasks = tasksOf(env, {
      split: 'test',
      levels: env.tasks.levels.map(entry => entry.level),
      count: 8,
    })
    const records = await rollout(env, await openAgent('solver(slip=0.5)'), tasks)
    const attempts: Attempt[] = records.map(({ steps }, i) => ({
      task: tasks[i]!,
      actions: steps.map(step => step.action),
    }))
    const judged = await environmentReward(env).judge(attempts)
    const verified = await verifierReward(env).judge(attempts)
    for (const [i, record] of records.entries()) {
      assert.equal(
        judged[i]!.steps,
        record.steps.map(step => step.reward),
      )
      assert.is(judged[i]!.outcome, record.return)
      assert.is(verified[i]!.outcome, record.steps.at(-1)!.rewards.correct)
      assert.ok(verified[i]!.steps.every(score => score === null))
    }
    const cut = attempts.map(({ task, actions }) => ({ task, actions: actions.slice(0, -1) }))
    for (const [i, { steps, outcome }] of (await verifierReward(env).judge(cut)).entries()) {
      assert.is(outcome, null, 'an attempt that goes on has no outcome yet')
      assert.is(steps.length, cut[i]!.actions.length)
    }
  })
}

test('a text that ends before its episode has outcome 0, which is not null', async () => {
  const env = listEnvs().find(each => each.id === 'math/addition-v1')!
  const [task] = tasksOf(env, { split: 'test', levels: [3], count: 1 })
  const [first] = env.solve!(task!)
  const [judged] = await verifierReward(atSolution(env)).judge([
    { task: task!, actions: [`${first as string};`] },
  ])
  assert.is(judged!.outcome, 0)
})

test.run()
