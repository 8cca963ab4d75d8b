/** @file The tutorial on writing environments tells the truth: its code runs and prints what the page says. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOT } from '../house/files.ts'

const test = suite('authoring page')
const run = promisify(execFile)
const page = readFileSync(join(ROOT, 'docs/authoring.md'), 'utf8')
// Inside the project, so that `ludus/envs` and its dependencies are found; ignored by git.
mkdirSync(join(ROOT, '.ludus'), { recursive: true })
const dir = mkdtempSync(join(ROOT, '.ludus', 'page-'))
test.after(() => rmSync(dir, { recursive: true, force: true }))

const PRINT =
  'const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\\n`)\n'
const BLOCK = /```ts run\n(.*?)```\n\n```text\n(.*?)```/gs

const blocks = [...page.matchAll(BLOCK)].map(([, code, output]) => ({ code: code!, output: output! }))

test('every block that claims to run is followed by what it prints', () => {
  assert.ok(blocks.length >= 3)
  assert.is(blocks.length, [...page.matchAll(/```ts run/g)].length)
})

for (const [i, { code, output }] of blocks.entries())
  test(`block ${i + 1} prints what the page says`, async () => {
    const file = join(dir, `block-${i}.ts`)
    writeFileSync(file, PRINT + code)
    const { stdout } = await run(process.execPath, ['--conditions=ludus-source', '--import', 'tsx', file], {
      cwd: ROOT,
    })
    assert.is(stdout, output)
  })

test.run()
