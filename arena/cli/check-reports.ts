/** @file Every target checked, with its stored cases, and what was found stored in turn. */
import { availableParallelism } from 'node:os'
import { UsageError } from '../../envs/errors.ts'
import type { Case } from '../../rewards/checks/cases.ts'
import { acceptedOn, caseOf, casesAfter, readCases, writeCases } from '../../rewards/checks/cases.ts'
import type { RunOptions } from '../../rewards/checks/run.ts'
import type { Report } from '../../rewards/checks/report.ts'
import { today } from './check-accept.ts'
import type { CheckCommandOptions } from './check-options.ts'
import type { Target, Wanted } from './check-targets.ts'
import { startProgress } from './progress.ts'

export type Progress = (share: number, remark?: string) => void

/** What a check is told of stored cases, and where it tells how far it is. */
export type Stored = Pick<RunOptions, 'corpus' | 'accepted' | 'progress'>

/** `work`: the check of one target. Returns what it gave, in order; targets without the wanted case are left out. */
export async function checkedTargets<R extends { report: Report }>(
  { targets }: Wanted,
  options: CheckCommandOptions,
  work: (target: Target, stored: Stored, replay: Case | null) => Promise<R>,
): Promise<R[]> {
  const stored = await readCases(options.cases)
  const replay = options.case === undefined ? null : named(stored, options.case, targets)
  const ownOf = ({ name, about }: Target): Case[] =>
    stored.filter(
      each => each.subject === name && each.about === about && (!replay || each.id === options.case),
    )
  const wanted = targets.filter(target => !replay || ownOf(target).length > 0)
  const label = wanted.length === 1 ? wanted[0]!.name : `${wanted.length} subjects`
  return withProgress(`${label} `, options, async progress => {
    const shares = wanted.map(() => 0)
    return sideBySide(wanted, async (target, at) => {
      const own = ownOf(target)
      const told = (share: number, remark?: string): void => {
        shares[at] = share
        progress(shares.reduce((sum, each) => sum + each, 0) / shares.length, remark)
      }
      const checked = await work(
        target,
        { corpus: own, accepted: acceptedOn(own, today()), progress: told },
        replay,
      )
      await keep(checked.report, own, options)
      return checked
    })
  })
}

/** As many at once as there are cores: each target has a process of its own. Results in order. */
async function sideBySide<T, R>(
  items: readonly T[],
  work: (item: T, at: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = Array.from({ length: items.length })
  const queue = items.entries()
  const lane = async (): Promise<void> => {
    for (const [at, item] of queue) results[at] = await work(item, at)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, lane))
  return results
}
/** The stored case of this id that belongs to one of the targets. */
function named(stored: readonly Case[], id: string, targets: Wanted['targets']): Case {
  const found = stored.find(each => each.id === id && targets.some(({ name }) => name === each.subject))
  if (found) return found
  const known = stored.filter(({ subject }) => targets.some(({ name }) => name === subject))
  throw new UsageError(
    `--case ${id}: no such case of ${targets.map(({ name }) => name).join(', ')}; ` +
      `stored: ${known.map(each => each.id).join(', ') || 'none'}`,
  )
}

export async function withProgress<R>(
  label: string,
  { json = false }: Pick<CheckCommandOptions, 'json'>,
  work: (progress: Progress) => Promise<R>,
): Promise<R> {
  const bar = startProgress(label, 100, { silent: json })
  try {
    return await work((share, remark) => bar.update(Math.floor(share * 100), remark))
  } finally {
    bar.stop()
  }
}

/** What was found becomes a case; what fails no more is marked. */
async function keep(
  report: Report,
  own: readonly Case[],
  { cases }: Pick<CheckCommandOptions, 'cases'>,
): Promise<void> {
  const found = [...report.findings, ...report.accepted]
    .map(finding => caseOf(report, finding, today()))
    .filter(each => each !== null)
  await writeCases(cases, casesAfter(own, { replayed: report.replayed, found }))
}
