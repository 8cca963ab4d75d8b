/**
 * @file Kahneman-Tversky optimisation (Ethayarajh et al. 2024, eq. 8): completions that are good or bad by themselves.
 *
 *   L = mean λ_y·(1 − σ(±β(log π/π_ref(y|x) − z₀))),  + for desirable, − for undesirable
 *
 * z₀ estimates KL(π ‖ π_ref): the mean log-ratio of completions under prompts that they do not belong to, at least 0, without
 * a gradient. Each example is mismatched once, with the completion of another prompt; that needs batches of two or more.
 */
import type { MaybePromise } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import type { Demonstration, LearningPolicy, PreferenceRow } from '../../policy.ts'
import { mean } from '../advantages.ts'
import type { PreferenceOptions, PreferenceStats } from './pairs.ts'
import { preferenceTraining, sequenceLogprobs } from './pairs.ts'

export interface KtoExample extends Demonstration {
  desirable: boolean
}

export interface KtoOptions extends PreferenceOptions {
  beta?: number
  /** λ_D and λ_U; keep λ_D·n_D / (λ_U·n_U) between 1 and 1.33 (`ktoWeights`). */
  desirableWeight?: number
  undesirableWeight?: number
}

/** λ_D and λ_U at the lower end of what the paper recommends: both kinds weigh the same in total, the rarer one more each. */
export function ktoWeights(examples: readonly KtoExample[]): {
  desirableWeight: number
  undesirableWeight: number
} {
  const good = examples.filter(({ desirable }) => desirable).length
  const bad = examples.length - good
  if (good === 0 || bad === 0)
    throw new UsageError(`KTO: expected desirable and undesirable examples, got ${good} and ${bad}`)
  return good < bad
    ? { desirableWeight: bad / good, undesirableWeight: 1 }
    : { desirableWeight: 1, undesirableWeight: good / bad }
}

export async function kto(
  policy: LearningPolicy,
  examples: readonly KtoExample[],
  options: KtoOptions,
  onStep?: (stats: PreferenceStats) => MaybePromise<void>,
): Promise<void> {
  const { beta = 0.1, desirableWeight = 1, undesirableWeight = 1, batchSize } = options
  if (examples.length < 2 || batchSize < 2)
    throw new UsageError(
      `KTO: expected at least two examples and batches of two, whose completions are exchanged to estimate the KL; got ${examples.length} examples, batchSize ${batchSize}`,
    )
  const strangers = mismatched(examples)
  const [own, foreign] = [await sequenceLogprobs(policy, examples), await sequenceLogprobs(policy, strangers)]
  const units = examples.map(({ prompt, completion, desirable }, i): [KtoRow] => [
    {
      prompt,
      completion,
      desirable,
      refLogprob: own[i]!,
      lambda: desirable ? desirableWeight : undesirableWeight,
      stranger: strangers[i]!,
      strangerReference: foreign[i]!,
    },
  ])
  const lossOf = async (batch: readonly [KtoRow][]) => {
    const rows = batch.flat()
    const now = await sequenceLogprobs(
      policy,
      rows.map(({ stranger }) => stranger),
    )
    const reference = Math.max(0, mean(rows.map(({ strangerReference }, i) => now[i]! - strangerReference)))
    return { kind: 'kto', beta, reference } as const
  }
  await preferenceTraining(policy, units, lossOf, options, onStep)
}

interface KtoRow extends PreferenceRow {
  stranger: Demonstration
  /** Its log-probability before training. */
  strangerReference: number
}

/** Each prompt with the next example's completion that another prompt has got; where all prompts are equal, simply the next one's. */
export function mismatched(examples: readonly KtoExample[]): Demonstration[] {
  const keys = examples.map(({ prompt }) => JSON.stringify(prompt))
  return examples.map(({ prompt }, i) => {
    const order = Array.from({ length: examples.length - 1 }, (_, k) => (i + 1 + k) % examples.length)
    const other = order.find(j => keys[j] !== keys[i]) ?? order[0]!
    return { prompt, completion: examples[other]!.completion }
  })
}
