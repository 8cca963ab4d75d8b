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
  /** Log-probabilities of the likeliest tokens in each token's place, likeliest first; see `Policy.topLogprobs`. */
  topLogprobs?: readonly (readonly number[])[]
  /** Where a policy tells no tokens, how many there were; null: not told either. */
  numTokens?: number | null
}

export interface Policy {
  /** Trainable numbers; the ledger's FLOPs are counted from it. */
  readonly numParameters: number
  /** How many of the likeliest tokens' log-probabilities come with every sampled token; absent: none. */
  readonly topLogprobs?: number
  /** One completion per prompt, in order. */
  sample(prompts: readonly Prompt[], options: SampleOptions): Promise<Completion[]>
  /** Log-probability of each token of each completion, its end included unless it is said not to end. */
  logprobs(pairs: readonly Demonstration[]): Promise<number[][]>
  close(): Promise<void>
}

/** A prompt with the completion that the policy should learn to give. */
export interface Demonstration {
  prompt: Prompt
  completion: string
  /** false: the text goes on behind the completion, so that no end is read or learned there. Default: true. */
  ended?: boolean
}

/** A sampled completion with its advantage: the same for all its tokens, or one per token. */
export interface Experience {
  prompt: Prompt
  completion: Completion
  advantage: number | readonly number[]
  /** Weight of each token in the loss; the aggregation (per sequence, per token, constant) is in here. */
  tokenWeight: number
  /** log π_ref of each token; default: those of the sampling policy. */
  refLogprobs?: readonly number[]
  /** What a critic learns, and what it said when the tokens were sampled; one per token. */
  returns?: readonly number[]
  oldValues?: readonly number[]
}

export interface ClipOptions {
  /** The ratio is clipped to [1 − clipLow, 1 + clipHigh]. */
  clipLow: number
  clipHigh: number
  /** β of the penalty towards the reference (default: the sampling policy); 0 switches it off. */
  klCoef: number
  /** Default: k3. */
  klEstimator?: 'k1' | 'k2' | 'k3'
  /** Whose ratio is clipped: each token's (the default), or its sequence's geometric mean (GSPO). */
  ratio?: 'token' | 'sequence'
  /** Default: the clipped surrogate. `log-likelihood` is `−Σ wₜAₜ log π(yₜ)`, without ratio, clip and penalty (REINFORCE). */
  objective?: 'clipped' | 'log-likelihood'
  /** Adds `valueCoef` times the clipped value loss; experiences carry returns and old values then. */
  critic?: { valueCoef: number; valueClip: number }
}

export interface UpdateStats {
  loss: number
  gradNorm: number
  approxKl: number
  /** Share of tokens whose ratio stood outside the clip range. */
  clipFraction?: number
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

/** A prompt and the very tokens that follow it. */
export interface TokenSequence {
  prompt: Prompt
  tokens: readonly number[]
}

/** One side of a preference: losses on pairs read rows 2i (preferred) and 2i + 1. */
export interface PreferenceRow extends Demonstration {
  /** log π_ref of the completion: summed, or the mean where the loss takes means. */
  refLogprob?: number
  /** KTO: is it desirable, and λ. */
  desirable?: boolean
  lambda?: number
}

export type PreferenceLoss =
  /** cDPO with smoothing > 0; nllCoef·(−log π(chosen)/|chosen|) is added. */
  | { kind: 'dpo'; beta: number; smoothing: number; nllCoef: number }
  /** `means`: on log-probabilities per token, as TRL has it, and not on their sums, as the paper does. */
  | { kind: 'ipo'; beta: number; means: boolean }
  | { kind: 'simpo'; beta: number; gamma: number }
  /** `reference`: z₀, the KL to the reference policy. */
  | { kind: 'kto'; beta: number; reference: number }

/** A completion that a search has visited, with its share of the visits, and the outcome of the state it leaves. */
export interface VisitShare extends Demonstration {
  /** Weight of the policy's term: the visit share over the number of states. */
  policyWeight: number
  /** Weight of the value's term at the end of the prompt, and its target. */
  valueWeight: number
  outcome: number
}

/** What is trained, and the optimiser's state with it; opaque. */
export interface PolicySnapshot {
  readonly snapshot: unknown
}

/** A policy that every algorithm of `learning/` can train. */
export interface LearningPolicy extends TrainablePolicy {
  /** Log-probability of each token; unlike `logprobs`, of the very tokens that were sampled. */
  tokenLogprobs(sequences: readonly TokenSequence[]): Promise<number[][]>
  /** The critic's value of what stands before each token. Throws UsageError if this policy has no value head. */
  values(sequences: readonly TokenSequence[]): Promise<number[][]>
  /** One optimiser step on a preference loss. */
  preferenceStep(
    rows: readonly PreferenceRow[],
    loss: PreferenceLoss,
    learningRate: number,
  ): Promise<UpdateStats>
  /** One optimiser step on `Σ w(−log π) + valueCoef·Σ u(v − z)²`; without a value head valueCoef must be 0. */
  distillationStep(
    batch: readonly VisitShare[],
    valueCoef: number,
    learningRate: number,
  ): Promise<UpdateStats>
  snapshot(): Promise<PolicySnapshot>
  restore(snapshot: PolicySnapshot): Promise<void>
}
