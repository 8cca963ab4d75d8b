/** @file Training steps against PyTorch, eager and compiled, and against the machine's peak. */
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import { Engine } from '../../../agents/nn/engine.ts'
import type { Step } from '../../../agents/nn/training/trainer.ts'
import type { Size } from './models.ts'
import { randomTokens, savedFolder, SIZES, trainFlops, weightsOf } from './models.ts'
import { startPeer } from './peers.ts'
import type { Times } from './timing.ts'
import { takeTurns, thousands, timed } from './timing.ts'

const THREADS = 2
const ROUNDS = 5
/** Optimiser steps per run; the peer does as many per turn. */
const STEPS = 8
const LEARNING_RATE = 1e-4

/** `peak`: 10⁹ floating-point operations per second; `peers`: whether PyTorch is there. */
export async function trainBars(peak: number, peers: boolean, progress: () => void): Promise<Bar[]> {
  const bars: Bar[] = []
  const shares: string[] = []
  let worst = Infinity
  for (const size of SIZES) {
    const ms = await measure(size, peers)
    progress()
    const perSecond = (name: string): number => (size.rows * size.columns * 1000) / ms.get(name)!.median
    if (peers)
      for (const mode of ['eager', 'compile'] as const)
        bars.push(
          bar(
            `train-vs-${mode}-${size.name}`,
            perSecond('ludus') / perSecond(mode),
            '>= 1 times',
            `${thousands(perSecond('ludus'))} against ${thousands(perSecond(mode))} tokens/s of PyTorch (${mode}), batch ${size.rows} × ${size.columns}`,
          ),
        )
    const share = trainFlops(size) / ms.get('ludus')!.best / 1e6 / peak
    shares.push(`${size.name} ${share.toFixed(2)}`)
    if (size.name !== '0.1m') worst = Math.min(worst, share)
  }
  const detail = `best runs, of ${peak.toFixed(0)} GFLOP/s in the best matrix product, the least at 0.8 M and above: ${shares.join(', ')}`
  return [...bars, bar('train-gemm-share', worst, '>= 0.55 share', detail)]
}

/** Milliseconds per step. */
async function measure(size: Size, peers: boolean): Promise<Map<string, Times>> {
  const { config, rows, columns } = size
  const weights = weightsOf(size)
  const tokens = randomTokens(rows * columns, size.name, 'tokens')
  const targets = randomTokens(rows * columns, size.name, 'targets')
  const weight = new Float32Array(rows * columns).fill(1 / (rows * columns))
  const step: Step = { batches: [{ rows, tokens, targets, inputs: { weight } }], learningRate: LEARNING_RATE }
  const engine = new Engine(config, weights, { samplers: 0, trainThreads: THREADS })
  const peer = peers ? startPeer('train') : null
  const dir = savedFolder(size.name, config, weights)
  const theirs = (mode: string) => ({
    name: mode,
    run: async () => {
      const request = { dir, rows, columns, tokens: [...tokens], targets: [...targets], weight: [...weight] }
      const settings = { learningRate: LEARNING_RATE, threads: THREADS, mode, warmup: 2, steps: STEPS }
      return (await peer!.ask<{ timesMs: number[] }>({ ...request, ...settings })).timesMs
    },
  })
  const ours = {
    name: 'ludus',
    run: async () => {
      const steps = Array.from({ length: STEPS }, () => step)
      return [(await timed(() => engine.train({ kind: 'cross-entropy' }, steps))) / STEPS]
    },
  }
  // Several runs of ours per turn, as each stands for several steps.
  const oursThrice = {
    ...ours,
    run: async () => [...(await ours.run()), ...(await ours.run()), ...(await ours.run())],
  }
  const ms = await takeTurns(peer ? [oursThrice, theirs('eager'), theirs('compile')] : [oursThrice], ROUNDS)
  peer?.close()
  await engine.close()
  return ms
}
