import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadModel } from '../../../agents/nn/checkpoint/checkpoint.ts'
import { NeuralPolicy } from '../../../agents/policies/neural.ts'
import { bigramBits, policyBits } from '../../../agents/pretraining/bits.ts'
import { alphabetOf, heldOutTexts } from '../../../agents/pretraining/corpus.ts'
import { arithmeticFacts, envCorpus } from '../../../agents/pretraining/env-corpus.ts'
import {
  envInstructions,
  instructionTuning,
  pairInstructions,
} from '../../../agents/pretraining/instruction-tuning.ts'
import type { PretrainOptions, PretrainProgress } from '../../../agents/pretraining/pretrain.ts'
import { pretrain } from '../../../agents/pretraining/pretrain.ts'
import type { EnvDef } from '../../../envs/env.ts'
import { gcd } from '../../../envs/math/families/gcd.ts'
import { rngAt } from '../../../envs/rng.ts'

const root = mkdtempSync(join(tmpdir(), 'ludus-pretrain-'))
const shape = {
  hiddenSize: 48,
  intermediateSize: 96,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 4,
  maxPositionEmbeddings: 96,
  ropeTheta: 100,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.06,
}
const corpus = envCorpus([gcd as unknown as EnvDef], { levels: [1], heldOutSize: 64 })
const alphabet = alphabetOf(corpus, 300)
const options: PretrainOptions = {
  steps: 60,
  batchSize: 16,
  learningRate: { peak: 6e-3, warmupSteps: 6, finalFraction: 0.2 },
  heldOutTexts: 32,
}
const fresh = (): NeuralPolicy =>
  NeuralPolicy.create(shape, alphabet, rngAt('pretrain'), { samplers: 1, trainThreads: 1 })

const test = suite('pre-training')
test.after(() => rmSync(root, { recursive: true, force: true }))

test('bits per character fall below those of pairs of characters', async () => {
  const policy = fresh()
  const held = heldOutTexts(corpus, 32)
  const before = await policyBits(policy, held)
  const baseline = bigramBits(
    Array.from({ length: options.steps * options.batchSize }, (_, i) => corpus.train(i)),
    held,
  )
  assert.ok(Math.abs(before.bits - Math.log2(alphabet.length + 2)) < 1, `${before.bits} untrained`)
  const seen: PretrainProgress[] = []
  const { heldOut } = await pretrain(policy, corpus, {
    ...options,
    evaluateEvery: 30,
    onProgress: progress => void seen.push(progress),
  })
  assert.ok(heldOut.high < baseline.low, `${JSON.stringify(heldOut)} against ${JSON.stringify(baseline)}`)
  assert.ok(heldOut.low < heldOut.bits && heldOut.bits < heldOut.high)
  assert.is(heldOut.texts, 32)
  assert.is(seen.length, 60)
  assert.equal(
    seen.filter(progress => progress.heldOut).map(({ completed }) => completed),
    [30, 60],
  )
  assert.equal(seen.at(-1)!.heldOut, heldOut)
  assert.ok(policy.ledger.costs().trainedTokens > 0)
  await policy.close()
})

test('a run that is stopped and taken up again is the run that was not, to the bit', async () => {
  const short = { ...options, steps: 8, batchSize: 4, saveEvery: 3 }
  const whole = fresh()
  await pretrain(whole, corpus, { ...short, dir: join(root, 'whole') })
  await whole.close()

  const dir = join(root, 'stopped')
  const abort = new AbortController()
  const first = fresh()
  try {
    await pretrain(first, corpus, {
      ...short,
      dir,
      signal: abort.signal,
      onProgress: ({ completed }) => {
        if (completed === 5) abort.abort(new Error('stopped'))
      },
    })
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).message, 'stopped')
  }
  await first.close()
  assert.equal(readdirSync(dir).sort(), ['pretraining.json', 'step-5'])

  const later = fresh()
  const { resumedAt } = await pretrain(later, corpus, { ...short, dir })
  assert.is(resumedAt, 5)
  const [expected, weights] = [join(root, 'whole'), dir].map(from => loadModel(join(from, 'step-8')).weights)
  // Not by assert.equal, whose picture of so many differences takes minutes.
  assert.ok(weights!.every((weight, i) => weight === expected![i]))
  // A run that is complete is only measured.
  assert.is((await pretrain(later, corpus, { ...short, dir })).resumedAt, 8)
  try {
    await pretrain(later, corpus, { ...short, batchSize: 5, dir })
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, /got another one/)
  }
  await later.close()
})

test('bits per character are those of the model, windows or not', async () => {
  const policy = fresh()
  const long = corpus.train(1).repeat(3)
  const { bits, characters } = await policyBits(policy, [long])
  const window = shape.maxPositionEmbeddings
  const tokens = [1, ...policy.tokenizer.encode(long), 1]
  let nats = 0
  for (let at = 0; at < tokens.length - 1; at += window - 1) {
    const [row] = await policy.rowLogprobs([tokens.slice(at, at + window)])
    nats -= row!.reduce((sum, logprob) => sum + logprob, 0)
  }
  assert.is(characters, long.length)
  assert.ok(Math.abs(bits - nats / Math.LN2 / long.length) < 1e-5)
  await policy.close()
})

test('instruction tuning after pre-training learns to answer', async () => {
  const facts = arithmeticFacts({ largest: 3, perText: 2 })
  const policy = NeuralPolicy.create(shape, alphabetOf(facts, 200), rngAt('tuned'), {
    samplers: 1,
    trainThreads: 1,
  })
  await pretrain(policy, facts, { ...options, steps: 10, dir: join(root, 'facts') })
  const pairs = [
    { prompt: '1 + 1 = ', completion: '2' },
    { prompt: '2 + 1 = ', completion: '3' },
  ]
  const learningRate = { peak: 6e-3, warmupSteps: 4, finalFraction: 0.3 }
  await instructionTuning(policy, pairInstructions(pairs), { steps: 25, batchSize: 4, learningRate })
  const prompts = pairs.map(({ prompt }) => [{ role: 'user' as const, content: prompt }])
  const answers = await policy.sample(prompts, { temperature: 0, maxTokens: 4, seeds: [[], []] })
  assert.equal(
    answers.map(({ text }) => text),
    ['2', '3'],
  )
  assert.ok(existsSync(join(root, 'facts', 'step-10')))
  await policy.close()
  const instruction = envInstructions([gcd as unknown as EnvDef], { behaviours: {}, levels: [1] })(4)
  assert.match(instruction.completion, /^analyze: given \d+, \d+\n/)
})

test.run()
