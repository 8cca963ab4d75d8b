import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pack } from '../../../agents/nn/training/packing.ts'
import { Trainer } from '../../../agents/nn/training/trainer.ts'
import { rngAt } from '../../../envs/rng.ts'
import {
  adapted,
  assertTrainingGraph,
  grouped,
  plain,
  promptsOf,
  requestOf,
  sampled,
  samplerOf,
  tinyModels,
  tokensOf,
} from './tiny-models.ts'

/** One-token prompts, prompts longer than what is read in one run's bucket, and repeated ones among them. */
const ragged = promptsOf([1, 5, 16, 17, 18, 1, 33, 40, 2, 7])
const repeated = (prompt: readonly number[], times: number): number[][] =>
  Array.from({ length: times }, () => [...prompt])

const test = suite('sampler')

for (const [name, model] of Object.entries(tinyModels))
  for (const form of ['loop', 'step'] as const) {
    test(`${name}, ${form}: greedy tokens are the likeliest by the training graph`, async () => {
      const request = requestOf(ragged, { temperature: 0, maxTokens: 20 })
      await assertTrainingGraph(model, request, await sampled(model, request, { form }))
    })

    test(`${name}, ${form}: grouped prompts, logprobs are those of the training graph`, async () => {
      const sampler = samplerOf(model, { form })
      const requests = [
        // n = 4, of unequal lengths, one of them a single token
        requestOf([3, 1, 20].flatMap((length, i) => repeated(promptsOf([length + i])[0]!, 4))),
        // n = 2, as 2 divides 2 and 6
        requestOf([...repeated([1, 2], 2), ...repeated([3, 4, 5], 6)], { maxTokens: 18 }),
        requestOf(repeated([7], 2), { temperature: 0.7 }),
      ]
      for (const request of requests) await assertTrainingGraph(model, request, await sampler.sample(request))
      await sampler.close()
    })
  }

test('64 rows of one prompt, and more rows than one run holds, in both forms', async () => {
  const [loop, step] = [samplerOf(grouped), samplerOf(grouped, { form: 'step' })]
  const requests = [
    requestOf(repeated([1, 2, 3], 64)),
    requestOf(repeated([1, 2, 3], 130), { temperature: 1.5 }),
    requestOf(promptsOf(Array.from({ length: 70 }, (_, i) => 1 + (i % 19)))),
  ]
  for (const request of requests) {
    const samples = await loop.sample(request)
    await assertTrainingGraph(grouped, request, samples)
    assert.equal(tokensOf(await step.sample(request)), tokensOf(samples))
  }
  await Promise.all([loop.close(), step.close()])
})

test('logprobs are those that the trainer gives, over hundreds of tokens', async () => {
  for (const model of [plain, adapted]) {
    const prompts = [...ragged, ...promptsOf([3, 3, 3])]
    const samples = await sampled(model, requestOf(prompts, { maxTokens: 40, temperature: 0.9 }))
    const adapters = model.lora && { config: model.lora.lora, adapters: model.lora.adapters }
    const trainer = new Trainer(model.config, model.weights, { threads: 1, lora: adapters })
    const sequences = prompts.map((prompt, row) => ({
      tokens: [...prompt, ...samples[row]!.tokens],
      start: prompt.length - 1,
    }))
    const { batch, offsets } = pack(sequences, model.config.maxPositionEmbeddings)
    const scored = await trainer.logprobs({ ...batch, inputs: {} })
    for (const [row, { logprobs }] of samples.entries())
      for (const [t, logprob] of logprobs.entries()) {
        const expected = scored[offsets[row]! + sequences[row]!.start + t]!
        assert.ok(Math.abs(expected - logprob) < 1e-4, `row ${row}, token ${t}: ${logprob}, ${expected}`)
      }
    assert.ok(samples.reduce((sum, { tokens }) => sum + tokens.length, 0) > 500)
    await trainer.close()
  }
})

test('both forms draw the same tokens', async () => {
  for (const model of [plain, grouped, adapted])
    for (const stop of [[], [4]]) {
      const request = requestOf(ragged, { maxTokens: 37, temperature: 1.2, stop })
      const [loop, step] = [await sampled(model, request), await sampled(model, request, { form: 'step' })]
      for (const [row, { tokens, logprobs, stopped }] of loop.entries()) {
        assert.equal({ tokens: step[row]!.tokens, stopped: step[row]!.stopped }, { tokens, stopped })
        for (const [t, logprob] of logprobs.entries())
          assert.ok(Math.abs(step[row]!.logprobs[t]! - logprob) < 1e-4)
        assert.ok(stopped || tokens.length === 37)
      }
    }
})

test('a row is the same whatever rows it is written with, in whatever order', async () => {
  const sampler = samplerOf(grouped)
  const prompts = [...ragged, ...repeated([2, 3, 4], 6), ...promptsOf([6, 6])]
  const request = requestOf(prompts, { maxTokens: 18, stop: [5] })
  const whole = await sampler.sample(request)
  const rows = fc.uniqueArray(fc.nat(prompts.length - 1), { minLength: 1 })
  const property = fc.asyncProperty(rows, async chosen => {
    const some = await sampler.sample({
      ...request,
      prompts: chosen.map(row => prompts[row]!),
      seeds: chosen.map(row => request.seeds[row]!),
    })
    assert.equal(
      tokensOf(some),
      chosen.map(row => whole[row]!.tokens),
    )
  })
  await fc.assert(property, { numRuns: 25, seed: 1 })
  await sampler.close()
})

test('each row draws from its own seed', async () => {
  const sampler = samplerOf(plain)
  const prompts = repeated([1, 2], 4)
  const seeds = [['a'], ['b'], ['a'], ['c']]
  const [a, b, again, c] = tokensOf(await sampler.sample({ ...requestOf(prompts, { maxTokens: 12 }), seeds }))
  assert.equal(again, a)
  assert.not.equal(b, a)
  assert.not.equal(c, a)
  await sampler.close()
})

test('new weights, and new adapters, are sampled from', async () => {
  const request = requestOf(ragged, { temperature: 0 })
  const sampler = samplerOf(grouped)
  await sampler.sample(request)
  const weights = grouped.weights.map((weight, i) => weight + Math.sin(i) / 5)
  sampler.weights = weights
  await assertTrainingGraph({ ...grouped, weights }, request, await sampler.sample(request))
  await sampler.close()
  const tuned = samplerOf(adapted)
  await tuned.sample(request)
  const rng = rngAt('new adapters')
  const adapters = adapted.lora!.adapters.map(() => rng.float() - 0.5)
  tuned.adapters = adapters
  const changed = { ...adapted, lora: { ...adapted.lora!, adapters } }
  await assertTrainingGraph(changed, request, await tuned.sample(request))
  await tuned.close()
})

test.run()
