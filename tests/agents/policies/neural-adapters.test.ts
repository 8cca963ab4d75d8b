/** @file Policies with low-rank adapters, policies in a large vocabulary, and policies whose weights only a worker has. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadAdapters } from '../../../agents/nn/checkpoint/adapters.ts'
import { loadModel } from '../../../agents/nn/checkpoint/checkpoint.ts'
import { Engine } from '../../../agents/nn/engine.ts'
import { initialAdapters } from '../../../agents/nn/model/lora.ts'
import { tokenMask } from '../../../agents/nn/sampling/token-grammar.ts'
import { loadTokenizer } from '../../../agents/nn/tokenizers/load-tokenizer.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import { rngAt } from '../../../envs/rng.ts'
import { golden, laidOutFolder } from '../nn/golden-folders.ts'

const root = mkdtempSync(join(tmpdir(), 'ludus-neural-adapters-'))
const shape = {
  hiddenSize: 16,
  intermediateSize: 24,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  maxPositionEmbeddings: 48,
  ropeTheta: 100,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.2,
}
const lora = { rank: 4, alpha: 8, targets: ['q_proj' as const, 'down_proj' as const, 'lm_head' as const] }
const ask = (content: string) => [{ role: 'user' as const, content }]
const lessons = ['1+1=2', '2+2=4', '3+5=8', '4+5=9'].map(text => ({
  prompt: ask(text.slice(0, 4)),
  completion: text.slice(4),
}))
const options = { samplers: 1, trainThreads: 1 }

const test = suite('neural policy with adapters')
test.after(() => rmSync(root, { recursive: true, force: true }))

/** A saved model, and a policy that trains adapters on it. */
async function adapted(name: string): Promise<{ base: string; policy: NeuralPolicy }> {
  const base = join(root, `${name}-base`)
  const plain = NeuralPolicy.create(shape, '+0123456789=', rngAt(name), options)
  await plain.save(base)
  await plain.close()
  const adapters = initialAdapters(plain.config, lora, rngAt(name, 'adapters'))
  return { base, policy: NeuralPolicy.load(base, { ...options, lora: { lora, adapters } }) }
}

test('adapters learn alone; what is saved of them, alone or merged, says the same', async () => {
  const { base, policy } = await adapted('learns')
  const before = loadModel(base).weights
  const losses = []
  for (let step = 0; step < 60; step++) losses.push((await policy.behaviorCloningStep(lessons, 2e-2)).loss)
  assert.ok(losses.at(-1)! < losses[0]! / 5, `the loss stays at ${losses.at(-1)}`)
  await policy.save(join(root, 'alone'))
  await policy.save(join(root, 'merged'), { merged: true })
  assert.not(existsSync(join(root, 'alone/config.json')))
  assert.equal(loadModel(base).weights, before)
  assert.not.equal(loadModel(join(root, 'merged')).weights, before)

  const merged = NeuralPolicy.load(join(root, 'merged'), options)
  const again = NeuralPolicy.load(base, {
    ...options,
    lora: loadAdapters(join(root, 'alone'), policy.config),
  })
  const expected = (await policy.logprobs(lessons)).flat()
  for (const other of [merged, again]) {
    const got = (await other.logprobs(lessons)).flat()
    assert.ok(got.every((value, i) => Math.abs(value - expected[i]!) < 1e-4))
    const request = { temperature: 0, maxTokens: 2, seeds: lessons.map(() => []) }
    const [said, told] = await Promise.all(
      [policy, other].map(each =>
        each.sample(
          lessons.map(({ prompt }) => prompt),
          request,
        ),
      ),
    )
    assert.equal(
      told!.map(({ text }) => text),
      said!.map(({ text }) => text),
    )
  }
  await Promise.all([policy, merged, again].map(each => each.close()))
})

test('training of adapters is taken up again to the bit', async () => {
  const { base, policy } = await adapted('resumes')
  const train = async (which: NeuralPolicy, steps: number): Promise<void> => {
    for (let step = 0; step < steps; step++) await which.behaviorCloningStep(lessons, 1e-2)
  }
  await train(policy, 3)
  const half = join(root, 'half')
  await policy.save(half, { optimizer: true })
  await train(policy, 3)
  const blank = initialAdapters(policy.config, lora, rngAt('another'))
  const resumed = NeuralPolicy.load(base, { ...options, lora: { lora, adapters: blank } })
  await resumed.resume(half)
  await train(resumed, 3)
  assert.equal(await resumed.logprobs(lessons), await policy.logprobs(lessons))
  await Promise.all([policy.close(), resumed.close()])
})

test('a save without the optimiser leaves none of an earlier one behind', async () => {
  const { policy } = await adapted('leaves')
  const dir = join(root, 'leaves')
  await policy.behaviorCloningStep(lessons, 1e-2)
  await policy.save(dir, { optimizer: true })
  assert.ok(existsSync(join(dir, 'optimizer.safetensors')))
  await policy.save(dir)
  assert.not(existsSync(join(dir, 'optimizer.safetensors')))
  await policy.close()
})

test('a worker that reads the weights itself gives the samples of one that is handed them', async () => {
  const { base, policy } = await adapted('reads')
  await policy.close()
  const { config, weights } = loadModel(base)
  const request = {
    prompts: [
      [2, 3, 4],
      [5, 6],
    ],
    maxTokens: 6,
    temperature: 1,
    stop: [1],
    seeds: [[1], [2]],
  }
  const engines = [new Engine(config, weights, options), new Engine(config, { dir: base }, { samplers: 0 })]
  const [handed, read] = await Promise.all(engines.map(engine => engine.sample(request)))
  assert.equal(
    read!.map(({ tokens }) => tokens),
    handed!.map(({ tokens }) => tokens),
  )
  assert.equal(await engines[1]!.weights(), weights)
  await Promise.all(engines.map(engine => engine.close()))
})

test('a stop text inside a token, or across two, ends the completion with the token that completes it', async () => {
  const { folders } = golden<{ folders: Record<string, { files: Record<string, string> }> }>(
    'tokenizers.json',
  )
  const { files } = folders['byte fallback']!
  const tokenizer = loadTokenizer(laidOutFolder(root, 'bpe', files, 'utf8'))
  const policy = NeuralPolicy.create(shape, tokenizer, rngAt('bpe'), options)
  const words = Array.from({ length: tokenizer.vocabSize }, (_, id) => id).filter(id =>
    /^ ?[a-z]{3,}$/.test(tokenizer.decode([id])),
  )
  const grammar = tokenMask(words.slice(0, 12), tokenizer.vocabSize)
  const free = { temperature: 1, maxTokens: 8, seeds: [[1]], grammar }
  const [whole] = await policy.sample([ask('a')], free)
  // The end of one token and the beginning of the next.
  const cut = tokenizer.decode(whole!.tokens.slice(0, 3)).length
  const stop = whole!.text.slice(cut - 1, cut + 1)
  const [ended] = await policy.sample([ask('a')], { ...free, stop })
  assert.ok(ended!.stopped)
  assert.ok(ended!.text.includes(stop))
  assert.ok(whole!.text.startsWith(ended!.text))
  assert.not(tokenizer.decode(ended!.tokens.slice(0, -1)).includes(stop))
  assert.is(ended!.logprobs.length, ended!.tokens.length)
  await policy.close()
})

test.run()
