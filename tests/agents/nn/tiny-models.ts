/** @file Models small enough to sample from thousands of times, and what the training graph says of their tokens. */
import * as assert from 'uvu/assert'
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import { parameters, standardNormal } from '../../../agents/nn/model/config.ts'
import { LoadedModel } from '../../../agents/nn/runtime/loaded-model.ts'
import type { Adapters } from '../../../agents/nn/model/lora.ts'
import { loraParameters, mergeAdapters } from '../../../agents/nn/model/lora.ts'
import type { Sample, SampleRequest } from '../../../agents/nn/sampling/sample-request.ts'
import type { SamplerOptions } from '../../../agents/nn/sampling/sampler.ts'
import { Sampler } from '../../../agents/nn/sampling/sampler.ts'
import { logitsGraph } from '../../../agents/nn/training/score-graph.ts'
import { ints } from '../../../agents/nn/runtime/session.ts'
import type { Rng } from '../../../envs/rng.ts'
import { rngAt } from '../../../envs/rng.ts'

export interface TinyModel {
  config: TransformerConfig
  weights: Float32Array
  lora?: Adapters
}

const shape = {
  vocabSize: 13,
  hiddenSize: 16,
  intermediateSize: 20,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 4,
  maxPositionEmbeddings: 96,
  ropeTheta: 10000,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.3,
}

/** Every kind of weight, each with values that matter. */
function scattered(layout: { shape: readonly number[]; offset: number; size: number }[], rng: Rng) {
  const last = layout.at(-1)!
  const weights = new Float32Array(last.offset + last.size)
  for (const { shape: dims, offset, size } of layout)
    for (let i = offset; i < offset + size; i++)
      weights[i] = (dims.length === 1 ? 1 : 0) + 0.35 * standardNormal(rng)
  return weights
}

function tiny(name: string, changes: Partial<TransformerConfig>, lora?: Adapters['lora']): TinyModel {
  const config = { ...shape, ...changes }
  const weights = scattered(parameters(config), rngAt('tiny', name))
  if (!lora) return { config, weights }
  return {
    config,
    weights,
    lora: { lora, adapters: scattered(loraParameters(config, lora), rngAt('tiny', name, 'lora')) },
  }
}

const biases = { qkvBias: true, outputBias: true, mlpBias: true }

export const plain = tiny('plain', {})
export const grouped = tiny('grouped', { numKeyValueHeads: 2, tieWordEmbeddings: true, ...biases })
export const adapted = tiny(
  'adapted',
  { numKeyValueHeads: 1, headDim: 6, qkvBias: true },
  { rank: 2, alpha: 3, targets: ['q_proj', 'k_proj', 'o_proj', 'up_proj', 'down_proj', 'lm_head'] },
)
export const tinyModels = { plain, grouped, adapted }

export function loaded({ config, weights, lora }: TinyModel): LoadedModel {
  const adapters = lora && { config: lora.lora, adapters: lora.adapters }
  return new LoadedModel(config, weights, { threads: 1, lora: adapters })
}

export function samplerOf(model: TinyModel, options: SamplerOptions = {}): Sampler {
  return new Sampler(loaded(model), options)
}

/** What a fresh sampler gives. */
export async function sampled(
  model: TinyModel,
  request: SampleRequest,
  options: SamplerOptions = {},
): Promise<Sample[]> {
  const sampler = samplerOf(model, options)
  const samples = await sampler.sample(request)
  await sampler.close()
  return samples
}

/** A request with one seed per row, at temperature 1. */
export function requestOf(
  prompts: readonly (readonly number[])[],
  changes: Partial<SampleRequest> = {},
): SampleRequest {
  const seeds = prompts.map((_, row) => ['row', row])
  return { prompts, maxTokens: 6, temperature: 1, stop: [], seeds, ...changes }
}

/** Prompts of these lengths. */
export function promptsOf(lengths: readonly number[], vocabSize = shape.vocabSize): number[][] {
  return lengths.map((length, row) => {
    const rng = rngAt('prompt', row)
    return Array.from({ length }, () => rng.int(0, vocabSize - 1))
  })
}

/** Scores of what comes behind each token of each sequence, by the graph of training: `[row][t][V]`. */
export async function trainingLogits(
  { config, weights, lora }: TinyModel,
  sequences: readonly (readonly number[])[],
  positions?: readonly (readonly number[])[],
): Promise<Float32Array[][]> {
  const [rows, steps] = [sequences.length, Math.max(...sequences.map(({ length }) => length))]
  const merged = weights.slice()
  if (lora) mergeAdapters(config, merged, lora.lora, lora.adapters)
  const model = new LoadedModel(config, merged, { threads: 1 })
  const positioned = positions !== undefined
  const session = await model.session('logits', () =>
    logitsGraph(config, { rows, steps, sequences: 0, packed: false, positioned }),
  )
  const padded = (lists: readonly (readonly number[])[]) => {
    const all = new Int32Array(rows * steps)
    for (const [row, list] of lists.entries()) all.set(list.slice(0, steps), row * steps)
    return ints(all, [rows, steps])
  }
  const result = await session.run({
    ...(await model.weightFeeds(session)),
    tokens: padded(sequences),
    ...(positions && { positions: padded(positions) }),
  })
  const logits = result['logits']!.data as Float32Array
  await model.close()
  return sequences.map((sequence, row) =>
    sequence.map((_, t) => {
      const start = (row * steps + t) * config.vocabSize
      return logits.slice(start, start + config.vocabSize)
    }),
  )
}

/** log softmax(logits / temperature) */
export function logSoftmax(logits: ArrayLike<number>, temperature = 1): number[] {
  const scaled = Array.from(logits, score => score / temperature)
  const most = Math.max(...scaled)
  const norm = most + Math.log(scaled.reduce((sum, score) => sum + Math.exp(score - most), 0))
  return scaled.map(score => score - norm)
}

/** Samples are those of the training graph: logprobs within 1e-4, and each token the likeliest where sampling was greedy. */
export async function assertTrainingGraph(
  model: TinyModel,
  { prompts, positions, temperature }: SampleRequest,
  samples: readonly Sample[],
): Promise<void> {
  const sequences = prompts.map((prompt, row) => [...prompt, ...samples[row]!.tokens])
  const logits = await trainingLogits(model, sequences, positions)
  for (const [row, { tokens, logprobs }] of samples.entries()) {
    assert.is(tokens.length, logprobs.length)
    for (const [t, token] of tokens.entries()) {
      const expected = logSoftmax(logits[row]![prompts[row]!.length - 1 + t]!)
      const difference = Math.abs(expected[token]! - logprobs[t]!)
      assert.ok(difference < 1e-4, `row ${row}, token ${t}: logprob off by ${difference}`)
      if (temperature === 0)
        assert.is(token, expected.indexOf(Math.max(...expected)), `row ${row}, token ${t}`)
    }
  }
}

export function tokensOf(samples: readonly Sample[]): number[][] {
  return samples.map(({ tokens }) => tokens)
}
