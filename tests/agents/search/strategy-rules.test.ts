/** @file What single strategies promise beyond the laws of all: who continues, what is read, when it stops. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Completion, Policy, Prompt, SampleOptions } from '../../../agents/policy.ts'
import { bestSearch, parseTable } from '../../../agents/search/compute-optimal.ts'
import { budgetForcing } from '../../../agents/search/budget-forcing.ts'
import { dvts } from '../../../agents/search/dvts.ts'
import { heuristicGuide } from '../../../agents/search/guides/external.ts'
import { Meter } from '../../../agents/search/meter.ts'
import { mcts } from '../../../agents/search/mcts.ts'
import { rebase } from '../../../agents/search/rebase.ts'
import { revision } from '../../../agents/search/revision.ts'
import { searchProblems } from '../../../agents/search/run-search.ts'
import type { Guide, Partial } from '../../../agents/search/search.ts'
import { parseSearchSpec } from '../../../agents/search/spec-grammar.ts'
import { stepBeam } from '../../../agents/search/step-beam.ts'
import type { SearchContext } from '../../../agents/search/strategy.ts'
import { beginSearch } from '../../../agents/search/strategy.ts'
import { UsageError } from '../../../envs/errors.ts'
import { resources } from './strategy-suite.ts'
import { problemAt, tablePolicy, wordEnv } from './word-env.ts'

const test = suite('search rules')

function contextOf(
  policy: Pick<Policy, 'sample'>,
  guide: Guide,
  { granularity = 'step' as 'step' | 'solution', maxTokens = 12, tokens = Infinity } = {},
): SearchContext {
  const setup = { strategy: 'test', granularity, temperature: 1, maxTokens, budget: { tokens }, guide }
  return beginSearch(policy, wordEnv, problemAt(5), setup)
}

/** Says its texts in turn, whatever it is asked, and keeps what it was asked. */
function scripted(texts: readonly { text: string; stopped?: boolean }[]): Pick<Policy, 'sample'> & {
  prompts: Prompt[]
  options: SampleOptions[]
} {
  const prompts: Prompt[] = []
  const options: SampleOptions[] = []
  return {
    prompts,
    options,
    sample: (asked, given) => {
      prompts.push(...asked)
      options.push(given)
      return Promise.resolve(
        asked.map((_, i): Completion => {
          const { text, stopped = true } = texts[(prompts.length - asked.length + i) % texts.length]!
          const tokens = Array.from(text).map(letter => letter.charCodeAt(0))
          return { text, tokens, logprobs: tokens.map(() => -1), stopped }
        }),
      )
    },
  }
}

test('lookahead text is what is scored', async () => {
  const seen: string[] = []
  const guide = heuristicGuide('seen', ({ text }) => (seen.push(text), text.length))
  await stepBeam(contextOf(tablePolicy(), guide), { n: 2, width: 2, lookahead: 1, iterations: 1 })
  assert.ok(
    seen.slice(0, 1).every(text => text.length === 4),
    seen.join(' '),
  )
})

test('a beam keeps the best texts, and its finished texts come best first', async () => {
  const later = heuristicGuide(
    'later letters',
    ({ text }) => Array.from(text).filter(letter => letter === 'c').length,
  )
  const { candidates, tree } = await stepBeam(contextOf(tablePolicy(), later, { maxTokens: 9 }), {
    n: 8,
    width: 4,
  })
  const scores = candidates.map(({ score }) => score!)
  assert.equal(
    scores,
    scores.toSorted((a, b) => b - a),
  )
  const ending = scripted(['a;', 'c;', '', 'b;', '', ''].map(text => ({ text })))
  const order = await stepBeam(contextOf(ending, later, { maxTokens: 6 }), { n: 2, width: 1, iterations: 3 })
  assert.equal(
    order.candidates.map(({ text }) => text),
    ['c;', 'a;b;'],
  )
  const first = tree.nodes.filter(({ parent }) => parent === 0)
  const continued = first.filter(({ id }) => tree.nodes.some(({ parent }) => parent === id))
  assert.ok(continued.length <= 2 && continued.some(({ text }) => text === 'c;'))
})

test('a subtree of DVTS goes on with the best of its continuations, and shares none with another', async () => {
  const policy = scripted(['a;', 'c;', 'b;', 'a;', 'b;', 'c;', 'c;', 'a;'].map(text => ({ text })))
  const later = heuristicGuide('last letter', ({ text }) => text.charCodeAt(text.length - 2))
  const { candidates, tree } = await dvts(contextOf(policy, later, { maxTokens: 4 }), {
    n: 4,
    width: 2,
    iterations: 3,
  })
  assert.equal(
    candidates.map(({ text }) => text),
    ['c;c;', 'b;c;'],
  )
  assert.equal(
    tree.nodes.map(({ parent }) => parent),
    [-1, 0, 0, 0, 0, 2, 2, 3, 3],
  )
})

