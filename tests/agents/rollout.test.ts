/** @file Rollouts: seeded, in order, recorded so that they replay, and stoppable. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Agent } from '../../agents/agent.ts'
import { tasksOf } from '../../agents/evaluate.ts'
import { openAgent } from '../../agents/naming.ts'
import { rollout } from '../../agents/rollout.ts'
import { findEnv } from '../../envs/registry.ts'
import { replay } from '../../envs/trajectory.ts'

const env = findEnv('math/addition-v1')
const tasks = tasksOf(env, { split: 'test', levels: [1, 2, 3], count: 12 })
const first = tasks[0]!

const test = suite('rollout')

test('plays every task once, in order, and the records replay', async () => {
  const seen: number[] = []
  const played = await rollout(env, await openAgent('solver'), tasks, { onEpisode: (_, i) => seen.push(i) })
  assert.equal(
    played.map(({ split, level, index }) => ({ split, level, index })),
    tasks.map(({ split, level, index }) => ({ split, level, index })),
  )
  assert.equal(
    seen,
    tasks.map((_, i) => i),
  )
  for (const record of played) assert.ok((await replay(env, record)).verified)
  assert.ok(played.every(record => record.agent === 'solver' && record.return > 1))
})

test('the seed decides, not how many episodes run at once', async () => {
  const play = async (seed: number, concurrency = 1) =>
    rollout(env, await openAgent('random'), tasks, { seed, concurrency })
  assert.equal(await play(1), await play(1, 5))
  assert.not.equal(await play(1), await play(2))
})

test('plays of one task have randomness of their own', async () => {
  const agent = await openAgent('random')
  const twice = await rollout(env, agent, [first, first, first])
  assert.is(new Set(twice.map(record => JSON.stringify(record.steps.map(step => step.action)))).size, 3)
})

test('an agent that changes what it is shown changes neither state nor record', async () => {
  const vandal: Agent = {
    name: 'vandal',
    open: () => ({
      act({ observation }) {
        Object.assign(observation as object, { question: '0+0=' })
        ;(observation as { columns: string[] }).columns.push('00')
        return { action: '00' }
      },
    }),
  }
  const [record] = await rollout(env, vandal, [tasks[2]!])
  assert.ok((await replay(env, record!)).verified)
  assert.equal((record!.steps[1]!.observation as { columns: string[] }).columns, ['00'])
})

test('stops in the middle of an action, with the reason of the signal, and closes the sessions', async () => {
  let closed = 0
  const silent: Agent = {
    name: 'silent',
    open: () => ({ act: () => new Promise<never>(() => {}), close: () => void closed++ }),
  }
  const stop = new AbortController()
  const playing = rollout(env, silent, tasks, { signal: stop.signal, concurrency: 3 })
  setTimeout(() => stop.abort(new Error('enough')), 20)
  const error: unknown = await playing.catch((caught: unknown) => caught)
  assert.match(String(error), 'enough')
  assert.is(closed, 3)
})

test('one broken episode ends the rollout with its error', async () => {
  let opened = 0
  const broken: Agent = {
    name: 'broken',
    open() {
      if (++opened === 3) throw new Error('no luck')
      return { act: () => ({ action: '00' }) }
    },
  }
  const error: unknown = await rollout(env, broken, tasks).catch((caught: unknown) => caught)
  assert.match(String(error), 'no luck')
  assert.is(opened, 3)
})

test.run()
