/** @file What a report means for a gate: does it fail, and has anything been checked at all? */
import type { Severity } from './property.ts'
import { SEVERITIES } from './property.ts'
import type { Report } from './report.ts'

/** Findings at or above this severity. */
export function failing({ findings }: Report, failOn: Severity): Report['findings'] {
  const mark = SEVERITIES.indexOf(failOn)
  return findings.filter(({ severity }) => SEVERITIES.indexOf(severity) <= mark)
}

export function runsOf({ properties }: Report): number {
  return properties.reduce((sum, { runs }) => sum + runs, 0)
}

/** Properties that have judged something. */
export function judgedIn({ properties }: Report): number {
  return properties.filter(({ runs }) => runs > 0).length
}

/** No property judged anything, or no call into the author's code came back. */
export function nothingRan(report: Report): boolean {
  return (
    runsOf(report) + report.replayed.length === 0 || (report.answered === 0 && report.findings.length === 0)
  )
}

/**
 * 0, 1 or 2. With `selected` (only some properties were asked for) it is enough that one of several subjects was checked;
 * otherwise a subject of which nothing ran is an error.
 */
export function exitOf(
  reports: readonly Report[],
  { failOn, selected }: { failOn: Severity; selected: boolean },
): 0 | 1 | 2 {
  if (reports.some(report => failing(report, failOn).length > 0)) return 1
  const empty = reports.filter(nothingRan).length
  return empty === reports.length || (empty > 0 && !selected) ? 2 : 0
}
