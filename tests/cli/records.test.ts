/** @file `ludus rollout` and `ludus replay`: what is recorded verifies, what was changed does not, nothing is half-written. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findEnv } from '../../envs/registry.ts'
import type { Trajectory } from '../../envs/trajectory.ts'
import { ludus } from './ludus.ts'

const dir = mkdtempSync(join(tmpdir(), 'ludus-records-'))
const file = (name: string): string => join(dir, name)
const test = suite('rollout and replay')
test.after(() => rmSync(dir, { recursive: true, force: true }))

interface Replayed {
  records: number
  hashesEqual: number
  rewardsEqual: number
  verified: number
  differences: { line: number; env: string; difference: string }[]
}

async function record(name: string, args: readonly string[]): Promise<Trajectory[]> {
  const { code, stderr } = await ludus(['rollout', ...args, '--out', file(name)])
  assert.is(code, 0, stderr)
  return read(name)
}

function read(name: string): Trajectory[] {
  const lines = readFileSync(file(name), 'utf8').split('\n').slice(0, -1)
  return lines.map(line => JSON.parse(line) as Trajectory)
}

function write(name: string, records: readonly Trajectory[]): string {
  writeFileSync(file(name), records.map(each => JSON.stringify(each) + '\n').join(''))
  return file(name)
}

/** One of each kind; the contract suite replays all of them in one process. */
const PLAYED = [
  'math/addition-v1',
  'math/countdown-v1',
  'math/gcd-v1',
  'math/subset-sum-v1',
  'code/function-v2',
  'code/output-v1',
  'tools/ledger-v1',
  'tools/files-v1',
]

for (const env of PLAYED.map(findEnv)) {
  const out = file(`${env.id.replace('/', '-')}.jsonl`)
  const rollout = ['rollout', env.id, '--agent', 'solver(slip=0.5)', '-n', '100', '--out', out, '--json']
  const playing = ludus(rollout)
  const replaying = playing.then(() => ludus(['replay', out, '--json']))
  test(`${env.id}: 100 of 100 recorded episodes verify`, async () => {
    const played = await playing
    assert.is(played.code, 0, played.stderr)
    assert.is(played.stderr, '')
    const summary = JSON.parse(played.stdout) as { episodes: number; reachedMaximum: number }
    assert.is(summary.episodes, 100)
    assert.ok(summary.reachedMaximum > 0 && summary.reachedMaximum < 100)
    const { code, stdout } = await replaying
    assert.is(code, 0)
    const { records, hashesEqual, rewardsEqual, verified, differences } = JSON.parse(stdout) as Replayed
    assert.equal(
      { records, hashesEqual, rewardsEqual, verified },
      { records: 100, hashesEqual: 100, rewardsEqual: 100, verified: 100 },
    )
    assert.equal(differences, [])
  })
}

test('episodes are spread over all levels unless told otherwise, and the seed decides', async () => {
  const args = ['math/addition-v1', '--agent', 'random', '-n', '16', '--split', 'test']
  const [all, again, other, some] = await Promise.all([
    record('all.jsonl', args),
    record('again.jsonl', args),
    record('other.jsonl', [...args, '--seed', '1']),
    record('some.jsonl', [...args, '--level', '2', '4']),
  ])
  assert.equal([...new Set(all.map(each => each.level))], [1, 2, 3, 4, 5, 6, 7, 8])
  assert.equal([...new Set(some.map(each => each.level))], [2, 4])
  assert.ok(all.every(each => each.split === 'test'))
  assert.equal(again, all)
  assert.not.equal(other, all)
})

