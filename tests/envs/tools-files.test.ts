/** @file The environments on files and on articles keep the laws of tool environments. */
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { EnvDef, Task } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { FileTree, Outcome } from '../../envs/tools/file-tree.ts'
import {
  copyEntry,
  findNames,
  findText,
  listFolder,
  makeFolder,
  moveEntry,
  PATH,
  removeEntry,
  replaceText,
  treeOf,
  writeFile,
} from '../../envs/tools/file-tree.ts'
import { files } from '../../envs/tools/files.ts'
import { search } from '../../envs/tools/search.ts'
import type { Call } from '../../envs/tools/call-form.ts'
import { finishCall } from '../../envs/tools/call-form.ts'
import type { Subject } from './tool-laws.ts'
import { courseHash, play, registerLaws, solutionOf } from './tool-laws.ts'

const call = (tool: string, args: Call['args']): Call => ({ tool, args })
const answerOf = (task: Task): string => (task.params as { answer: string }).answer
const firstFile = (world: Json): string =>
  Object.entries(world as FileTree).find(([, text]) => text !== null)![0]
const argOf = (made: Call, name: string): string => made.args[name] as string

const FILES: Subject = {
  env: files as unknown as EnvDef,
  writes: ['write', 'append', 'replace', 'move', 'copy', 'remove', 'mkdir'],
  alternatives: (_task, calls) => [
    // Neighbours of one kind are independent of each other.
    ...calls.flatMap((first, i) => {
      const second = calls[i + 1]
      return second?.tool === first.tool && first.tool !== 'grep'
        ? [calls.with(i, second).with(i + 1, first)]
        : []
    }),
    // A move is a copy and a removal.
    ...(calls.length > 12
      ? []
      : [
          calls.flatMap(made =>
            made.tool === 'move'
              ? [call('copy', made.args), call('remove', { path: argOf(made, 'from') })]
              : [made],
          ),
        ]),
    [call('mkdir', { path: '/left-over' }), ...calls],
  ],
  harm: (task, world) => [
    [
      call('remove', { path: firstFile(world) }),
      call('append', { path: firstFile(world), text: 'x' }),
      call('write', { path: '/one-more.txt', text: '' }),
      call('copy', { from: firstFile(world), to: '/copy.txt' }),
      call('move', { from: firstFile(world), to: '/moved.txt' }),
    ][task.level - 1]!,
  ],
  reads: () => [
    call('ls', { path: '/' }),
    call('find', { path: '/', pattern: '*t*' }),
    call('grep', { path: '/', text: 'e' }),
  ],
  hostile: [
    ...['', 'a', '/../etc/passwd', '/a/../b', '/./a', '//', '/a/', `/${'a'.repeat(61)}`, '/a'.repeat(13)].map(
      path => call('write', { path, text: 'x' }),
    ),
    call('cat', { path: '/__proto__' }),
    call('cat', { path: '/nothing' }),
    call('cat', { path: '/' }),
    call('ls', { path: '/nothing' }),
    call('mkdir', { path: '/' }),
    call('mkdir', { path: '/..' }),
    call('mkdir', { path: '/.' }),
    call('mkdir', { path: '/a/b' }),
    call('write', { path: '/constructor/x', text: '' }),
    call('write', { path: '/x', text: 'x'.repeat(20_001) }),
    call('remove', { path: '/' }),
    call('move', { from: '/', to: '/x' }),
    call('grep', { path: '/', text: '' }),
    call('replace', { path: '/nothing', before: 'a', after: 'b' }),
    { tool: 'ls', args: JSON.parse('{"path":"/","__proto__":1}') as Json },
  ],
  secrets: task => [String((task.params as { seed: number }).seed)],
}

const SEARCH: Subject = {
  env: search as unknown as EnvDef,
  writes: [],
  alternatives: (task, calls) =>
    [answerOf(task).toUpperCase(), ` the ${answerOf(task)}. `, answerOf(task).replace(/^(\d+)$/, '$1 ')].map(
      answer => [...calls.slice(0, -1), finishCall(answer)],
    ),
  harm: task => [
    finishCall(/^\d+$/.test(answerOf(task)) ? Number(answerOf(task)) + 1 : `${answerOf(task)} or not`),
  ],
  reads: () => [call('search', { query: 'mayor of the town' }), call('open', { id: 'doc-3' })],
  hostile: [
    call('open', { id: '../doc-1' }),
    call('open', { id: '__proto__' }),
    call('open', { id: 'doc-0' }),
    call('search', { query: '' }),
    call('search', { query: 'x'.repeat(201) }),
    { tool: 'finish', args: {} },
    { tool: 'finish', args: { answer: ['all', 'of', 'them'] } },
  ],
  secrets: task => [answerOf(task)],
}

const test = suite('files and search')
for (const subject of [FILES, SEARCH]) registerLaws(test, subject, 20)

