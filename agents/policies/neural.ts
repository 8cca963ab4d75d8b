/** @file A decoder-only transformer as a trainable Policy, on the neural engine. */
import type { Rng } from '../../envs/rng.ts'
import { UsageError } from '../../envs/errors.ts'
import { Ledger } from '../ledger.ts'
import { loadCheckpoint, saveCheckpoint } from '../nn/checkpoint.ts'
import type { EngineOptions } from '../nn/engine.ts'
import { Engine } from '../nn/engine.ts'
import type { Sample } from '../nn/sampler.ts'
import { CharTokenizer, EOS } from '../nn/tokenizer.ts'
import { countParameters, initialWeights } from '../nn/config.ts'
import type { TransformerConfig } from '../nn/config.ts'
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
import { questionOf } from './question.ts'

/** Everything of a decoder's shape that does not follow from its tokenizer. */
export type ModelShape = Omit<TransformerConfig, 'vocabSize'>

export interface NeuralOptions extends EngineOptions {
  ledger?: Ledger
}

interface Row {
  prompt: readonly number[]
  completion: readonly number[]
}

/** Sequence lengths are rounded up to a multiple of this, so that few shapes, and so few sessions, occur. */
const LENGTH_STEP = 8

export class NeuralPolicy implements TrainablePolicy {
  readonly config: TransformerConfig
  readonly tokenizer: CharTokenizer
  readonly numParameters: number
  readonly ledger: Ledger
  readonly #engine: Engine

  private constructor(
    config: TransformerConfig,
    tokenizer: CharTokenizer,
    weights: Float32Array,
    { ledger = new Ledger(), ...options }: NeuralOptions,
  ) {
    this.config = config
    this.tokenizer = tokenizer
    this.numParameters = countParameters(config)
    this.ledger = ledger
    this.#engine = new Engine(config, weights, options)
  }

  /** A policy with fresh random weights over this alphabet. */
  static create(shape: ModelShape, alphabet: string, rng: Rng, options: NeuralOptions = {}): NeuralPolicy {
    const tokenizer = new CharTokenizer(alphabet)
    const config = { ...shape, vocabSize: tokenizer.vocabSize }
    return new NeuralPolicy(config, tokenizer, initialWeights(config, rng), options)
  }

  /** Throws UsageError if `dir` does not hold a whole checkpoint. */
  static load(dir: string, options: NeuralOptions = {}): NeuralPolicy {
    const { config, tokenizer, weights } = loadCheckpoint(dir)
    return new NeuralPolicy(config, tokenizer, weights, options)
  }

  async save(dir: string): Promise<void> {
    const weights = await this.#engine.weights()
    saveCheckpoint(dir, { config: this.config, tokenizer: this.tokenizer, weights })
  }

  async sample(prompts: readonly Prompt[], options: SampleOptions): Promise<Completion[]> {
    const ids = prompts.map(prompt => this.#encodePrompt(prompt))
    const stop = options.stop === undefined ? [EOS] : [EOS, ...this.tokenizer.encode(options.stop)]
    const samples = await this.#engine.sample({
      prompts: ids,
      length: this.#length(Math.max(...ids.map(prompt => prompt.length)) + options.maxTokens),
      temperature: options.temperature,
      stop,
      seeds: options.seeds,
    })
    this.ledger.scored(total(ids), this.numParameters)
    this.ledger.generated(total(samples.map(sample => sample.tokens)), this.numParameters)
    return samples.map(sample => this.#completion(sample, options.maxTokens))
  }

