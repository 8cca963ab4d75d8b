/** @file What the museum's threads are asked: one exhibit, one correct subject, or one built-in environment, on one seed. */
export type Job =
  | { what: 'exhibit'; id: string; seed: number }
  | { what: 'correct'; name: string; seed: number }
  | { what: 'built-in'; id: string; seed: number; runs: number }

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
  /** Properties that ran, and every operator with its runs. */
  ran: Record<string, number>
  /** What the run would have liked to know: property and reason. */
  notRun: string[]
  cut: boolean
}
