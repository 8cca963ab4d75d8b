/** @file Rows of training: prompts with their completions as token ids, cut into runs, and numbers laid along them. */
import type { TransformerConfig } from '../nn/model/config.ts'
import type { Packed, Sequence } from '../nn/training/packing.ts'

/** What the values of a run that gradients need may take, and the most predictions whatever they take. */
const MICRO_BATCH_BYTES = 2 ** 30
const MICRO_BATCH_TOKENS = 2 ** 15

/** How many predictions fit a run: about 16 vectors of the width and 8 of the MLP are kept per layer, and 6 of the vocabulary. */
export function fittingTokens(config: TransformerConfig): number {
  const { hiddenSize, intermediateSize, numHiddenLayers, vocabSize } = config
  const numbers = numHiddenLayers * (16 * hiddenSize + 8 * intermediateSize) + 6 * vocabSize
  return Math.max(64, Math.min(MICRO_BATCH_TOKENS, Math.floor(MICRO_BATCH_BYTES / (4 * numbers))))
}

/** A prompt and its completion; the first prediction that counts is that of the completion's first token. */
export function sequenceOf(prompt: readonly number[], completion: readonly number[]): Sequence {
  return { tokens: [...prompt, ...completion], start: prompt.length - 1 }
}

/** How many tokens of a sequence are of its completion. */
export function completionLength({ tokens, start }: Sequence): number {
  return tokens.length - 1 - start
}

/** Rows of similar length together, each part small enough for one run; `unit` rows that belong together stay so. */
export function microBatches(rows: readonly Sequence[], maxTokens: number, unit = 1): Sequence[][] {
  const longest = Math.max(...rows.map(({ tokens }) => tokens.length))
  const perRun = Math.max(1, Math.floor(maxTokens / longest / unit))
  const units = Array.from({ length: rows.length / unit }, (_, i) => rows.slice(i * unit, (i + 1) * unit))
  if (units.length <= perRun) return [[...rows]]
  const size = (part: readonly Sequence[]): number => Math.max(...part.map(({ tokens }) => tokens.length))
  const sorted = units.toSorted((a, b) => size(a) - size(b))
  return Array.from({ length: Math.ceil(units.length / perRun) }, (_, i) =>
    sorted.slice(i * perRun, (i + 1) * perRun).flat(),
  )
}

/** `[B, S]`: a value for every completion token, 0 for prompts and padding. */
export function perToken(
  { batch, offsets }: Packed,
  rows: readonly Sequence[],
  value: (row: Sequence, t: number) => number,
): Float32Array {
  const values = new Float32Array(batch.tokens.length)
  for (const [i, row] of rows.entries())
    for (let t = row.start; t < row.tokens.length - 1; t++)
      values[offsets[i]! + t] = value(row, t - row.start)
  return values
}

/** The part of `[B, S]` numbers that stands along each row's completion. */
export function alongRows(
  flat: Float32Array,
  offsets: readonly number[],
  rows: readonly Sequence[],
): number[][] {
  return rows.map(({ tokens, start }, i) => [
    ...flat.subarray(offsets[i]! + start, offsets[i]! + tokens.length - 1),
  ])
}

/** Tokens of all rows, prompts included. */
export function countTokens(rows: readonly Sequence[]): number {
  return rows.reduce((sum, { tokens }) => sum + tokens.length, 0)
}
