/** @file The reference solver and the person at the terminal. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { tasksOf } from '../../../agents/evaluate.ts'
import type { Terminal } from '../../../agents/policies/human.ts'
import { humanAgent } from '../../../agents/policies/human.ts'
import { solverAgent } from '../../../agents/policies/solver.ts'
import { rollout } from '../../../agents/rollout.ts'
import type { EnvDef } from '../../../envs/env.ts'
import { maxReturn } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import { findEnv, listEnvs } from '../../../envs/registry.ts'
import { rngAt } from '../../../envs/rng.ts'

const test = suite('solver and human')
const addition = findEnv('math/addition-v1')
const rng = rngAt('players')

function thrownBy(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('expected an error')
}

test('the solver reaches the maximum everywhere, a slipping one does not', async () => {
  for (const env of listEnvs()) {
    const tasks = tasksOf(env, {
      split: 'test',
      levels: env.tasks.levels.map(entry => entry.level),
      count: 16,
    })
    const solved = async (slip: number): Promise<number> =>
      (await rollout(env, solverAgent({ slip }), tasks)).filter(
        record => record.return > maxReturn(env as EnvDef) - 1e-9,
      ).length
    assert.is(await solved(0), tasks.length, env.id)
    assert.ok((await solved(1)) < tasks.length, `${env.id}: a solver that always slips is perfect`)
  }
})

test('the solver says why it cannot play without the task, or without a solution', () => {
  const remote = thrownBy(() => solverAgent().open({ env: addition, task: null, rng }))
  assert.instance(remote, UsageError)
  assert.match(remote.message, 'never as a remote agent')
  const unsolved = Object.fromEntries(
    Object.entries(addition).filter(([key]) => key !== 'solve'),
  ) as unknown as EnvDef
  assert.match(
    thrownBy(() => solverAgent().open({ env: unsolved, task: null, rng })).message,
    'no reference solution',
  )
  assert.match(thrownBy(() => solverAgent({ slip: 2 })).message, 'from 0 to 1')
})

test('a person sees the rules once and the question each time, and is asked for each step', async () => {
  const [task] = tasksOf(addition, { split: 'test', levels: [2], count: 1 })
  const answers = addition.solve!(task!).map(action => addition.text.render(action))
  const shown: string[] = []
  const terminal: Terminal = { print: text => void shown.push(text), ask: async () => answers.shift() ?? '' }
  const [record] = await rollout(addition, humanAgent(terminal), [task!])
  assert.ok(Math.abs(record!.return - maxReturn(addition)) < 1e-9)
  assert.is(shown.length, 2)
  assert.match(shown[0]!, 'column by column')
  assert.not.match(shown[1]!, 'column by column')
  assert.match(shown[1]!, `so far: ${record!.steps[0]!.action as string};`)
})

test('a person who writes nonsense is told, and the environment judges it', async () => {
  const [task] = tasksOf(addition, { split: 'test', levels: [1], count: 1 })
  const answers = ['what?', '00']
  const shown: string[] = []
  const terminal: Terminal = {
    print: text => void shown.push(text),
    ask: async () => answers.shift() ?? '00',
  }
  const [record] = await rollout(addition, humanAgent(terminal), [task!])
  assert.match(shown.join('\n'), 'will not understand')
  assert.is(record!.steps[0]!.rewards.invalid, -1)
})

test.run()