test('a finished text lowers the budget of REBASE', async () => {
  const policy = scripted([{ text: 'a;' }, { text: 'b;' }, { text: '' }, { text: 'c;' }])
  const context = contextOf(
    policy,
    heuristicGuide('same', () => 0.5),
  )
  await rebase(context, { n: 4, balance: 0.2, iterations: 2 })
  // One of the first four has ended, so that three are left for the second step.
  assert.equal(
    policy.options.map(({ seeds }) => seeds.length),
    [4, 3],
  )
})

test('a revision reads the attempts before it, as many as the window holds', async () => {
  const policy = scripted(['a;', 'b;', 'c;', 'a;b;'].map(text => ({ text })))
  const guide = heuristicGuide('b', ({ text }) => Number(text === 'b;'))
  const found = await revision(contextOf(policy, guide, { granularity: 'solution' }), { n: 4, window: 2 })
  assert.equal(
    policy.prompts.map(prompt => prompt.at(-1)!.content),
    ['word 0:', 'word 0:\na;\n', 'word 0:\na;\nb;\n', 'word 0:\nb;\nc;\n'],
  )
  assert.is(found.candidates[found.chosen]!.text, 'b;')
})

test('an early end is ignored, thought ends at its cap, and the answer is asked for', async () => {
  const policy = scripted([{ text: 'a;' }, { text: 'b;b;b;b;', stopped: false }, { text: 'c;' }])
  const guide = heuristicGuide('last', ({ text }) => text.length)
  const found = await budgetForcing(contextOf(policy, guide, { granularity: 'solution', maxTokens: 40 }), {
    cap: 10,
    answer: 3,
    ignore: 1,
    wait: 'Wait',
    final: 'Final:',
  })
  assert.equal(
    policy.prompts.map(prompt =>
      prompt
        .slice(1)
        .map(({ content }) => content)
        .join(''),
    ),
    ['', 'a;Wait', 'a;Waitb;b;b;b;Final:'],
  )
  assert.equal(
    policy.options.map(({ maxTokens }) => maxTokens),
    [10, 8, 3],
  )
  assert.equal(
    found.candidates.map(({ text }) => text),
    ['a;', 'a;Waitb;b;b;b;Final:c;'],
  )
})

test('best-of-N and votes stop drawing when nothing can change the choice', async () => {
  const right = scripted([{ text: 'a;' }, { text: 'c;b;a;' }])
  const search = parseSearchSpec('best-of-n, n=12, batch=2, guidance=verifier')
  const policy: Policy = {
    numParameters: 1,
    logprobs: () => Promise.resolve([]),
    close: async () => {},
    ...right,
  }
  const [found] = await searchProblems([problemAt(5)], search, { policy, env: wordEnv, maxTokens: 12 })
  assert.equal([found!.candidates.length, found!.chosen, found!.stoppedEarly], [2, 1, true])
  const same: Policy = { ...policy, ...scripted([{ text: 'a;' }]) }
  const vote = async (options: string) =>
    (
      await searchProblems([problemAt(5)], parseSearchSpec(`majority, ${options}`), {
        policy: same,
        env: wordEnv,
        maxTokens: 12,
      })
    )[0]!
  assert.is((await vote('n=12, batch=1')).candidates.length, 7)
  // P(X > ½), X ~ Beta(5, 1), is 31/32.
  assert.is((await vote('n=12, batch=1, sure=0.95')).candidates.length, 4)
  assert.is((await vote('n=12')).stoppedEarly, false)
})

