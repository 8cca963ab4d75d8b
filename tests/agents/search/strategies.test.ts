/** @file Every strategy under the laws of all strategies, and a tiny network under some of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { tasksOf } from '../../../agents/evaluate.ts'
import { Ledger } from '../../../agents/ledger.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import { firstPrompts } from '../../../agents/prompt.ts'
import { o1Roadmap } from '../../../agents/recipes/o1-roadmap.ts'
import { refusal } from '../../../agents/search/cells.ts'
import { searchProblems } from '../../../agents/search/run-search.ts'
import type { GuidanceSpec } from '../../../agents/search/search.ts'
import { GUIDANCES, STRATEGIES } from '../../../agents/search/search.ts'
import { parseSearchSpec } from '../../../agents/search/spec-grammar.ts'
import { UsageError } from '../../../envs/errors.ts'
import { findEnv } from '../../../envs/registry.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { Subject } from './strategy-suite.ts'
import { resources, strategyLaws } from './strategy-suite.ts'
import { problemAt, tablePolicy, wordEnv } from './word-env.ts'

const root = mkdtempSync(join(tmpdir(), 'ludus-search-'))
const table = join(root, 'table.json')
const bins = [
  [{ search: 'revision, n=3', accuracy: 0.9, tokens: 30 }],
  [
    { search: 'beam, n=4, width=2', accuracy: 0.5, tokens: 80 },
    { search: 'best-of-n, n=6, guidance=logprob', accuracy: 0.5, tokens: 40 },
  ],
]
writeFileSync(table, JSON.stringify({ edges: [0.4], bins }))

const PRM: GuidanceSpec = { model: 'prm', dir: 'perfect' }
const SUBJECTS: readonly Subject[] = [
  { search: 'best-of-n, n=6, guidance=logprob', perfect: 'verifier' },
  { search: 'best-of-n, n=6, batch=2, guidance=majority', perfect: PRM },
  { search: 'majority, n=7, batch=2', perfect: null },
  { search: 'weighted-vote, n=6, batch=3', perfect: 'verifier' },
  { search: 'beam, n=4, width=2', perfect: PRM },
  { search: 'beam, n=4, width=2, lookahead=1', perfect: PRM },
  { search: 'beam, n=4, width=2, granularity=token', perfect: PRM },
  { search: 'dvts, n=6, width=2, pick=vote', perfect: PRM },
  { search: 'rebase, n=6', perfect: PRM },
  { search: 'mcts, simulations=16, width=3', perfect: PRM },
  { search: 'mcts, simulations=16, width=3, backup=verified, leaves=4', perfect: PRM },
  { search: 'mcts, simulations=12, width=3, backup=mixed, noise=0.25', perfect: PRM },
  { search: 'mcts, simulations=16, width=3, leaves=3, guidance=verifier', perfect: 'verifier' },
  { search: 'revision, n=5, chains=2', perfect: 'verifier' },
  { search: 'budget-forcing, cap=10, wait="", final=""'.replaceAll('""', '"x;"'), perfect: 'verifier' },
  { search: `compute-optimal, table="${table}", pilot=3`, perfect: null },
]

const test = suite('search strategies')
test.after(() => rmSync(root, { recursive: true, force: true }))

for (const subject of SUBJECTS) strategyLaws(test, subject)

test('every strategy is a subject', () => {
  const subjects = new Set(SUBJECTS.map(({ search }) => parseSearchSpec(search).strategy))
  assert.equal([...subjects].sort(), [...STRATEGIES].sort())
})

test('what cannot be had is refused: verdicts without a task, likeliest tokens and verdicts that a policy does not give', async () => {
  const untrusted = { ...problemAt(0), task: null }
  for (const guidance of ['verifier', 'environment', 'orm:m', 'prm:m']) {
    const search = parseSearchSpec(`best-of-n, guidance=${guidance}`)
    const error = await searchProblems([untrusted], search, resources(tablePolicy())).catch(
      (caught: unknown) => caught,
    )
    assert.instance(error, UsageError)
    assert.match((error as Error).message, 'a remote agent cannot')
  }
  const mixed = parseSearchSpec('mcts, guidance=logprob, backup=mixed')
  assert.match(refusal(mixed, { trusted: false }) ?? '', 'backup=mixed')
  for (const guidance of ['confidence', 'entropy']) {
    const reason = refusal(parseSearchSpec(`beam, guidance=${guidance}`), { policy: tablePolicy({ top: 4 }) })
    assert.match(reason ?? '', 'does not tell them')
  }
  assert.match(refusal(parseSearchSpec('beam, guidance=self-evaluation'), { chats: false }) ?? '', 'on chats')
  const oneStep = { ...wordEnv, text: { ...wordEnv.text, stepEnd: '' } }
  assert.match(refusal(parseSearchSpec('beam'), { env: oneStep }) ?? '', 'writes one step only')
})

test('every guidance is met by some strategy', () => {
  for (const guidance of [...GUIDANCES, 'orm:m', 'prm:m']) {
    const cells = STRATEGIES.map(name => (name === 'compute-optimal' ? `${name}, table=t` : name))
    const runs = cells.filter(cell => refusal(parseSearchSpec(`${cell}, guidance=${guidance}`)) === null)
    assert.ok(runs.length > 0, guidance)
  }
})

test('problems share calls of the policy', async () => {
  const policy = tablePolicy()
  const problems = Array.from({ length: 8 }, (_, i) => problemAt(i))
  await searchProblems(problems, parseSearchSpec('beam, n=4, width=2'), resources(policy))
  // At most one call per step: three letters and the end, with two limits behind texts of two lengths.
  assert.ok(policy.calls <= 8, `${policy.calls} calls`)
})

test('a tiny network: same seeds, same result; budget and ledger hold', async () => {
  const env = findEnv('math/addition-v1')
  const tasks = tasksOf(env, { split: 'train', levels: [1, 2], count: 3 })
  const prompts = await firstPrompts(env, tasks)
  const problems = tasks.map((task, i) => ({ task, prompt: prompts[i]!, seed: ['tiny', i] }))
  const shape = { ...o1Roadmap.policy.shape, hiddenSize: 16, intermediateSize: 24, maxPositionEmbeddings: 40 }
  const ledger = new Ledger()
  const policy = NeuralPolicy.create(shape, '+0123456789;=', rngAt('tiny'), { ledger, samplers: 1 })
  try {
    for (const search of [
      'best-of-n, n=3, guidance=verifier',
      'beam, n=4, width=2, step-tokens=4',
      'mcts, simulations=5, width=2, step-tokens=4, leaves=2',
    ]) {
      const spec = parseSearchSpec(`${search}, tokens=40`)
      const before = ledger.costs().generatedTokens
      const found = await searchProblems(problems, spec, { policy, env, maxTokens: 12, greedyFirst: true })
      const spent = found.map(({ tree }) => tree.spent.tokens)
      assert.ok(
        spent.every(tokens => tokens > 0 && tokens <= 40),
        String(spent),
      )
      assert.is(
        ledger.costs().generatedTokens - before,
        spent.reduce((sum, tokens) => sum + tokens, 0),
      )
      assert.equal(
        await searchProblems(problems, spec, { policy, env, maxTokens: 12, greedyFirst: true }),
        found,
      )
    }
  } finally {
    await policy.close()
  }
})

test.run()
