/** @file What guides say of texts: golden values, what is not judged, and what is refused. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rootOf } from '../../../agents/search/expander.ts'
import { combinedGuide } from '../../../agents/search/guides/combined.ts'
import {
  environmentGuide,
  heuristicGuide,
  outcomeModelGuide,
  processModelGuide,
  verifierGuide,
} from '../../../agents/search/guides/external.ts'
import {
  confidenceGuide,
  consistencyGuide,
  entropyGuide,
  logprobGuide,
} from '../../../agents/search/guides/internal.ts'
import { selfEvaluationGuide } from '../../../agents/search/guides/self-evaluation.ts'
import type { Partial, Problem } from '../../../agents/search/search.ts'
import { splitSteps } from '../../../envs/granularity.ts'
import { UsageError } from '../../../envs/errors.ts'
import type { RewardModel } from '../../../rewards/reward.ts'
import { problemAt, tablePolicy, wordEnv } from './word-env.ts'

const test = suite('search guides')

/** Word 5 is "cba": 5 = 2 + 1·3 + 0·9. */
const problem = problemAt(5)
const partial = (text: string, finished: boolean, of: Problem = problem): Partial => ({
  ...rootOf(of),
  text,
  steps: splitSteps(wordEnv, text),
  tokens: Array.from(text).map(letter => letter.charCodeAt(0)),
  logprobs: Array.from(text).map(() => -0.5),
  finished,
  stopped: finished,
})
const close = (a: number | null, b: number): void =>
  assert.ok(a !== null && Math.abs(a - b) < 1e-9, `${a} is not ${b}`)

test('the environment gives its return so far; a step that is not over counts only in a finished text', async () => {
  const texts = [
    partial('', false),
    partial('c;', false),
    partial('c;b', false),
    partial('c;a;', false),
    partial('c;b;a;', true),
    partial('c;b;a;b;b;b;', true),
    partial('c;b', true),
  ]
  const scores = await environmentGuide(wordEnv).score(texts)
  assert.is(scores[0], null)
  for (const [i, expected] of [0.1, 0.1, 0.1, 1.3, 1.3, 0.2].entries()) close(scores[i + 1]!, expected)
})

test('the verifier judges finished texts only', async () => {
  const texts = [
    partial('c;b;a;', true),
    partial('c;b;a;', false),
    partial('c;b;b;', true),
    partial('c;', true),
  ]
  assert.equal(await verifierGuide(wordEnv).score(texts), [1, null, 0, 0])
})

test('a process model scores the steps that are over, as one; an outcome model the whole', async () => {
  const seen: number[] = []
  const model: RewardModel = {
    name: 'scripted',
    judge: attempts =>
      attempts.map(({ actions }) => {
        seen.push(actions.length)
        return { steps: actions.map((_, i) => (i === 1 ? null : 0.5 + 0.1 * i)), outcome: 0.9 }
      }),
  }
  const texts = [partial('c;b;a;', true), partial('c;b;a', false), partial('c', false)]
  const scores = async (how: 'min' | 'product' | 'last' | 'mean') =>
    processModelGuide(wordEnv, model, how).score(texts)
  assert.equal(await scores('min'), [0.5, 0.5, null])
  const [product, last, mean] = await Promise.all([scores('product'), scores('last'), scores('mean')])
  close(product[0]!, 0.35)
  close(last[0]!, 0.7)
  close(mean[0]!, 0.6)
  assert.equal(seen.slice(0, 3), [3, 2, 0])
  assert.equal(await outcomeModelGuide(model).score(texts), [0.9, null, null])
})

test('without the task the environment, verdicts and models refuse', async () => {
  const untrusted = { ...problem, task: null }
  for (const guide of [environmentGuide(wordEnv), verifierGuide(wordEnv)]) {
    const error = await Promise.resolve(guide.score([partial('c;', true, untrusted)])).catch(
      (caught: unknown) => caught,
    )
    assert.instance(error, UsageError)
  }
})

test('log-probability is the mean per token; texts without tokens are refused, not scored', async () => {
  assert.equal(await logprobGuide.score([partial('', false), partial('c;', false)]), [null, -0.5])
  assert.throws(() => logprobGuide.score([{ ...partial('c;', false), logprobs: [] }]), /tells none/)
})

test('confidence and entropy are those of the likeliest tokens', async () => {
  const half = Math.log(0.5)
  const text: Partial = {
    ...partial('c;', false),
    logprobs: [half, Math.log(0.2)],
    topLogprobs: [
      [half, Math.log(0.25), Math.log(0.25), -Infinity, -Infinity],
      [0.3, 0.2, 0.2, 0.2, 0.1].map(Math.log),
    ],
  }
  close((await confidenceGuide(tablePolicy()).score([text]))[0]!, (0.5 + 0.2) / 2)
  const entropies = await entropyGuide(tablePolicy()).score([
    {
      ...text,
      topLogprobs: [
        [half, half],
        [half, half],
      ],
    },
  ])
  close(entropies[0]!, -Math.LN2)
  for (const make of [confidenceGuide, entropyGuide])
    assert.throws(
      () => make(tablePolicy({ top: 3 })),
      (error: Error) => error instanceof UsageError,
    )
})

test('agreement is counted within a problem, over finished texts that can be read', async () => {
  const other = problemAt(6)
  const texts = [
    partial('a;b;c;', true),
    partial('a; b;c;'.replace(' ', ''), true),
    partial('x;', true),
    partial('a;', false),
    partial('a;b;c;', true, other),
  ]
  const scores = await consistencyGuide(wordEnv).score(texts)
  assert.equal(scores, [2 / 3, 2 / 3, 0, null, 1])
})

test('self-evaluation compares the probabilities of two verdicts behind the text', async () => {
  const asked: string[] = []
  const guide = selfEvaluationGuide({
    logprobs: pairs => {
      asked.push(
        ...pairs.map(
          ({ prompt, completion }) => `${prompt.map(({ content }) => content).join('|')}>${completion}`,
        ),
      )
      return Promise.resolve(
        pairs.map(({ completion }) => (completion === 'Yes' ? [-0.25, -0.25] : [-1, -0.5])),
      )
    },
  })
  close((await guide.score([partial('c;', true)]))[0]!, Math.exp(-0.5) / (Math.exp(-0.5) + Math.exp(-1.5)))
  assert.is(asked[0], 'word 0:|c;|Is this answer right? Reply Yes or No.>Yes')
})

test('a sum weighs its guides, and judges what all of them judge', async () => {
  const length = heuristicGuide('length', ({ text }) => text.length, { scoresPartial: false, best: 6 })
  const guide = combinedGuide([
    { weight: 0.5, guide: logprobGuide },
    { weight: 2, guide: length },
  ])
  assert.equal(await guide.score([partial('c;', true), partial('c;', false)]), [3.75, null])
  assert.equal([guide.source, guide.scoresPartial, guide.best], ['combined', false, undefined])
  assert.is(combinedGuide([{ weight: 2, guide: length }]).best, 12)
})

test.run()