test('the four backups of the tree search are what they are named', async () => {
  /** Every text of three steps ends; the guide says 0.2, the outcome 1. */
  const policy = scripted([{ text: 'a;b;c;' }])
  const low = heuristicGuide('low', () => 0.2)
  const outcome = heuristicGuide('outcome', () => 1, { scoresPartial: false })
  const values = async (backup: 'value' | 'verified' | 'mixed' | 'rollout'): Promise<(number | null)[]> => {
    const { tree } = await mcts(contextOf(policy, low, { maxTokens: 100 }), {
      simulations: 1,
      width: 1,
      backup,
      lambda: 0.25,
      ...(backup !== 'value' && { outcome }),
    })
    return tree.nodes.slice(0, 1).map(({ value }) => value)
  }
  assert.equal(await values('value'), [0.2])
  assert.equal(await values('verified'), [0.2])
  assert.equal(await values('mixed'), [0.75 * 0.2 + 0.25])
  assert.equal(await values('rollout'), [1])
  const terminal = async (backup: 'value' | 'verified'): Promise<number | null> => {
    const over = scripted([{ text: '' }])
    const { tree } = await mcts(contextOf(over, low), {
      simulations: 2,
      width: 1,
      backup,
      ...(backup === 'verified' && { outcome }),
    })
    return tree.nodes[1]!.value
  }
  assert.is(await terminal('value'), 0.2)
  assert.is(await terminal('verified'), 1)
})

test('equal continuations are one child, with the policy’s prior', async () => {
  const policy = scripted([{ text: 'a;' }, { text: 'a;' }, { text: 'b;c;' }])
  const guide = heuristicGuide('same', () => 0)
  const { tree } = await mcts(contextOf(policy, guide, { maxTokens: 40 }), {
    simulations: 1,
    width: 3,
    backup: 'value',
  })
  const priors = tree.nodes.slice(1).map(({ prior }) => prior)
  // e^−2 and e^−4, scaled: 1/(1 + e^−2) and the rest; the second "a;" stands in the log and not in the tree.
  const first = 1 / (1 + Math.exp(-2))
  assert.ok(
    Math.abs(priors[0]! - first) < 1e-12 && priors[1] === null && Math.abs(priors[2]! - 1 + first) < 1e-12,
    String(priors),
  )
})

test('the difficulty’s bin gives the best search, of equal ones the cheapest', () => {
  const rows = (names: [string, number, number][]) =>
    names.map(([search, accuracy, tokens]) => ({ search, accuracy, tokens }))
  const table = {
    edges: [0.3, 0.6],
    bins: [
      rows([
        ['revision', 0.9, 10],
        ['beam', 0.8, 5],
      ]),
      rows([
        ['mcts', 0.7, 90],
        ['beam', 0.7, 40],
      ]),
      rows([['best-of-n', 0.1, 9]]),
    ],
  }
  assert.equal(
    [0, 0.3, 0.31, 0.6, 0.61, 1].map(at => bestSearch(table, at)),
    ['revision', 'revision', 'beam', 'beam', 'best-of-n', 'best-of-n'],
  )
  assert.is(parseTable(JSON.stringify(table), 't', parseSearchSpec).bins[1]![0]!.search.strategy, 'mcts')
  for (const wrong of ['{', '{"edges":[0.5],"bins":[]}', '{"edges":[0.5,0.2],"bins":[[],[],[]]}'])
    assert.throws(
      () => parseTable(wrong, 't', parseSearchSpec),
      (error: Error) => error instanceof UsageError,
    )
})

test('a continuation is admitted with all it may take, and charged with what it took', () => {
  const meter = new Meter({ tokens: 10, expansions: 3 })
  assert.ok(meter.reserve(6))
  assert.not(meter.reserve(5))
  meter.settle(6, 2)
  assert.is(meter.tokensLeft, 8)
  assert.ok(meter.reserve(8))
  meter.settle(8, 1)
  assert.ok(meter.reserve(1))
  meter.settle(1, 1)
  assert.not(meter.reserve(1))
  assert.equal(meter.spent(), { tokens: 4, expansions: 3 })
})

test('a policy that tells no tokens is charged with its count, else with all there could have been', async () => {
  for (const [numTokens, charged] of [
    [3, 3],
    [null, 12],
  ] as const) {
    const silent = {
      sample: () => Promise.resolve([{ text: 'a;', tokens: [], logprobs: [], stopped: true, numTokens }]),
    }
    const { expander, root } = contextOf(
      silent,
      heuristicGuide('none', () => 0),
      { granularity: 'solution' },
    )
    const partials: (Partial | null)[] = await expander.expand([{ from: root, seed: [] }])
    assert.equal([partials.length, expander.meter.spent().tokens], [1, charged])
  }
})

test('the searches of a table run in the log and on the budget of the one that chose them', async () => {
  const found = await searchProblems(
    [problemAt(5)],
    parseSearchSpec('compute-optimal, table=no/such/table.json'),
    resources(tablePolicy()),
  ).catch((error: unknown) => error)
  assert.instance(found, UsageError)
  assert.match((found as Error).message, 'no/such/table.json')
})

test.run()
