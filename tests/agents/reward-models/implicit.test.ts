/** @file The implicit reward model, rollouts of a policy, and confidence: numbers of policies that rewards are made of. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Ledger } from '../../../agents/ledger.ts'
import { loadModel } from '../../../agents/nn/checkpoint/checkpoint.ts'
import { initialAdapters } from '../../../agents/nn/model/lora.ts'
import type { Completion, Policy, Prompt } from '../../../agents/policy.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import { ImplicitRewardModel } from '../../../agents/rewards/implicit-model.ts'
import { completionConfidence, policyConfidence } from '../../../agents/rewards/policy-confidence.ts'
import { policyRollouts, rolloutValues } from '../../../agents/rewards/policy-rollouts.ts'
import { weightsOf } from '../../../agents/rewards/with-head.ts'
import type { EnvDef } from '../../../envs/env.ts'
import { ledger as ledgerEnv } from '../../../envs/tools/ledger.ts'
import { rngAt } from '../../../envs/rng.ts'
import { monteCarloLabels } from '../../../rewards/monte-carlo.ts'
import { progressReward } from '../../../rewards/progress.ts'
import { ALPHABET, attemptOf, env, exactOf, shape, solution, taskOf } from './models.ts'

const root = mkdtempSync(`${tmpdir()}/ludus-implicit-`)
const test = suite('rewards of policies')
test.after(() => rmSync(root, { recursive: true, force: true }))

const options = { samplers: 0, trainThreads: 1 }
const policyOf = (name: string): NeuralPolicy =>
  NeuralPolicy.create({ ...shape, initializerRange: 0.3 }, ALPHABET, rngAt(name), options)
const near = (a: number, b: number, by: number): void => assert.ok(Math.abs(a - b) <= by, `${a} against ${b}`)

test('the implicit reward begins at 0, learns outcomes, and is β times the log-ratio of two policies', async () => {
  const policy = policyOf('implicit')
  const ledger = new Ledger()
  const model = await ImplicitRewardModel.fromPolicy(policy, { trainThreads: 1, beta: 0.5, ledger })
  const [right, wrong] = ['12;07;', '13;09;'].map(text => ({
    prompt: [{ role: 'user', content: '47+30=' }] as Prompt,
    tokens: [...policy.tokenizer.encode(text), 1],
  }))
  const batch = [
    { ...right!, outcome: 1 },
    { ...wrong!, outcome: 0 },
  ]
  assert.equal(await model.tokenRewards([right!]), [Array.from({ length: 7 }, () => 0)])
  const first = await model.outcomeStep(batch, 1e-2)
  near(first.loss, Math.LN2, 1e-5)
  for (let step = 0; step < 25; step++) await model.outcomeStep(batch, 1e-2)
  const sums = (await model.tokenRewards([right!, wrong!])).map(list => list.reduce((a, b) => a + b, 0))
  assert.ok(sums[0]! > 1 && sums[1]! < -1, sums.join(' '))
  // The reference stays where φ began.
  await model.save(`${root}/phi`)
  const phi = NeuralPolicy.load(`${root}/phi`, options)
  const [own, ref] = await Promise.all([phi, policy].map(each => each.tokenLogprobs([right!])))
  const [rewards] = await model.tokenRewards([right!])
  for (const [t, reward] of rewards!.entries()) near(reward, 0.5 * (own![0]![t]! - ref![0]![t]!), 1e-4)
  const costs = ledger.costs()
  assert.is(costs.trainedTokens, 26 * 2 * 13)
  assert.ok(costs.scoredTokens >= 26 * 2 * 13)

  const task = { ...taskOf(0), params: { a: 47, b: 30 } }
  const [judged] = await model.rewardModel(env).judge([{ task, actions: ['12', '07'] }])
  near(
    judged!.steps[0]!,
    rewards!.slice(0, 3).reduce((a, b) => a + b, 0),
    1e-4,
  )
  near(
    judged!.steps[1]!,
    rewards!.slice(3, 6).reduce((a, b) => a + b, 0),
    1e-4,
  )
  near(judged!.outcome!, 1 / (1 + Math.exp(-judged!.steps[0]! - judged!.steps[1]!)), 1e-6)
  await Promise.all([policy, model, phi].map(each => each.close()))
})

test('a policy of adapters has no weights of its own to begin with', async () => {
  const base = policyOf('adapters')
  await base.save(`${root}/base`)
  const lora = { rank: 2, alpha: 2, targets: ['q_proj' as const] }
  const adapters = initialAdapters(base.config, lora, rngAt('lora'))
  const policy = NeuralPolicy.load(`${root}/base`, { ...options, lora: { lora, adapters } })
  assert.equal(await weightsOf(base), loadModel(`${root}/base`).weights)
  let message = ''
  await weightsOf(policy).catch((error: Error) => (message = error.message))
  assert.match(message, /merged/)
  await Promise.all([base.close(), policy.close()])
})

/** Says the right column with this chance, whatever has been written. */
function columnPolicy(chance: number): Policy {
  return {
    numParameters: 10,
    sample: (prompts, { seeds }) =>
      Promise.resolve(
        prompts.map((prompt, i): Completion => {
          const rng = rngAt('columns', ...seeds[i]!)
          const question = prompt.find(({ role }) => role === 'user')!.content
          const begun = prompt.findLast(({ role }) => role === 'assistant')?.content ?? ''
          const [a, b] = /(\d+)\+(\d+)/.exec(question)!.slice(1).map(Number) as [number, number]
          const written = begun.split(';').length - 1
          const rest = solution({ ...taskOf(0), params: { a, b } }).slice(written)
          const text = rest.map(column => `${rng.float() < chance ? column : '00'};`).join('')
          const tokens = Array.from(text, () => 2)
          return { text, tokens, logprobs: tokens.map(() => 0), stopped: true }
        }),
      ),
    logprobs: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  }
}

