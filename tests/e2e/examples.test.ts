/** @file The examples in docs/ run as they say, from the project's folder. */
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readBoard } from '../../arena/store.ts'
import { ROOT } from '../house/files.ts'

const run = promisify(execFile)
const dir = mkdtempSync(join(tmpdir(), 'ludus-examples-'))

const test = suite('examples')
test.after(() => rmSync(dir, { recursive: true, force: true }))

for (const [name, said] of [
  ['clock', 'math/clock-v1: the reference solution earns 1.00 of 1.00 on 20 tasks\n'],
  ['morse', 'text/morse-v1: the reference solution earns 1.30 of 1.30\n'],
  ['library', 'tools/library-v1: the reference solution earns 1.20 of 1.20\n'],
])
  test(`an environment of your own: ${name}`, async () => {
    const args = ['--conditions=ludus-source', '--import', 'tsx', `docs/examples/${name}-env.ts`]
    const { stdout } = await run(process.execPath, args, { cwd: ROOT })
    assert.is(stdout, said)
  })

test('low-rank adapters, trained, saved and merged', async () => {
  const args = ['--conditions=ludus-source', '--import', 'tsx', 'docs/examples/adapters.ts']
  const { stdout } = await run(process.execPath, args, { cwd: ROOT })
  const [answers] = stdout.match(/capital of France.*$/s) ?? []
  assert.is(answers, 'capital of France? Paris\ncapital of Italy? Rome\ncapital of Austria? Vienna\n')
})

test('an agent in another program', async () => {
  const arena = ['arena/cli/ludus.js', 'arena', 'serve', '--once', '--port', '0', '--dir', dir]
  const season = ['--level', '2', '4', '--tasks', '5', '--agent', 'random', '--wait', 'adder']
  const serving = spawn(process.execPath, [...arena, ...season], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const url = await new Promise<string>(resolve => {
    let said = ''
    serving.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /arena on (\S+)/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  const ended = new Promise(resolve => serving.once('exit', resolve))
  await run(process.execPath, ['docs/examples/remote-agent.mjs', url, 'adder'], { cwd: ROOT })
  assert.is(await ended, 0)
  const { agents } = await readBoard(dir)
  assert.equal(agents.map(({ name, solved, played }) => [name, solved, played])[0], ['adder', 10, 10])
})

test.run()
