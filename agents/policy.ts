/**
 * @file What search and learning need of a model: texts with token ids and log-probabilities, and training steps.
 *
 * Prompts are chat messages; a trailing assistant message is the beginning of the completion. All log-probabilities are
 * natural logs at temperature 1.
 */
import type { Message } from '../envs/env.ts'
import type { Coordinate } from '../envs/rng.ts'

export type Prompt = readonly Message[]

export interface SampleOptions {
  /** 0 is greedy. */
  temperature: number
  maxTokens: number
  /** Coordinates of one random stream per prompt: same coordinates, same sample. */
  seeds: readonly (readonly Coordinate[])[]
  /** A completion also ends behind this text. Default: only where the model ends it. */
  stop?: string
  /** Only the k most likely tokens; the fewest tokens that hold this share; tokens at least this likely, relative to the likeliest. */
  topK?: number
  topP?: number
  minP?: number
}

export interface Completion {
  text: string
  tokens: number[]
  /** One per token. */
  logprobs: number[]
  /** false: cut by maxTokens. */
  stopped: boolean
}

export interface Policy {
  /** Trainable numbers; the ledger's FLOPs are counted from it. */
  readonly numParameters: number
  /** One completion per prompt, in order. */
  sample(prompts: readonly Prompt[], options: SampleOptions): Promise<Completion[]>
  /** Log-probability of each token of each completion, its end included. */
  logprobs(pairs: readonly { prompt: Prompt; completion: string }[]): Promise<number[][]>
  close(): Promise<void>
}

/** A prompt with the completion that the policy should learn to give. */
export interface Demonstration {
  prompt: Prompt
  completion: string
}

/** A sampled completion with its advantage: the same for all its tokens, or one per token. */
export interface Experience {
  prompt: Prompt
  completion: Completion
  advantage: number | readonly number[]
  /** Weight of each token in the loss; the aggregation (per sequence, per token, constant) is in here. */
  tokenWeight: number
}

export interface ClipOptions {
  /** The ratio is clipped to [1 − clipLow, 1 + clipHigh]. */
  clipLow: number
  clipHigh: number
  /** β of the k3 penalty towards the sampling policy; 0 switches it off. */
  klCoef: number
}

export interface UpdateStats {
  loss: number
  gradNorm: number
  approxKl: number
}

export interface TrainablePolicy extends Policy {
  /** One optimiser step on the mean cross-entropy per completion token. */
  behaviorCloningStep(batch: readonly Demonstration[], learningRate: number): Promise<UpdateStats>
  /** One optimiser step on the clipped surrogate. */
  policyGradientStep(
    batch: readonly Experience[],
    clip: ClipOptions,
    learningRate: number,
  ): Promise<UpdateStats>
  resetOptimizer(): Promise<void>
  save(dir: string): Promise<void>
}
