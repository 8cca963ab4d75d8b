/** @file How the subjects of the correct set are held: the types of their tasks and actions forgotten. */
import type { EnvSubject } from '../../../rewards/checks/env-subject.ts'
import type { RewardSubject } from '../../../rewards/checks/subject.ts'

export type CorrectSubject = RewardSubject<never> | EnvSubject<never>

export function reward<T>(subject: RewardSubject<T>): RewardSubject<never> {
  return subject as unknown as RewardSubject<never>
}

export function environment<A>(subject: EnvSubject<A>): EnvSubject<never> {
  return subject as unknown as EnvSubject<never>
}
