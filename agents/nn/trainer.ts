/**
 * @file Optimiser steps and scoring on one set of weights. Runs where heavy calls may block: in a worker, or in a test.
 *
 * A batch is B rows of T tokens, left-aligned. Position t predicts token t+1, so all per-token arrays have S = T − 1
 * columns; a weight of 0 takes a token out of the loss (prompts, padding).
 */
import type { AdamWOptions } from './adamw.ts'
import { adamW } from './adamw.ts'
import { weightInputs, sequenceLogits } from './forward.ts'
import { gradients } from './gradient.ts'
import type { Tensor } from './graph.ts'
import { asParameter, Graph } from './graph.ts'
import { clippedSurrogate, crossEntropy, k3, tokenLogprobs } from './losses.ts'
import { cast, concat, div, greater, mul, reshape, slice, sum } from './ops.ts'
import type { Feeds, Session } from './session.ts'
import { createSession, floats, ints } from './session.ts'
import { countParameters, parameters } from './config.ts'
import type { TransformerConfig } from './config.ts'

export interface TokenBatch {
  /** B rows of T tokens: int32 `[B, T]`. */
  tokens: Int32Array
  rows: number
  /** `[B, S]` */
  weight: Float32Array
}

export interface PolicyGradientBatch extends TokenBatch {
  /** `[B, S]` each. */
  advantages: Float32Array
  oldLogprobs: Float32Array
  refLogprobs?: Float32Array
  clipLow: number
  clipHigh: number
  klCoef: number
}

export interface StepStats {
  loss: number
  gradNorm: number
  /** Mean k3 estimate of KL(π_old ‖ π_θ) over the weighted tokens; 0 for behaviour cloning. */
  approxKl: number
}

type LossKind = 'cross-entropy' | 'clipped-surrogate'

export class Trainer {
  readonly config: TransformerConfig
  weights: Float32Array
  #moment1: Float32Array
  #moment2: Float32Array
  #steps = 0
  #sessions = new Map<string, Promise<Session>>()
  readonly #threads: number
  readonly #adamW: Required<AdamWOptions>

  constructor(
    config: TransformerConfig,
    weights: Float32Array,
    { threads, adamW: options }: { threads: number; adamW: Required<AdamWOptions> },
  ) {
    const expected = countParameters(config)
    if (weights.length !== expected)
      throw new RangeError(`Trainer: expected ${expected} weights for this config, got ${weights.length}`)
    this.config = config
    this.weights = weights
    this.#moment1 = new Float32Array(expected)
    this.#moment2 = new Float32Array(expected)
    this.#threads = threads
    this.#adamW = options
  }

  /** Forget the moments and the step count, as at a change of objective. */
  resetOptimizer(): void {
    this.#moment1.fill(0)
    this.#moment2.fill(0)
    this.#steps = 0
  }

  /** One AdamW step on the weighted cross-entropy. */
  async behaviorCloningStep(batch: TokenBatch, learningRate: number): Promise<StepStats> {
    return this.#step('cross-entropy', batch, learningRate, {})
  }

