/** @file Optimiser steps of one model on one device, weights and moments staying there where the device allows it. */
import type { Tensor } from 'onnxruntime-node'
import { ADAMW_DEFAULTS } from '../../../agents/nn/training/adamw.ts'
import type { TransformerConfig } from '../../../agents/nn/model/config.ts'
import { countParameters, initialWeights, parameters } from '../../../agents/nn/model/config.ts'
import type { Device } from '../../../agents/nn/runtime/device-choice.ts'
import type { Graph } from '../../../agents/nn/graph/graph.ts'
import type { Feeds, Session } from '../../../agents/nn/runtime/session.ts'
import { createSession, download, floats, free, ints } from '../../../agents/nn/runtime/session.ts'
import { trainGraph } from '../../../agents/nn/training/train-graph.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { BenchmarkModel } from './models.ts'
import { modelConfig } from './models.ts'

export interface TrainingOptions {
  device: Device
  threads?: number
  /** Fail unless the device computes the whole graph. */
  strict?: boolean
}

const LEARNING_RATE = 1e-3
const STATE = { newWeights: 'weights', newMoment1: 'moment1', newMoment2: 'moment2' } as const

export class TrainingRun {
  readonly #session: Session
  readonly #batch: Feeds
  #state: Feeds
  #steps = 0

  private constructor(session: Session, state: Feeds, batch: Feeds) {
    this.#session = session
    this.#state = state
    this.#batch = batch
  }

  static async open(model: BenchmarkModel, options: TrainingOptions): Promise<TrainingRun> {
    const config = modelConfig(model)
    const weights = initialWeights(config, rngAt('bench', 'weights', model.name))
    const session = await createSession(crossEntropyGraph(model), {
      ...options,
      keepOnDevice: Object.keys(STATE),
    })
    const zeros = (): Tensor => floats(new Float32Array(weights.length), [weights.length])
    const state = { weights: floats(weights, [weights.length]), moment1: zeros(), moment2: zeros() }
    return new TrainingRun(session, state, batchFeeds(model))
  }

  /** One AdamW step. The loss before it. */
  async step(): Promise<number> {
    const t = ++this.#steps
    const outputs = await this.#session.run({
      ...this.#batch,
      ...this.#state,
      correction1: scalar(1 - ADAMW_DEFAULTS.beta1 ** t),
      correction2: scalar(1 - ADAMW_DEFAULTS.beta2 ** t),
    })
    free(...Object.values(this.#state))
    this.#state = Object.fromEntries(
      Object.entries(STATE).map(([output, input]) => [input, outputs[output]!]),
    )
    return (outputs['loss']!.data as Float32Array)[0]!
  }

  async weights(): Promise<Float32Array> {
    return (await download(this.#state['weights']!)).data as Float32Array
  }

  async close(): Promise<void> {
    free(...Object.values(this.#state))
    await this.#session.close()
  }
}

function crossEntropyGraph(model: BenchmarkModel): Graph {
  const shape = { rows: model.rows, steps: model.length, sequences: 0, packed: false, positioned: false }
  return trainGraph({
    config: modelConfig(model),
    loss: { kind: 'cross-entropy' },
    shape,
    adamW: ADAMW_DEFAULTS,
  })
}

function batchFeeds(model: BenchmarkModel): Feeds {
  const { rows, length } = model
  const config = modelConfig(model)
  const count = rows * length
  const rng = rngAt('bench', 'tokens', model.name)
  const ids = (shape: readonly number[]): Tensor =>
    ints(
      Int32Array.from({ length: count }, () => rng.int(2, 63)),
      shape,
    )
  const decay = floatsOf(config, shape => Number(shape.length > 1))
  return {
    tokens: ids([rows, length]),
    targets: ids([count]),
    weight: floats(new Float32Array(count).fill(1 / count), [count]),
    decay: floats(decay, [decay.length]),
    learningRate: scalar(LEARNING_RATE),
  }
}

/** One number per weight, by the shape of its tensor. */
function floatsOf(config: TransformerConfig, of: (shape: readonly number[]) => number): Float32Array {
  const values = new Float32Array(countParameters(config))
  for (const { shape, size, offset } of parameters(config)) values.fill(of(shape), offset, offset + size)
  return values
}

function scalar(value: number): Tensor {
  return floats(Float32Array.of(value), [])
}
