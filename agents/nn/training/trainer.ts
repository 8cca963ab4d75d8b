/**
 * @file Optimiser steps and scoring on one set of weights. Runs where heavy calls may block: in a worker, or in a test.
 *
 * A step may be cut into micro-batches, whose gradients are added up; several steps on batches of one shape may be done in
 * one run, so that weights and moments are handed over once. On a GPU weights and moments stay there between runs.
 */
import type { Tensor } from 'onnxruntime-node'
import type { AdamWOptions } from './adamw.ts'
import { ADAMW_DEFAULTS } from './adamw.ts'
import type { Batch } from './batch.ts'
import { batchShape, complete, feedsOf, stackedFeeds } from './batch.ts'
import type { Parameter, TransformerConfig } from '../model/config.ts'
import { countParameters, flatSize } from '../model/config.ts'
import { LoadedModel } from '../runtime/loaded-model.ts'
import type { LoadedModelOptions } from '../runtime/loaded-model.ts'
import type { BatchShape, LossSpec } from '../losses/loss-graph.ts'
import { isMeanOfSequences, statsOf } from '../losses/loss-graph.ts'
import { SpikeGuard } from './spike-guard.ts'
import { scalarGraph, scoreGraph } from './score-graph.ts'
import type { Feeds, Session } from '../runtime/session.ts'
import { download, floats, free } from '../runtime/session.ts'
import { accumulateGraph, applyGraph, trainable, trainGraph, trainLoopGraph } from './train-graph.ts'
import { weightFeeds } from '../runtime/weight-feeds.ts'

export interface StepStats {
  loss: number
  /** L2 norm of the gradient before clipping. */
  gradNorm: number
  /** Mean k3 estimate of KL(π_old ‖ π_θ) over the weighted tokens; policy gradients only, else 0. */
  approxKl: number
  /** Share of weighted tokens whose ratio was clipped; policy gradients only, else 0. */
  clipFraction: number
}

/** One optimiser step: its micro-batches, whose weights are normalised over all of them, and the learning rate. */
export interface Step {
  batches: readonly Batch[]
  learningRate: number
}

/** Everything that a run is continued from, to the bit. */
export interface TrainerState {
  /** What is trained: the weights, or the adapters. */
  weights: Float32Array
  moment1: Float32Array
  moment2: Float32Array
  steps: number
}

export interface TrainerOptions extends LoadedModelOptions {
  adamW?: AdamWOptions
}

/** A loss that is no number, or that has leapt. The state is that before the run with this step. */
export class DivergedError extends Error {
  /** Optimiser step, from 1. */
  readonly step: number

  constructor(step: number, message: string) {
    super(message)
    this.name = 'DivergedError'
    this.step = step
  }
}

const VECTORS = ['weights', 'moment1', 'moment2'] as const
const UPDATED = { weights: 'newWeights', moment1: 'newMoment1', moment2: 'newMoment2' } as const
type Vectors = Record<(typeof VECTORS)[number], Tensor>

export class Trainer {
  readonly config: TransformerConfig
  readonly #model: LoadedModel
  readonly #layout: Parameter[]
  readonly #size: [number]
  readonly #decay: Tensor
  readonly #adamW: Required<AdamWOptions>
  readonly #guard = new SpikeGuard()
  #vectors: Vectors
  /** Optimiser steps since the start, or since the optimiser was reset. */
  #stepCount = 0

  constructor(config: TransformerConfig, weights: Float32Array, { adamW, ...options }: TrainerOptions) {
    const expected = countParameters(config)
    if (weights.length !== expected)
      throw new RangeError(`Trainer: expected ${expected} weights for this config, got ${weights.length}`)
    this.config = config
    this.#model = new LoadedModel(config, weights, options)
    this.#layout = trainable(config, this.#model.lora)
    this.#size = [flatSize(this.#layout)]
    this.#decay = floats(decayMask(this.#layout), this.#size)
    this.#adamW = { ...ADAMW_DEFAULTS, ...adamW }
    this.#vectors = this.#unmoved(floats(options.lora?.adapters ?? weights, this.#size))
  }

