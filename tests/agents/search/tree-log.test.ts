/** @file The log of a search: what cannot be read is refused by line, and what learning takes from one is counted by hand. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { searchProblems } from '../../../agents/search/run-search.ts'
import { parseSearchSpec } from '../../../agents/search/spec-grammar.ts'
import {
  bcExamples,
  preferencePairs,
  replayTree,
  stepLabels,
  visitedStates,
  withVerdicts,
} from '../../../agents/search/tree-learning.ts'
import type { SearchTree, TreeNode } from '../../../agents/search/tree-log.ts'
import { formatTree, parseTrees, textOf } from '../../../agents/search/tree-log.ts'
import { UsageError } from '../../../envs/errors.ts'
import { resources } from './strategy-suite.ts'
import { problemAt, tablePolicy, wordEnv } from './word-env.ts'

const test = suite('search logs')

const node = (id: number, parent: number, text: string, more: object = {}): TreeNode => ({
  id,
  parent,
  text,
  tokens: [],
  logprobs: [],
  finished: false,
  prior: null,
  scores: {},
  visits: 0,
  value: null,
  verdict: null,
  ...more,
})
const over = (verdict: number | null): object => ({ finished: true, verdict })

/** Word 5 is "cba". The root's children: c (1 of 2 right), a (0 of 1), c again (1 of 1), b (not judged). */
const tree: SearchTree = {
  head: {
    v: 1,
    strategy: 'mcts',
    guidance: 'verifier',
    granularity: 'step',
    prompt: [{ role: 'user', content: 'word 0:' }],
    task: { env: 'test/word-v1', split: 'train', level: 1, index: 5 },
  },
  nodes: [
    node(0, -1, '', { visits: 7, value: 0.5 }),
    node(1, 0, 'c;', { visits: 4, value: 0.75 }),
    node(2, 0, 'a;', { visits: 2, value: 0 }),
    node(3, 0, 'c;'),
    node(4, 0, 'b;', { visits: 1 }),
    node(5, 1, 'b;a;', over(1)),
    node(6, 1, 'c;a;', over(0)),
    node(7, 2, 'b;a;', over(0)),
    node(8, 3, 'b;a;', over(1)),
    node(9, 4, 'b;', over(null)),
  ],
  chosen: 5,
  spent: { tokens: 0, expansions: 9 },
}

test('right texts are demonstrations, each once', () => {
  assert.equal(bcExamples([tree]), [{ prompt: tree.head.prompt, completion: 'c;b;a;' }])
  assert.equal(bcExamples([tree], { cap: 0 }), [])
})

test('a step’s label is the share of right texts below it', () => {
  const labels = stepLabels(tree).map(({ node: id, soft, hard, leaves }) => [id, soft, hard, leaves])
  assert.equal(labels, [
    [1, 0.5, true, 2],
    [2, 0, false, 1],
    [3, 1, true, 1],
    [5, 1, true, 1],
    [6, 0, false, 1],
    [7, 0, false, 1],
    [8, 1, true, 1],
  ])
})

test('pairs share what they continue; equal steps are one, with the leaves of both', () => {
  const pairs = preferencePairs(tree).map(({ shared, chosen, rejected, margin }) => [
    shared,
    chosen,
    rejected,
    margin,
  ])
  assert.equal(pairs, [
    ['', 'c;', 'a;', 2 / 3],
    ['c;', 'b;a;', 'c;a;', 1],
  ])
  assert.equal(preferencePairs(tree, { margin: 0.9 }).length, 1)
})

test('states have the visits of their continuations and the mean verdict below', () => {
  const [root, ...rest] = visitedStates(tree)
  assert.equal(rest, [])
  assert.equal(root!.children, [
    { text: 'c;', visits: 4, terminal: false },
    { text: 'a;', visits: 2, terminal: false },
    { text: 'b;', visits: 1, terminal: false },
  ])
  assert.is(root!.outcome, 0.5)
  assert.equal(visitedStates(tree, { minVisits: 8 }), [])
})

test('verdicts are asked again, and one that does not hold is found', async () => {
  assert.is(await replayTree(wordEnv, tree), null)
  const nodes = tree.nodes.map(each => (each.id === 6 ? { ...each, verdict: 1 } : each))
  assert.is(await replayTree(wordEnv, { ...tree, nodes }), 'node 6: recorded verdict 1, replayed 0')
  assert.is((await withVerdicts(wordEnv, tree)).nodes[9]!.verdict, 0)
})

test('a log that is torn, altered or of something else is refused at its line', () => {
  const lines = formatTree(tree).trimEnd().split('\n')
  const refused = (change: (lines: string[]) => string): string => {
    try {
      parseTrees(change([...lines]), 'log')
    } catch (error) {
      assert.instance(error, UsageError)
      return (error as Error).message
    }
    throw new Error('expected the log to be refused')
  }
  const joined = (parts: string[]): string => parts.join('\n') + '\n'
  assert.match(
    refused(parts => joined(parts).slice(0, -9)),
    'cut off',
  )
  assert.match(
    refused(parts => joined(parts.slice(0, -1))),
    'has no choice',
  )
  assert.match(
    refused(parts => joined(parts.toSpliced(3, 1))),
    'log: line 4: id: expected 2, got 3',
  )
  assert.match(
    refused(parts => joined(parts.toSpliced(2, 1, '{'))),
    'log: line 3: expected one line of JSON',
  )
  assert.match(
    refused(parts => joined(parts.with(2, JSON.stringify(node(1, 4, ''))))),
    'parent: expected an earlier node',
  )
  assert.match(
    refused(parts => joined(parts.with(2, JSON.stringify({ ...node(1, 0, ''), tokens: [1] })))),
    'one per token',
  )
  assert.match(
    refused(parts => joined(parts.slice(1))),
    'line 1: not the head',
  )
  assert.match(
    refused(parts => joined(parts.with(-1, '{"chosen":99,"tokens":0,"expansions":0}'))),
    'below 10',
  )
})

test('whatever a search writes is read back, and every text continues its parent’s', async () => {
  const searches = ['mcts, simulations=9, width=2', 'beam, n=4, width=2', 'rebase, n=4', 'revision, n=3']
  await fc.assert(
    fc.asyncProperty(fc.nat(26), fc.constantFrom(...searches), fc.string(), async (index, search, salt) => {
      const problem = problemAt(index, salt)
      const [found] = await searchProblems(
        [problem],
        parseSearchSpec(search),
        resources(tablePolicy({ salt })),
      )
      const [read] = parseTrees(formatTree(found!.tree), 'log')
      assert.equal(read, found!.tree)
      for (const { id, parent } of read!.nodes)
        if (parent >= 0) assert.ok(textOf(read!, id).startsWith(textOf(read!, parent)))
      const judged = await withVerdicts(wordEnv, read!)
      for (const { completion } of bcExamples([judged]))
        assert.ok(found!.tree.nodes.some(({ id }) => textOf(found!.tree, id) === completion))
    }),
    { numRuns: 25 },
  )
})

test.run()
