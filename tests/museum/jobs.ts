/** @file What the museum's threads are asked: one exhibit, one correct subject, or one built-in environment, on one seed. */
import type { EnvExhibit, RewardExhibit } from './entry.ts'
import { isEnvExhibit } from './entry.ts'

export type Job =
  | ExhibitJob
  | { what: 'correct'; name: string; seed: number; runs?: number }
  | { what: 'built-in'; id: string; seed: number; runs: number }

export type ExhibitJob = {
  what: 'exhibit'
  id: string
  seed: number
  /** Its twin is that of an earlier exhibit. */
  faultyOnly?: boolean
  /** Only the named property on the faulty one, except where it is blunt; few runs on the twin. */
  short?: boolean
  budgetMs?: number
}

export type Result = {
  job: Job
  seconds: number
  /** The named property was found on the faulty one. */
  hit: boolean
  /** Anything found where nothing is wrong: property/operator. */
  alarms: string[]
  /** Length of the counterexample beside the one a person would write; null where there is none. */
  size: number | null
  minimal: number | null
  /** Operators that failed on the faulty one, as kind/property/operator. */
  kills: string[]
  /** Every operator with its runs, on the faulty one and the twin. */
  ran: Record<string, number>
  /** Properties that were judged on the twin. */
  twin: string[]
  /** What the run would have liked to know: property and reason. */
  notRun: string[]
  cut: boolean
}

/** Exhibits on one seed, a twin that several of them share but once. */
export function exhibitJobs(
  exhibits: readonly (RewardExhibit | EnvExhibit)[],
  { seed, short = false }: { seed: number; short?: boolean },
): ExhibitJob[] {
  const twins = new Set<unknown>()
  return exhibits.map(exhibit => {
    const faultyOnly = twins.has(twinOf(exhibit))
    twins.add(twinOf(exhibit))
    return { what: 'exhibit', id: exhibit.id, seed, faultyOnly, short }
  })
}

export function twinOf(exhibit: RewardExhibit | EnvExhibit) {
  return isEnvExhibit(exhibit) ? exhibit.fixedEnv : exhibit.fixed
}
