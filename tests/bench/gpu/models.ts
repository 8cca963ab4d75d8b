/** @file The models that the GPU benchmarks measure. */
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'

export interface ModelSize {
  layers: number
  width: number
  heads: number
  /** Of the MLP. */
  hidden: number
  /** T: tokens of a row. */
  length: number
}

export function modelConfig({ layers, width, heads, hidden, length }: ModelSize): TransformerConfig {
  return {
    vocabSize: 64,
    hiddenSize: width,
    intermediateSize: hidden,
    numHiddenLayers: layers,
    numAttentionHeads: heads,
    numKeyValueHeads: heads,
    maxPositionEmbeddings: length,
    ropeTheta: 10000,
    rmsNormEps: 1e-6,
    tieWordEmbeddings: true,
    initializerRange: 0.02,
  }
}

export interface BenchmarkModel extends ModelSize {
  name: string
  /** B: rows of a batch. */
  rows: number
}

export const MODELS: readonly BenchmarkModel[] = [
  { name: '0.8M', layers: 4, width: 128, heads: 4, hidden: 344, rows: 32, length: 128 },
  { name: '3M', layers: 4, width: 256, heads: 8, hidden: 688, rows: 16, length: 128 },
  { name: '11M', layers: 6, width: 384, heads: 6, hidden: 1024, rows: 8, length: 128 },
]
