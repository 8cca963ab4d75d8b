/** @file A decoder-only transformer as a trainable Policy, on the neural engine. */
import type { Rng } from '../../envs/rng.ts'
import { UsageError } from '../../envs/errors.ts'
import { Ledger } from '../ledger.ts'
import type { Batch } from '../nn/batch.ts'
import { loadCheckpoint, saveCheckpoint } from '../nn/checkpoint.ts'
import { countParameters, initialWeights } from '../nn/config.ts'
import type { TransformerConfig } from '../nn/config.ts'
import type { EngineOptions } from '../nn/engine.ts'
import { Engine } from '../nn/engine.ts'
import type { LossSpec } from '../nn/loss-graph.ts'
import { loadOptimizer, saveOptimizer } from '../nn/optimizer-file.ts'
import type { Packed, Sequence } from '../nn/packing.ts'
import { pack } from '../nn/packing.ts'
import type { Sample } from '../nn/sample-request.ts'
import type { TokenGrammar } from '../nn/token-grammar.ts'
import type { Tokenizer } from '../nn/tokenizer.ts'
import { CharTokenizer } from '../nn/tokenizer.ts'
import type { StepStats } from '../nn/trainer.ts'
import type {
  ClipOptions,
  Completion,
  Demonstration,
  Experience,
  Prompt,
  SampleOptions,
  TrainablePolicy,
  UpdateStats,
} from '../policy.ts'
import { reportDivergence } from './divergence.ts'
import { questionOf } from './question.ts'

/** Everything of a decoder's shape that does not follow from its tokenizer. */
export type ModelShape = Omit<TransformerConfig, 'vocabSize'>

export interface NeuralOptions extends EngineOptions {
  ledger?: Ledger
  /** Predictions per run of a training step; larger batches are cut into several, whose gradients are added up. */
  microBatchTokens?: number
  /** Where the batch of a step that went wrong is written; default: the working directory's `.ludus`. */
  reports?: string
}

/** What a model of tokens can do beyond any policy. */
export interface NeuralSampleOptions extends SampleOptions {
  /** Which tokens may come. */
  grammar?: TokenGrammar
}

const MICRO_BATCH_TOKENS = 2 ** 15

export class NeuralPolicy implements TrainablePolicy {
  readonly config: TransformerConfig
  readonly tokenizer: Tokenizer
  readonly numParameters: number
  readonly ledger: Ledger
  readonly #engine: Engine
  readonly #microBatchTokens: number
  readonly #reports: string
  #lastCheckpoint: string | null = null

  private constructor(
    config: TransformerConfig,
    tokenizer: Tokenizer,
    weights: Float32Array,
    {
      ledger = new Ledger(),
      microBatchTokens = MICRO_BATCH_TOKENS,
      reports = '.ludus',
      ...options
    }: NeuralOptions,
  ) {
    this.config = config
    this.tokenizer = tokenizer
    this.numParameters = countParameters(config)
    this.ledger = ledger
    this.#microBatchTokens = microBatchTokens
    this.#reports = reports
    this.#engine = new Engine(config, weights, options)
  }

  /** A policy with fresh random weights, over this alphabet or in these tokens. */
  static create(
    shape: ModelShape,
    tokens: string | Tokenizer,
    rng: Rng,
    options: NeuralOptions = {},
  ): NeuralPolicy {
    const tokenizer = typeof tokens === 'string' ? new CharTokenizer(tokens) : tokens
    const config = { ...shape, vocabSize: tokenizer.vocabSize }
    return new NeuralPolicy(config, tokenizer, initialWeights(config, rng), options)
  }

  /** Throws UsageError if `dir` does not hold a whole checkpoint. */
  static load(dir: string, options: NeuralOptions = {}): NeuralPolicy {
    const { config, tokenizer, weights } = loadCheckpoint(dir)
    const policy = new NeuralPolicy(config, tokenizer, weights, options)
    policy.#lastCheckpoint = dir
    return policy
  }

