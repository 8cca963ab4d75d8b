/** @file Optimiser steps of one model on one device, weights and moments staying there where the device allows it. */
import { initialWeights } from '../../../agents/nn/model/config.ts'
import type { Device } from '../../../agents/nn/runtime/device-choice.ts'
import type { Batch } from '../../../agents/nn/training/batch.ts'
import { Trainer } from '../../../agents/nn/training/trainer.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { BenchmarkModel } from './models.ts'
import { modelConfig } from './models.ts'

const LEARNING_RATE = 1e-3

export class TrainingRun {
  readonly #trainer: Trainer
  readonly #batch: Batch

  constructor(model: BenchmarkModel, options: { device: Device; threads: number }) {
    const config = modelConfig(model)
    this.#trainer = new Trainer(
      config,
      initialWeights(config, rngAt('bench', 'weights', model.name)),
      options,
    )
    this.#batch = batchOf(model)
  }

  /** One AdamW step. The loss before it. */
  async step(): Promise<number> {
    const step = { batches: [this.#batch], learningRate: LEARNING_RATE }
    return (await this.#trainer.step({ kind: 'cross-entropy' }, step)).loss
  }

  weights(): Promise<Float32Array> {
    return this.#trainer.weights()
  }

  close(): Promise<void> {
    return this.#trainer.close()
  }
}

function batchOf({ rows, length, name }: BenchmarkModel): Batch {
  const count = rows * length
  const rng = rngAt('bench', 'tokens', name)
  const ids = (): Int32Array => Int32Array.from({ length: count }, () => rng.int(2, 63))
  return { rows, tokens: ids(), targets: ids(), inputs: { weight: new Float32Array(count).fill(1 / count) } }
}