  async logprobs(pairs: readonly { prompt: Prompt; completion: string }[]): Promise<number[][]> {
    const rows = pairs.map(pair => this.#row(pair))
    const { columns, ...batch } = this.#batch(rows)
    const flat = await this.#engine.logprobs(batch)
    this.ledger.scored(length(rows), this.numParameters)
    return rows.map(({ prompt, completion }, i) => {
      const start = i * columns + prompt.length - 1
      return [...flat.subarray(start, start + completion.length)]
    })
  }

  async behaviorCloningStep(batch: readonly Demonstration[], learningRate: number): Promise<UpdateStats> {
    const rows = batch.map(demonstration => this.#row(demonstration))
    const { columns, ...packed } = this.#batch(rows)
    const tokens = total(rows.map(row => row.completion))
    const weight = perToken(rows, columns, () => 1 / tokens)
    this.ledger.trained(length(rows), this.numParameters)
    return this.#engine.behaviorCloningStep({ ...packed, weight }, learningRate)
  }

  async policyGradientStep(
    batch: readonly Experience[],
    clip: ClipOptions,
    learningRate: number,
  ): Promise<UpdateStats> {
    const rows = batch.map(({ prompt, completion }) => ({
      prompt: this.#encodePrompt(prompt),
      completion: completion.tokens,
    }))
    const { columns, ...packed } = this.#batch(rows)
    const filled = (value: (experience: Experience, t: number) => number): Float32Array =>
      perToken(rows, columns, (row, t) => value(batch[row]!, t))
    this.ledger.trained(length(rows), this.numParameters)
    return this.#engine.policyGradientStep(
      {
        ...packed,
        weight: filled(({ tokenWeight }) => tokenWeight),
        advantages: filled(({ advantage }, t) => (typeof advantage === 'number' ? advantage : advantage[t]!)),
        oldLogprobs: filled(({ completion }, t) => completion.logprobs[t]!),
        ...clip,
      },
      learningRate,
    )
  }

  resetOptimizer(): Promise<void> {
    return this.#engine.resetOptimizer()
  }

  close(): Promise<void> {
    return this.#engine.close()
  }

  /** Rows are sampled up to a rounded length, so some are longer than was asked for. */
  #completion({ tokens, logprobs, stopped }: Sample, maxTokens: number): Completion {
    const kept = tokens.slice(0, maxTokens)
    return {
      text: this.tokenizer.decode(kept),
      tokens: kept,
      logprobs: logprobs.slice(0, maxTokens),
      stopped: stopped && kept.length === tokens.length,
    }
  }

  #row({ prompt, completion }: Demonstration): Row {
    return { prompt: this.#encodePrompt(prompt), completion: [...this.tokenizer.encode(completion), EOS] }
  }

  #encodePrompt(prompt: Prompt): number[] {
    return this.tokenizer.encode(questionOf(prompt))
  }

  /** Rows as one `[B, T]` array, padded on the right; `columns` = T − 1 predictions per row. */
  #batch(rows: readonly Row[]): { tokens: Int32Array; rows: number; columns: number } {
    const width = this.#length(Math.max(...rows.map(row => row.prompt.length + row.completion.length)))
    const tokens = new Int32Array(rows.length * width)
    rows.forEach((row, i) => tokens.set([...row.prompt, ...row.completion], i * width))
    return { tokens, rows: rows.length, columns: width - 1 }
  }

  #length(tokens: number): number {
    const { maxPositionEmbeddings } = this.config
    if (tokens > maxPositionEmbeddings)
      throw new UsageError(
        `this model reads at most ${maxPositionEmbeddings} tokens, prompt and completion together; ${tokens} were needed`,
      )
    return Math.min(maxPositionEmbeddings, Math.ceil(tokens / LENGTH_STEP) * LENGTH_STEP)
  }
}

/** `[B, T − 1]`: a value for every completion token, 0 for prompts and padding. */
function perToken(
  rows: readonly Row[],
  columns: number,
  value: (row: number, t: number) => number,
): Float32Array {
  const values = new Float32Array(rows.length * columns)
  for (const [i, { prompt, completion }] of rows.entries())
    for (let t = 0; t < completion.length; t++) values[i * columns + prompt.length - 1 + t] = value(i, t)
  return values
}

function length(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + row.prompt.length + row.completion.length, 0)
}

function total(lists: readonly (readonly number[])[]): number {
  return lists.reduce((sum, list) => sum + list.length, 0)
}
