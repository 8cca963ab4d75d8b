/** @file Does the named property find an exhibit's bug, and does no property find anything in its twin? */
import { checkEnv, checkReward } from '../../rewards/checks/check.ts'
import type { Report } from '../../rewards/checks/report.ts'
import type { EnvExhibit, RewardExhibit } from './entry.ts'
import { isEnvExhibit } from './entry.ts'

export interface Killed {
  /** The named property, and no other in its place, found the bug. */
  hit: boolean
  /** What was found in the twin; there is nothing to find. */
  alarms: Report['findings']
  /** Length of the named property's counterexample: characters of the response, or actions. */
  size: number | null
}

/** Two whole runs, every property in each. */
export async function killed(exhibit: RewardExhibit | EnvExhibit, seed: number): Promise<Killed> {
  const [faulty, fixed] = await reports(exhibit, seed)
  const named = faulty.findings.find(({ property }) => property === exhibit.property)
  return {
    hit: named !== undefined,
    alarms: [...fixed.findings, ...fixed.flaky],
    size: named ? sizeOf(named.input) : null,
  }
}

export async function reports(
  exhibit: RewardExhibit | EnvExhibit,
  seed: number,
): Promise<[faulty: Report, fixed: Report]> {
  return isEnvExhibit(exhibit)
    ? [await checkEnv(exhibit.faultyEnv, { seed }), await checkEnv(exhibit.fixedEnv, { seed })]
    : [await checkReward(exhibit.faulty, { seed }), await checkReward(exhibit.fixed, { seed })]
}

/** Characters of what is answered, the form of answers aside, or actions; null where it has neither. */
export function sizeOf(input: Readonly<Record<string, unknown>>): number | null {
  const { response, responses, answer, answers, times } = input
  if (typeof response === 'string') return response.length
  if (Array.isArray(response)) {
    const [before, unit, count, after] = response as [string, string, number, string]
    return before.length + unit.length * count + after.length
  }
  if (Array.isArray(responses)) return responses.join('').length
  if (Array.isArray(answers)) return answers.join(', ').length
  if (typeof answer === 'string') return answer.length + (typeof times === 'number' ? times : 0)
  const lists = Object.values(input).filter(value => Array.isArray(value))
  return lists.length > 0 ? lists.reduce((sum, list) => sum + list.length, 0) : null
}
