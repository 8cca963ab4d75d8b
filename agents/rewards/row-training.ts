/** @file Scoring and training of reward models on rows of tokens: packed, cut into runs, on the ledger. */
import { UsageError } from '../../envs/errors.ts'
import type { TransformerConfig } from '../nn/model/config.ts'
import { countParameters } from '../nn/model/config.ts'
import type { EngineOptions } from '../nn/engine.ts'
import { Engine } from '../nn/engine.ts'
import type { LossSpec } from '../nn/losses/loss-graph.ts'
import { isMeanOfSequences } from '../nn/losses/loss-graph.ts'
import type { Packed, Sequence } from '../nn/training/packing.ts'
import { pack } from '../nn/training/packing.ts'
import { Ledger } from '../ledger.ts'
import type { Model } from '../nn/checkpoint/checkpoint.ts'
import type { UpdateStats } from '../policy.ts'
import { reportDivergence } from '../policies/divergence.ts'
import type { InputsOf } from '../policies/loss-inputs.ts'
import { countTokens, fittingTokens, microBatches } from '../policies/training-rows.ts'

export interface RowOptions extends Omit<EngineOptions, 'samplers' | 'lora'> {
  ledger?: Ledger
  /** Predictions per run of a training step. */
  microBatchTokens?: number
  /** Where the batch of a step that went wrong is written; default: the working directory's `.ludus`. */
  reports?: string
}

export interface RowStep {
  loss: LossSpec
  rows: readonly Sequence[]
  inputs: InputsOf
  learningRate: number
  /** So many rows stay together. */
  unit?: number
}

/** An engine that scores and trains rows, and never samples. */
export class RowEngine {
  readonly config: TransformerConfig
  readonly numParameters: number
  readonly ledger: Ledger
  readonly #engine: Engine
  readonly #perRun: number
  readonly #reports: string
  lastCheckpoint: string | null = null

  constructor(
    { config, weights }: Model,
    { ledger = new Ledger(), microBatchTokens, reports = '.ludus', ...options }: RowOptions,
  ) {
    this.config = config
    this.numParameters = countParameters(config)
    this.ledger = ledger
    this.#perRun = microBatchTokens ?? fittingTokens(config)
    this.#reports = reports
    this.#engine = new Engine(config, weights, { ...options, samplers: 0 })
  }

  /** The numbers of each row's predictions, one list per row: `tokens.length − 1`, the prompt's included. */
  async score(what: 'logprobs' | 'scalars', rows: readonly Sequence[]): Promise<Float32Array[]> {
    const scored = new Map<Sequence, Float32Array>()
    for (const part of rows.length === 0 ? [] : microBatches(rows, this.#perRun)) {
      const { batch, offsets } = this.#pack(part)
      const flat = await this.#engine[what]({ ...batch, inputs: {} })
      for (const [i, row] of part.entries())
        scored.set(row, flat.subarray(offsets[i]!, offsets[i]! + row.tokens.length - 1))
    }
    this.ledger.scored(countTokens(rows), this.numParameters)
    return rows.map(row => scored.get(row)!)
  }

  async train({ loss, rows, inputs, learningRate, unit = 1 }: RowStep): Promise<UpdateStats> {
    this.ledger.trained(countTokens(rows), this.numParameters)
    const batches = microBatches(rows, this.#perRun, unit).map(part => {
      const packed = this.#pack(part, isMeanOfSequences(loss))
      return { ...packed.batch, inputs: inputs(packed, part) }
    })
    try {
      return (await this.#engine.train(loss, [{ batches, learningRate }]))[0]!
    } catch (error) {
      const { lastCheckpoint } = this
      throw reportDivergence(error, { batches, loss, learningRate, dir: this.#reports, lastCheckpoint })
    }
  }

  weights(): Promise<Float32Array> {
    return this.#engine.weights()
  }

  resetOptimizer(): Promise<void> {
    return this.#engine.resetOptimizer()
  }

  close(): Promise<void> {
    return this.#engine.close()
  }

  #pack(rows: readonly Sequence[], indexed = false): Packed {
    const room = this.config.maxPositionEmbeddings
    const longest = Math.max(...rows.map(({ tokens }) => tokens.length - 1))
    if (longest > room)
      throw new UsageError(
        `this reward model reads at most ${room} tokens, prompt and steps together; ${longest} were needed`,
      )
    return pack(rows, room, indexed)
  }
}
