/** @file Identity preference optimisation (Azar et al. 2023, eq. 17): `(Δ − 1/(2β))²`, which stops at a margin where DPO does not. */
import type { MaybePromise } from '../../../envs/env.ts'
import type { LearningPolicy } from '../../policy.ts'
import type { PreferenceOptions, PreferencePair, PreferenceStats } from './pairs.ts'
import { preferenceTraining, referencedRows } from './pairs.ts'

export interface IpoOptions extends PreferenceOptions {
  beta?: number
  /** Log-probabilities per token, as TRL has it; the paper (the default) sums them. */
  means?: boolean
}

export async function ipo(
  policy: LearningPolicy,
  pairs: readonly PreferencePair[],
  options: IpoOptions,
  onStep?: (stats: PreferenceStats) => MaybePromise<void>,
): Promise<void> {
  const { beta = 0.1, means = false } = options
  const rows = await referencedRows(policy, pairs, { means })
  const loss = { kind: 'ipo', beta, means } as const
  await preferenceTraining(policy, rows, () => loss, options, onStep)
}
