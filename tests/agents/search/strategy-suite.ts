/** @file What every strategy must do, whatever it does besides. */
import * as assert from 'uvu/assert'
import type { Test } from 'uvu'
import { answerOf } from '../../../agents/search/answer.ts'
import { refusal } from '../../../agents/search/cells.ts'
import type { SearchResources } from '../../../agents/search/run-search.ts'
import { searchProblems } from '../../../agents/search/run-search.ts'
import type { GuidanceSpec, Problem, SearchSpec } from '../../../agents/search/search.ts'
import { GUIDANCES } from '../../../agents/search/search.ts'
import { parseSearchSpec } from '../../../agents/search/spec-grammar.ts'
import type { Found } from '../../../agents/search/strategy.ts'
import { replayTree, withVerdicts } from '../../../agents/search/tree-learning.ts'
import { formatTree, parseTrees, textOf } from '../../../agents/search/tree-log.ts'
import { UsageError } from '../../../envs/errors.ts'
import type { TablePolicy } from './word-env.ts'
import { perfectModel, problemAt, tablePolicy, wordEnv } from './word-env.ts'

export interface Subject {
  /** As in `+search(...)`. */
  search: string
  /** The guidance that makes its choice perfect; null: it asks no guide. */
  perfect: GuidanceSpec | null
}

const PRM: GuidanceSpec = { model: 'prm', dir: 'perfect' }
const problemsOf = (seed: string) => [0, 5, 13, 26].map(index => problemAt(index, seed))
const PROBLEMS = problemsOf('seed')

export function resources(policy: TablePolicy): SearchResources {
  return { policy, env: wordEnv, maxTokens: 12, rewardModel: () => perfectModel, chats: true }
}

async function run(
  spec: SearchSpec,
  policy = tablePolicy(),
  problems: readonly Problem[] = PROBLEMS,
): Promise<{ found: Found[]; policy: TablePolicy }> {
  return { found: await searchProblems(problems, spec, resources(policy)), policy }
}

/** Adds the laws to a suite of tests, for one strategy. */
export function strategyLaws(test: Test, { search, perfect }: Subject): void {
  const spec = parseSearchSpec(search)
  const law = (name: string, check: () => Promise<void>): void => test(`${search}: ${name}`, check)

  law('the same seeds give the same result', async () => {
    assert.equal((await run(spec)).found, (await run(spec)).found)
  })

  law('alone a problem is searched as among others', async () => {
    const { found } = await run(spec)
    const [alone] = await searchProblems([PROBLEMS[2]!], spec, resources(tablePolicy()))
    assert.equal(alone, found[2])
  })

  law('every budget is kept', async () => {
    for (const tokens of [1, 5, 11, 30, 80]) {
      const { found, policy } = await run({ ...spec, tokens })
      for (const { tree } of found)
        assert.ok(tree.spent.tokens <= tokens, `${tree.spent.tokens} of ${tokens} tokens`)
      assert.ok(policy.sampled <= tokens * found.length, `${policy.sampled} tokens sampled`)
    }
    for (const expansions of [1, 3, 10])
      for (const { tree } of (await run({ ...spec, expansions })).found)
        assert.ok(tree.spent.expansions <= expansions, `${tree.spent.expansions} of ${expansions}`)
  })

  law('the account and the log hold every sampled token', async () => {
    const { found, policy } = await run(spec)
    const logged = found.map(({ tree }) => tree.nodes.reduce((sum, { tokens }) => sum + tokens.length, 0))
    assert.equal(
      logged,
      found.map(({ tree }) => tree.spent.tokens),
    )
    assert.is(
      logged.reduce((sum, tokens) => sum + tokens, 0),
      policy.sampled,
    )
  })

  law('under a perfect judge no candidate is better than the choice', async () => {
    if (perfect === null) return
    let right = 0
    for (let salt = 0; salt < 16; salt++) {
      const { found } = await run(
        { ...spec, guidance: perfect },
        tablePolicy({ salt: `${salt}` }),
        problemsOf(`${salt}`),
      )
      for (const [i, { candidates, chosen }] of found.entries()) {
        const target = Array.from((PROBLEMS[i]!.task!.params as { target: string }).target).join(';') + ';'
        const verdicts = candidates.map(({ text }) => text.startsWith(target))
        right += Number(verdicts.includes(true))
        assert.is(verdicts[chosen], verdicts.includes(true), candidates.map(({ text }) => text).join(' '))
      }
    }
    assert.ok(right > 0, 'none of the searches came upon a right text')
  })

  law('a text that cannot be read never goes before one that can', async () => {
    let mixed = 0
    for (let salt = 0; salt < 16; salt++) {
      const { found } = await run(spec, tablePolicy({ junk: 0.3, salt: `${salt}` }), problemsOf(`${salt}`))
      for (const { candidates, chosen } of found) {
        const readable = candidates.filter(({ answer }) => answer !== null)
        if (readable.length > 0) assert.is.not(candidates[chosen]!.answer, null)
        mixed += Number(readable.length > 0 && readable.length < candidates.length)
      }
    }
    assert.ok(mixed > 0, 'no search had texts of both kinds')
  })

  law('the log is read back, ends at the choice and is confirmed by the environment', async () => {
    const { found } = await run(spec)
    const trees = found.map(({ tree }) => tree)
    assert.equal(parseTrees(trees.map(formatTree).join(''), 'log'), trees)
    for (const { tree, candidates, chosen } of found) {
      assert.is(textOf(tree, tree.chosen!), candidates[chosen]!.text)
      assert.is(candidates[chosen]!.answer, answerOf(wordEnv, textOf(tree, tree.chosen!)))
      assert.is(await replayTree(wordEnv, await withVerdicts(wordEnv, tree)), null)
    }
  })

  law('every guidance at every granularity runs or is refused with a reason', async () => {
    const models = (['orm', 'prm'] as const).map(model => ({ model, dir: 'perfect' }))
    const sum = {
      sum: [
        { weight: 0.5, of: PRM },
        { weight: 1, of: 'logprob' as const },
      ],
    }
    for (const guidance of [...GUIDANCES, ...models, sum] as GuidanceSpec[])
      for (const granularity of ['solution', 'step', 'token'] as const) {
        const cell = {
          ...spec,
          guidance,
          granularity,
          ...(spec.backup === 'verified' && { backup: 'verified' as const }),
        }
        const reason = refusal(cell, { env: wordEnv, trusted: true, policy: tablePolicy(), chats: true })
        const outcome = await run(cell).then(
          ({ found }) => found,
          (error: unknown) => error,
        )
        if (reason === null) assert.ok(Array.isArray(outcome), `${JSON.stringify(cell)}: ${String(outcome)}`)
        else {
          assert.instance(outcome, UsageError)
          assert.ok((outcome as Error).message.endsWith(reason))
          assert.ok(reason.length > 30, reason)
        }
      }
  })
}
