import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rngAt } from '../../../envs/rng.ts'
import type { TinyModel } from './tiny-models.ts'
import {
  adapted,
  assertTrainingGraph,
  grouped,
  plain,
  promptsOf,
  requestOf,
  sampled,
  samplerOf,
  tokensOf,
} from './tiny-models.ts'

const MAX_TOKENS = 19
const models: TinyModel[] = [plain, grouped, adapted]
const forms = ['loop', 'step'] as const

/** Digits that count down to the right, as columns of a sum do, each row from a column of its own. */
function columns(prompts: readonly number[][]): number[][] {
  return prompts.map((prompt, row) =>
    Array.from({ length: prompt.length + MAX_TOKENS }, (_, t) => ((((7 - t) % 8) + 8) % 8) + (row % 3)),
  )
}

const test = suite('positions')

test('positions that are the indices change nothing', async () => {
  for (const form of forms) {
    const prompts = [...promptsOf([1, 4, 20, 3]), [1, 2], [1, 2]]
    const request = requestOf(prompts, { maxTokens: MAX_TOKENS })
    const positions = prompts.map(({ length }) => Array.from({ length: length + MAX_TOKENS }, (_, t) => t))
    const samples = await sampled(grouped, request, { form })
    assert.equal(await sampled(grouped, { ...request, positions }, { form }), samples)
  }
})

test('with columns as positions, samples are those of the training graph given the same', async () => {
  for (const model of models)
    for (const form of forms) {
      const prompts = promptsOf([1, 4, 20, 20, 3])
      const request = requestOf(prompts, { maxTokens: MAX_TOKENS, positions: columns(prompts) })
      await assertTrainingGraph(model, request, await sampled(model, request, { form }))
      const greedy = { ...request, temperature: 0 }
      await assertTrainingGraph(model, greedy, await sampled(model, greedy, { form }))
    }
})

test('rows of one prompt whose completions stand elsewhere share its reading', async () => {
  const prompts = Array.from({ length: 4 }, () => [1, 2, 3])
  const positions = prompts.map((_, row) =>
    Array.from({ length: 3 + MAX_TOKENS }, (_, t) => (t < 3 ? 2 - t : t + 10 * row)),
  )
  for (const form of forms) {
    const sampler = samplerOf(grouped, { form })
    const request = requestOf(prompts, { maxTokens: MAX_TOKENS, positions })
    const samples = await sampler.sample(request)
    assert.is(sampler.counts.read, 2)
    await assertTrainingGraph(grouped, request, samples)
    await sampler.close()
  }
})

test('equal prompts at different positions are not taken for one', async () => {
  const prompts = Array.from({ length: 3 }, () => [1, 2, 3, 4])
  const rng = rngAt('positions')
  const positions = prompts.map(() => Array.from({ length: 4 + MAX_TOKENS }, () => rng.int(0, 95)))
  const sampler = samplerOf(plain)
  // Known at the usual positions, which must not be mistaken for these.
  await sampler.sample(requestOf(prompts))
  const request = requestOf(prompts, { maxTokens: MAX_TOKENS, positions, temperature: 0 })
  const samples = await sampler.sample(request)
  await assertTrainingGraph(plain, request, samples)
  const usual = await sampler.sample({ ...request, positions: undefined! })
  assert.not.equal(tokensOf(usual), tokensOf(samples))
  await sampler.close()
})

test.run()
