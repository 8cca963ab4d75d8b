/** @file Exhibits written down with the type of their tasks or actions, which a list of exhibits does not know. */
import type { EnvSubject } from '../../rewards/checks/env-subject.ts'
import type { RewardSubject } from '../../rewards/checks/subject.ts'
import type { EnvExhibit, RewardExhibit } from './entry.ts'

interface Pair<S extends { name: string }> {
  id: string
  property: string
  minimal: number
  /** The subject with the bug or without it. All else is written once, so both declare the same facts. */
  subject(faulty: boolean): S
}

export function rewardExhibit<T>({ subject, ...entry }: Pair<RewardSubject<T>>): RewardExhibit {
  return {
    ...entry,
    faulty: subject(true) as unknown as RewardSubject<never>,
    fixed: { ...subject(false), name: `${entry.id}, fixed` } as unknown as RewardSubject<never>,
  }
}

export function envExhibit<A>({ subject, ...entry }: Pair<EnvSubject<A>>): EnvExhibit {
  return {
    ...entry,
    faultyEnv: subject(true) as unknown as EnvSubject<never>,
    fixedEnv: { ...subject(false), name: `${entry.id}, fixed` } as unknown as EnvSubject<never>,
  }
}
