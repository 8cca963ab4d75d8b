/** @file Preference pairs, and what all losses on them share: the cached reference, shuffled batches, the loop. */
import type { MaybePromise } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import { rngAt } from '../../../envs/rng.ts'
import type {
  Demonstration,
  LearningPolicy,
  Policy,
  PreferenceLoss,
  PreferenceRow,
  Prompt,
  UpdateStats,
} from '../../policy.ts'
import { mean } from '../advantages.ts'
import type { LearningRate } from '../schedule.ts'
import { learningRateAt } from '../schedule.ts'

export interface PreferencePair {
  prompt: Prompt
  chosen: string
  rejected: string
  /** What both begin with: it is read, not learned. */
  sharedPrefix?: string
  /** false: both texts go on, so that no end is compared. Default: true. */
  ended?: boolean
}

export interface PreferenceOptions {
  epochs: number
  /** Pairs per step (KTO: examples). */
  batchSize: number
  learningRate: LearningRate
  /** Names the order of batches. */
  seed?: number
}

export interface PreferenceStats extends UpdateStats {
  step: number
  /** KTO: z₀ of the step. */
  reference?: number
}

/** The pair with its shared prefix moved into the prompt, where it carries no loss. Throws UsageError where a pair teaches nothing. */
export function withoutPrefix({
  prompt,
  chosen,
  rejected,
  sharedPrefix = '',
  ended = true,
}: PreferencePair): {
  chosen: Demonstration
  rejected: Demonstration
} {
  if (!chosen.startsWith(sharedPrefix) || !rejected.startsWith(sharedPrefix))
    throw new UsageError(
      `expected both completions to begin with the shared prefix ${JSON.stringify(sharedPrefix)}`,
    )
  if (chosen === rejected)
    throw new UsageError(
      `expected two different completions, got ${JSON.stringify(chosen)} twice; drop such pairs`,
    )
  const begun = sharedPrefix === '' ? prompt : begin(prompt, sharedPrefix)
  const side = (text: string): Demonstration => ({
    prompt: begun,
    completion: text.slice(sharedPrefix.length),
    ended,
  })
  return { chosen: side(chosen), rejected: side(rejected) }
}

/** The prompt with the beginning of its completion as a trailing assistant message. */
export function begin(prompt: Prompt, text: string): Prompt {
  const last = prompt.at(-1)
  if (last?.role !== 'assistant') return [...prompt, { role: 'assistant', content: text }]
  return [...prompt.slice(0, -1), { role: 'assistant', content: last.content + text }]
}

/** Pairs as rows, the preferred one first, with the reference's log-probabilities as they are now. */
export async function referencedRows(
  policy: Policy,
  pairs: readonly PreferencePair[],
  { means = false }: { means?: boolean } = {},
): Promise<PreferenceRow[][]> {
  const rows = pairs.map(withoutPrefix).flatMap(({ chosen, rejected }) => [chosen, rejected])
  const logprobs = await sequenceLogprobs(policy, rows, means)
  const referenced = rows.map((row, i) => ({ ...row, refLogprob: logprobs[i]! }))
  return pairs.map((_, i) => referenced.slice(2 * i, 2 * i + 2))
}

/** log π of each completion: the sum over its tokens, or their mean. */
export async function sequenceLogprobs(
  policy: Policy,
  rows: readonly Demonstration[],
  means = false,
): Promise<number[]> {
  const logprobs = await policy.logprobs(rows)
  return logprobs.map(values => (means ? mean(values) : values.reduce((sum, value) => sum + value, 0)))
}

/** Steps over shuffled batches of units (the rows that belong together); `lossOf` may look at the policy before each step. */
export async function preferenceTraining<U extends readonly PreferenceRow[]>(
  policy: LearningPolicy,
  units: readonly U[],
  lossOf: (batch: readonly U[]) => MaybePromise<PreferenceLoss>,
  { epochs, batchSize, learningRate, seed = 0 }: PreferenceOptions,
  onStep: (stats: PreferenceStats) => MaybePromise<void> = () => {},
): Promise<void> {
  if (units.length === 0) throw new UsageError('expected at least one preference to learn from, got none')
  const perEpoch = Math.ceil(units.length / batchSize)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = rngAt('preferences', seed, epoch).shuffle(units)
    for (let i = 0; i < perEpoch; i++) {
      // Equal parts, so that no step has a single leftover.
      const from = Math.round((i * order.length) / perEpoch)
      const batch = order.slice(from, Math.round(((i + 1) * order.length) / perEpoch))
      const step = epoch * perEpoch + i
      const loss = await lossOf(batch)
      const rate = learningRateAt(learningRate, step, epochs * perEpoch)
      const update = await policy.preferenceStep(batch.flat(), loss, rate)
      await onStep({ step, ...update, ...(loss.kind === 'kto' && { reference: loss.reference }) })
    }
  }
}
