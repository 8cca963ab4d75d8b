/**
 * @file Child process of `run.ts`: one check on one device, its figures as a line of JSON.
 *
 * A process for each, because a graphics driver that crashes takes its process with it.
 */
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import type { Device } from '../../../agents/nn/runtime/device-choice.ts'
import { startWorker } from '../../../envs/worker.ts'
import { countParameters } from '../../../agents/nn/model/config.ts'
import type { BenchmarkModel } from './models.ts'
import { modelConfig, MODELS } from './models.ts'
import { CASES, SAMPLING_CASES } from './cases.ts'
import { difference } from './parity.ts'
import { equalTokens, samplingRate } from './sampling.ts'
import { TrainingRun } from './training.ts'

export type CheckName = 'operations' | 'worker' | 'steps' | 'samples' | 'train' | 'sample'

export interface CheckRequest {
  check: CheckName
  device: Device
  /** Name of the model that is measured. */
  model?: string
  /** Time for measuring, after the first, slow run. */
  budgetMs: number
}

export type Figures = Record<string, unknown>

const SMALL = { name: 'small', layers: 2, width: 32, heads: 4, hidden: 64, rows: 4, length: 16 }
const MOST_STEPS = 40

const CHECKS: Record<CheckName, (request: CheckRequest) => Promise<Figures>> = {
  operations,
  worker: inWorker,
  steps: stepsAgainstCpu,
  samples: async ({ device }) => ({ equalTokens: await equalTokens(SMALL, device) }),
  train: trainingRate,
  sample: async ({ device, model, budgetMs }) => samplingRate(modelOf(model), { device, budgetMs }),
}

/** The largest difference to the CPU over all operations, and those that the device does not compute as it should. */
async function operations({ device }: CheckRequest): Promise<Figures> {
  let worst = { name: '', difference: -1 }
  const problems: Record<string, string> = {}
  // Which operations a provider takes is only promised of WebGPU.
  const strict = device === 'webgpu'
  for (const opCase of CASES)
    try {
      const found = await difference(opCase, { device, strict })
      if (!(found <= worst.difference)) worst = { name: opCase.name, difference: found }
    } catch (error) {
      problems[opCase.name] = (error as Error).message.slice(0, 300)
    }
  return { operations: CASES.length, worst, problems }
}

/** The same of a few operations in a worker thread, where the engine computes. */
async function inWorker({ device }: CheckRequest): Promise<Figures> {
  const worker = startWorker(import.meta.url, './check-worker', { workerData: device })
  const [worst] = (await once(worker, 'message')) as [number]
  await worker.terminate()
  return { operations: SAMPLING_CASES.length, worst }
}

/** Five optimiser steps of a small model, the weights staying on the device, against the same on the CPU. */
async function stepsAgainstCpu({ device }: CheckRequest): Promise<Figures> {
  const weights = []
  for (const each of ['cpu', device] as const) {
    const run = new TrainingRun(SMALL, { device: each, threads: 1 })
    for (let i = 0; i < 5; i++) await run.step()
    weights.push(await run.weights())
    await run.close()
  }
  const [expected, got] = weights as [Float32Array, Float32Array]
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0)
  return { steps: 5, largestWeightDifference: worst }
}

async function trainingRate({ device, model, budgetMs }: CheckRequest): Promise<Figures> {
  const measured = modelOf(model)
  const tokens = measured.rows * measured.length
  const run = new TrainingRun(measured, { device, threads: availableParallelism() })
  const start = performance.now()
  const firstLoss = await run.step()
  const firstStepMs = performance.now() - start
  const times: number[] = []
  let loss = firstLoss
  const end = performance.now() + budgetMs
  while (times.length === 0 || (times.length < MOST_STEPS && performance.now() < end)) {
    const from = performance.now()
    loss = await run.step()
    times.push(performance.now() - from)
  }
  await run.close()
  const stepMs = median(times)
  const parameters = countParameters(modelConfig(measured))
  return {
    parameters,
    tokensPerStep: tokens,
    steps: times.length,
    firstStepMs,
    stepMs,
    bestStepMs: Math.min(...times),
    tokensPerSecond: (1000 * tokens) / stepMs,
    gigaflopsPerSecond: (6 * parameters * tokens) / stepMs / 1e6,
    firstLoss,
    lastLoss: loss,
  }
}

function modelOf(name: string | undefined): BenchmarkModel {
  const model = MODELS.find(each => each.name === name)
  if (!model) throw new RangeError(`expected one of ${MODELS.map(each => each.name).join(', ')}, got ${name}`)
  return model
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

const request = JSON.parse(process.argv[2]!) as CheckRequest
const figures = await CHECKS[request.check](request)
process.stdout.write(`\n${JSON.stringify(figures)}\n`)
