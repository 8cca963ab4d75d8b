/** @file Wrong use of the command line: exit code 2, one line on stderr that says what to do, nothing on stdout. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { listEnvs } from '../../envs/registry.ts'
import { ludus } from './ludus.ts'

const dir = mkdtempSync(join(tmpdir(), 'ludus-usage-'))
const out = join(dir, 'out.jsonl')
const test = suite('command line')
test.after(() => rmSync(dir, { recursive: true, force: true }))

const ROLLOUT = ['rollout', 'math/addition-v1', '--out', out]
const REFUSED: [string[], RegExp][] = [
  [['frob'], /unknown command 'frob'/],
  [
    ['rollout', 'math/none-v1', '--agent', 'random', '--out', out],
    /unknown environment "math\/none-v1"; known are math/,
  ],
  [[...ROLLOUT, '--agent', 'ranom'], /agent "ranom", position 1: expected an agent/],
  [[...ROLLOUT, '--agent', 'policy:/no/such'], /\/no\/such/],
  [[...ROLLOUT, '--agent', 'human'], /ludus play/],
  [[...ROLLOUT, '--agent', 'random+search(best-of-n)'], /random samples none/],
  [[...ROLLOUT], /required option '--agent <agent>' not specified/],
  [[...ROLLOUT, '--agent', 'random', '-n', '0'], /-n: expected a whole number of at least 1, got "0"/],
  [[...ROLLOUT, '--agent', 'random', '-n', '1e3'], /-n: expected a whole number/],
  [[...ROLLOUT, '--agent', 'random', '--seed', '-1'], /--seed: expected a whole number/],
  [[...ROLLOUT, '--agent', 'random', '--level', 'x'], /--level: expected a whole number/],
  [[...ROLLOUT, '--agent', 'random', '-n', '1', '--level', '1', '99'], /expected a level of 1, 2/],
  [[...ROLLOUT, '--agent', 'random', '--split', 'holdout'], /expected a split of train, validation, test/],
  [[...ROLLOUT, '--agent', 'random', '--frob'], /unknown option '--frob'/],
  [
    ['rollout', 'math/addition-v1', '--agent', 'random', '--out', join(dir, 'no/such/f')],
    /cannot be written \(ENOENT\)/,
  ],
  [['eval', '--env', 'math/addition-v1', '--agent', 'policy:/no/such'], /expected a checkpoint folder/],
  [['eval', '--env', 'math/addition-v1', '--agent', 'solver', '--level', '9'], /expected a level of 1, 2/],
  [['train', 'o2', '--env', 'math/addition-v1', '--out', out], /unknown recipe "o2"; known are o1-roadmap/],
  [['train', 'o1-roadmap', '--env', 'math/addition-v1', '--out', out, '--level', '0'], /expected a level/],
  [['leaderboard', '--dir', '/no/such'], /expected the folder of an arena/],
  [['leaderboard', '--dir', '.', '--svg', '/no/such/f.svg'], /expected the folder of an arena/],
  [
    ['train', 'o1-roadmap', '--env', 'math/addition-v1', '--out', '/etc/passwd/x'],
    /\/etc\/passwd\/x: mkdir failed \(ENOTDIR\)/,
  ],
  [
    ['arena', 'serve', '--dir', '/etc/passwd/x', '--agent', 'random'],
    /\/etc\/passwd\/x: mkdir failed \(ENOTDIR\)/,
  ],
  [['demo', '--port', '99999', '--dir', join(dir, 'port')], /expected a port from 0 to 65535, got 99999/],
  [['demo', '--dir', '/usr'], /expected an empty folder or one of an earlier demo/],
  [['bench', 'demo', '--seed', 'one'], /--seed: expected a whole number/],
  [['play', 'math/none-v1'], /unknown environment/],
  [['play', 'math/addition-v1', '--level', '99'], /expected a level/],
  [['play', 'math/addition-v1'], /the input ended before the episode did/],
]

for (const [args, expected] of REFUSED) {
  const ran = ludus(args)
  test(`refused: ludus ${args.join(' ').replaceAll(dir, '…')}`, async () => {
    const { code, stdout, stderr } = await ran
    assert.is(code, 2, stderr)
    assert.match(stderr, expected)
    assert.match(stderr, /^ludus: [^\n]+\n$/, 'expected one line')
    if (args[0] !== 'play') assert.is(stdout, '')
  })
}

test('nothing was written by a refused command', () => {
  assert.not(existsSync(out))
  assert.equal(readdirSync(dir), [])
})

test('a busy port is named before the demo touches anything', async () => {
  const taken = createServer()
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  mkdirSync(join(dir, 'demo', 'arena'), { recursive: true })
  const { code, stderr } = await ludus(['demo', '--port', String(port), '--dir', join(dir, 'demo')])
  taken.close()
  assert.is(code, 2)
  assert.is(
    stderr,
    `ludus: port ${port} on 127.0.0.1 is in use; stop the program that has it, or choose another with --port\n`,
  )
  assert.ok(existsSync(join(dir, 'demo', 'arena')))
})

test('ludus envs --json lists every environment with its levels and terms', async () => {
  const { code, stdout, stderr } = await ludus(['envs', '--json'])
  assert.is(code, 0)
  assert.is(stderr, '')
  const listed = JSON.parse(stdout) as {
    id: string
    levels: unknown[]
    terms: Record<string, { kind: string }>
  }[]
  assert.equal(
    listed.map(env => env.id),
    listEnvs().map(env => env.id),
  )
  assert.ok(listed.every(env => env.levels.length > 0 && Object.keys(env.terms).length > 0))
})

test('ludus play takes lines from a pipe, shows rewards and reports as JSON', async () => {
  const args = ['play', 'math/addition-v1', '--level', '2', '--split', 'test', '--index', '0']
  const { code, stdout, stderr } = await ludus([...args, '--json'], { input: '00;\n00;\n' })
  assert.is(code, 0, stderr)
  const { env, level, index, steps } = JSON.parse(stdout) as Record<string, unknown>
  assert.equal({ env, level, index, steps }, { env: 'math/addition-v1', level: 2, index: 0, steps: 2 })
  assert.match(stderr, /reward 0/)
  const again = await ludus(args, { input: '00;\n00;\n' })
  assert.match(again.stdout, /at step 2: return/)
  assert.is(again.stderr, '')
})

test('ludus doctor tells what there is and how to get what is missing', async () => {
  const { code, stdout, stderr } = await ludus(['doctor', '--json'])
  assert.is(code, 0, stderr)
  assert.is(stderr, '')
  const report = JSON.parse(stdout) as {
    node: string
    onnxruntime: { version: string; backends: { name: string; usable: boolean; problem: string | null }[] }
    programs: { name: string; found: boolean; neededFor: string; install: string | null }[]
  }
  assert.is(report.node, process.version)
  assert.match(report.onnxruntime.version, /^\d+\.\d+/)
  assert.ok(report.onnxruntime.backends.find(backend => backend.name === 'cpu')!.usable)
  for (const { usable, problem } of report.onnxruntime.backends) assert.is(usable, problem === null)
  assert.equal(
    report.programs.map(program => program.name),
    ['Chromium', 'Python 3', 'bubblewrap'],
  )
  for (const { found, install } of report.programs) assert.is(found, install === null)
})

test.run()
