import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UsageError } from '../../envs/errors.ts'
import { findEnv } from '../../envs/registry.ts'
import { parseTrajectories, replay } from '../../envs/trajectory.ts'
import { buildBoard, emptyBoard } from '../../arena/board.ts'
import { playMatch } from '../../arena/match.ts'
import { openStore, readBoard } from '../../arena/store.ts'
import { additionMatch, adder, removeFolders, temporaryFolder } from './league.ts'

test.after(removeFolders)
const env = findEnv('math/addition-v1')

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const outcome = await attempt.catch((error: unknown) => error)
  assert.instance(outcome, UsageError)
  return (outcome as Error).message
}

test('results, trajectories and names survive; a result is kept once', async () => {
  const dir = temporaryFolder()
  const store = await openStore(dir)
  for (const index of [0, 1, 1]) {
    const { result, trajectory } = await playMatch(additionMatch('adder', { index }), env, adder('adder'))
    await store.record(result, trajectory)
  }
  await store.register('remote', 'a-token-of-some-length', 'mine')
  const ticket = store.ticket('x')
  await store.close()

  const again = await openStore(dir)
  assert.is(again.results().length, 2)
  assert.ok(again.has(additionMatch('adder', { index: 1 }).id))
  assert.is(again.authenticate('remote', 'a-token-of-some-length'), true)
  assert.is(again.authenticate('remote', 'another-token-altogether'), false)
  assert.is(again.authenticate('nobody', 'a-token-of-some-length'), null)
  assert.is(again.authenticate('__proto__', 'a-token-of-some-length'), null)
  assert.is(again.ticket('x'), ticket)
  await again.close()
  const file = join(dir, 'trajectories.jsonl')
  for (const record of parseTrajectories(readFileSync(file, 'utf8'), file))
    assert.ok((await replay(env, record)).verified)
})

test('tokens are kept as hashes only', async () => {
  const dir = temporaryFolder()
  const store = await openStore(dir)
  await store.register('remote', 'a-token-of-some-length', '')
  await store.close()
  assert.not.ok(readFileSync(join(dir, 'arena.json'), 'utf8').includes('a-token-of-some-length'))
})

test('the board is read beside a running writer', async () => {
  const dir = temporaryFolder()
  const store = await openStore(dir)
  const { result, trajectory } = await playMatch(additionMatch('adder'), env, adder('adder'))
  await store.record(result, trajectory)
  const board = await readBoard(dir)
  assert.is(board.matches, 1)
  assert.is(board.agents[0]!.name, 'adder')
  await store.close()
})

test('a folder has one writer', async () => {
  const dir = temporaryFolder()
  const store = await openStore(dir)
  assert.match(await refusal(openStore(dir)), 'another arena')
  await store.close()
  await (await openStore(dir)).close()
})

test('a registry that cannot be understood is left alone, and the message says what to do', async () => {
  for (const content of ['{"v":1,"secr', '{"v":2}', '[]', '']) {
    const dir = temporaryFolder()
    await (await openStore(dir)).close()
    const file = join(dir, 'arena.json')
    writeFileSync(file, content)
    const message = await refusal(openStore(dir))
    assert.match(message, file)
    assert.match(message, '.bak')
    assert.is(readFileSync(file, 'utf8'), content)
    assert.not.ok(existsSync(join(dir, 'lock')), 'the lock is given back')
  }
})

test('the registry before the last change is kept beside it', async () => {
  const dir = temporaryFolder()
  const store = await openStore(dir)
  await store.register('first', 'a-token-of-some-length', '')
  await store.register('second', 'a-token-of-some-length', '')
  const names = (file: string): string[] =>
    Object.keys((JSON.parse(readFileSync(join(dir, file), 'utf8')) as { agents: object }).agents)
  assert.equal(names('arena.json'), ['first', 'second'])
  assert.equal(names('arena.json.bak'), ['first'])
  await store.close()
})

test('many saves at once all resolve, and the last one wins', async () => {
  const dir = temporaryFolder()
  const store = await openStore(dir)
  const boards = Array.from({ length: 50 }, (_, i) => emptyBoard(`time ${i}`))
  await Promise.all(boards.map(board => store.saveBoard(board)))
  await store.close()
  const { board } = JSON.parse(readFileSync(join(dir, 'arena.json'), 'utf8')) as {
    board: { updatedAt: string }
  }
  assert.is(board.updatedAt, 'time 49')
})

test('a folder that is no arena has no board', async () => {
  assert.match(await refusal(readBoard(temporaryFolder())), 'matches.jsonl')
  assert.is(buildBoard([], 'now').matches, 0)
})

test.run()
