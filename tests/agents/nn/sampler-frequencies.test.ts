import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { SampleRequest } from '../../../agents/nn/sampling/sample-request.ts'
import { plain, requestOf, samplerOf, trainingLogits, logSoftmax } from './tiny-models.ts'

const COUNT = 3000
/** Chi-square of 12 degrees of freedom stays below this in 999 of 1000 cases; of fewer, more often. */
const LIMIT = 32.9

const sampler = samplerOf(plain)
const prompt = [3, 2, 9]

/** Probabilities of the next token; given `kept`, only of so many of the likeliest. */
async function probabilities(temperature: number, kept = plain.config.vocabSize): Promise<number[]> {
  const [logits] = await trainingLogits(plain, [prompt])
  const probs = logSoftmax(logits!.at(-1)!, temperature).map(Math.exp)
  const least = probs.toSorted((a, b) => b - a)[kept - 1]!
  const left = probs.map(prob => (prob >= least ? prob : 0))
  const sum = left.reduce((total, prob) => total + prob, 0)
  return left.map(prob => prob / sum)
}

async function counts(changes: Partial<SampleRequest>, prompts: number[][]): Promise<number[]> {
  const samples = await sampler.sample(requestOf(prompts, { maxTokens: 1, ...changes }))
  const found = Array.from({ length: plain.config.vocabSize }, () => 0)
  for (const { tokens } of samples) found[tokens[0]!]! += 1
  return found
}

/** Σ (observed − expected)² / expected, tokens that are expected less than five times taken together. */
function chiSquare(observed: readonly number[], probs: readonly number[]): number {
  const cells = probs.map((prob, token) => ({ expected: prob * COUNT, observed: observed[token]! }))
  const impossible = cells.filter(cell => cell.expected === 0)
  assert.ok(impossible.every(cell => cell.observed === 0))
  const possible = cells.filter(cell => cell.expected > 0)
  const rare = possible.filter(({ expected }) => expected < 5)
  const common = possible.filter(({ expected }) => expected >= 5)
  const sum = (of: 'expected' | 'observed') => rare.reduce((total, cell) => total + cell[of], 0)
  if (rare.length > 0) common.push({ expected: sum('expected'), observed: sum('observed') })
  assert.ok(common.length > 2)
  return common.reduce((total, cell) => total + (cell.observed - cell.expected) ** 2 / cell.expected, 0)
}

const test = suite('sampled frequencies')
test.after(() => sampler.close())

const same = Array.from({ length: COUNT }, () => prompt)

for (const temperature of [1, 0.7, 1.8])
  test(`at temperature ${temperature} they are the softmax`, async () => {
    const value = chiSquare(await counts({ temperature }, same), await probabilities(temperature))
    assert.ok(value < LIMIT, `chi-square ${value}`)
  })

test('with top-k they are the softmax over k tokens', async () => {
  const value = chiSquare(await counts({ temperature: 0.7, topK: 4 }, same), await probabilities(0.7, 4))
  assert.ok(value < LIMIT, `chi-square ${value}`)
})

test('another seed is an independent draw: two rows agree as often as chance has it', async () => {
  const probs = await probabilities(1)
  const samples = await sampler.sample(requestOf(same, { maxTokens: 1 }))
  const pairs = Array.from({ length: COUNT / 2 }, (_, i) => samples.slice(2 * i, 2 * i + 2))
  const agreeing = pairs.filter(([a, b]) => a!.tokens[0] === b!.tokens[0]).length
  const chance = probs.reduce((sum, prob) => sum + prob * prob, 0)
  const deviation = Math.sqrt((chance * (1 - chance)) / pairs.length)
  assert.ok(Math.abs(agreeing / pairs.length - chance) < 4 * deviation)
})

test.run()
