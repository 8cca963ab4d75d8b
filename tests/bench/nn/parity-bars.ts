/** @file Right to the last digit that matters: gradients, threads, devices, and logits against transformers. */
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import { initialWeights, standardNormal } from '../../../agents/nn/model/config.ts'
import { chooseDevice } from '../../../agents/nn/runtime/devices.ts'
import { LoadedModel } from '../../../agents/nn/runtime/loaded-model.ts'
import { logitsGraph } from '../../../agents/nn/training/score-graph.ts'
import { ints } from '../../../agents/nn/runtime/session.ts'
import { Trainer } from '../../../agents/nn/training/trainer.ts'
import { rngAt } from '../../../envs/rng.ts'
import { modelGradientErrors, opGradientErrors } from '../../agents/nn/gradient-error.ts'
import { randomTokens, savedFolder } from './models.ts'
import { startPeer } from './peers.ts'

const SMALL: TransformerConfig = {
  vocabSize: 64,
  hiddenSize: 32,
  intermediateSize: 88,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  maxPositionEmbeddings: 64,
  ropeTheta: 10_000,
  rmsNormEps: 1e-6,
  tieWordEmbeddings: false,
  initializerRange: 0.1,
}
const QWEN: TransformerConfig = { ...SMALL, qkvBias: true, tieWordEmbeddings: true }
const [ROWS, COLUMNS, STEPS] = [4, 24, 5]

export interface Measured {
  bars: Bar[]
  /** Ids of bars that this machine cannot measure, with the reason. */
  missing: Record<string, string>
}

export async function parityBars(peers: boolean, progress: () => void): Promise<Measured> {
  const bars = [await gradientBar(), await threadBar()]
  progress()
  const missing: Record<string, string> = {}
  const device = await webgpuBar()
  if ('bar' in device) bars.push(device.bar)
  else missing['webgpu-parity'] = device.missing
  progress()
  if (peers) bars.push(await logitsBar('llama-parity', SMALL), await logitsBar('qwen-parity', QWEN))
  progress()
  return { bars, missing }
}

async function gradientBar(): Promise<Bar> {
  const errors = [...(await opGradientErrors()), ...(await modelGradientErrors())]
  const worst = errors.reduce((a, b) => (b.error > a.error ? b : a))
  return bar(
    'grad-error',
    worst.error,
    '<= 1e-6 relative',
    `float64, ${errors.length} cases, the worst: ${worst.name}`,
  )
}

async function threadBar(): Promise<Bar> {
  const [one, two] = [await trained({ threads: 1 }), await trained({ threads: 2 })]
  const detail = `largest difference of weights after ${STEPS} steps on one and on two threads`
  return bar('thread-parity', largestDifference(one, two), '<= 0 absolute', detail)
}

async function webgpuBar(): Promise<{ bar: Bar } | { missing: string }> {
  try {
    const { reason } = await chooseDevice('webgpu')
    const [cpu, gpu] = [await trained({ threads: 1 }), await trained({ threads: 1, device: 'webgpu' })]
    const detail = `largest difference of weights after ${STEPS} AdamW steps; ${reason}`
    return { bar: bar('webgpu-parity', largestDifference(cpu, gpu), '<= 1e-4 absolute', detail) }
  } catch (error) {
    return { missing: (error as Error).message }
  }
}

async function trained(options: { threads: number; device?: 'webgpu' }): Promise<Float32Array> {
  const trainer = new Trainer(SMALL, initialWeights(SMALL, rngAt('parity')), options)
  const weight = new Float32Array(ROWS * COLUMNS).fill(1 / (ROWS * COLUMNS))
  const batches = [
    {
      rows: ROWS,
      tokens: randomTokens(ROWS * COLUMNS, 'parity tokens'),
      targets: randomTokens(ROWS * COLUMNS, 'parity targets'),
      inputs: { weight },
    },
  ]
  for (let step = 0; step < STEPS; step++)
    await trainer.step({ kind: 'cross-entropy' }, { batches, learningRate: 1e-3 })
  const weights = Float32Array.from(await trainer.weights())
  await trainer.close()
  return weights
}

async function logitsBar(id: string, config: TransformerConfig): Promise<Bar> {
  const rng = rngAt(id)
  // Norms and biases away from their first values, so that they matter.
  const weights = initialWeights(config, rng).map(value => value + 0.02 * standardNormal(rng))
  const tokens = randomTokens(ROWS * COLUMNS, id)
  const model = new LoadedModel(config, weights, { threads: 1 })
  const shape = { rows: ROWS, steps: COLUMNS, sequences: 0, packed: false, positioned: false }
  const session = await model.session('logits', () => logitsGraph(config, shape))
  const result = await session.run({
    ...(await model.weightFeeds(session)),
    tokens: ints(tokens, [ROWS, COLUMNS]),
  })
  const own = Float32Array.from(result['logits']!.data as Float32Array)
  await model.close()
  const peer = startPeer('logits')
  const rows = Array.from({ length: ROWS }, (_, row) => [
    ...tokens.subarray(row * COLUMNS, (row + 1) * COLUMNS),
  ])
  const { logits } = await peer.ask<{ logits: number[][][] }>({
    dir: savedFolder(id, config, weights),
    tokens: rows,
  })
  peer.close()
  const detail = 'largest difference to transformers of logits on the same random weights'
  return bar(id, largestDifference(own, logits.flat(2)), '<= 1e-4 absolute', detail)
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`parity: expected ${a.length} numbers, got ${b.length}`)
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}
