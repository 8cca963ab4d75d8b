import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Prefill } from '../../../agents/nn/sampling/prefill.ts'
import {
  adapted,
  assertTrainingGraph,
  grouped,
  loaded,
  plain,
  promptsOf,
  requestOf,
  sampled,
  samplerOf,
  tokensOf,
} from './tiny-models.ts'

const prefixOf = (tokens: readonly number[], start = 0) => ({
  tokens,
  positions: tokens.map((_, i) => start + i),
})

function assertSameNumbers(got: Float32Array[], expected: Float32Array[]): void {
  for (const [layer, numbers] of expected.entries()) {
    assert.is(got[layer]!.length, numbers.length)
    assert.ok(numbers.every((number, i) => Math.abs(number - got[layer]![i]!) < 1e-5))
  }
}

const test = suite('reading prompts')

test('64 continuations read their prompt once', async () => {
  const sampler = samplerOf(grouped)
  const prompts = Array.from({ length: 64 }, () => [1, 2, 3, 4, 5])
  await sampler.sample(requestOf(prompts))
  // The last token is read by the writer.
  assert.equal(sampler.counts, { read: 4, reused: 0 })
  await sampler.sample(requestOf(prompts.slice(0, 3)))
  assert.equal(sampler.counts, { read: 4, reused: 4 })
  await sampler.close()
})

test('equal prompts apart from each other are read once, too', async () => {
  const sampler = samplerOf(plain)
  await sampler.sample(requestOf([[1, 2, 3], [4, 5], [1, 2, 3], [6], [1, 2, 9]]))
  assert.equal(sampler.counts, { read: 3, reused: 0 })
  await sampler.close()
})

test('a tree of prompts: only what is new is read, and the samples are those of a fresh sampler', async () => {
  for (const model of [plain, grouped, adapted])
    for (const form of ['loop', 'step'] as const) {
      const sampler = samplerOf(model, { form })
      const [root] = promptsOf([19]) as [number[]]
      let frontier: number[][] = [root]
      for (let depth = 0; depth < 3; depth++) {
        const prompts = frontier.flatMap(prompt => [prompt, prompt])
        const request = requestOf(prompts, { maxTokens: 7, temperature: 1.3 })
        const before = { ...sampler.counts }
        const samples = await sampler.sample(request)
        assert.equal(tokensOf(samples), tokensOf(await sampled(model, request, { form })))
        await assertTrainingGraph(model, request, samples)
        const fresh = depth === 0 ? root.length - 1 : frontier.length * 7
        assert.is(sampler.counts.read - before.read, fresh, `depth ${depth}`)
        frontier = prompts.map((prompt, row) => [...prompt, ...samples[row]!.tokens])
      }
      await sampler.close()
    }
})

test('new weights make known prompts forgotten', async () => {
  const sampler = samplerOf(adapted)
  const request = requestOf([[1, 2, 3, 4]])
  await sampler.sample(request)
  sampler.weights = adapted.weights.map(weight => weight * 0.9)
  await sampler.sample(request)
  assert.equal(sampler.counts, { read: 6, reused: 0 })
  sampler.adapters = adapted.lora!.adapters.map(weight => weight * 0.9)
  await sampler.sample(request)
  assert.equal(sampler.counts, { read: 9, reused: 0 })
  await sampler.close()
})

test('caches are the same numbers in one piece, in pieces, alone and among others', async () => {
  const model = loaded(grouped)
  const prefill = new Prefill(model)
  const tokens = fc.array(fc.nat(3), { maxLength: 36 })
  const property = fc.asyncProperty(fc.array(tokens, { minLength: 1, maxLength: 20 }), async lists => {
    const together = await prefill.read(lists.map(list => prefixOf(list)))
    const fresh = new Prefill(model)
    for (const [i, list] of lists.entries()) {
      const [alone] = await fresh.read([prefixOf(list)])
      fresh.forget()
      assert.is(together[i]!.length, list.length)
      assertSameNumbers(together[i]!.keys, alone!.keys)
      assertSameNumbers(together[i]!.values, alone!.values)
    }
  })
  await fc.assert(property, { numRuns: 12, seed: 2 })
  assert.ok(prefill.counts.reused > 0)
  await model.close()
})

test('a prefix at other positions is another prefix', async () => {
  const model = loaded(plain)
  const prefill = new Prefill(model)
  const tokens = [1, 2, 3, 4]
  const [first] = await prefill.read([prefixOf(tokens)])
  const [moved, again] = await prefill.read([prefixOf(tokens, 5), prefixOf(tokens)])
  assertSameNumbers(again!.keys, first!.keys)
  assert.ok(first!.keys[0]!.some((key, i) => Math.abs(key - moved!.keys[0]![i]!) > 0.01))
  assert.equal(prefill.counts, { read: 8, reused: 4 })
  await model.close()
})

test.run()
