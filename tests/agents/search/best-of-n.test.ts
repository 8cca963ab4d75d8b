import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Completion, Policy } from '../../../agents/policy.ts'
import { answerOf } from '../../../agents/search/answer.ts'
import { bestOfN } from '../../../agents/search/best-of-n.ts'
import type { Problem } from '../../../agents/search/search.ts'
import { argmax, votes } from '../../../agents/search/voting.ts'
import type { EnvDef } from '../../../envs/env.ts'
import { addition } from '../../../envs/math/addition.ts'
import { taskAt } from '../../../envs/tasks.ts'
import { UsageError } from '../../../envs/errors.ts'
import type { RewardModel } from '../../../rewards/reward.ts'

const env = addition as unknown as EnvDef
const task = taskAt(env, { split: 'train', level: 2, index: 0 })
const problem: Problem = { prompt: [{ role: 'user', content: '1+1=' }], task, seed: ['search'] }

/** Says its texts in turn; greedy is always `texts[0]`. */
function scripted(texts: readonly string[]): Policy & { calls: number[] } {
  const calls: number[] = []
  let next = 0
  const say = (text: string): Completion => ({ text, tokens: [2, 1], logprobs: [-1, -1], stopped: true })
  return {
    calls,
    numParameters: 1,
    logprobs: () => Promise.reject(new Error('not needed here')),
    close: async () => {},
    sample: async (prompts, { temperature }) => {
      calls.push(prompts.length)
      return prompts.map(() => say(temperature === 0 ? texts[0]! : texts[next++ % texts.length]!))
    },
  }
}

/** Scores the texts by a function of text and index. */
const verifier = (score: (text: string, i: number) => number | null): RewardModel => ({
  name: 'scripted',
  judge: attempts =>
    attempts.map(({ actions }, i) => ({ steps: [null], outcome: score(actions[0] as string, i) })),
})
const lengthVerifier = verifier(text => text.length)
const options = { n: 4, temperature: 1, maxTokens: 8, greedyFirst: false }

const test = suite('best of N')

test('the verifier chooses the best candidate, the earlier one of equals', async () => {
  const policy = scripted(['12;', '12;13;', '01;', '13;14;'])
  const [result] = await bestOfN(policy, env, [problem], { ...options, guidance: 'verifier' }, lengthVerifier)
  assert.is(result!.chosen, 1)
  assert.equal(
    result!.candidates.map(({ score }) => score),
    [3, 6, 3, 6],
  )
})

test('the majority chooses the most frequent answer, however it is written', async () => {
  const policy = scripted(['12;', '13;', ' 13 ;', '14;'])
  const [result] = await bestOfN(policy, env, [problem], { ...options, guidance: 'majority' }, lengthVerifier)
  assert.is(result!.chosen, 1)
  assert.equal(
    result!.candidates.map(({ score }) => score),
    [0.25, 0.5, 0.5, 0.25],
  )
})

test('unreadable answers gather no votes', async () => {
  const policy = scripted(['what', 'what', 'what', '14;'])
  const [result] = await bestOfN(policy, env, [problem], { ...options, guidance: 'majority' }, lengthVerifier)
  assert.is(result!.chosen, 3)
  assert.is(answerOf(env, ''), null)
})

test('a candidate that could not be judged is never preferred to one that was', async () => {
  const verify = verifier((_, i) => (i < 3 ? null : 0))
  const policy = scripted(['12;', '13;', '14;', '15;'])
  const [result] = await bestOfN(policy, env, [problem], { ...options, guidance: 'verifier' }, verify)
  assert.is(result!.chosen, 3)
})

test('with greedyFirst, N − 1 are sampled and candidate 0 is the greedy one', async () => {
  const policy = scripted(['12;', '13;'])
  const results = await bestOfN(
    policy,
    env,
    [problem, problem],
    { ...options, greedyFirst: true, guidance: 'majority' },
    lengthVerifier,
  )
  assert.equal(policy.calls, [2, 6])
  for (const { candidates } of results) assert.equal([candidates.length, candidates[0]!.text], [4, '12;'])
})

test('a verifier without a task is refused with the reason', async () => {
  try {
    const untrusted = { ...problem, task: null }
    await bestOfN(scripted(['12;']), env, [untrusted], { ...options, guidance: 'verifier' }, lengthVerifier)
    assert.unreachable()
  } catch (error) {
    assert.instance(error, UsageError)
    assert.match((error as Error).message, /use guidance=majority/)
  }
})

const answers = fc.array(fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null }), {
  minLength: 1,
  maxLength: 12,
})

test('votes are shares, and N = 1 is plain sampling', () => {
  fc.assert(
    fc.property(answers, list => {
      const shares = votes(list)
      list.forEach((answer, i) => assert.is(shares[i]! > 0, answer !== null))
      const best = list[argmax(shares)]
      const count = (answer: string | null | undefined): number =>
        list.filter(other => other === answer).length
      if (best !== null) for (const other of list) if (other !== null) assert.ok(count(best) >= count(other))
    }),
  )
  assert.is(argmax([null]), 0)
})

test.run()
