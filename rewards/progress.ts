/**
 * @file Progress rewards: what a step adds to the chances of a prover, another policy than the one that is judged.
 *
 * Setlur et al. 2024 (arXiv 2410.08146), eq. 2: `A^μ(s_k, a_k) = Q^μ(s_k, a_k) − V^μ(s_k)`. Where a step leads to one state,
 * `Q^μ(s_k, a_k) = V^μ(s_{k+1})`, so that values of prefixes are all that is needed.
 */
import type { MaybePromise } from '../envs/env.ts'
import { UsageError } from '../envs/errors.ts'
import type { Attempt, RewardModel } from './reward.ts'

/** V^μ of each prefix of an attempt, `[T + 1]`, the empty one first; null: not estimated. */
export type PrefixValues = (
  attempts: readonly Attempt[],
) => MaybePromise<readonly (readonly (number | null)[])[]>

/** `A^μ` of each step from the values of the prefixes; null where one of the two is not known. */
export function progressRewards(values: readonly (number | null)[]): (number | null)[] {
  return values.slice(1).map((after, k) => {
    const before = values[k]!
    return after === null || before === null ? null : after - before
  })
}

/** The value under the best of K tries of a policy that succeeds with probability p: `1 − (1 − p)^K`, the paper's provers. */
export function bestOfKValue(p: number, k: number): number {
  return 1 - (1 - p) ** k
}

/**
 * Steps are worth `A^μ`; the outcome is V^μ of the whole. To be added, with a weight, to the outcome reward of the policy
 * (the paper's α is 3 to 5 in search).
 */
export function progressReward(name: string, valuesUnderProver: PrefixValues): RewardModel {
  return {
    name: `progress(${name})`,
    judge: async attempts => {
      const values = await valuesUnderProver(attempts)
      return attempts.map(({ actions }, i) => {
        const own = values[i] ?? []
        if (own.length !== actions.length + 1)
          throw new UsageError(
            `progress(${name}): expected ${actions.length + 1} values of prefixes for ${actions.length} steps, got ${own.length}`,
          )
        return { steps: progressRewards(own), outcome: own.at(-1)! }
      })
    },
  }
}
