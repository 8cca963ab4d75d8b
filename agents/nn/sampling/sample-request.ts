/** @file What a model is asked to sample, and what comes back. */
import type { Coordinate } from '../../../envs/rng.ts'
import type { TransformerConfig } from '../model/config.ts'
import type { TokenGrammar } from './token-grammar.ts'

export interface SampleRequest {
  /** Token ids of each prompt; at least one token each. */
  prompts: readonly (readonly number[])[]
  /** Longest completion, in tokens. */
  maxTokens: number
  /** 0 is greedy. */
  temperature: number
  /** Only the k most likely tokens; the fewest tokens with this share; tokens at least this likely, relative to the likeliest. */
  topK?: number
  topP?: number
  minP?: number
  /** Which tokens may come. */
  grammar?: TokenGrammar
  /** A completion ends with the first of these tokens, or behind one of these sequences. */
  stop: readonly number[]
  stopSequences?: readonly (readonly number[])[]
  /** Coordinates of one random stream per row, used only at a temperature above 0. */
  seeds: readonly (readonly Coordinate[])[]
  /** Position of each token of each row, prompt and completion, where that is not its index. */
  positions?: readonly (readonly number[])[]
}

export interface Sample {
  /** Ids of the completion, the stop token included where one was reached. */
  tokens: number[]
  /** Log-probability of each of them under the policy at temperature 1, unfiltered, in nats. */
  logprobs: number[]
  /** false: cut by maxTokens. */
  stopped: boolean
}

/** Throws RangeError, naming what is wrong, for a request that a model of this shape cannot answer. */
export function checkRequest(
  request: SampleRequest,
  { vocabSize, maxPositionEmbeddings }: TransformerConfig,
): void {
  const { prompts, seeds, positions, grammar, maxTokens, temperature, topK = 0, topP = 1, minP = 0 } = request
  expect(Number.isInteger(maxTokens) && maxTokens >= 1, 'a whole maxTokens of at least 1', maxTokens)
  expect(temperature >= 0 && temperature < Infinity, 'a temperature of at least 0', temperature)
  expect(Number.isInteger(topK) && topK >= 0, 'a whole topK of at least 0', topK)
  expect(topP > 0 && topP <= 1, 'a topP above 0, up to 1', topP)
  expect(minP >= 0 && minP <= 1, 'a minP from 0 to 1', minP)
  if (grammar) {
    const size = grammar.transitions.length / grammar.states
    expect(size === vocabSize, `a grammar over ${vocabSize} tokens`, size)
  }
  if (temperature > 0)
    expect(seeds.length === prompts.length, `${prompts.length} rows of seeds, one per prompt`, seeds.length)
  for (const [row, prompt] of prompts.entries()) {
    expect(prompt.length > 0, 'prompts of at least one token', `an empty one in row ${row}`)
    const wrong = prompt.find(token => !(token >= 0 && token < vocabSize))
    expect(wrong === undefined, `tokens below ${vocabSize}`, `${wrong} in row ${row}`)
    // The last token that is written is not read.
    const read = prompt.length + maxTokens - 1
    const last = positions ? highest(positions[row] ?? [], row, read) : read - 1
    const limit = `positions below ${maxPositionEmbeddings}, which this model was made for`
    expect(last < maxPositionEmbeddings, limit, `${last} in row ${row}, prompt and completion together`)
  }
}

function highest(positions: readonly number[], row: number, read: number): number {
  expect(positions.length >= read, `positions of ${read} tokens`, `${positions.length} in row ${row}`)
  const own = positions.slice(0, read)
  const wrong = own.find(position => !(Number.isInteger(position) && position >= 0))
  expect(wrong === undefined, 'whole positions of at least 0', `${wrong} in row ${row}`)
  return Math.max(...own)
}

function expect(holds: boolean, expected: string, got: number | string): void {
  if (!holds) throw new RangeError(`sample: expected ${expected}, got ${got}`)
}
