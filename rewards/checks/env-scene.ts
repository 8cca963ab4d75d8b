/** @file An environment subject made ready: defaults filled in. */
import type { Json } from '../../envs/json.ts'
import type { EnvSubject } from './env-subject.ts'

export interface EnvScene {
  subject: EnvSubject<Json>
  seed: number
  /** Seeds of the episodes that are tried; 0 is the simplest. */
  seeds: readonly number[]
}

const SEEDS = 20

export function envSceneOf(subject: EnvSubject<Json>, seed: number): EnvScene {
  return { subject, seed, seeds: Array.from({ length: SEEDS }, (_, i) => i) }
}
