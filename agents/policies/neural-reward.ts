/**
 * @file A decoder with one score per token as a reward model: of outcomes (ORM), or of steps (PRM).
 *
 * Both are the same network, a policy's body under a scalar head that is read at the last token of each step; they differ in
 * what they are taught. Trained by binary cross-entropy on labels (hard, soft or exact; null is masked), or on pairs by
 * Bradley-Terry. Scores are probabilities: σ of the head.
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { EnvDef } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { Rng } from '../../envs/rng.ts'
import type { Aggregation } from '../../rewards/aggregation.ts'
import { aggregate, AGGREGATIONS } from '../../rewards/aggregation.ts'
import type { Attempt, Judgement, RewardModel } from '../../rewards/reward.ts'
import type { Checkpoint } from '../nn/checkpoint/checkpoint.ts'
import { loadCheckpoint, saveCheckpoint } from '../nn/checkpoint/checkpoint.ts'
import { readJson, writeJson } from '../nn/files.ts'
import type { TransformerConfig } from '../nn/model/config.ts'
import { initialWeights } from '../nn/model/config.ts'
import type { Tokenizer } from '../nn/tokenizers/tokenizer.ts'
import { CharTokenizer } from '../nn/tokenizers/tokenizer.ts'
import type { Sequence } from '../nn/training/packing.ts'
import type { UpdateStats } from '../policy.ts'
import type { LabelledTranscript } from '../rewards/labelled.ts'
import { checkLabels } from '../rewards/labelled.ts'
import type { RowOptions } from '../rewards/row-training.ts'
import { RowEngine } from '../rewards/row-training.ts'
import type { StepTokens, Transcript } from '../rewards/transcript.ts'
import { stepTokens, transcripts } from '../rewards/transcript.ts'
import type { Body } from '../rewards/with-head.ts'
import { weightsOf, withHead } from '../rewards/with-head.ts'
import type { ModelShape } from './neural.ts'
import { perToken } from './training-rows.ts'

/** What the model is taught, and how the scores of its steps become one. An ORM's outcome is the score at the last step. */
export interface RewardModelKind {
  kind: 'orm' | 'prm'
  /** Default: `last` for an ORM, `min` for a PRM. */
  aggregate?: Aggregation
}

export interface RewardModelOptions extends RowOptions {
  /** What attempts are of; see `atStep` where their actions are texts. */
  env: EnvDef
}

export interface PreferredTranscript {
  chosen: Transcript
  rejected: Transcript
  /** By how much the chosen score should be above the other, in logits. Default: 0. */
  margin?: number
}

const KIND_FILE = 'reward_model.json'
const kindSchema = z.object({
  kind: z.enum(['orm', 'prm']),
  aggregate: z.enum(AGGREGATIONS as [Aggregation, ...Aggregation[]]),
})

export class NeuralRewardModel implements RewardModel {
  readonly name: string
  readonly kind: 'orm' | 'prm'
  readonly aggregate: Aggregation
  readonly tokenizer: Tokenizer
  readonly #env: EnvDef
  readonly #engine: RowEngine

  private constructor(
    { tokenizer, ...model }: Checkpoint,
    { kind, aggregate: how = kind === 'orm' ? 'last' : 'min' }: RewardModelKind,
    { env, ...options }: RewardModelOptions,
  ) {
    this.kind = kind
    this.aggregate = how
    this.name = `neural-${kind}(${env.id})`
    this.tokenizer = tokenizer
    this.#env = env
    this.#engine = new RowEngine(model, options)
  }

  /** Fresh weights, over this alphabet or in these tokens. */
  static create(
    shape: ModelShape,
    tokens: string | Tokenizer,
    { rng, ...kind }: RewardModelKind & { rng: Rng },
    options: RewardModelOptions,
  ): NeuralRewardModel {
    const tokenizer = typeof tokens === 'string' ? new CharTokenizer(tokens) : tokens
    const config: TransformerConfig = { ...shape, vocabSize: tokenizer.vocabSize, scalarHead: 'reward' }
    return new NeuralRewardModel({ config, tokenizer, weights: initialWeights(config, rng) }, kind, options)
  }

  /** The policy's body as it is now, under a head of zeros. */
  static async fromPolicy(
    policy: Body,
    kind: RewardModelKind,
    options: RewardModelOptions,
  ): Promise<NeuralRewardModel> {
    const { config, tokenizer } = policy
    const model = withHead({ config, weights: await weightsOf(policy) }, 'reward')
    return new NeuralRewardModel({ ...model, tokenizer }, kind, options)
  }

