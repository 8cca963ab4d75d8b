/** @file A decoder-only transformer as a trainable Policy, on the neural engine. */
import type { Rng } from '../../envs/rng.ts'
import { UsageError } from '../../envs/errors.ts'
import { Ledger } from '../ledger.ts'
import type { Batch } from '../nn/training/batch.ts'
import { loadAdapters, saveAdapters } from '../nn/checkpoint/adapters.ts'
import { inspectCheckpoint, loadModel, saveCheckpoint } from '../nn/checkpoint/checkpoint.ts'
import { countParameters, initialWeights } from '../nn/model/config.ts'
import type { TransformerConfig } from '../nn/model/config.ts'
import type { EngineOptions } from '../nn/engine.ts'
import { Engine } from '../nn/engine.ts'
import type { LossSpec } from '../nn/losses/loss-graph.ts'
import type { LoraConfig } from '../nn/model/lora.ts'
import { mergeAdapters } from '../nn/model/lora.ts'
import { loadOptimizer, removeOptimizer, saveOptimizer } from '../nn/checkpoint/optimizer-file.ts'
import type { Packed, Sequence } from '../nn/training/packing.ts'
import { pack } from '../nn/training/packing.ts'
import type { Sample } from '../nn/sampling/sample-request.ts'
import type { TokenGrammar } from '../nn/sampling/token-grammar.ts'
import type { Tokenizer } from '../nn/tokenizers/tokenizer.ts'
import { CharTokenizer } from '../nn/tokenizers/tokenizer.ts'
import type { StepStats } from '../nn/training/trainer.ts'
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

export interface SaveOptions {
  optimizer?: boolean
  merged?: boolean
}

/** What a model of tokens can do beyond any policy. */
export interface NeuralSampleOptions extends SampleOptions {
  /** Which tokens may come. */
  grammar?: TokenGrammar
}

/**
 * Above this many weights one worker with all threads reads them from the folder, trains and samples: it is faster then than
 * several that sample with one thread each, and the weights are in memory once.
 */
const LARGE = 2 ** 25
/** What the values of a run that gradients need may take, and the most predictions whatever they take. */
const MICRO_BATCH_BYTES = 2 ** 30
const MICRO_BATCH_TOKENS = 2 ** 15

export class NeuralPolicy implements TrainablePolicy {
  readonly config: TransformerConfig
  readonly tokenizer: Tokenizer
  readonly numParameters: number
  readonly ledger: Ledger
  readonly #engine: Engine
  readonly #weights: Float32Array | { dir: string }
  readonly #lora: LoraConfig | undefined
  readonly #microBatchTokens: number
  readonly #reports: string
  #lastCheckpoint: string | null = null

  private constructor(
    config: TransformerConfig,
    tokenizer: Tokenizer,
    weights: Float32Array | { dir: string },
    { ledger = new Ledger(), microBatchTokens, reports = '.ludus', ...options }: NeuralOptions,
  ) {
    this.config = config
    this.tokenizer = tokenizer
    this.numParameters = countParameters(config)
    this.ledger = ledger
    this.#weights = weights
    this.#lora = options.lora?.lora
    this.#microBatchTokens = microBatchTokens ?? fittingTokens(config)
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
    const { config, tokenizer } = inspectCheckpoint(dir)
    const large = countParameters(config) > LARGE
    const weights = large ? { dir } : loadModel(dir).weights
    const policy = new NeuralPolicy(config, tokenizer, weights, { ...(large && { samplers: 0 }), ...options })
    policy.#lastCheckpoint = dir
    return policy
  }

  /**
   * A checkpoint; with adapters, a folder of those alone (PEFT). With `optimizer`, one that training goes on from to the bit
   * (`resume`); with `merged`, a checkpoint into whose weights the adapters are added.
   */
  async save(dir: string, { optimizer = false, merged = false }: SaveOptions = {}): Promise<void> {
    const trained = await this.#engine.weights()
    if (optimizer) saveOptimizer(dir, await this.#engine.state())
    else removeOptimizer(dir)
    const { config, tokenizer } = this
    if (!this.#lora) saveCheckpoint(dir, { config, tokenizer, weights: trained })
    else if (merged) saveCheckpoint(dir, { config, tokenizer, weights: this.#merged(this.#lora, trained) })
    else saveAdapters(dir, config, { lora: this.#lora, adapters: trained }, this.#baseName)
    this.#lastCheckpoint = dir
  }

  /** Goes on from the weights, or the adapters, and the optimiser's state in a folder that `save` wrote. */
  async resume(dir: string): Promise<void> {
    const weights = this.#lora ? loadAdapters(dir, this.config).adapters : loadModel(dir).weights
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
    return samples.map(sample => this.#completion(sample, stop))
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

  #merged(lora: LoraConfig, adapters: Float32Array): Float32Array {
    const weights =
      this.#weights instanceof Float32Array ? this.#weights.slice() : loadModel(this.#weights.dir).weights
    mergeAdapters(this.config, weights, lora, adapters)
    return weights
  }

  get #baseName(): string | null {
    return this.#weights instanceof Float32Array ? null : this.#weights.dir
  }

  #pack(rows: readonly Sequence[]): Packed {
    this.#checkRoom(Math.max(...rows.map(({ tokens }) => tokens.length)))
    return pack(rows, this.config.maxPositionEmbeddings)
  }

  /** Completions end with the token that completes the stop text, also where tokens cut it otherwise than it is encoded alone. */
  #completion({ tokens, logprobs, stopped }: Sample, stop: string | undefined): Completion {
    const text = this.tokenizer.decode(tokens)
    const found = stop === undefined ? -1 : text.indexOf(stop)
    if (found < 0) return { text, tokens, logprobs, stopped }
    let length = 1
    while (!this.tokenizer.decode(tokens.slice(0, length)).includes(stop!)) length++
    const kept = tokens.slice(0, length)
    return {
      text: this.tokenizer.decode(kept),
      tokens: kept,
      logprobs: logprobs.slice(0, length),
      stopped: true,
    }
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

/** How many predictions fit a run: about 16 vectors of the width and 8 of the MLP are kept per layer, and 6 of the vocabulary. */
function fittingTokens(config: TransformerConfig): number {
  const { hiddenSize, intermediateSize, numHiddenLayers, vocabSize } = config
  const numbers = numHiddenLayers * (16 * hiddenSize + 8 * intermediateSize) + 6 * vocabSize
  return Math.max(64, Math.min(MICRO_BATCH_TOKENS, Math.floor(MICRO_BATCH_BYTES / (4 * numbers))))
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
