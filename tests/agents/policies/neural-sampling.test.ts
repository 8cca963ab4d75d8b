import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ByteTokenizer } from '../../../agents/nn/tokenizers/byte-tokenizer.ts'
import { oneOf, tokenMask } from '../../../agents/nn/sampling/token-grammar.ts'
import type { Tokenizer } from '../../../agents/nn/tokenizers/tokenizer.ts'
import { CharTokenizer } from '../../../agents/nn/tokenizers/tokenizer.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import { UsageError } from '../../../envs/errors.ts'
import { rngAt } from '../../../envs/rng.ts'

const root = mkdtempSync(join(tmpdir(), 'ludus-neural-sampling-'))
const shape = {
  hiddenSize: 32,
  intermediateSize: 48,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  maxPositionEmbeddings: 64,
  ropeTheta: 100,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: true,
  initializerRange: 0.1,
}
const options = { samplers: 1, trainThreads: 1 }
const fresh = (tokens: string | Tokenizer): NeuralPolicy =>
  NeuralPolicy.create(shape, tokens, rngAt('sampling'), options)
const ask = (content: string) => [{ role: 'user' as const, content }]

const test = suite('neural policy in sampling')
test.after(() => rmSync(root, { recursive: true, force: true }))

test('a policy of bytes learns, speaks, is saved and speaks again in any script', async () => {
  const policy = fresh(new ByteTokenizer())
  const pairs = [
    ['grüß', 'Gott!'],
    ['привет', 'мир'],
    ['🎲?', '⚅⚀ 🎉'],
  ].map(([prompt, completion]) => ({ prompt: ask(prompt!), completion: completion! }))
  for (let step = 0; step < 80; step++) await policy.behaviorCloningStep(pairs, 8e-3)
  const prompts = pairs.map(({ prompt }) => prompt)
  const greedy = { temperature: 0, maxTokens: 30, seeds: [] }
  const answers = await policy.sample(prompts, greedy)
  for (const [i, { text, tokens, logprobs, stopped }] of answers.entries()) {
    assert.is(text, pairs[i]!.completion)
    assert.is(tokens.length, new TextEncoder().encode(text).length + 1)
    assert.ok(stopped)
    const [scored] = await policy.logprobs([pairs[i]!])
    for (const [t, logprob] of logprobs.entries()) assert.ok(Math.abs(scored![t]! - logprob) < 1e-4)
  }
  await policy.save(join(root, 'bytes'))
  await policy.close()
  const again = NeuralPolicy.load(join(root, 'bytes'), options)
  assert.equal(await again.sample(prompts, greedy), answers)
  // What is written already is part of the prompt, also where it ends within a character's bytes of the next.
  const begun = prompts.map((prompt, i) => [
    ...prompt,
    { role: 'assistant' as const, content: Array.from(pairs[i]!.completion).slice(0, 2).join('') },
  ])
  const rest = (await again.sample(begun, greedy)).map(({ text }) => text)
  assert.equal(
    rest,
    pairs.map(({ completion }) => Array.from(completion).slice(2).join('')),
  )
  await again.close()
})

test('a stop text of several characters ends a completion behind it', async () => {
  const policy = fresh('ab;')
  const prompts = Array.from({ length: 30 }, () => ask('ab'))
  const request = { temperature: 1.5, maxTokens: 40, seeds: prompts.map((_, i) => ['stop', i]) }
  const uncut = await policy.sample(prompts, request)
  let cut = 0
  for (const stop of ['ab;', 'bb', ';']) {
    for (const [i, { text, tokens, logprobs, stopped }] of (
      await policy.sample(prompts, { ...request, stop })
    ).entries()) {
      const at = uncut[i]!.text.indexOf(stop)
      assert.is(text, at < 0 ? uncut[i]!.text : uncut[i]!.text.slice(0, at + stop.length))
      assert.is(stopped, at >= 0 || uncut[i]!.stopped)
      assert.equal(tokens, uncut[i]!.tokens.slice(0, tokens.length))
      assert.is(logprobs.length, tokens.length)
      if (tokens.length < uncut[i]!.tokens.length) cut += 1
    }
  }
  assert.ok(cut > 10)
  await policy.close()
})

test('top-k, top-p, min-p and grammars reach the model', async () => {
  const alphabet = 'abcdefgh;'
  const policy = fresh(alphabet)
  const prompts = [ask('a'), ask('bcd'), ask('efgh')]
  const request = { temperature: 3, maxTokens: 20, seeds: prompts.map((_, i) => ['options', i]) }
  const greedy = await policy.sample(prompts, { ...request, temperature: 0 })
  assert.not.equal(await policy.sample(prompts, request), greedy)
  const texts = greedy.map(({ text }) => text)
  for (const narrow of [{ topK: 1 }, { topP: 1e-6 }, { minP: 1 }]) {
    const samples = await policy.sample(prompts, { ...request, ...narrow })
    assert.equal(
      samples.map(({ text }) => text),
      texts,
    )
  }
  const tokenizer = new CharTokenizer(alphabet)
  const choices = ['abc', 'hg;', '']
  const size = tokenizer.vocabSize
  const grammar = oneOf(
    choices.map(choice => tokenizer.encode(choice)),
    tokenizer.eos[0]!,
    size,
  )
  for (const { text, stopped } of await policy.sample(prompts, { ...request, grammar })) {
    assert.ok(stopped)
    assert.ok(choices.includes(text), text)
  }
  const letters = tokenMask(tokenizer.encode('ab'), size)
  for (const { text } of await policy.sample(prompts, { ...request, grammar: letters }))
    assert.match(text, /^[ab]{20}$/)
  await policy.close()
})

test('what a model cannot sample is refused', async () => {
  const policy = fresh('ab;')
  const request = { temperature: 1, maxTokens: 4, seeds: [['x']] }
  const refused = async (changes: object, message: RegExp, question = 'ab'): Promise<void> => {
    try {
      await policy.sample([ask(question)], { ...request, ...changes })
      assert.unreachable()
    } catch (error) {
      assert.match((error as Error).message, message)
    }
  }
  await refused({ maxTokens: 63 }, /reads at most 64 tokens/)
  await refused({ maxTokens: 0 }, /maxTokens of at least 1/)
  await refused({ topP: 2 }, /a topP above 0, up to 1, got 2/)
  await refused({}, /prompts of at least one token/, '')
  await refused({}, /is not in this model's alphabet/, 'x')
  try {
    await policy.sample([ask('a')], { ...request, stop: 'x' })
    assert.unreachable()
  } catch (error) {
    assert.instance(error, UsageError)
  }
  assert.equal(await policy.sample([], { ...request, seeds: [] }), [])
  await policy.close()
})

test.run()
