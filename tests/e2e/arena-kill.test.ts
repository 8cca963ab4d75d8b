/**
 * @file Kills a serving arena again and again, and counts.
 *
 * Real processes, a real socket, SIGKILL at seeded moments. Whatever was acknowledged before a kill, on stdout or to the
 * remote agent, must be in the log exactly once at the end, and the board must count every planned match exactly once.
 */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { rngAt } from '../../envs/rng.ts'
import { connectAgent } from '../../arena/client.ts'
import { matchResultSchema } from '../../arena/match.ts'
import { planSeason } from '../../arena/schedule.ts'
import { openStore, readBoard } from '../../arena/store.ts'
import { ADDITION, adder, pause, removeFolders, temporaryFolder, until } from '../arena/league.ts'

const KILLS = 12
const LEVELS = [1, 2]
const TASKS = 260
const LUDUS = fileURLToPath(new URL('../../arena/cli/ludus.js', import.meta.url))

test.after(removeFolders)

interface Serving {
  process: ChildProcess
  printed: string[]
  said: string
}

function serve(dir: string, port: number): Serving {
  const season = ['--env', ADDITION, '--level', ...LEVELS.map(String), '--tasks', String(TASKS)]
  const agents = ['--agent', 'one=random', 'two=random', '--wait', 'far']
  const flags = ['--once', '--json', '--concurrency', '3', '--port', String(port), '--dir', dir]
  const child = spawn(process.execPath, [LUDUS, 'arena', 'serve', ...season, ...agents, ...flags])
  const serving: Serving = { process: child, printed: [], said: '' }
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop()!
    serving.printed.push(...lines)
  })
  child.stderr.on('data', (chunk: Buffer) => (serving.said += chunk.toString()))
  return serving
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

test(`${KILLS} kills lose no acknowledged match and count none twice`, async () => {
  const dir = temporaryFolder()
  const port = await freePort()
  const rng = rngAt('arena-kill')
  const printed: string[] = []
  let heard = 0
  const remote = connectAgent(adder('far', { slip: 0.2, pauseMs: 3 }), {
    url: `http://127.0.0.1:${port}`,
    onResult: () => heard++,
  })
  const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null
  let killed = 0

  for (; killed < KILLS; killed++) {
    const serving = serve(dir, port)
    const before = heard
    await until(() => heard > before || ended(serving.process), 'a result of the remote agent', 20_000)
    assert.not.ok(ended(serving.process), `the arena ended by itself before kill ${killed}: ${serving.said}`)
    await pause(rng.int(0, 90))
    serving.process.kill('SIGKILL')
    await until(() => ended(serving.process), 'the end of the process')
    printed.push(...serving.printed)
  }
  const last = serve(dir, port)
  await until(() => ended(last.process), 'the end of the season', 40_000)
  assert.is(last.process.exitCode, 0, last.said)
  printed.push(...last.printed)

  const plan = planSeason({ envs: [{ env: ADDITION, levels: LEVELS }], tasks: TASKS }, ['one', 'two', 'far'])
  const logged = new Map<string, number>()
  for (const line of readFileSync(join(dir, 'matches.jsonl'), 'utf8').trimEnd().split('\n')) {
    const { id } = JSON.parse(line) as { id: string }
    logged.set(id, (logged.get(id) ?? 0) + 1)
  }
  assert.equal([...logged.keys()].sort(), plan.map(({ id }) => id).sort())
  assert.equal(
    [...logged.values()].filter(count => count !== 1),
    [],
  )

  const acknowledged = printed.map(line => matchResultSchema.parse(JSON.parse(line)).id)
  assert.is(new Set(acknowledged).size, acknowledged.length, 'no match was announced twice')
  for (const id of acknowledged) assert.is(logged.get(id), 1)

  const store = await openStore(dir)
  const tickets = new Map([...logged.keys()].map(id => [store.ticket(id), id]))
  await store.close()
  const results = await remote.finished
  for (const { match } of results)
    assert.ok(tickets.has(match), `the acknowledged match ${match} is not in the log`)
  assert.is(new Set(results.map(({ match }) => match)).size, results.length)

  const board = await readBoard(dir)
  assert.is(board.matches, plan.length)
  for (const { name, played } of board.agents) assert.is(played, LEVELS.length * TASKS, name)
  process.stdout.write(
    `  ${killed} kills; ${plan.length} matches; ${acknowledged.length} acknowledged on stdout, ${results.length} to the remote agent; all in the log once\n`,
  )
})

test.run()
