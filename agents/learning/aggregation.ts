/**
 * @file How token losses become one number, said explicitly: the weight of each token of n sequences.
 *
 * - `sequence`: `1/n Σᵢ 1/|oᵢ| Σₜ` — GRPO; short sequences weigh more per token.
 * - `token`: `1/Σ|oᵢ| Σᵢ Σₜ` over the whole batch — DAPO.
 * - `constant`: `1/n Σᵢ 1/L Σₜ` — Dr. GRPO; with L = 1 the log-probability of whole sequences, as in REINFORCE.
 */
import type { Experience } from '../policy.ts'

export type Aggregation = { per: 'sequence' } | { per: 'token' } | { per: 'constant'; length: number }

/** The same experiences with the token weights of this aggregation over them. */
export function aggregate<E extends Omit<Experience, 'tokenWeight'>>(
  batch: readonly E[],
  aggregation: Aggregation,
): (E & { tokenWeight: number })[] {
  const tokens = batch.reduce((sum, { completion }) => sum + completion.tokens.length, 0)
  const weightOf = (length: number): number => {
    if (aggregation.per === 'token') return 1 / tokens
    return 1 / (batch.length * (aggregation.per === 'sequence' ? length : aggregation.length))
  }
  return batch.map(experience => ({
    ...experience,
    tokenWeight: weightOf(experience.completion.tokens.length),
  }))
}
