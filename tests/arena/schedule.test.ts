import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UsageError } from '../../envs/errors.ts'
import { Dispatcher, planSeason, remaining } from '../../arena/schedule.ts'
import { ADDITION, pause, until } from './league.ts'

const season = { envs: [{ env: ADDITION, levels: [1, 3] }], tasks: 4 }

test('every agent plays the same tasks, in the same order every time', () => {
  const plan = planSeason(season, ['a', 'b'])
  assert.is(plan.length, 16)
  assert.is(new Set(plan.map(({ id }) => id)).size, 16)
  const tasks = (agent: string): unknown[] =>
    plan.filter(match => match.agent === agent).map(({ level, index, split }) => [level, index, split])
  assert.equal(tasks('a'), tasks('b'))
  assert.equal(planSeason(season, ['a', 'b']), plan)
})

test('any beginning of the plan has asked all agents nearly the same', () => {
  const plan = planSeason(season, ['a', 'b', 'c'])
  for (let length = 1; length <= plan.length; length++) {
    const counts = ['a', 'b', 'c'].map(
      name => plan.slice(0, length).filter(({ agent }) => agent === name).length,
    )
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1)
  }
})

test('adding an agent or a task keeps the ids of the others', () => {
  const before = new Set(planSeason(season, ['a']).map(({ id }) => id))
  const after = new Set(planSeason({ ...season, tasks: 6 }, ['b', 'a']).map(({ id }) => id))
  for (const id of before) assert.ok(after.has(id))
})

test('what is logged is not played again', () => {
  const plan = planSeason(season, ['a'])
  const logged = new Set(plan.slice(0, 3).map(({ id }) => id))
  assert.equal(remaining(plan, logged), plan.slice(3))
})

test('unknown levels, no tasks and equal names are refused', () => {
  assert.throws(() => planSeason({ envs: [{ env: ADDITION, levels: [99] }], tasks: 1 }, ['a']), isUsage)
  assert.throws(() => planSeason({ ...season, tasks: 0 }, ['a']), isUsage)
  assert.throws(() => planSeason(season, ['a', 'a']), isUsage)
  assert.throws(() => planSeason({ envs: [{ env: 'math/none-v1' }], tasks: 1 }, ['a']), isUsage)
})

test('the dispatcher keeps its limits, waits for agents, and plays everything once', async () => {
  const running = new Map<string, number>()
  const played: string[] = []
  let [most, mostOfOne] = [0, 0]
  let present = false
  const dispatcher = new Dispatcher({
    concurrency: 5,
    perAgent: 2,
    ready: agent => agent !== 'late' || present,
    play: async match => {
      running.set(match.agent, (running.get(match.agent) ?? 0) + 1)
      most = Math.max(
        most,
        [...running.values()].reduce((a, b) => a + b),
      )
      mostOfOne = Math.max(mostOfOne, ...running.values())
      await pause(1)
      running.set(match.agent, running.get(match.agent)! - 1)
      played.push(match.id)
    },
  })
  const plan = planSeason(season, ['a', 'b', 'c', 'late'])
  dispatcher.add(plan)
  await until(() => played.length === 24, 'the agents that are there')
  await pause(5)
  assert.is(played.length, 24)
  present = true
  dispatcher.wake()
  await until(() => played.length === 32, 'the late agent')
  assert.equal([...played].sort(), plan.map(({ id }) => id).sort())
  assert.is(most, 5)
  assert.is(mostOfOne, 2)
  await dispatcher.close()
})

function isUsage(error: unknown): boolean {
  return error instanceof UsageError
}

test.run()