test('rollouts of a policy give Monte-Carlo labels and values of a prover', async () => {
  const ledger = new Ledger()
  const sample = policyRollouts(columnPolicy(0.7), env, { temperature: 1, maxTokens: 20, ledger })
  const attempts = [0, 1, 2, 3, 4, 5].map(index => attemptOf(index))
  const labels = await monteCarloLabels(attempts, sample, { rollouts: 32, seed: ['labels'] })
  for (const [i, { hard, tokens, rollouts }] of labels.entries()) {
    const exact = await exactOf(attempts[i]!)
    for (const [k, label] of exact.entries()) if (label !== null) assert.is(hard[k], label)
    // One column is left behind the first; behind the second nothing is drawn.
    assert.equal([tokens, rollouts], [32 * 3, 33])
  }
  assert.is(ledger.costs().environmentSteps, 6 * (32 * 2 + 2))
  const values = rolloutValues(sample, { rollouts: 200, seed: ['values'] })
  const task = taskOf(3)
  const [judged] = await progressReward('μ', values).judge([{ task, actions: solution(task) }])
  near(judged!.steps[0]!, 0.7 - 0.49, 0.12)
  near(judged!.steps[1]!, 0.3, 0.1)
  assert.is(judged!.outcome, 1)
})

test('a text that ends too early has failed, and an environment that answers is refused', async () => {
  const silent: Policy = {
    ...columnPolicy(1),
    sample: prompts =>
      Promise.resolve(prompts.map(() => ({ text: '', tokens: [], logprobs: [], stopped: true }))),
  }
  const sample = policyRollouts(silent, env, { temperature: 1, maxTokens: 4 })
  const task = taskOf(1)
  const drawn = await sample([{ task, actions: solution(task).slice(0, 1) }], 2, [])
  assert.equal(
    drawn[0]!.map(({ outcome }) => outcome),
    [0, 0],
  )
  assert.throws(
    () => policyRollouts(silent, ledgerEnv as unknown as EnvDef, { temperature: 1, maxTokens: 4 }),
    /answers between steps/,
  )
})

test('confidence is the geometric mean of a step’s probabilities under the policy', async () => {
  const policy = policyOf('confidence')
  const attempt = attemptOf(2)
  const [judged] = await policyConfidence(policy, env).judge([attempt])
  const { a, b } = attempt.task.params as { a: number; b: number }
  const completion = attempt.actions.map(action => `${action as string};`).join('')
  const [logprobs] = await policy.logprobs([
    { prompt: [{ role: 'user', content: `${a}+${b}=` }], completion },
  ])
  const mean = (from: number, to: number): number =>
    logprobs!.slice(from, to).reduce((x, y) => x + y, 0) / (to - from)
  near(judged!.steps[0]!, Math.exp(mean(0, 3)), 1e-5)
  near(judged!.steps[1]!, Math.exp(mean(3, 6)), 1e-5)
  const sampled = { text: 'x', tokens: [1], logprobs: [Math.log(0.5)], stopped: true }
  near(completionConfidence({ ...sampled, topLogprobs: [[Math.log(0.5), Math.log(0.3)]] }), 0.5 / 0.8, 1e-9)
  assert.throws(() => completionConfidence(sampled), /topLogprobs/)
  await policy.close()
})

test.run()
