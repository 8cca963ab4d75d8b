import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { evaluate, policyCompleter, tasksOf } from '../../../agents/evaluate.ts'
import { wilson } from '../../../rewards/shares.ts'
import { Ledger } from '../../../agents/ledger.ts'
import { openNeuralAgent } from '../../../agents/policies/neural-agent.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import { questionOf } from '../../../agents/policies/question.ts'
import { firstPrompts } from '../../../agents/prompt.ts'
import { textLimits } from '../../../agents/recipes/demonstration.ts'
import { o1Roadmap } from '../../../agents/recipes/o1-roadmap.ts'
import { rollout } from '../../../agents/rollout.ts'
import type { Task } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import { findEnv } from '../../../envs/registry.ts'
import { rngAt } from '../../../envs/rng.ts'

const root = mkdtempSync(join(tmpdir(), 'ludus-neural-'))
const env = findEnv('math/addition-v1')
const tasks = tasksOf(env, { split: 'test', levels: [1, 2], count: 8 })
const alphabet = '+0123456789;='
const shape = { ...o1Roadmap.policy.shape, hiddenSize: 16, intermediateSize: 24, maxPositionEmbeddings: 24 }
const fresh = (ledger = new Ledger()): NeuralPolicy =>
  NeuralPolicy.create(shape, alphabet, rngAt('neural'), { ledger, samplers: 2 })
const ask = (question: string) => [{ role: 'user' as const, content: question }]

const test = suite('neural policy')
test.after(() => rmSync(root, { recursive: true, force: true }))

test('sampled log-probabilities are those that scoring gives', async () => {
  const policy = fresh()
  const seeds = Array.from({ length: 8 }, (_, i) => ['row', i])
  const prompts = seeds.map(() => ask('1+1='))
  const completions = await policy.sample(prompts, { temperature: 1, maxTokens: 6, seeds })
  const readable = completions.filter(({ text }) => !text.includes('\uFFFD'))
  assert.ok(readable.length > 0)
  const pairs = readable.map(({ text }) => ({ prompt: ask('1+1='), completion: text }))
  for (const [i, scored] of (await policy.logprobs(pairs)).entries())
    for (const [t, logprob] of readable[i]!.logprobs.entries())
      assert.ok(Math.abs(scored[t]! - logprob) < 1e-4)
  assert.ok(completions.every(({ tokens }) => tokens.length <= 6))
  await policy.close()
})

test('the ledger counts what was done', async () => {
  const ledger = new Ledger()
  const policy = fresh(ledger)
  const P = policy.numParameters
  const [completion] = await policy.sample([ask('1+1=')], { temperature: 0, maxTokens: 10, seeds: [[]] })
  const { trainedTokens: none, ...sampled } = ledger.costs()
  assert.is(none, 0)
  const generated = sampled.generatedTokens
  assert.ok(generated >= completion!.tokens.length && generated <= 16)
  assert.is(sampled.scoredTokens, 4)
  assert.is(sampled.flops, 2 * P * (generated + 4))
  await policy.behaviorCloningStep([{ prompt: ask('1+1='), completion: '02;' }], 1e-3)
  assert.is(ledger.costs().trainedTokens, 8)
  assert.is(ledger.costs().flops - sampled.flops, 6 * P * 8)
  await policy.close()
})

test('a prompt that does not fit is refused with the limit', async () => {
  const policy = fresh()
  try {
    await policy.sample([ask('1'.repeat(20))], { temperature: 0, maxTokens: 10, seeds: [[]] })
    assert.unreachable()
  } catch (error) {
    assert.instance(error, UsageError)
    assert.match(
      (error as Error).message,
      /reads at most 24 tokens, prompt and completion together; 30 were needed/,
    )
  }
  await policy.close()
})

test('the question is the last user message and what has been answered so far', () => {
  const prompt = [
    { role: 'system' as const, content: 'rules' },
    { role: 'user' as const, content: '47+85=' },
    { role: 'assistant' as const, content: '12;' },
  ]
  assert.is(questionOf(prompt), '47+85=12;')
  assert.throws(() => questionOf([]), /expected a prompt with a user message/)
})