  /** Throws UsageError if `dir` does not hold a whole reward model. */
  static load(dir: string, options: RewardModelOptions): NeuralRewardModel {
    const checkpoint = loadCheckpoint(dir)
    if (checkpoint.config.scalarHead !== 'reward')
      throw new UsageError(`${dir}: expected a reward model, with a tensor score.weight; found a plain model`)
    const model = new NeuralRewardModel(checkpoint, readJson(join(dir, KIND_FILE), kindSchema), options)
    model.#engine.lastCheckpoint = dir
    return model
  }

  async save(dir: string): Promise<void> {
    const { tokenizer, kind, aggregate: how } = this
    const { config } = this.#engine
    saveCheckpoint(dir, { config, tokenizer, weights: await this.#engine.weights() })
    writeJson(join(dir, KIND_FILE), { kind, aggregate: how })
    this.#engine.lastCheckpoint = dir
  }

  get config(): TransformerConfig {
    return this.#engine.config
  }

  get numParameters(): number {
    return this.#engine.numParameters
  }

  get ledger(): RowEngine['ledger'] {
    return this.#engine.ledger
  }

  async judge(attempts: readonly Attempt[]): Promise<Judgement[]> {
    return (await this.scores(await transcripts(this.#env, attempts))).map(logits => {
      const steps = logits.map(logit => (logit === null ? null : sigmoid(logit)))
      return { steps, outcome: aggregate(steps, this.aggregate) }
    })
  }

  /** The head at the end of each step, a logit; null where a step has no text. */
  async scores(texts: readonly Transcript[]): Promise<(number | null)[][]> {
    const rows = texts.map(text => this.#row(text))
    const scalars = await this.#engine.score(
      'scalars',
      rows.map(({ row }) => row),
    )
    return rows.map(({ spans }, i) =>
      spans.map(([start, end]) => (start === end ? null : scalars[i]![end - 1]!)),
    )
  }

  /** One optimiser step on the mean binary cross-entropy per labelled step. */
  async labelStep(batch: readonly LabelledTranscript[], learningRate: number): Promise<UpdateStats> {
    const targets = new Map<Sequence, Map<number, number>>()
    let count = 0
    const rows = batch.map(({ labels, ...text }) => {
      checkLabels(labels, text)
      const { row, spans } = this.#row(text)
      const own = new Map<number, number>()
      for (const [k, label] of labels.entries())
        if (label !== null && spans[k]![0] < spans[k]![1]) own.set(spans[k]![1] - 1, label)
      targets.set(row, own)
      count += own.size
      return row
    })
    if (count === 0) throw new UsageError('reward model: expected at least one labelled step, got none')
    return this.#engine.train({
      loss: { kind: 'step-labels' },
      rows,
      inputs: (part, parts) => {
        const at = (value: (label: number | undefined) => number): Float32Array =>
          perToken(part, parts, (row, t) => value(targets.get(row)!.get(row.start + t)))
        return {
          labels: at(label => label ?? 0),
          weight: at(label => (label === undefined ? 0 : 1 / count)),
        }
      },
      learningRate,
    })
  }

  /** One optimiser step on `−log σ(r_w − r_l − margin) + centre·(r_w + r_l)²`, r the score at the end of the last step. */
  async preferenceStep(
    pairs: readonly PreferredTranscript[],
    { centre = 0 }: { centre?: number },
    learningRate: number,
  ): Promise<UpdateStats> {
    const margins = new Map<Sequence, number>()
    const ends = new Map<Sequence, number>()
    const rows = pairs.flatMap(({ chosen, rejected, margin = 0 }) => {
      const both = [chosen, rejected].map(text => this.#row(text))
      for (const { row, spans } of both) ends.set(row, lastEnd(spans) - 1)
      margins.set(both[0]!.row, margin)
      return both.map(({ row }) => row)
    })
    return this.#engine.train({
      loss: { kind: 'bradley-terry' },
      rows,
      inputs: (part, parts) => ({
        weight: perToken(part, parts, (row, t) => Number(ends.get(row) === row.start + t)),
        margin: Float32Array.from(
          parts.filter((_, i) => i % 2 === 0),
          row => margins.get(row)!,
        ),
        centre: Float32Array.of(centre),
      }),
      learningRate,
      unit: 2,
    })
  }

  resetOptimizer(): Promise<void> {
    return this.#engine.resetOptimizer()
  }

  close(): Promise<void> {
    return this.#engine.close()
  }

  /** The end of a completion stands behind it only so that its last token is read, too. */
  #row(text: Transcript): { row: Sequence; spans: StepTokens['spans'] } {
    const { tokens, prompt, spans } = stepTokens(this.tokenizer, text)
    return { row: { tokens: [...tokens, this.tokenizer.eos[0]!], start: Math.max(0, prompt - 1) }, spans }
  }
}

function lastEnd(spans: StepTokens['spans']): number {
  const last = spans.findLast(([start, end]) => start < end)
  if (!last)
    throw new UsageError('reward model: expected texts with at least one step in pairs, got one without')
  return last[1]
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
