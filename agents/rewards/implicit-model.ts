/**
 * @file The implicit process reward model: a policy φ that is taught outcomes, against the frozen policy that it began as.
 *
 * `r_t = β log π_φ/π_ref` (rewards/implicit.ts). PRIME (Cui et al. 2025, arXiv 2502.01456) begins with the SFT model for both and
 * updates φ on each batch of samples by the cross-entropy of `σ(Σ_t r_t)` and the outcome.
 */
import type { EnvDef } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { RewardModel } from '../../rewards/reward.ts'
import { IMPLICIT_BETA, implicitReward, implicitTokenRewards } from '../../rewards/implicit.ts'
import type { Ledger } from '../ledger.ts'
import { saveCheckpoint } from '../nn/checkpoint/checkpoint.ts'
import type { Tokenizer } from '../nn/tokenizers/tokenizer.ts'
import type { Sequence } from '../nn/training/packing.ts'
import type { TokenSequence, UpdateStats } from '../policy.ts'
import { promptTokens } from '../policies/question.ts'
import { perToken } from '../policies/training-rows.ts'
import type { RowOptions } from './row-training.ts'
import { RowEngine } from './row-training.ts'
import { stepTokens, transcripts } from './transcript.ts'
import type { Body } from './with-head.ts'
import { weightsOf, withHead } from './with-head.ts'

export interface ImplicitOptions extends RowOptions {
  beta?: number
}

/** The very tokens that were sampled, their end included, with the outcome in [0, 1]. */
export interface JudgedSequence extends TokenSequence {
  outcome: number
}

export class ImplicitRewardModel {
  readonly beta: number
  readonly tokenizer: Tokenizer
  readonly #model: RowEngine
  readonly #reference: RowEngine

  private constructor(model: RowEngine, reference: RowEngine, tokenizer: Tokenizer, beta: number) {
    this.#model = model
    this.#reference = reference
    this.tokenizer = tokenizer
    this.beta = beta
  }

  /** φ and the reference are the policy as it is now. */
  static async fromPolicy(
    policy: Body,
    { beta = IMPLICIT_BETA, ...options }: ImplicitOptions = {},
  ): Promise<ImplicitRewardModel> {
    const body = withHead({ config: policy.config, weights: await weightsOf(policy) })
    const model = new RowEngine(body, options)
    const reference = new RowEngine(body, { ...options, ledger: model.ledger })
    return new ImplicitRewardModel(model, reference, policy.tokenizer, beta)
  }

  get ledger(): Ledger {
    return this.#model.ledger
  }

  /** r_t of each token. */
  async tokenRewards(sequences: readonly TokenSequence[]): Promise<number[][]> {
    return this.#rewards(sequences.map(sequence => this.#row(sequence)))
  }

  /** Judges attempts on an environment: a step is worth the sum over its own tokens, the whole σ of all of them. */
  rewardModel(env: EnvDef): RewardModel {
    return implicitReward(env.id, async attempts => {
      const texts = (await transcripts(env, attempts)).map(text => stepTokens(this.tokenizer, text))
      const end = this.tokenizer.eos[0]!
      const rewards = await this.#rewards(
        texts.map(({ tokens, prompt }) => ({ tokens: [...tokens, end], start: prompt - 1 })),
      )
      // Replies of the environment and the end that no step has written are left out.
      return texts.map(({ spans, prompt }, i) =>
        spans.map(([from, to]) => rewards[i]!.slice(from - prompt, to - prompt)),
      )
    })
  }

  /** One optimiser step of φ on the mean cross-entropy of `σ(Σ_t r_t)` and the outcomes. */
  async outcomeStep(batch: readonly JudgedSequence[], learningRate: number): Promise<UpdateStats> {
    const misfit = batch.find(({ outcome }) => !(outcome >= 0 && outcome <= 1))
    if (misfit) throw new UsageError(`implicit reward: expected outcomes in [0, 1], got ${misfit.outcome}`)
    const rows = batch.map(sequence => this.#row(sequence))
    const reference = await this.#reference.score('logprobs', rows)
    const of = new Map(
      rows.map((row, i) => [
        row,
        { label: batch[i]!.outcome, ref: reference[i]!.subarray(row.start).reduce((a, b) => a + b, 0) },
      ]),
    )
    return this.#model.train({
      loss: { kind: 'implicit-reward' },
      rows,
      inputs: (part, parts) => ({
        weight: perToken(part, parts, () => 1),
        refLogprobs: Float32Array.from(parts, row => of.get(row)!.ref),
        labels: Float32Array.from(parts, row => of.get(row)!.label),
        beta: Float32Array.of(this.beta),
      }),
      learningRate,
    })
  }

  /** φ alone; the reference is the policy that it was made of. */
  async save(dir: string): Promise<void> {
    const { config } = this.#model
    saveCheckpoint(dir, { config, tokenizer: this.tokenizer, weights: await this.#model.weights() })
  }

  async close(): Promise<void> {
    await Promise.all([this.#model.close(), this.#reference.close()])
  }

  async #rewards(rows: readonly Sequence[]): Promise<number[][]> {
    const [own, ref] = await Promise.all([
      this.#model.score('logprobs', rows),
      this.#reference.score('logprobs', rows),
    ])
    return rows.map(({ start }, i) =>
      implicitTokenRewards([...own[i]!.subarray(start)], [...ref[i]!.subarray(start)], this.beta),
    )
  }

  #row({ prompt, tokens }: TokenSequence): Sequence {
    const ids = promptTokens(this.tokenizer, prompt)
    return { tokens: [...ids, ...tokens], start: ids.length - 1 }
  }
}
