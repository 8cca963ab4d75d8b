/** @file The main job, whole: the demo as a person starts it, and what it must show. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunResult } from '../../agents/recipes/run.ts'
import type { Board } from '../../arena/board.ts'
import { ludus } from '../cli/ludus.ts'

const dir = mkdtempSync(join(tmpdir(), 'ludus-demo-'))
const test = suite('demo')
test.after(() => rmSync(dir, { recursive: true, force: true }))

test('the student surpasses its teacher, and the board shows it', async () => {
  const { code, stdout, stderr } = await ludus(['demo', '--once', '--json', '--dir', join(dir, 'whole')])
  assert.is(code, 0, stderr)
  assert.is(stderr, '')
  const report = JSON.parse(stdout) as RunResult & { seconds: number; leaderboard: Board }
  const { before, expert, cloned, trained, searched, leaderboard } = report
  for (const { tasks, accuracy, low, high } of [before, expert, cloned, trained, searched]) {
    assert.ok(tasks >= 500)
    assert.ok(low <= accuracy && accuracy <= high)
  }
  assert.ok(before.accuracy <= 0.05, `untrained ${before.accuracy}`)
  assert.ok(trained.accuracy >= 0.97, `trained ${trained.accuracy}`)
  assert.ok(trained.accuracy >= expert.accuracy + 0.3, `expert ${expert.accuracy}`)
  assert.ok(searched.accuracy >= trained.accuracy, `searched ${searched.accuracy}`)
  const names = leaderboard.agents.map(({ name }) => name)
  assert.is(names[0], 'solver')
  assert.is(names.at(-1), 'random')
  assert.ok(names.length >= 6 && leaderboard.items.length >= 4)
  assert.ok(leaderboard.agents.every(({ played, forfeits }) => played === 200 && forfeits === 0))
})

test('Ctrl-C in the middle says what is kept, and leaves no process behind', async () => {
  const folder = join(dir, 'stopped')
  const { code, stderr } = await ludus(['demo', '--once', '--dir', folder], {
    onStart: child => {
      child.stderr!.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('Cloning')) child.kill('SIGINT')
      })
    },
  })
  assert.is(code, 130)
  assert.match(stderr, /ludus: stopped; complete stages are kept in .*stopped.training\n$/)
  assert.ok(existsSync(join(folder, 'training', 'untrained', 'config.json')))
})

test('a folder that holds something else is not emptied', async () => {
  const { code, stderr } = await ludus(['demo', '--once', '--dir', '.'], { cwd: join(dir, '..') })
  assert.is(code, 2)
  assert.match(stderr, /expected an empty folder or one of an earlier demo/)
})

test.run()
