/** @file The model of tests/golden/decoder.py, and trainers of it. */
import { ADAMW_DEFAULTS } from '../../../agents/nn/training/adamw.ts'
import type { Parameter, TransformerConfig } from '../../../agents/nn/model/config.ts'
import { parameters } from '../../../agents/nn/model/config.ts'
import type { LoraConfig } from '../../../agents/nn/model/lora.ts'
import { loraParameters } from '../../../agents/nn/model/lora.ts'
import { flatSize } from '../../../agents/nn/model/config.ts'
import { Trainer } from '../../../agents/nn/training/trainer.ts'
import type { TrainerOptions } from '../../../agents/nn/training/trainer.ts'
import { golden } from './golden-folders.ts'

interface Trained {
  logprobs: number[][]
  losses: number[]
  gradNorms: number[]
  logprobsAfter: number[][]
}

interface DecoderGolden extends Trained {
  ropeTheta: number
  names: string[]
  tokens: number[][]
  weight: number[][]
  learningRate: number
  lora: Trained & LoraConfig & { adaptersAfter: number[] }
}

export const DECODER_GOLDEN = golden<DecoderGolden>('decoder.json')

export const CONFIG: TransformerConfig = {
  vocabSize: 11,
  hiddenSize: 16,
  intermediateSize: 20,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  maxPositionEmbeddings: 16,
  ropeTheta: DECODER_GOLDEN.ropeTheta,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.1,
}
export const VALUED: TransformerConfig = { ...CONFIG, scalarHead: 'value' }

/** The same numbers as `fill` in tests/golden/decoder.py: a sine, around 1 for norms and biases. */
export function waves(layout: readonly Parameter[]): Float32Array {
  const weights = new Float32Array(flatSize(layout))
  for (const { shape, offset, size } of layout)
    for (let i = offset; i < offset + size; i++)
      weights[i] = (shape.length === 1 ? 1 : 0) + 0.3 * Math.sin(1 + 0.7 * i)
  return weights
}

export function smallTrainer(
  config: TransformerConfig = CONFIG,
  options: Partial<TrainerOptions> & { adapted?: LoraConfig } = {},
): Trainer {
  const { adapted, ...rest } = options
  const lora = adapted && { config: adapted, adapters: waves(loraParameters(config, adapted)) }
  return new Trainer(config, waves(parameters(config)), {
    threads: 1,
    adamW: ADAMW_DEFAULTS,
    ...(lora && { lora }),
    ...rest,
  })
}
