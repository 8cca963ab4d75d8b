import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { EnvDef } from '../../envs/env.ts'
import { findEnv } from '../../envs/registry.ts'
import { replay } from '../../envs/trajectory.ts'
import type { Agent } from '../../agents/agent.ts'
import type { Cause } from '../../arena/match.ts'
import { CAUSES, matchResultSchema, planMatch, playMatch } from '../../arena/match.ts'
import { additionMatch, adder, agentOf, nextColumn, pause } from './league.ts'

const env = findEnv('math/addition-v1')
const clock = { actionMs: 60, matchMs: 200 }

function play(agent: Agent, options: Parameters<typeof playMatch>[3] & { on?: EnvDef } = {}) {
  return playMatch(additionMatch(agent.name), options.on ?? env, agent, { clock, ...options })
}

test('a right agent solves, and its trajectory replays to the same hashes', async () => {
  const { result, trajectory } = await play(adder('right'))
  assert.is(result.cause, 'solved')
  assert.is(result.score, 1)
  assert.is(result.steps, 2)
  assert.ok(matchResultSchema.safeParse(result).success)
  assert.ok((await replay(env, trajectory)).verified)
})

test('the id is a hash of the coordinates alone', () => {
  const plan = additionMatch('a')
  assert.is(planMatch({ ...plan }).id, plan.id)
  for (const change of [
    { agent: 'b' },
    { index: 1 },
    { level: 3 },
    { attempt: 1 },
    { split: 'train' as const },
  ])
    assert.is.not(planMatch({ ...plan, ...change }).id, plan.id)
})

const silent = new Promise<never>(() => {})
const cyclic: { self?: unknown } = {}
cyclic.self = cyclic
const FORFEITS: [string, Agent, Cause, RegExp][] = [
  ['silent', agentOf('silent', () => silent), 'timeout', /60 ms/],
  [
    'slow',
    agentOf('slow', turn => pause(turn.step * 200).then(() => nextColumn(turn.observation))),
    'timeout',
    /60 ms/,
  ],
  ['slow to open', { name: 'opening', open: () => silent }, 'timeout', /60 ms/],
  ['throwing', agentOf('throwing', () => Promise.reject(new Error('oh no'))), 'crash', /oh no/],
  ['throwing a string', agentOf('string', () => Promise.reject('text' as unknown as Error)), 'crash', /text/],
  [
    'throwing on open',
    {
      name: 'x',
      open: () => {
        throw new Error('no model')
      },
    },
    'crash',
    /no model/,
  ],
  [
    'without an action',
    { name: 'x', open: () => ({ act: () => undefined as never }) },
    'invalid',
    /not understood/,
  ],
  ['answering nonsense', agentOf('nonsense', () => ({ columns: 7 })), 'invalid', /10 actions/],
  ['answering what JSON cannot hold', agentOf('cyclic', () => cyclic), 'invalid', /not understood/],
  ['answering functions', agentOf('function', () => () => 1), 'invalid', /not understood/],
  ['wrong', agentOf('wrong', () => '00'), 'failed', /wrong/],
]
for (const [what, agent, cause, detail] of FORFEITS)
  test(`an agent that is ${what} ends as ${cause}`, async () => {
    const { result, trajectory } = await play(agent)
    assert.is(result.cause, cause)
    assert.match(result.detail, detail)
    assert.is(result.score, 0)
    assert.is(CAUSES[cause], 'agent')
    assert.is(result.steps, trajectory.steps.length)
    assert.ok(matchResultSchema.safeParse(result).success)
  })

test('an agent that blocks the event loop loses on time all the same', async () => {
  const blocking = agentOf('blocking', ({ observation }) => {
    const until = performance.now() + 80
    while (performance.now() < until);
    return nextColumn(observation)
  })
  assert.is((await play(blocking)).result.cause, 'timeout')
})

test('the match clock ends what the action clock allows', async () => {
  const steady = adder('steady', { pauseMs: 40 })
  const { result, trajectory } = await playMatch(additionMatch('steady', { level: 8 }), env, steady, {
    clock: { actionMs: 1000, matchMs: 150 },
  })
  assert.is(result.cause, 'timeout')
  assert.ok(result.steps >= 1 && result.steps < 8)
  assert.is((await replay(env, trajectory)).verified, true)
  assert.ok(result.clock.usedMs >= 150 && result.clock.usedMs < 400, `${result.clock.usedMs} ms used`)
})

test('an agent is told to stop when its time is up', async () => {
  let aborted = false
  const agent = agentOf('listening', ({ signal }) => {
    signal.addEventListener('abort', () => (aborted = true))
    return silent
  })
  await play(agent)
  assert.ok(aborted)
})

test('an agent cannot change the state or the record through what it is shown', async () => {
  const vandal = agentOf('vandal', ({ observation }) => {
    const column = nextColumn(observation)
    const seen = observation as { question: string; columns: string[] }
    seen.columns.push('19')
    seen.question = '0+0='
    return column
  })
  const { result, trajectory } = await play(vandal)
  assert.is(result.cause, 'solved')
  assert.ok((await replay(env, trajectory)).verified)
})

test('the hidden task is shown only on request', async () => {
  let seen: unknown = 'nothing'
  const spy: Agent = { name: 'spy', open: ({ task }) => ((seen = task), { act: () => ({ action: '00' }) }) }
  await play(spy)
  assert.is(seen, null)
  await play(spy, { reveal: true })
  assert.is((seen as { env: string }).env, env.id)
})

test("faults of the environment are the runner's", async () => {
  const throwing: EnvDef = {
    ...env,
    step: () => {
      throw new Error('disk full')
    },
  }
  const unjudged: EnvDef = { ...env, rewards: { correct: { kind: 'outcome', weight: 1, value: () => null } } }
  for (const broken of [throwing, unjudged]) {
    const { result } = await play(adder('right'), { on: broken })
    assert.is(result.cause, 'environment')
    assert.is(CAUSES[result.cause], 'runner')
  }
})

test('closing the arena stops a match uncounted', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 20)
  const { result } = await play(
    agentOf('silent', () => silent),
    { signal: stop.signal },
  )
  assert.is(result.cause, 'stopped')
  assert.is(CAUSES.stopped, 'runner')
})

test('tokens are summed and latencies measured', async () => {
  const agent: Agent = {
    name: 'counting',
    open: () => ({
      act: async ({ observation }) => {
        await pause(10)
        return { action: nextColumn(observation), usage: { tokens: 3, latencyMs: 0 } }
      },
    }),
  }
  const { result } = await play(agent)
  assert.is(result.tokens, 6)
  assert.ok(result.latencyMs.mean >= 9, 'not what the agent says of itself')
})

test.run()
