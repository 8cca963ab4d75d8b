/** @file The reports of a check, in every form that was asked for, and the exit code that follows from them. */
import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { CheckOutput } from '../../rewards/checks/check-output.ts'
import { exitOf } from '../../rewards/checks/gate.ts'
import type { Report } from '../../rewards/checks/report.ts'
import { htmlReport } from '../../rewards/checks/reports/html.ts'
import { junitReport } from '../../rewards/checks/reports/junit.ts'
import { sarifReport } from '../../rewards/checks/reports/sarif.ts'
import { terminalReport } from '../../rewards/checks/reports/terminal.ts'
import type { CheckCommandOptions } from './check-options.ts'
import type { Wanted } from './check-targets.ts'
import type { Paint } from './colour.ts'
import { painter } from './colour.ts'
import { note, print, printJson } from './output.ts'
import { packageVersion } from './version.ts'

/** What stands behind each report, by its place. */
export interface Appendix {
  terminal(at: number, paint: Paint): string
  html(at: number): string
  json: Partial<CheckOutput>
}

export async function publish(
  reports: readonly Report[],
  { argument, files }: Pick<Wanted, 'argument' | 'files'>,
  options: CheckCommandOptions,
  appendix?: Appendix,
): Promise<void> {
  const { failOn, only, skip } = options
  const selected = only.length + skip.length > 0 || options.case !== undefined || appendix !== undefined
  const exit = exitOf(reports, { failOn, selected })
  const view = {
    failOn,
    replay: (id: string) =>
      argument.startsWith('-- ')
        ? `ludus check --case ${id} ${argument}`
        : `ludus check ${argument} --case ${id}`,
  }
  const [file] = files
  const sarif = { ...view, file: file === undefined ? null : relative('', file), version: packageVersion() }
  if (options.html !== undefined)
    await writeFile(
      options.html,
      htmlReport(reports, view, at => appendix?.html(at) ?? ''),
    )
  if (options.junit !== undefined) await writeFile(options.junit, junitReport(reports, view))
  if (options.sarif !== undefined) await writeFile(options.sarif, sarifReport(reports, sarif))
  if (options.json) printJson({ version: 1, failOn, exit, reports, ...appendix?.json })
  else {
    const paint = painter(process.stdout)
    for (const [at, report] of reports.entries()) {
      print(`${terminalReport(report, { ...view, paint })}\n`)
      if (appendix) print(`${appendix.terminal(at, paint)}\n`)
    }
    print(`exit ${exit} (fail-on ${failOn})`)
  }
  if (exit === 2) note('ludus: nothing ran for at least one subject; declare the facts that NOT RUN names')
  process.exitCode = exit
}
