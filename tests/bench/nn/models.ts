/** @file The models that the engine is measured on: Llama-like, four query heads to a key-value head as in Llama 3. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { saveCheckpoint } from '../../../agents/nn/checkpoint/checkpoint.ts'
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import { countParameters, initialWeights } from '../../../agents/nn/model/config.ts'
import { CharTokenizer } from '../../../agents/nn/tokenizers/tokenizer.ts'
import { rngAt } from '../../../envs/rng.ts'

export interface Size {
  /** As the bars call it. */
  name: string
  config: TransformerConfig
  /** Batch of a training step: rows of so many predictions. */
  rows: number
  columns: number
}

const VOCABULARY = 64

function size(
  name: string,
  [layers, hidden, heads, kvHeads, intermediate]: [number, number, number, number, number],
  [rows, columns]: [number, number],
): Size {
  const config = {
    vocabSize: VOCABULARY,
    hiddenSize: hidden,
    intermediateSize: intermediate,
    numHiddenLayers: layers,
    numAttentionHeads: heads,
    numKeyValueHeads: kvHeads,
    maxPositionEmbeddings: 256,
    ropeTheta: 10_000,
    rmsNormEps: 1e-5,
    tieWordEmbeddings: false,
    initializerRange: 0.05,
  }
  return { name, config, rows, columns }
}

export const SIZES: readonly Size[] = [
  size('0.1m', [2, 64, 4, 1, 208], [64, 64]),
  size('0.8m', [4, 128, 4, 1, 400], [32, 128]),
  size('3m', [4, 256, 8, 2, 800], [16, 128]),
  size('11m', [6, 384, 8, 2, 1280], [8, 128]),
]

export function sizeNamed(name: string): Size {
  return SIZES.find(each => each.name === name)!
}

/** Random weights, the same at every call. */
export function weightsOf({ name, config }: Size): Float32Array {
  return initialWeights(config, rngAt('bench', name))
}

/** A checkpoint folder with these weights, for the peers. */
export function savedFolder(name: string, config: TransformerConfig, weights: Float32Array): string {
  const dir = join(mkdtempSync(join(tmpdir(), 'ludus-bench-')), name)
  const alphabet = Array.from({ length: config.vocabSize - 2 }, (_, i) =>
    String.fromCodePoint(0x4e00 + i),
  ).join('')
  saveCheckpoint(dir, { config, weights, tokenizer: new CharTokenizer(alphabet) })
  return dir
}

/** Floating-point operations of a training step: 6 per weight and token, 12·L·S·d for attention to the whole row. */
export function trainFlops({ config, rows, columns }: Size): number {
  return rows * columns * (6 * multiplied(config) + 12 * config.numHiddenLayers * columns * attended(config))
}

/** Of writing `tokens` per row behind prompts of `prompt` tokens: 2 per weight and token, 4·L·t·d for attention. */
export function sampleFlops(
  config: TransformerConfig,
  { rows, prompt, tokens }: Record<'rows' | 'prompt' | 'tokens', number>,
): number {
  const average = prompt + tokens / 2
  return rows * tokens * (2 * multiplied(config) + 4 * config.numHiddenLayers * average * attended(config))
}

/** Weights that every token is multiplied with: all but the embeddings, which are looked up. */
function multiplied(config: TransformerConfig): number {
  return countParameters(config) - config.vocabSize * config.hiddenSize
}

function attended({ hiddenSize }: TransformerConfig): number {
  return hiddenSize
}

export function randomTokens(count: number, ...seed: (string | number)[]): Int32Array {
  const rng = rngAt('tokens', ...seed)
  return Int32Array.from({ length: count }, () => rng.int(2, VOCABULARY - 1))
}