  /** What is trained, flat: the weights, or the adapters. */
  async weights(): Promise<Float32Array> {
    return (await download(this.#vectors.weights)).data as Float32Array
  }

  async state(): Promise<TrainerState> {
    const [weights, moment1, moment2] = await Promise.all(
      VECTORS.map(async name => (await download(this.#vectors[name])).data as Float32Array),
    )
    return { weights: weights!, moment1: moment1!, moment2: moment2!, steps: this.#stepCount }
  }

  restore(state: TrainerState): void {
    for (const name of VECTORS)
      if (state[name].length !== this.#size[0])
        throw new RangeError(
          `Trainer: expected ${this.#size[0]} numbers in ${name}, got ${state[name].length}`,
        )
    const tensor = (name: (typeof VECTORS)[number]): Tensor => floats(state[name], this.#size)
    this.#replace({ weights: tensor('weights'), moment1: tensor('moment1'), moment2: tensor('moment2') })
    this.#stepCount = state.steps
    this.#guard.reset()
  }

  /** Forget the moments and the step count, as at a change of objective. */
  resetOptimizer(): void {
    free(this.#vectors.moment1, this.#vectors.moment2)
    this.#vectors = this.#unmoved(this.#vectors.weights)
    this.#stepCount = 0
    this.#guard.reset()
  }

  /** One AdamW step. Throws DivergedError where the loss is no number or has leapt, with the state as it was. */
  async step(loss: LossSpec, { batches, learningRate }: Step): Promise<StepStats> {
    if (batches.length !== 1) return this.#accumulatedStep(loss, { batches, learningRate })
    const [batch] = batches as [Batch]
    const shape = batchShape(batch)
    const session = await this.#session(['train', loss, shape], () => trainGraph(this.#setup(loss, shape)))
    const outputs = await this.#run(session, {
      ...this.#scheduleFeeds([learningRate], []),
      ...feedsOf(session.inputs, batch),
    })
    const stats = statsAt(outputs, 0, loss)
    this.#accept(loss, outputs, [stats])
    return stats
  }

  /**
   * Several AdamW steps in one run, where all have one batch of the same shape; else one after another. Throws DivergedError with
   * the state as it was before the run of that step.
   */
  async steps(loss: LossSpec, steps: readonly Step[]): Promise<StepStats[]> {
    if (steps.length === 1 || !alike(steps)) {
      const stats: StepStats[] = []
      for (const step of steps) stats.push(await this.step(loss, step))
      return stats
    }
    const batches = steps.map(step => step.batches[0]!)
    const [shape, count] = [batchShape(batches[0]!), steps.length]
    const session = await this.#session(['loop', count, loss, shape], () =>
      trainLoopGraph(this.#setup(loss, shape), count),
    )
    const outputs = await this.#run(session, {
      ...this.#scheduleFeeds(
        steps.map(({ learningRate }) => learningRate),
        [count],
      ),
      ...stackedFeeds(session.inputs, batches),
    })
    const stats = steps.map((_, i) => statsAt(outputs, i, loss))
    this.#accept(loss, outputs, stats)
    return stats
  }

  /** Natural-log probability of every target given what is before it: `[B, S]`. */
  logprobs(batch: Batch): Promise<Float32Array> {
    return this.#score('logprobs', batch)
  }

  /** The scalar head at every token: `[B, S]`. */
  scalars(batch: Batch): Promise<Float32Array> {
    if (!this.config.scalarHead) throw new RangeError('Trainer: this model has no value or reward head')
    return this.#score('scalars', batch)
  }

  async close(): Promise<void> {
    free(...Object.values(this.#vectors))
    await this.#model.close()
  }

  async #score(what: 'logprobs' | 'scalars', batch: Batch): Promise<Float32Array> {
    const shape = batchShape(batch)
    const make = what === 'logprobs' ? scoreGraph : scalarGraph
    const { lora } = this.#model
    const session = await this.#session([what, shape], () => make(this.config, shape, lora))
    const trained = weightFeeds(session.inputs, this.#layout, await this.weights())
    const frozen = lora ? await this.#model.weightFeeds(session) : {}
    const feeds = { ...frozen, ...trained, ...feedsOf(session.inputs, batch) }
    const outputs = await session.run(complete(session.inputs, feeds))
    return outputs[what]!.data as Float32Array
  }

  async #accumulatedStep(loss: LossSpec, { batches, learningRate }: Step): Promise<StepStats> {
    let accumulated: Tensor = floats(new Float32Array(this.#size[0]), this.#size)
    const tokens = Math.max(
      1,
      batches.reduce((sum, batch) => sum + weighted(batch), 0),
    )
    const total: StepStats = { loss: 0, gradNorm: 0, approxKl: 0, clipFraction: 0 }
    const sequences = batches.reduce((sum, { numSequences = 0 }) => sum + numSequences, 0)
    for (const batch of batches) {
      const shape = batchShape(batch)
      const session = await this.#session(['accumulate', loss, shape], () =>
        accumulateGraph(this.#setup(loss, shape)),
      )
      const share = floats(Float32Array.of(shape.sequences / sequences), [])
      const outputs = await this.#run(session, {
        accumulated,
        ...(isMeanOfSequences(loss) && { share }),
        ...feedsOf(session.inputs, batch),
      })
      free(accumulated)
      accumulated = outputs['gradient']!
      const stats = statsAt(outputs, 0, loss)
      total.loss += stats.loss
      const part = weighted(batch) / tokens
      total.approxKl += stats.approxKl * part
      total.clipFraction += stats.clipFraction * part
    }
    const setup = { config: this.config, lora: this.#model.lora, adamW: this.#adamW }
    const session = await this.#session(['apply'], () => applyGraph(setup))
    const outputs = await this.#run(session, {
      ...this.#scheduleFeeds([learningRate], []),
      gradient: accumulated,
    })
    free(accumulated)
    const stats = { ...total, gradNorm: (outputs['gradNorm']!.data as Float32Array)[0]! }
    this.#accept(loss, outputs, [stats])
    return stats
  }

  /** Takes the new state over, unless a step of the run went wrong. */
  #accept(loss: LossSpec, outputs: Record<string, Tensor>, stats: readonly StepStats[]): void {
    for (const [i, { loss: value, gradNorm }] of stats.entries()) {
      const problem = this.#guard.problem(loss, value, gradNorm)
      if (problem === null) continue
      free(...Object.values(UPDATED).map(name => outputs[name]!))
      this.#guard.reset()
      const step = this.#stepCount + i + 1
      throw new DivergedError(
        step,
        `training stopped at optimiser step ${step}: ${problem}; the weights are those before it`,
      )
    }
    const updated = Object.fromEntries(VECTORS.map(name => [name, outputs[UPDATED[name]]!])) as Vectors
    this.#replace(updated)
    this.#stepCount += stats.length
  }

  #replace(vectors: Vectors): void {
    free(...Object.values(this.#vectors))
    this.#vectors = vectors
  }

  /** These weights with moments of zero. */
  #unmoved(weights: Tensor): Vectors {
    const zeros = (): Tensor => floats(new Float32Array(this.#size[0]), this.#size)
    return { weights, moment1: zeros(), moment2: zeros() }
  }

  #setup(loss: LossSpec, shape: BatchShape) {
    return { config: this.config, lora: this.#model.lora, loss, shape, adamW: this.#adamW }
  }

  async #run(session: Session, feeds: Feeds): Promise<Record<string, Tensor>> {
    return session.run(complete(session.inputs, { ...(await this.#stateFeeds(session)), ...feeds }))
  }

  /** Weights, moments and what is frozen, as far as the session asks for them. */
  async #stateFeeds(session: Session): Promise<Feeds> {
    const state: Feeds = { ...this.#vectors, decay: this.#decay }
    const wanted = Object.entries(state).filter(([name]) => session.inputs.has(name))
    const frozen = this.#model.lora ? await this.#model.weightFeeds(session) : {}
    return { ...frozen, ...Object.fromEntries(wanted) }
  }

  /** Learning rates and bias corrections of the next steps. */
  #scheduleFeeds(learningRates: readonly number[], shape: readonly number[]): Feeds {
    const { beta1, beta2 } = this.#adamW
    const next = this.#stepCount + 1
    const each = (value: (t: number) => number): Tensor =>
      floats(
        Float32Array.from(learningRates, (_, i) => value(next + i)),
        shape,
      )
    return {
      learningRate: floats(Float32Array.from(learningRates), shape),
      correction1: each(t => 1 - beta1 ** t),
      correction2: each(t => 1 - beta2 ** t),
    }
  }

  #session(key: readonly unknown[], graph: Parameters<LoadedModel['session']>[1]): Promise<Session> {
    return this.#model.session(JSON.stringify(key), graph, {
      keepOnDevice: [...Object.values(UPDATED), 'gradient'],
    })
  }
}

/** Tokens that count. */
function weighted({ inputs }: Batch): number {
  return inputs['weight']?.reduce((count, weight) => count + Number(weight > 0), 0) ?? 0
}

function alike(steps: readonly Step[]): boolean {
  const [first] = steps as [Step]
  const shape = JSON.stringify(batchShape(first.batches[0]!))
  return steps.every(
    ({ batches }) => batches.length === 1 && JSON.stringify(batchShape(batches[0]!)) === shape,
  )
}

function statsAt(outputs: Record<string, Tensor>, i: number, loss: LossSpec): StepStats {
  const scalar = (name: string): number => (outputs[name]?.data as Float32Array | undefined)?.[i] ?? 0
  const watched = Object.fromEntries(statsOf(loss).map(name => [name, scalar(name)]))
  return { approxKl: 0, clipFraction: 0, ...watched, loss: scalar('loss'), gradNorm: scalar('gradNorm') }
}

/** Matrices decay, norms and biases do not. */
function decayMask(layout: readonly Parameter[]): Float32Array {
  const mask = new Float32Array(flatSize(layout))
  for (const { shape, offset, size } of layout) if (shape.length > 1) mask.fill(1, offset, offset + size)
  return mask
}