  /** A checkpoint; with `optimizer`, one that training goes on from to the bit (`resume`). */
  async save(dir: string, { optimizer = false }: { optimizer?: boolean } = {}): Promise<void> {
    const weights = await this.#engine.weights()
    if (optimizer) saveOptimizer(dir, await this.#engine.state())
    saveCheckpoint(dir, { config: this.config, tokenizer: this.tokenizer, weights })
    this.#lastCheckpoint = dir
  }

  /** Goes on from the optimiser's state in a checkpoint folder. */
  async resume(dir: string): Promise<void> {
    const { weights } = loadCheckpoint(dir)
    await this.#engine.restore({ ...loadOptimizer(dir, weights.length), weights })
    this.#lastCheckpoint = dir
  }

  async sample(prompts: readonly Prompt[], options: NeuralSampleOptions): Promise<Completion[]> {
    const { temperature, maxTokens, seeds, stop, topK, topP, minP, grammar } = options
    const ids = prompts.map(prompt => this.encodePrompt(prompt))
    this.#checkRoom(Math.max(...ids.map(prompt => prompt.length)) + maxTokens)
    const samples = await this.#engine.sample({
      prompts: ids,
      maxTokens,
      temperature,
      seeds,
      stop: this.tokenizer.eos,
      ...(stop !== undefined && { stopSequences: [this.tokenizer.encode(stop)] }),
      ...(topK !== undefined && { topK }),
      ...(topP !== undefined && { topP }),
      ...(minP !== undefined && { minP }),
      ...(grammar && { grammar }),
    })
    this.ledger.scored(total(distinct(ids)), this.numParameters)
    this.ledger.cached(total(ids) - total(distinct(ids)))
    this.ledger.generated(total(samples.map(sample => sample.tokens)), this.numParameters)
    return samples.map(sample => this.#completion(sample))
  }

  async logprobs(pairs: readonly { prompt: Prompt; completion: string }[]): Promise<number[][]> {
    const rows = pairs.map(pair => this.#sequence(pair))
    const { batch, offsets } = this.#pack(rows)
    const flat = await this.#engine.logprobs({ ...batch, inputs: {} })
    this.ledger.scored(length(rows), this.numParameters)
    return rows.map(({ tokens, start }, i) => [
      ...flat.subarray(offsets[i]! + start, offsets[i]! + tokens.length - 1),
    ])
  }

  async behaviorCloningStep(batch: readonly Demonstration[], learningRate: number): Promise<UpdateStats> {
    const rows = batch.map(demonstration => this.#sequence(demonstration))
    const tokens = rows.reduce((sum, row) => sum + row.tokens.length - 1 - row.start, 0)
    const weigh = (part: Packed, parts: readonly Sequence[]) => ({
      weight: perToken(part, parts, () => 1 / tokens),
    })
    return this.#train({ kind: 'cross-entropy' }, rows, weigh, learningRate)
  }

  async policyGradientStep(
    batch: readonly Experience[],
    { clipLow, clipHigh, klCoef }: ClipOptions,
    learningRate: number,
  ): Promise<UpdateStats> {
    const rows = batch.map(({ prompt, completion }) =>
      sequenceOf(this.encodePrompt(prompt), completion.tokens),
    )
    const indexOf = new Map(rows.map((row, i) => [row, i]))
    const inputs = (part: Packed, parts: readonly Sequence[]): Batch['inputs'] => {
      const filled = (value: (experience: Experience, t: number) => number): Float32Array =>
        perToken(part, parts, (row, t) => value(batch[indexOf.get(row)!]!, t))
      const oldLogprobs = filled(({ completion }, t) => completion.logprobs[t]!)
      return {
        weight: filled(({ tokenWeight }) => tokenWeight),
        advantages: filled(({ advantage }, t) => (typeof advantage === 'number' ? advantage : advantage[t]!)),
        oldLogprobs,
        refLogprobs: oldLogprobs,
        clipLow: Float32Array.of(clipLow),
        clipHigh: Float32Array.of(clipHigh),
        klCoef: Float32Array.of(klCoef),
      }
    }
    return this.#train({ kind: 'clipped-surrogate' }, rows, inputs, learningRate)
  }

  resetOptimizer(): Promise<void> {
    return this.#engine.resetOptimizer()
  }

  close(): Promise<void> {
    return this.#engine.close()
  }

  /** A prompt as the model reads it: as a chat where it has been trained on chats, else the question alone. */
  encodePrompt(prompt: Prompt): number[] {
    const { tokenizer } = this
    return tokenizer.chat
      ? tokenizer.encode(tokenizer.chat(prompt))
      : [...tokenizer.bos, ...tokenizer.encode(questionOf(prompt))]
  }

  /** One optimiser step on all rows, cut into runs of equal width where they are many. */
  async #train(
    loss: LossSpec,
    rows: readonly Sequence[],
    inputs: (part: Packed, rows: readonly Sequence[]) => Batch['inputs'],
    learningRate: number,
  ): Promise<StepStats> {
    this.ledger.trained(length(rows), this.numParameters)
    const batches = microBatches(rows, this.#microBatchTokens).map(part => {
      const packed = this.#pack(part)
      return { ...packed.batch, inputs: inputs(packed, part) }
    })
    try {
      const [stats] = await this.#engine.train(loss, [{ batches, learningRate }])
      return stats!
    } catch (error) {
      throw reportDivergence(error, {
        batches,
        loss,
        learningRate,
        dir: this.#reports,
        lastCheckpoint: this.#lastCheckpoint,
      })
    }
  }

