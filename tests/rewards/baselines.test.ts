/** @file Constant play: the floor is found where there is one, and is what it is by hand. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineTask } from '../../envs/define-task.ts'
import type { EnvDef } from '../../envs/env.ts'
import { findEnv } from '../../envs/registry.ts'
import { taskAt } from '../../envs/tasks.ts'
import { blindReturn, constantFloor } from '../../rewards/baselines.ts'

const test = suite('baselines')

/** Three tasks in four have the answer yes. */
const skewed = defineTask({
  id: 'test/skewed-v1',
  title: 'Yes or no',
  generate: rng => ({ number: rng.int(0, 1e9) }),
  prompt: ({ number }) => `Is ${number} one?`,
  score: ({ number }, reply) => Number(reply === answerOf(number)),
  solve: ({ number }) => answerOf(number),
  guesses: ['perhaps'],
})

function answerOf(number: number): string {
  return number % 4 === 0 ? 'no' : 'yes'
}

test('the best constant answer is found, with the share of tasks that it solves', async () => {
  const env = skewed as unknown as EnvDef
  const { mean, actions } = await constantFloor(env, { level: 1, tasks: 200, candidates: 5 })
  const others = Array.from({ length: 600 }, (_, i) =>
    taskAt(skewed, { split: 'train', level: 1, index: 205 + i }),
  )
  assert.equal(actions, ['yes'])
  assert.is(mean, others.filter(({ params }) => params.number % 4 !== 0).length / 600)
})

test('a bare answer is tried by itself, and what comes after the end is left out', async () => {
  const env = findEnv('math/gcd-v1')
  const task = taskAt(env, { split: 'train', level: 1, index: 0 })
  const answer = env.solve!(task).at(-1)!
  assert.is(await blindReturn(env, task, [answer, 'answer: 0', 'nonsense = 1']), 1.2)
  const { actions } = await constantFloor(env, { level: 1, tasks: 100, candidates: 30 })
  assert.is(actions.length, 1)
})

test.run()