test('of files that are the same, any one may stay', async () => {
  const { env } = FILES
  let seen = 0
  for (let index = 0; index < 40; index++) {
    const task = taskAt(env, { split: 'train', level: 3, index })
    const calls = solutionOf(env, task)
    const removed = calls.findIndex(({ tool }) => tool === 'remove')
    if (removed < 0) continue
    seen++
    const gone = argOf(calls[removed]!, 'path')
    const { last } = await play(env, task, [])
    const world = (last.state as { world: FileTree }).world
    const kept = Object.keys(world).find(
      path => world[path] === world[gone] && calls.every(made => made.args['path'] !== path),
    )!
    const { outcome } = await play(env, task, calls.with(removed, call('remove', { path: kept })))
    assert.is(outcome, 1, `${kept} instead of ${gone}`)
    const both = await play(env, task, calls.toSpliced(-1, 0, call('remove', { path: kept })))
    assert.is(both.outcome, 0, 'but one has to')
  }
  assert.ok(seen > 3)
})

test('every article that the solver opens was found by the search before, and tells the next step', async () => {
  const { env } = SEARCH
  for (const { level } of env.tasks.levels)
    for (let index = 0; index < 40; index++) {
      const task = taskAt(env, { split: 'validation', level, index })
      const calls = solutionOf(env, task)
      let known = (task.params as { words: string }).words
      for (const [at, made] of calls.entries()) {
        if (made.tool === 'finish') {
          assert.ok(known.includes(argOf(made, 'answer')), 'the answer was read')
          continue
        }
        const { last } = await play(env, task, calls.slice(0, at + 1))
        const text = JSON.stringify((last.state as { result: Json }).result)
        if (made.tool === 'search') {
          assert.ok(known.includes(argOf(made, 'query').replace('founded by ', '')), 'the name was read')
          assert.ok(text.includes(`"${argOf(calls[at + 1]!, 'id')}"`), `${argOf(made, 'query')} is not found`)
        }
        known += text
      }
    }
})

test('a tree stays a tree, and no operation changes the one it was given', () => {
  const name = fc.constantFrom('a', 'b', '.c', '__proto__')
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map(names => `/${names.join('/')}`)
  const operation: fc.Arbitrary<(tree: FileTree) => Outcome> = fc.oneof(
    path.map(at => (tree: FileTree) => makeFolder(tree, at)),
    path.map(at => (tree: FileTree) => writeFile(tree, at, `text of ${at}`)),
    path.map(at => (tree: FileTree) => removeEntry(tree, at)),
    path.map(at => (tree: FileTree) => replaceText(tree, at, 'text', 'texts')),
    fc.tuple(path, path).map(
      ([from, to]) =>
        (tree: FileTree) =>
          moveEntry(tree, from, to),
    ),
    fc.tuple(path, path).map(
      ([from, to]) =>
        (tree: FileTree) =>
          copyEntry(tree, from, to),
    ),
  )
  let moved = 0
  fc.assert(
    fc.property(fc.array(operation, { minLength: 5, maxLength: 30 }), operations => {
      let tree = treeOf({ '/a/b/first': 'one', '/b/second': 'two' })
      for (const apply of operations) {
        const before = JSON.stringify(tree)
        const came = apply(Object.freeze(tree))
        assert.is(JSON.stringify(tree), before)
        if ('error' in came) continue
        tree = came.tree
        moved++
        for (const at of Object.keys(tree)) {
          const parent = at.slice(0, at.lastIndexOf('/')) || '/'
          assert.ok(PATH.test(at) && (parent === '/' || tree[parent] === null), `${at} hangs in the air`)
          const listed = listFolder(tree, parent)
          assert.ok('names' in listed && listed.names.some(shown => at.endsWith(shown.replace(/\/$/, ''))))
        }
      }
    }),
    { numRuns: 200 },
  )
  assert.ok(moved > 200)
})

test('names fit patterns as they fit regular expressions', () => {
  const letters = fc
    .array(fc.constantFrom('a', 'b', '.'), { minLength: 1, maxLength: 8 })
    .map(parts => parts.join(''))
  const pattern = fc
    .array(fc.constantFrom('a', 'b', '.', '*'), { minLength: 1, maxLength: 6 })
    .map(parts => parts.join(''))
  fc.assert(
    fc.property(letters, pattern, (name, wanted) => {
      fc.pre(!/^\.{1,2}$/.test(name))
      const found = findNames(treeOf({ [`/${name}`]: '' }), '/', wanted)
      const expected = new RegExp(`^${wanted.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name)
      assert.equal(found, { paths: expected ? [`/${name}`] : [] })
    }),
    { numRuns: 2000 },
  )
})

test('lists have an end', () => {
  const tree = treeOf(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`/f${i}`, 'x'.repeat(9000)])))
  for (const list of [listFolder(tree, '/'), findNames(tree, '/', '*'), findText(tree, '/', 'x')]) {
    assert.ok(JSON.stringify(list).length < 25_000)
    assert.match(JSON.stringify(list), /200 more are left out/)
  }
})

test('another process comes to the same hashes', async () => {
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', new URL(import.meta.url).pathname], {
    env: { ...process.env, LUDUS_COURSE_HASH: '1' },
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.is(/hash (\w+)/.exec(stdout)?.[1], await courseHash([FILES.env, SEARCH.env]))
})

if (process.env['LUDUS_COURSE_HASH'] === undefined) test.run()
else console.log(`hash ${await courseHash([FILES.env, SEARCH.env])}`)
