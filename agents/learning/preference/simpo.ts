/** @file SimPO (Meng et al. 2024, eq. 6): `−log σ(β(mean log π(y_w) − mean log π(y_l)) − γ)`, without a reference. */
import type { MaybePromise } from '../../../envs/env.ts'
import type { LearningPolicy } from '../../policy.ts'
import type { PreferenceOptions, PreferencePair, PreferenceStats } from './pairs.ts'
import { preferenceTraining, withoutPrefix } from './pairs.ts'

export interface SimpoOptions extends PreferenceOptions {
  /** The paper's: 2.0 to 2.5. */
  beta?: number
  /** The margin that is asked for. */
  gamma?: number
}

export async function simpo(
  policy: LearningPolicy,
  pairs: readonly PreferencePair[],
  options: SimpoOptions,
  onStep?: (stats: PreferenceStats) => MaybePromise<void>,
): Promise<void> {
  const { beta = 2, gamma = 0.5 } = options
  const rows = pairs.map(withoutPrefix).map(({ chosen, rejected }) => [chosen, rejected])
  const loss = { kind: 'simpo', beta, gamma } as const
  await preferenceTraining(policy, rows, () => loss, options, onStep)
}