  #pack(rows: readonly Sequence[]): Packed {
    this.#checkRoom(Math.max(...rows.map(({ tokens }) => tokens.length)))
    return pack(rows, this.config.maxPositionEmbeddings)
  }

  /** Completions end behind the stop text, also where their tokens are cut elsewhere than those of the text alone. */
  #completion({ tokens, logprobs, stopped }: Sample): Completion {
    return { text: this.tokenizer.decode(tokens), tokens, logprobs, stopped }
  }

  #sequence({ prompt, completion }: Demonstration): Sequence {
    return sequenceOf(this.encodePrompt(prompt), [
      ...this.tokenizer.encode(completion),
      this.tokenizer.eos[0]!,
    ])
  }

  #checkRoom(tokens: number): void {
    const { maxPositionEmbeddings } = this.config
    if (tokens > maxPositionEmbeddings)
      throw new UsageError(
        `this model reads at most ${maxPositionEmbeddings} tokens, prompt and completion together; ${tokens} were needed`,
      )
  }
}

/** A prompt and its completion; the first prediction that counts is that of the completion's first token. */
function sequenceOf(prompt: readonly number[], completion: readonly number[]): Sequence {
  return { tokens: [...prompt, ...completion], start: prompt.length - 1 }
}

/** Rows of similar length together, each part small enough for one run. */
function microBatches(rows: readonly Sequence[], maxTokens: number): Sequence[][] {
  const longest = Math.max(...rows.map(({ tokens }) => tokens.length))
  const perRun = Math.max(1, Math.floor(maxTokens / longest))
  if (rows.length <= perRun) return [[...rows]]
  const sorted = rows.toSorted((a, b) => a.tokens.length - b.tokens.length)
  return Array.from({ length: Math.ceil(rows.length / perRun) }, (_, i) =>
    sorted.slice(i * perRun, (i + 1) * perRun),
  )
}

/** `[B, S]`: a value for every completion token, 0 for prompts and padding. */
function perToken(
  { batch, offsets }: Packed,
  rows: readonly Sequence[],
  value: (row: Sequence, t: number) => number,
): Float32Array {
  const values = new Float32Array(batch.tokens.length)
  for (const [i, row] of rows.entries())
    for (let t = row.start; t < row.tokens.length - 1; t++)
      values[offsets[i]! + t] = value(row, t - row.start)
  return values
}

function length(rows: readonly Sequence[]): number {
  return rows.reduce((sum, { tokens }) => sum + tokens.length, 0)
}

function total(lists: Iterable<readonly number[]>): number {
  let sum = 0
  for (const list of lists) sum += list.length
  return sum
}

/** Equal prompts are read once. */
function distinct(prompts: readonly number[][]): number[][] {
  return [...new Map(prompts.map(prompt => [prompt.join(), prompt])).values()]
}
