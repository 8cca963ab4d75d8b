/**
 * @file Direct preference optimisation (Rafailov et al. 2023, eq. 7): `−log σ(βΔ)`, Δ the difference of the log-ratios to the policy
 * before training.
 *
 * `smoothing` ε: `−(1−ε) log σ(βΔ) − ε log σ(−βΔ)` (cDPO). `nllCoef` α adds `−α/|y_w|·log π(y_w)`, without which both
 * log-probabilities may fall (Pang et al. 2024; Llama 3: 0.2).
 */
import type { MaybePromise } from '../../../envs/env.ts'
import type { LearningPolicy } from '../../policy.ts'
import type { PreferenceOptions, PreferencePair, PreferenceStats } from './pairs.ts'
import { preferenceTraining, referencedRows } from './pairs.ts'

export interface DpoOptions extends PreferenceOptions {
  /** TRL: 0.1. */
  beta?: number
  smoothing?: number
  nllCoef?: number
}

export async function dpo(
  policy: LearningPolicy,
  pairs: readonly PreferencePair[],
  options: DpoOptions,
  onStep?: (stats: PreferenceStats) => MaybePromise<void>,
): Promise<void> {
  const { beta = 0.1, smoothing = 0, nllCoef = 0 } = options
  const rows = await referencedRows(policy, pairs)
  const loss = { kind: 'dpo', beta, smoothing, nllCoef } as const
  await preferenceTraining(policy, rows, () => loss, options, onStep)
}
