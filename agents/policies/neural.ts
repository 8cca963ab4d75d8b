/** @file A decoder-only transformer as a trainable Policy, on the neural engine. */
import type { Rng } from '../../envs/rng.ts'
import { UsageError } from '../../envs/errors.ts'
import { Ledger } from '../ledger.ts'
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
import type { StepStats, TrainerState } from '../nn/training/trainer.ts'
import type {
  ClipOptions,
  Completion,
  Demonstration,
  Experience,
  LearningPolicy,
  PolicySnapshot,
  PreferenceLoss,
  PreferenceRow,
  Prompt,
  SampleOptions,
  TokenSequence,
  UpdateStats,
  VisitShare,
} from '../policy.ts'
import { reportDivergence } from './divergence.ts'
import type { InputsOf } from './loss-inputs.ts'
import {
  checkExperiences,
  checkPreferences,
  distillationInputs,
  preferenceInputs,
  preferenceLoss,
  preferenceUnit,
  readsSequences,
  surrogateInputs,
  surrogateLoss,
} from './loss-inputs.ts'
import { promptTokens } from './question.ts'
import {
  alongRows,
  completionLength,
  countTokens,
  fittingTokens,
  microBatches,
  perToken,
  sequenceOf,
} from './training-rows.ts'

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

export class NeuralPolicy implements LearningPolicy {
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

  async logprobs(pairs: readonly Demonstration[]): Promise<number[][]> {
    return this.#score(
      'logprobs',
      pairs.map(pair => this.#sequence(pair)),
    )
  }

  async tokenLogprobs(sequences: readonly TokenSequence[]): Promise<number[][]> {
    return this.#score(
      'logprobs',
      sequences.map(({ prompt, tokens }) => sequenceOf(this.encodePrompt(prompt), tokens)),
    )
  }

  async values(sequences: readonly TokenSequence[]): Promise<number[][]> {
    this.#checkCritic()
    return this.#score(
      'scalars',
      sequences.map(({ prompt, tokens }) => sequenceOf(this.encodePrompt(prompt), tokens)),
    )
  }

  async behaviorCloningStep(batch: readonly Demonstration[], learningRate: number): Promise<UpdateStats> {
    return this.#crossEntropyStep(
      batch.map(demonstration => this.#sequence(demonstration)),
      learningRate,
    )
  }

  /** One optimiser step of language modelling: the mean cross-entropy of every token of each row but its first. */
  async languageModelStep(rows: readonly (readonly number[])[], learningRate: number): Promise<UpdateStats> {
    return this.#crossEntropyStep(
      rows.map(tokens => ({ tokens, start: 0 })),
      learningRate,
    )
  }

  /** Log-probability of every token of each row but its first. */
  async rowLogprobs(rows: readonly (readonly number[])[]): Promise<number[][]> {
    return this.#score(
      'logprobs',
      rows.map(tokens => ({ tokens, start: 0 })),
    )
  }

  async policyGradientStep(
    batch: readonly Experience[],
    options: ClipOptions,
    learningRate: number,
  ): Promise<UpdateStats> {
    checkExperiences(batch, options)
    if (options.critic) this.#checkCritic()
    const rows = batch.map(({ prompt, completion }) =>
      sequenceOf(this.encodePrompt(prompt), completion.tokens),
    )
    return this.#train(surrogateLoss(options), rows, surrogateInputs(batch, rows, options), learningRate)
  }

  async preferenceStep(
    batch: readonly PreferenceRow[],
    loss: PreferenceLoss,
    learningRate: number,
  ): Promise<UpdateStats> {
    checkPreferences(batch, loss)
    const rows = batch.map(row => this.#sequence(row))
    const inputs = preferenceInputs(batch, rows, loss)
    return this.#train(preferenceLoss(loss), rows, inputs, learningRate, preferenceUnit(loss))
  }

  async distillationStep(
    batch: readonly VisitShare[],
    valueCoef: number,
    learningRate: number,
  ): Promise<UpdateStats> {
    if (valueCoef > 0) this.#checkCritic()
    const rows = batch.map(share => this.#sequence(share))
    const loss: LossSpec = { kind: 'cross-entropy', ...(valueCoef > 0 && { critic: true }) }
    return this.#train(loss, rows, distillationInputs(batch, rows, valueCoef), learningRate)
  }

  async snapshot(): Promise<PolicySnapshot> {
    return { snapshot: await this.#engine.state() }
  }

  async restore({ snapshot }: PolicySnapshot): Promise<void> {
    await this.#engine.restore(snapshot as TrainerState)
  }

  resetOptimizer(): Promise<void> {
    return this.#engine.resetOptimizer()
  }

  close(): Promise<void> {
    return this.#engine.close()
  }

  /** A prompt as the model reads it: as a chat where it has been trained on chats, else the question alone. */
  encodePrompt(prompt: Prompt): number[] {
    return promptTokens(this.tokenizer, prompt)
  }

  #crossEntropyStep(rows: readonly Sequence[], learningRate: number): Promise<StepStats> {
    const tokens = rows.reduce((sum, row) => sum + completionLength(row), 0)
    const weigh: InputsOf = (part, parts) => ({ weight: perToken(part, parts, () => 1 / tokens) })
    return this.#train({ kind: 'cross-entropy' }, rows, weigh, learningRate)
  }

  async #score(what: 'logprobs' | 'scalars', rows: readonly Sequence[]): Promise<number[][]> {
    if (rows.length === 0) return []
    const { batch, offsets } = this.#pack(rows)
    const flat = await this.#engine[what]({ ...batch, inputs: {} })
    this.ledger.scored(countTokens(rows), this.numParameters)
    return alongRows(flat, offsets, rows)
  }

  /** One optimiser step on all rows, cut into runs of equal width where they are many; `unit` rows stay together. */
  async #train(
    loss: LossSpec,
    rows: readonly Sequence[],
    inputs: InputsOf,
    learningRate: number,
    unit = 1,
  ): Promise<StepStats> {
    this.ledger.trained(countTokens(rows), this.numParameters)
    const batches = microBatches(rows, this.#microBatchTokens, unit).map(part => {
      const packed = this.#pack(part, readsSequences(loss))
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

  #pack(rows: readonly Sequence[], indexed = false): Packed {
    this.#checkRoom(Math.max(...rows.map(({ tokens }) => tokens.length)))
    return pack(rows, this.config.maxPositionEmbeddings, indexed)
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

  #sequence({ prompt, completion, ended = true }: Demonstration): Sequence {
    const end = ended ? this.tokenizer.eos.slice(0, 1) : []
    return sequenceOf(this.encodePrompt(prompt), [...this.tokenizer.encode(completion), ...end])
  }

  #checkCritic(): void {
    if (this.config.scalarHead !== 'value')
      throw new UsageError(
        "expected a policy with a value head; create it with scalarHead: 'value' in its shape",
      )
  }

  #checkRoom(tokens: number): void {
    const { maxPositionEmbeddings } = this.config
    if (tokens > maxPositionEmbeddings)
      throw new UsageError(
        `this model reads at most ${maxPositionEmbeddings} tokens, prompt and completion together; ${tokens} were needed`,
      )
  }
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
