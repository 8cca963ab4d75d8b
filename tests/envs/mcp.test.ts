/** @file An MCP server in a real child process: killed, hanging, flooding, and played on from the list of calls. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Position } from '../../envs/dynamics.ts'
import { advance, begin } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { discoverTools, mcpEnv } from '../../envs/tools/mcp.ts'
import type { Call } from '../../envs/tools/call-form.ts'
import { finishCall } from '../../envs/tools/call-form.ts'
import { taskAt } from '../../envs/tasks.ts'

const folder = mkdtempSync(join(tmpdir(), 'ludus-mcp-'))
const pidFile = join(folder, 'pids')
const server = {
  command: process.execPath,
  args: [fileURLToPath(new URL('notes-server.mjs', import.meta.url)), pidFile],
}

const tools = await discoverTools(server)
const env = mcpEnv<{ notes: string[] }>({
  id: 'test/notes-v1',
  title: 'Write notes',
  rules: 'Write the notes down.',
  levels: ['Two notes'],
  maxSteps: 12,
  generate: rng => ({ notes: [`note ${rng.int(0, 9999)}`, `note ${rng.int(0, 9999)}`] }),
  identity: ({ notes }) => notes,
  request: ({ notes }) => `Add ${notes.join(', then ')}.`,
  server: () => server,
  tools,
  checks: () => [{ tool: 'list', args: {} }],
  solved: ({ notes }, { replies }) => replies[0]!.text === JSON.stringify(notes),
  solve: ({ notes }) => [...notes.map(note => call('add', { note })), finishCall()],
  limits: { callMs: 1500, startMs: 20_000, replyChars: 2000 },
}) as unknown as EnvDef
const task = taskAt(env, { split: 'train', level: 1, index: 0 })
const { notes } = task.params as { notes: string[] }

const test = suite('MCP servers')
test.after(async () => {
  await env.close!()
  rmSync(folder, { recursive: true, force: true })
})

test('the tools of a server are discovered, with their schemas', () => {
  assert.ok(tools.some(({ name }) => name === 'add'))
  assert.ok(env.action.safeParse(call('add', { note: 'x' })).success)
  assert.not.ok(env.action.safeParse(call('add', { note: 1 })).success)
  assert.not.ok(env.action.safeParse(call('remove', {})).success)
})

test('the solution is worth all, less is worth nothing', async () => {
  const calls = env.solve!(task) as Call[]
  assert.is((await play(calls)).outcome, 1)
  assert.is((await play([finishCall()])).outcome, 0)
  assert.is((await play(calls.slice(1))).outcome, 0)
  assert.is((await play([...calls.slice(0, -1), call('add', { note: 'more' }), finishCall()])).outcome, 0)
})

test('a server that is killed in the middle is started again, and hears the calls again', async () => {
  const half = await play([call('add', { note: notes[0]! })])
  process.kill(pids().at(-1)!, 'SIGKILL')
  await pause(50)
  const started = pids().length
  let { position, shown } = await step(half.position, call('list', {}))
  if (!shown.includes(notes[0]!)) {
    assert.match(shown, 'no fault of the call')
    ;({ position, shown } = await step(half.position, call('list', {})))
  }
  assert.match(shown, notes[0]!)
  assert.is(pids().length, started + 1, 'a new process')
  assert.is((await play([call('add', { note: notes[1]! }), finishCall()], position)).outcome, 1)
})

test('a snapshot has two futures that do not know of each other', async () => {
  const { position } = await play([call('add', { note: notes[0]! })])
  const copy = JSON.parse(JSON.stringify(position)) as Position
  const wrong = await play([call('add', { note: 'elsewhere' })], position)
  const right = await play([call('add', { note: notes[1]! })], copy)
  assert.is((await play([finishCall()], right.position)).outcome, 1)
  assert.is((await play([finishCall()], wrong.position)).outcome, 0)
})

test('going on uses the server that has heard the calls', async () => {
  const started = pids().length
  await play([call('add', { note: 'a' }), call('add', { note: 'b' }), call('list', {})])
  assert.is(pids().length, started + 1)
})

test('an error of a tool is an observation, not a fault', async () => {
  const { shown, rewards } = await step(await begin(env, task), call('refuse', {}))
  assert.match(shown, /"ok":false,"error":"never"/)
  assert.is(rewards['invalid'], 0)
})

for (const tool of ['die', 'hang', 'drown'])
  test(`a server that should ${tool} makes the call unavailable, and is no score`, async () => {
    const before = (await play([call('add', { note: notes[0]! })])).position
    const began = performance.now()
    const { position, shown, rewards } = await step(before, call(tool, {}))
    assert.ok(performance.now() - began < 15_000, 'in time')
    assert.match(shown, 'no fault of the call')
    assert.is(rewards['correct'], null)
    assert.is(rewards['invalid'], 0)
    assert.equal(calls(position), calls(before))
    assert.match((await step(position, call('list', {}))).shown, notes[0]!)
  })

test('a server that fails until the steps run out is not judged', async () => {
  const position: Position = { ...(await begin(env, task)), steps: env.maxSteps - 1 }
  const { position: last, rewards } = await step(position, call('die', {}))
  assert.is(last.end?.kind, 'truncated')
  assert.is(rewards['correct'], null)
})

test('a flood of text is cut, and nonsense between the messages does no harm', async () => {
  const flooded = await step(await begin(env, task), call('flood', {}))
  assert.ok(flooded.shown.length < 3000)
  assert.match(flooded.shown, 'left out')
  assert.match((await step(await begin(env, task), call('babble', {}))).shown, /said|no fault of the call/)
})

test('a server that does not repeat itself cannot be played on from a snapshot', async () => {
  const { position } = await play([call('who', {})])
  await play([call('list', {})], position)
  const { shown } = await step(position, call('list', {}))
  assert.match(shown, 'call 1 (who) got another reply than the first time')
})

test('an aborted call is unavailable', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 200)
  const { rewards, position } = await advance(
    env,
    task,
    await begin(env, task),
    call('hang', {}),
    stop.signal,
  )
  assert.is(rewards['correct'], null)
  assert.equal(calls(position), [])
})

test('a command that is no server is a usage error', async () => {
  for (const command of ['/nonexistent/server', process.execPath])
    try {
      await discoverTools({ command, args: ['--eval', '0'] }, { startMs: 5000 })
      assert.unreachable()
    } catch (error) {
      assert.instance(error, UsageError)
      assert.match((error as Error).message, 'expected an MCP server')
    }
})

test('closing ends the processes', async () => {
  await play([call('add', { note: 'x' })])
  const pid = pids().at(-1)!
  assert.ok(isAlive(pid))
  await env.close!()
  for (let wait = 0; wait < 50 && pids().some(isAlive); wait++) await pause(100)
  assert.equal(pids().filter(isAlive), [])
})

test.run()

function call(tool: string, args: Call['args']): Call {
  return { tool, args }
}

function calls({ state }: Position): unknown {
  return (state as { calls: unknown }).calls
}

async function step(position: Position, action: Call) {
  const taken = await advance(env, task as Task, position, action)
  const { result } = env.observe(task, taken.position.state) as { result: unknown }
  return { ...taken, shown: JSON.stringify(result).replaceAll('\\', '') }
}

async function play(plan: readonly Call[], from?: Position) {
  let position = from ?? (await begin(env, task))
  let outcome: number | null = null
  for (const action of plan) {
    const taken = await advance(env, task, position, action)
    position = taken.position
    outcome = taken.rewards['correct'] ?? null
  }
  return { position, outcome }
}

function pids(): number[] {
  return readFileSync(pidFile, 'utf8').trim().split('\n').map(Number)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
