/**
 * @file Step-DPO (Lai et al. 2024, eq. 3): DPO between two next steps behind the same right beginning s₍<k₎, which is read and not
 * learned. Only the steps themselves are compared, and nothing behind them.
 */
import type { MaybePromise } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import type { LearningPolicy, Prompt } from '../../policy.ts'
import type { DpoOptions } from './dpo.ts'
import { dpo } from './dpo.ts'
import type { PreferencePair, PreferenceStats } from './pairs.ts'

/** Two solutions in steps, equal up to the step where they part. */
export interface StepPair {
  prompt: Prompt
  chosen: readonly string[]
  rejected: readonly string[]
}

/** The pair at the first step where two solutions differ. Throws UsageError if they do not, or one ends before. */
export function firstDifference({ prompt, chosen, rejected }: StepPair): PreferencePair {
  const k = chosen.findIndex((step, i) => step !== rejected[i])
  if (k < 0 || rejected[k] === undefined)
    throw new UsageError('step-DPO: expected two solutions of which some step differs, got none')
  const sharedPrefix = chosen.slice(0, k).join('')
  const ended = k === chosen.length - 1 && k === rejected.length - 1
  return {
    prompt,
    chosen: sharedPrefix + chosen[k]!,
    rejected: sharedPrefix + rejected[k],
    sharedPrefix,
    ended,
  }
}

export async function stepDpo(
  policy: LearningPolicy,
  pairs: readonly StepPair[],
  options: DpoOptions,
  onStep?: (stats: PreferenceStats) => MaybePromise<void>,
): Promise<void> {
  await dpo(policy, pairs.map(firstDifference), options, onStep)
}
