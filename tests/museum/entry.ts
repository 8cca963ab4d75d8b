/** @file The form of an exhibit: a bug that somebody shipped, coded anew, beside the same reward without it. */
import type { EnvSubject } from '../../rewards/checks/env-subject.ts'
import type { RewardSubject } from '../../rewards/checks/subject.ts'

interface Exhibit {
  /** As in docs/museum.json. */
  id: string
  /** The property that must find it. */
  property: string
  /** Length of the shortest counterexample that a person would write: characters of the response, or actions. */
  minimal: number
}

export interface RewardExhibit extends Exhibit {
  faulty: RewardSubject<never>
  /** The same without the bug; no property finds anything. */
  fixed: RewardSubject<never>
}

export interface EnvExhibit extends Exhibit {
  faultyEnv: EnvSubject<never>
  fixedEnv: EnvSubject<never>
}

export function isEnvExhibit(exhibit: RewardExhibit | EnvExhibit): exhibit is EnvExhibit {
  return 'faultyEnv' in exhibit
}