test('a checkpoint plays as it evaluates: step by step and in one go are the same text', async () => {
  const policy = fresh()
  await policy.save(join(root, 'p'))
  const complete = policyCompleter(policy, env, { temperature: 0, maxTokens: 12, seed: [] })
  const accuracy = await evaluate(env, tasks, complete)
  await policy.close()
  const agent = await openNeuralAgent(join(root, 'p'))
  const trajectories = await rollout(env, agent, tasks)
  await agent.close?.()
  assert.is(
    trajectories.filter(({ steps }) => steps.at(-1)!.rewards['correct'] === 1).length,
    accuracy.solved,
  )
  assert.ok(trajectories.every(({ steps }) => steps.every(({ usage }) => usage !== undefined)))
})

for (const [id, steps] of [
  ['math/addition-v1', 150],
  ['tools/ledger-v1', 250],
] as const) {
  test(`${id}: a policy that knows the answers plays all of them, step by step`, async () => {
    const learned = findEnv(id)
    const limits = await textLimits(learned, [2])
    const size = { hiddenSize: 32, intermediateSize: 48, maxPositionEmbeddings: limits.maxPositions }
    const policy = NeuralPolicy.create({ ...shape, ...size }, limits.alphabet, rngAt('knows'))
    const known = tasksOf(learned, { split: 'train', levels: [2], count: 4 })
    const prompts = await firstPrompts(learned, known)
    const completion = (task: Task): string =>
      learned.solve!(task)
        .map(action => learned.text.render(action))
        .join('')
    const demonstrations = known.map((task, i) => ({ prompt: prompts[i]!, completion: completion(task) }))
    for (let step = 0; step < steps; step++) await policy.behaviorCloningStep(demonstrations, 5e-3)
    await policy.save(join(root, id))
    await policy.close()
    const agent = await openNeuralAgent(join(root, id))
    const trajectories = await rollout(learned, agent, known)
    await agent.close?.()
    assert.equal(
      trajectories.map(trajectory => trajectory.steps.at(-1)!.reason),
      Array(4).fill('solved'),
    )
  })
}

test('a policy of another environment is refused, not scored 0', async () => {
  const policy = fresh()
  await policy.save(join(root, 'other'))
  await policy.close()
  const countdown = findEnv('math/countdown-v1')
  for (const search of [undefined, { strategy: 'best-of-n', n: 2, guidance: 'majority' } as const]) {
    const agent = await openNeuralAgent(join(root, 'other'), search ? { search } : {})
    try {
      await rollout(countdown, agent, tasksOf(countdown, { split: 'test', levels: [1], count: 1 }))
      assert.unreachable()
    } catch (error) {
      assert.instance(error, UsageError)
      assert.match((error as Error).message, /"n" is not in this model's alphabet/)
    } finally {
      await agent.close?.()
    }
  }
})

test('with search it plays the chosen candidate; alone it may only vote', async () => {
  const policy = fresh()
  await policy.save(join(root, 's'))
  await policy.close()
  const search = { strategy: 'best-of-n', n: 4, guidance: 'verifier' } as const
  const trusted = await openNeuralAgent(join(root, 's'), { search })
  const played = await rollout(env, trusted, tasks.slice(0, 2), { seed: 1 })
  assert.equal(await rollout(env, trusted, tasks.slice(0, 2), { seed: 1 }), played)
  const remote = { env, task: null, rng: rngAt('remote') }
  const turn = { observation: { question: '1+1=', columns: [] }, step: 0, deadlineMs: null }
  const { signal } = new AbortController()
  try {
    await (await trusted.open(remote)).act({ ...turn, signal })
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, /guidance=verifier asks the environment, .* use guidance=majority/)
  }
  await trusted.close?.()
  const voting = await openNeuralAgent(join(root, 's'), { search: { ...search, guidance: 'majority' } })
  assert.ok('action' in (await (await voting.open(remote)).act({ ...turn, signal })))
  await voting.close?.()
})

test('a worker that is gone rejects the calls that wait for it', async () => {
  const policy = fresh()
  const sampling = policy.sample([ask('1+1=')], { temperature: 0, maxTokens: 10, seeds: [[]] }).then(
    () => 'sampled',
    (error: Error) => error.message,
  )
  await policy.close()
  assert.match(await sampling, /neural worker ended/)
})

test('the Wilson interval', () => {
  const { low, high } = wilson(18, 20)
  assert.ok(Math.abs(low - 0.699) < 5e-4 && Math.abs(high - 0.972) < 5e-4, `${low} ${high}`)
  assert.equal(wilson(0, 0), { low: 0, high: 1 })
  assert.is(wilson(512, 512).high, 1)
  assert.is(wilson(0, 512).low, 0)
})

test.run()