  /** One AdamW step on the clipped surrogate. */
  async policyGradientStep(batch: PolicyGradientBatch, learningRate: number): Promise<StepStats> {
    const shape = [batch.rows * columns(batch)]
    return this.#step('clipped-surrogate', batch, learningRate, {
      advantages: floats(batch.advantages, shape),
      oldLogprobs: floats(batch.oldLogprobs, shape),
      refLogprobs: floats(batch.refLogprobs ?? batch.oldLogprobs, shape),
      clipLow: floats(Float32Array.of(batch.clipLow), []),
      clipHigh: floats(Float32Array.of(batch.clipHigh), []),
      klCoef: floats(Float32Array.of(batch.klCoef), []),
    })
  }

  /** Natural-log probability of every token given those before it: `[B, S]`. */
  async logprobs(batch: Omit<TokenBatch, 'weight'>): Promise<Float32Array> {
    const shape = [batch.rows, columns(batch)] as const
    const session = await this.#session(`score:${shape.join('x')}`, () => scoreGraph(this.config, shape))
    const { logprobs } = await session.run({
      ...weightFeeds(this.config, this.weights),
      ...tokenFeeds(batch),
    })
    return logprobs!.data as Float32Array
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).close()
    this.#sessions.clear()
  }

  async #step(loss: LossKind, batch: TokenBatch, learningRate: number, extra: Feeds): Promise<StepStats> {
    const shape = [batch.rows, columns(batch)] as const
    const session = await this.#session(`${loss}:${shape.join('x')}`, () =>
      trainGraph(this.config, loss, shape, this.#adamW),
    )
    const t = this.#steps + 1
    const flat = [this.weights.length]
    const outputs = await session.run({
      weights: floats(this.weights, flat),
      moment1: floats(this.#moment1, flat),
      moment2: floats(this.#moment2, flat),
      learningRate: floats(Float32Array.of(learningRate), []),
      correction1: floats(Float32Array.of(1 - this.#adamW.beta1 ** t), []),
      correction2: floats(Float32Array.of(1 - this.#adamW.beta2 ** t), []),
      weight: floats(batch.weight, [batch.rows * shape[1]]),
      ...tokenFeeds(batch),
      ...extra,
    })
    const scalar = (name: string): number => (outputs[name]!.data as Float32Array)[0]!
    const stats = { loss: scalar('loss'), gradNorm: scalar('gradNorm'), approxKl: scalar('approxKl') }
    if (!Number.isFinite(stats.loss) || !Number.isFinite(stats.gradNorm))
      throw new Error(
        `training: the loss became ${stats.loss} at optimiser step ${t}; the weights were kept as before it`,
      )
    this.weights = outputs['newWeights']!.data as Float32Array
    this.#moment1 = outputs['newMoment1']!.data as Float32Array
    this.#moment2 = outputs['newMoment2']!.data as Float32Array
    this.#steps = t
    return stats
  }

  #session(key: string, graph: () => Graph): Promise<Session> {
    let session = this.#sessions.get(key)
    if (!session) this.#sessions.set(key, (session = createSession(graph(), { threads: this.#threads })))
    return session
  }
}

/** Forward, backward and AdamW in one graph, for batches of `[B, S]` predictions. */
export function trainGraph(
  config: TransformerConfig,
  loss: LossKind,
  [rows, steps]: readonly [number, number],
  options: Required<AdamWOptions>,
  float: 'float32' | 'float64' = 'float32',
): Graph {
  const graph = new Graph('train', float)
  const flat = [countParameters(config)]
  const weights = graph.input('weights', flat)
  const named = new Map(
    parameters(config).map(({ name, shape, offset, size }) => [
      name,
      asParameter(reshape(slice(weights, 0, offset, offset + size), shape)),
    ]),
  )
  const { value, approxKl } = lossOf(graph, config, named, loss, [rows, steps])
  const leaves = [...named.values()]
  const gradient = concat(
    gradients(value, leaves).map(g => reshape(g, [g.shape.reduce<number>((n, dim) => n * Number(dim), 1)])),
    0,
  )
  const updated = adamW(
    {
      weights,
      moment1: graph.input('moment1', flat),
      moment2: graph.input('moment2', flat),
      gradient,
      decay: graph.constant(decayMask(config), flat),
      learningRate: graph.input('learningRate', []),
      correction1: graph.input('correction1', []),
      correction2: graph.input('correction2', []),
    },
    options,
  )
  graph.output('newWeights', updated.weights)
  graph.output('newMoment1', updated.moment1)
  graph.output('newMoment2', updated.moment2)
  graph.output('loss', value)
  graph.output('gradNorm', updated.gradNorm)
  graph.output('approxKl', approxKl)
  return graph
}

function lossOf(
  graph: Graph,
  config: TransformerConfig,
  weights: Map<string, Tensor>,
  loss: LossKind,
  [rows, steps]: readonly [number, number],
): { value: Tensor; approxKl: Tensor } {
  const count = [rows * steps]
  const tokens = graph.input('tokens', [rows, steps], 'int32')
  const targets = graph.input('targets', count, 'int32')
  const logprobs = tokenLogprobs(sequenceLogits(config, weights, tokens, [rows, steps]), targets)
  const weight = graph.input('weight', count)
  if (loss === 'cross-entropy') return { value: crossEntropy(logprobs, weight), approxKl: graph.constant(0) }
  const oldLogprobs = graph.input('oldLogprobs', count)
  const value = clippedSurrogate({
    logprobs,
    oldLogprobs,
    refLogprobs: graph.input('refLogprobs', count),
    advantages: graph.input('advantages', count),
    weight,
    clipLow: graph.input('clipLow', []),
    clipHigh: graph.input('clipHigh', []),
    klCoef: graph.input('klCoef', []),
  })
  const mask = cast(greater(weight, graph.constant(0)), weight.dtype)
  // The sample is from π_old, so its KL to π_θ is k3 with the roles exchanged.
  return { value, approxKl: div(sum(mul(mask, k3(oldLogprobs, logprobs)), [0]), sum(mask, [0])) }
}

function scoreGraph(config: TransformerConfig, [rows, steps]: readonly [number, number]): Graph {
  const graph = new Graph('score')
  const weights = weightInputs(graph, config)
  const tokens = graph.input('tokens', [rows, steps], 'int32')
  const targets = graph.input('targets', [rows * steps], 'int32')
  graph.output('logprobs', tokenLogprobs(sequenceLogits(config, weights, tokens, [rows, steps]), targets))
  return graph
}

/** One feed per weight, each a view into the flat vector: nothing is copied. */
export function weightFeeds(config: TransformerConfig, weights: Float32Array): Feeds {
  return Object.fromEntries(
    parameters(config).map(({ name, shape, offset, size }) => [
      name,
      floats(weights.subarray(offset, offset + size), shape),
    ]),
  )
}

function tokenFeeds(batch: Omit<TokenBatch, 'weight'>): Feeds {
  const steps = columns(batch)
  const inputs = new Int32Array(batch.rows * steps)
  const targets = new Int32Array(batch.rows * steps)
  for (let row = 0; row < batch.rows; row++) {
    const start = row * (steps + 1)
    inputs.set(batch.tokens.subarray(start, start + steps), row * steps)
    targets.set(batch.tokens.subarray(start + 1, start + 1 + steps), row * steps)
  }
  return { tokens: ints(inputs, [batch.rows, steps]), targets: ints(targets, [batch.rows * steps]) }
}

/** S: predictions per row. */
function columns({ tokens, rows }: Omit<TokenBatch, 'weight'>): number {
  return tokens.length / rows - 1
}

function decayMask(config: TransformerConfig): number[] {
  return parameters(config).flatMap(({ shape, size }) =>
    Array.from({ length: size }, () => (shape.length > 1 ? 1 : 0)),
  )
}
