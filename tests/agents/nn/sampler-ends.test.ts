import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Sample, SampleRequest } from '../../../agents/nn/sampling/sample-request.ts'
import { tokenMask } from '../../../agents/nn/sampling/token-grammar.ts'
import { grouped, plain, promptsOf, requestOf, sampled, samplerOf } from './tiny-models.ts'

/** Lengths around the 16 tokens that are written in one run. */
const LENGTHS = [1, 2, 15, 16, 17, 32, 33, 40]
const prompts = promptsOf([1, 4, 18, 2, 9, 9, 3, 5])

/** Where a completion that is written on and on is cut: behind the first stop token or sequence. */
function cut(
  { tokens, logprobs }: Sample,
  { stop, stopSequences = [], maxTokens }: Pick<SampleRequest, 'stop' | 'stopSequences' | 'maxTokens'>,
): Sample {
  for (let length = 1; length <= maxTokens; length++) {
    const written = tokens.slice(0, length)
    const ends = stopSequences.some(
      sequence =>
        sequence.length > 0 &&
        sequence.length <= length &&
        sequence.join() === written.slice(length - sequence.length).join(),
    )
    if (stop.includes(written.at(-1)!) || ends)
      return { tokens: written, logprobs: logprobs.slice(0, length), stopped: true }
  }
  return { tokens: tokens.slice(0, maxTokens), logprobs: logprobs.slice(0, maxTokens), stopped: false }
}

const test = suite('ends of completions')

test('maxTokens cuts every row, within a run and behind it', async () => {
  for (const form of ['loop', 'step'] as const) {
    const sampler = samplerOf(plain, { form })
    const longest = await sampler.sample(requestOf(prompts, { maxTokens: 40 }))
    for (const maxTokens of LENGTHS) {
      const samples = await sampler.sample(requestOf(prompts, { maxTokens }))
      for (const [row, { tokens, logprobs, stopped }] of samples.entries()) {
        assert.equal(tokens, longest[row]!.tokens.slice(0, maxTokens))
        assert.is(logprobs.length, maxTokens)
        assert.is(stopped, false)
      }
    }
    await sampler.close()
  }
})

test('stop tokens and sequences cut what would be written without them, wherever they end', async () => {
  const sampler = samplerOf(grouped)
  const step = samplerOf(grouped, { form: 'step' })
  const maxTokens = 40
  const uncut = await sampler.sample(requestOf(prompts, { maxTokens }))
  const written = fc
    .record({
      row: fc.nat(prompts.length - 1),
      start: fc.nat(maxTokens - 1),
      length: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ row, start, length }) => uncut[row]!.tokens.slice(start, start + length))
  const stops = fc.record({
    stop: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 1 }),
    stopSequences: fc.array(fc.oneof(written, fc.array(fc.nat(12), { maxLength: 3 })), { maxLength: 3 }),
  })
  const property = fc.asyncProperty(stops, fc.boolean(), async (ends, inSteps) => {
    const request = requestOf(prompts, { maxTokens, ...ends })
    const samples = await (inSteps ? step : sampler).sample(request)
    for (const [row, sample] of samples.entries()) {
      const expected = cut(uncut[row]!, { maxTokens, ...ends })
      assert.equal(sample.tokens, expected.tokens)
      assert.is(sample.stopped, expected.stopped)
      assert.is(sample.logprobs.length, expected.logprobs.length)
    }
  })
  await fc.assert(property, { numRuns: 40, seed: 3 })
  await Promise.all([sampler.close(), step.close()])
})

test('a stop sequence across two runs', async () => {
  const request = requestOf([[1, 2, 3]], { maxTokens: 30 })
  const [{ tokens }] = (await sampled(plain, request)) as [Sample]
  for (const [start, end] of [
    [15, 17],
    [14, 18],
    [12, 17],
  ]) {
    const stopSequences = [tokens.slice(start, end)]
    const [sample] = (await sampled(plain, { ...request, stopSequences })) as [Sample]
    assert.equal(sample, {
      ...cut({ ...sample, tokens }, { ...request, stopSequences }),
      logprobs: sample.logprobs,
    })
    assert.is(sample.tokens.length, end)
    assert.ok(sample.stopped)
  }
})

test('a stop token in the prompt, or a sequence that begins there, ends nothing', async () => {
  const greedy = { temperature: 0, maxTokens: 1 }
  const [{ tokens }] = (await sampled(plain, requestOf([[3, 10, 2]], greedy))) as [Sample]
  const stops = { stop: [10], stopSequences: [[2, tokens[0]!]] }
  const [sample] = await sampled(plain, requestOf([[3, 10, 2]], { ...greedy, ...stops }))
  assert.is(sample!.stopped, tokens[0] === 10)
})

const wrong: [string, Partial<SampleRequest>, RegExp][] = [
  ['an empty prompt', { prompts: [[1], []] }, /prompts of at least one token, got an empty one in row 1/],
  ['no tokens to write', { maxTokens: 0 }, /a whole maxTokens of at least 1, got 0/],
  ['half a token', { maxTokens: 1.5 }, /maxTokens of at least 1, got 1.5/],
  ['a negative temperature', { temperature: -1 }, /a temperature of at least 0, got -1/],
  ['a temperature that is no number', { temperature: Number.NaN }, /a temperature of at least 0, got NaN/],
  ['a negative k', { topK: -1 }, /a whole topK of at least 0, got -1/],
  ['a share of nothing', { topP: 0 }, /a topP above 0, up to 1, got 0/],
  ['more than the likeliest', { minP: 1.1 }, /a minP from 0 to 1, got 1.1/],
  ['seeds for others', { seeds: [['a']] }, /2 rows of seeds, one per prompt, got 1/],
  ['a token beyond the vocabulary', { prompts: [[1, 13], [1]] }, /tokens below 13, got 13 in row 0/],
  [
    'more positions than the model has',
    { prompts: [[1], [1, 2, 3]], maxTokens: 95 },
    /positions below 96, .* got 96 in row 1/,
  ],
  [
    'a position that is not there',
    {
      positions: [
        [0, 1],
        [0, 96],
      ],
      maxTokens: 1,
    },
    /positions below 96, .* got 96/,
  ],
  [
    'too few positions',
    {
      positions: [
        [0, 1],
        [0, 1],
      ],
      maxTokens: 2,
    },
    /positions of 3 tokens, got 2 in row 0/,
  ],
  ['positions of some rows', { positions: [[0, 1]], maxTokens: 1 }, /positions of 2 tokens, got 0 in row 1/],
  [
    'a negative position',
    {
      positions: [
        [0, -1],
        [0, 1],
      ],
      maxTokens: 1,
    },
    /whole positions .* got -1 in row 0/,
  ],
  ['a grammar of another vocabulary', { grammar: tokenMask([1], 12) }, /a grammar over 13 tokens, got 12/],
]

for (const [name, changes, message] of wrong)
  test(`refused: ${name}`, async () => {
    const sampler = samplerOf(plain)
    const request = requestOf([
      [1, 2],
      [3, 4],
    ])
    try {
      await sampler.sample({ ...request, ...changes })
      assert.unreachable()
    } catch (error) {
      assert.instance(error, RangeError)
      assert.match((error as Error).message, message)
    }
  })

test('a context can be filled to its last position, and nothing asked is nothing answered', async () => {
  const sampler = samplerOf(plain)
  const [sample] = await sampler.sample(requestOf([[1, 2]], { maxTokens: 95 }))
  assert.is(sample!.tokens.length, 95)
  assert.equal(await sampler.sample(requestOf([])), [])
  await sampler.close()
})

test.run()