test('every kind of change is found and named', async () => {
  const records = await record('true.jsonl', ['math/addition-v1', '--agent', 'solver', '-n', '12'])
  const tampered = structuredClone(records)
  tampered[0]!.steps[0]!.reward += 0.5
  tampered[1]!.steps[0]!.rewards.progress = 1
  tampered[2]!.steps[0]!.stateHash = '0'.repeat(16)
  tampered[3]!.steps.pop()
  tampered[4]!.return = 9
  tampered[5]!.taskHash = 'f'.repeat(16)
  tampered[6]!.steps[0]!.observation = { question: '1+1=', columns: [] }
  tampered[7]!.steps.at(-1)!.terminated = false
  tampered[8]!.steps.at(-1)!.reason = 'won'
  tampered[9]!.steps[0]!.action = '19'
  const { code, stdout } = await ludus(['replay', write('tampered.jsonl', tampered), '--json'])
  assert.is(code, 1)
  const replayed = JSON.parse(stdout) as Replayed
  assert.is(replayed.verified, 2)
  assert.equal(
    replayed.differences.map(({ line }) => line),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  )
  // Lines 3, 4, 6 and 10 change hashes; lines 1, 2, 4, 5 and 10 change rewards.
  assert.is(replayed.hashesEqual, 8)
  assert.is(replayed.rewardsEqual, 7)
  assert.match(replayed.differences[0]!.difference, 'step 0 reward: recorded')
  assert.match(replayed.differences[8]!.difference, 'reason: recorded "won", replayed "solved"')
  const told = await ludus(['replay', file('tampered.jsonl')])
  assert.is(told.code, 1)
  assert.match(told.stdout, '2 of 12 records verified')
  assert.match(told.stdout, 'line 3: step 0 stateHash')
})

test('files that are torn, malformed, empty or not there are refused with one line that says where', async () => {
  const text = readFileSync(file('true.jsonl'), 'utf8')
  const records = read('true.jsonl')
  const cases: Record<string, [string | null, RegExp]> = {
    'torn.jsonl': [text.slice(0, -40), /line 12 is cut off/],
    'malformed.jsonl': [text.replace('{', ''), /line 1: expected a trajectory as one line of JSON/],
    'foreign.jsonl': ['{"a":1}\n', /line 1: not a trajectory/],
    'empty.jsonl': ['', /expected at least one record, found none/],
    'unknown.jsonl': [
      JSON.stringify({ ...records[0], env: 'math/none-v1' }) + '\n',
      /line 1: unknown environment/,
    ],
    'level.jsonl': [JSON.stringify({ ...records[0], level: 99 }) + '\n', /line 1: .*expected a level of 1/],
    'missing.jsonl': [null, /cannot be read \(ENOENT\)/],
  }
  await Promise.all(
    Object.entries(cases).map(async ([name, [content, expected]]) => {
      if (content !== null) writeFileSync(file(name), content)
      const { code, stdout, stderr } = await ludus(['replay', file(name), '--json'])
      assert.is(code, 2, name)
      assert.is(stdout, '', name)
      assert.match(stderr, expected)
      assert.match(stderr, /^ludus: [^\n]+\n$/)
    }),
  )
})

test('an existing file is kept unless --force is given', async () => {
  const out = file('kept.jsonl')
  writeFileSync(out, 'mine')
  const args = ['rollout', 'math/addition-v1', '--agent', 'random', '-n', '2', '--out', out]
  const refused = await ludus(args)
  assert.is(refused.code, 2)
  assert.match(refused.stderr, /exists already; choose another file, or add --force/)
  assert.is(readFileSync(out, 'utf8'), 'mine')
  assert.is((await ludus([...args, '--force'])).code, 0)
  assert.is(read('kept.jsonl').length, 2)
})

test('Ctrl-C stops a rollout and leaves nothing behind', async () => {
  const out = file('stopped.jsonl')
  const { code, stderr, stdout } = await ludus(
    ['rollout', 'math/addition-v1', '--agent', 'solver', '-n', '20000', '--out', out, '--json'],
    {
      onStart: async child => {
        while (!readdirSync(dir).some(name => name.startsWith('stopped.jsonl'))) await setTimeout(20)
        child.kill('SIGINT')
      },
    },
  )
  assert.is(code, 130)
  assert.match(stderr, /^ludus: stopped; nothing was written to [^\n]+\n$/)
  assert.is(stdout, '')
})

test('no temporary file is left by any of this', () => {
  assert.equal(
    readdirSync(dir).filter(name => !name.endsWith('.jsonl') || name.startsWith('stopped')),
    [],
  )
})

test.run()
