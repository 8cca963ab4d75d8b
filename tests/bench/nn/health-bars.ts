/** @file A process that trains for long: what it leaks, and whether its main thread stays free. */
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import { initialWeights } from '../../../agents/nn/model/config.ts'
import { Engine } from '../../../agents/nn/engine.ts'
import type { Step } from '../../../agents/nn/training/trainer.ts'
import { rngAt } from '../../../envs/rng.ts'
import { loopDelay } from './loop-delay.ts'
import { randomTokens, sizeNamed, weightsOf } from './models.ts'

const TINY: TransformerConfig = {
  vocabSize: 64,
  hiddenSize: 32,
  intermediateSize: 64,
  numHiddenLayers: 1,
  numAttentionHeads: 4,
  numKeyValueHeads: 4,
  maxPositionEmbeddings: 32,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: false,
  initializerRange: 0.05,
}
const STEPS = 10_000
const WARM_UP = 2_000
const WATCH_MS = 6_000

/** Growth of the resident memory over 10,000 steps and as many rollouts, behind a warm-up. */
export async function leakBar(progress: () => void): Promise<Bar> {
  const engine = new Engine(TINY, initialWeights(TINY, rngAt('leak')), { samplers: 1, trainThreads: 1 })
  const step = trainingStep(8, 16)
  const prompts = Array.from({ length: 8 }, () => [2, 3, 4])
  const both = async (i: number): Promise<void> => {
    await engine.train({ kind: 'cross-entropy' }, [step])
    const seeds = prompts.map((_, row) => [i, row])
    await engine.sample({ prompts, maxTokens: 8, temperature: 1, stop: [1], seeds })
  }
  for (let i = 0; i < WARM_UP; i++) await both(i)
  const before = process.memoryUsage().rss
  for (let i = 0; i < STEPS; i++) await both(i)
  const growth = (process.memoryUsage().rss - before) / 2 ** 20
  await engine.close()
  progress()
  return bar(
    'leak-mb',
    growth,
    '<= 50 MB',
    `growth of the resident memory over ${STEPS} training steps and ${STEPS} rollouts of 8 rows`,
  )
}

/** The main thread's delay while two workers sample and one trains. */
export async function loopDelayBar(progress: () => void): Promise<Bar> {
  const size = sizeNamed('0.8m')
  const engine = new Engine(size.config, weightsOf(size))
  const step = trainingStep(size.rows, size.columns)
  const prompts = Array.from({ length: 64 }, (_, row) => [...randomTokens(4, 'delay', row)])
  const request = { prompts, maxTokens: 64, temperature: 1, stop: [], seeds: prompts.map((_, row) => [row]) }
  await engine.train({ kind: 'cross-entropy' }, [step])
  await engine.sample(request)
  const { p99, longest } = await loopDelay(async () => {
    const end = performance.now() + WATCH_MS
    while (performance.now() < end) {
      await engine.train({ kind: 'cross-entropy' }, [step])
      await engine.sample(request)
    }
  })
  await engine.close()
  progress()
  return bar(
    'loop-delay-ms',
    p99,
    '<= 20 ms',
    `what 99 of 100 moments wait at most, over ${WATCH_MS / 1000} s of training and sampling; the longest stall ${longest.toFixed(1)} ms`,
  )
}

function trainingStep(rows: number, columns: number): Step {
  const weight = new Float32Array(rows * columns).fill(1 / (rows * columns))
  const tokens = randomTokens(rows * columns, 'health tokens', rows)
  const targets = randomTokens(rows * columns, 'health targets', rows)
  return { batches: [{ rows, tokens, targets, inputs: { weight } }], learningRate: 1e-4 }
}
