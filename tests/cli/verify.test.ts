/** @file `ludus verify`: one verdict per line, in order, while the pipe stays open; bad lines are named. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { COMMAND_FILE } from '../../arena/cli/command-file.ts'
import { ludus } from './ludus.ts'

const test = suite('ludus verify')

interface Verdict {
  equal: boolean | null
  reason: string
}

const lines = (pairs: readonly object[]): string => pairs.map(pair => JSON.stringify(pair) + '\n').join('')

const verdicts = (stdout: string): Verdict[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as Verdict)

test('verdicts come in the order of the lines, with LaTeX among plain answers', async () => {
  const pairs = Array.from({ length: 120 }, (_, n) =>
    n % 3 === 0
      ? { gold: `\\binom{${n + 2}}{2}`, answer: String(((n + 2) * (n + 1)) / 2) }
      : { gold: `${n}`, answer: `${n - (n % 2)}` },
  )
  const { code, stdout, stderr } = await ludus(['verify', '--json'], { input: lines(pairs) })
  assert.is(code, 0, stderr)
  assert.equal(
    verdicts(stdout).map(({ equal }) => equal),
    pairs.map((_, n) => n % 3 === 0 || n % 2 === 0),
  )
})

test('a line that is no pair gets a null verdict that names it, and the exit code is 1', async () => {
  const input = `${lines([{ gold: '5', answer: '5' }])}nonsense\n\n${lines([{ gold: 5, answer: '5' }, { gold: '5' }])}[]\n${lines(
    [
      { gold: '', answer: '5' },
      { gold: '6', answer: '6' },
    ],
  )}`
  const { code, stdout } = await ludus(['verify'], { input })
  assert.is(code, 1)
  const all = verdicts(stdout)
  assert.equal(
    all.map(({ equal }) => equal),
    [true, null, null, null, null, null, null, true],
  )
  assert.match(all[1]!.reason, /^line 2: expected \{"gold": "…", "answer": "…"\}, got no JSON: "nonsense"/)
  assert.match(all[2]!.reason, /line 3: .*empty line/)
  assert.match(all[3]!.reason, /line 4: .*"gold"/)
  assert.match(all[4]!.reason, /line 5: .*"answer"/)
  assert.match(all[6]!.reason, /^reference: /)
})

test('options reach the verifier', async () => {
  const input = lines([
    { gold: '28%', answer: '28' },
    { gold: '5', answer: '2+3' },
  ])
  const equal = async (...options: string[]): Promise<(boolean | null)[]> =>
    verdicts((await ludus(['verify', ...options], { input })).stdout).map(verdict => verdict.equal)
  assert.equal(await equal(), [false, true])
  assert.equal(await equal('--loose-percent', '--evaluated'), [true, false])
})

test('no line, no verdict', async () => {
  const { code, stdout } = await ludus(['verify'])
  assert.is(code, 0)
  assert.is(stdout, '')
})

test('a verdict does not wait for the next line or the end of the input', async () => {
  const child = spawn(process.execPath, [COMMAND_FILE, 'verify'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const answered: Verdict[] = []
  for (const answer of ['5', '\\binom{5}{1}', '6']) {
    child.stdin.write(lines([{ gold: '5', answer }]))
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
    answered.push(...verdicts(chunk.toString()))
  }
  child.stdin.end()
  assert.is((await ended)[0], 0)
  assert.equal(
    answered.map(({ equal }) => equal),
    [true, true, false],
  )
})

test.run()
