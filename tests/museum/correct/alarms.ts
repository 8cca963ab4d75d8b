/** @file False alarms: what the checks report of a subject that has no fault. */
import { checkEnv, checkReward } from '../../../rewards/checks/check.ts'
import type { Report } from '../../../rewards/checks/report.ts'
import type { CorrectSubject } from './subject.ts'
import { isEnvSubject } from './subject.ts'

export interface Alarm {
  subject: string
  seed: number
  property: string
  operator: string
  says: string
  input: string
  /** Shown by this run but not by a second one: a false alarm as well, of an unsteady kind. */
  flaky: boolean
}

/** Longer than a user would wait, so that a slow machine hides no alarm. */
const BUDGET_MS = 120_000

export function reportOf(subject: CorrectSubject, seed: number): Promise<Report> {
  const options = { seed, budgetMs: BUDGET_MS }
  return isEnvSubject(subject) ? checkEnv(subject, options) : checkReward(subject, options)
}

/** Every finding about a correct subject; statistical ones, which never gate, aside. */
export async function alarmsOf(subject: CorrectSubject, seed: number): Promise<Alarm[]> {
  const { findings, flaky } = await reportOf(subject, seed)
  const alarm = (isFlaky: boolean) => (finding: Report['findings'][number]) => ({
    subject: subject.name,
    seed,
    property: finding.property,
    operator: finding.operator,
    says: finding.says,
    input: JSON.stringify(finding.input),
    flaky: isFlaky,
  })
  return [
    ...findings.filter(({ severity }) => severity !== 'info').map(alarm(false)),
    ...flaky.map(alarm(true)),
  ]
}
