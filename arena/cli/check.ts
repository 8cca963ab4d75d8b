/** @file `ludus check`: looks for violations of the laws of rewards and environments, and reports what it found. */
import { Command, Option } from 'commander'
import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'
import type { Case } from '../../rewards/checks/cases.ts'
import { acceptedOn, caseOf, casesAfter, readCases, writeCases } from '../../rewards/checks/cases.ts'
import type { CheckOptions } from '../../rewards/checks/check.ts'
import { KINDS } from '../../rewards/checks/execution/command.ts'
import { exitOf } from '../../rewards/checks/gate.ts'
import type { Severity } from '../../rewards/checks/property.ts'
import { SEVERITIES } from '../../rewards/checks/property.ts'
import type { Report } from '../../rewards/checks/report.ts'
import { checkSchema } from '../../rewards/checks/report.ts'
import { htmlReport } from '../../rewards/checks/reports/html.ts'
import { junitReport } from '../../rewards/checks/reports/junit.ts'
import { sarifReport } from '../../rewards/checks/reports/sarif.ts'
import { terminalReport } from '../../rewards/checks/reports/terminal.ts'
import type { KindId } from '../../rewards/checks/subject.ts'
import { acceptCase, today } from './check-accept.ts'
import type { Entry } from './check-list.ts'
import { catalogue, catalogueText } from './check-list.ts'
import type { Wanted } from './check-targets.ts'
import { readTasks, wantedOf } from './check-targets.ts'
import { watching } from './check-watch.ts'
import { painter } from './colour.ts'
import { wholeNumber } from './options.ts'
import { note, print, printJson } from './output.ts'
import { startProgress } from './progress.ts'
import { packageVersion } from './version.ts'

interface Options {
  seed: number
  runs: number
  budget: number
  only: string[]
  skip: string[]
  failOn: Severity
  case?: string
  accept?: string
  reason?: string
  expires?: string
  cases: string
  tasks?: string
  kind?: KindId
  html?: string
  junit?: string
  sarif?: string
  json?: boolean
  watch?: boolean
  list?: boolean
  schema?: boolean
}

const WATCH_RUNS = 30

export function checkCommand(): Command {
  return new Command('check')
    .description('look for ways in which a reward or an environment breaks the laws it should keep')
    .argument('[subject...]', 'an environment, file.ts or file.ts#export, or behind -- a command that grades')
    .option('--seed <n>', 'the same seed gives the same report', wholeNumber('--seed'), 1)
    .option('--runs <n>', 'runs of each property', wholeNumber('--runs', 1), 100)
    .option('--budget <seconds>', 'time for each subject', wholeNumber('--budget', 1), 10)
    .option('--only <properties>', 'ids or numbers, e.g. near_miss,P6', listed, [])
    .option('--skip <properties>', 'ids or numbers', listed, [])
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from here on').choices([...SEVERITIES]).default('high'),
    )
    .option('--case <id>', 'judge this stored case again, and nothing else')
    .option('--accept <id>', 'let a stored case pass until --expires, with a --reason')
    .option('--reason <text>', 'why the case is accepted')
    .option('--expires <date>', 'last day on which it is, e.g. 2027-01-31')
    .option('--cases <folder>', 'where counterexamples are kept and judged again', '.ludus-cases')
    .option('--tasks <file>', 'for a command that describes none: JSON lines with prompt and gold')
    .addOption(new Option('--kind <kind>', 'for a command: what its answers are').choices([...KINDS]))
    .option('--html <file>', 'write the report as a web page')
    .option('--junit <file>', 'write it as JUnit XML')
    .option('--sarif <file>', 'write it as SARIF 2.1.0')
    .option('--json', 'print it as one JSON document')
    .option('--watch', `check again with ${WATCH_RUNS} runs whenever the file changes`)
    .option('--list', 'print every property and what it needs')
    .option('--schema', 'print the JSON schema of --json')
    .addHelpText(
      'after',
      '\nExits with 0 if no finding is at or above --fail-on, 1 if one is, 2 if it could not be checked or nothing ran.',
    )
    .action(check)
}

function listed(text: string, before: string[]): string[] {
  return [...before, ...text.split(',').map(each => each.trim())].filter(each => each !== '')
}

async function check(words: readonly string[], options: Options): Promise<void> {
  if (options.schema) return printJson(z.toJSONSchema(checkSchema))
  const entries = await catalogue()
  if (options.list) return options.json ? printJson(entries) : print(catalogueText(entries))
  refuseUnknown([...options.only, ...options.skip], entries)
  if (options.accept !== undefined) return acceptCase(options.accept, options)
  if (words.length === 0)
    throw new UsageError('expected something to check: an environment, file.ts#export, or -- and a command')
  const wanted = await wantedOf(words, {
    command: process.argv.includes('--'),
    ...(options.tasks !== undefined && { tasks: await readTasks(options.tasks) }),
    ...(options.kind && { kind: options.kind }),
  })
  if (options.watch) return watchingOf(wanted)
  const reports = await reportsOf(wanted, options)
  await publish(reports, wanted, options)
}

function refuseUnknown(names: readonly string[], entries: readonly Entry[]): void {
  const unknown = names.filter(name => !entries.some(({ id, number }) => id === name || number === name))
  if (unknown.length > 0)
    throw new UsageError(`no property is named ${unknown.join(', ')}; ludus check --list names them all`)
}

function watchingOf({ files }: Wanted): Promise<void> {
  if (files.length === 0)
    throw new UsageError('--watch: expected a file to watch, or a command that names one')
  const args = process.argv.slice(2).filter(word => word !== '--watch')
  const runs = args.includes('--runs') ? [] : ['--runs', String(WATCH_RUNS)]
  return watching(files, ['check', ...runs, ...args.slice(1)])
}

async function reportsOf({ targets }: Wanted, options: Options): Promise<Report[]> {
  const stored = await readCases(options.cases)
  const replay = options.case === undefined ? null : named(stored, options.case, targets)
  const reports: Report[] = []
  for (const { name, about, check: run } of targets) {
    const own = stored.filter(
      each => each.subject === name && each.about === about && (!replay || each.id === options.case),
    )
    if (replay && own.length === 0) continue
    const report = await withProgress(`${name} `, options, progress =>
      run({ ...chosen(options, replay), corpus: own, accepted: acceptedOn(own, today()), progress }),
    )
    await keep(report, own, options)
    reports.push(report)
  }
  return reports
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

function chosen({ seed, runs, budget, only, skip }: Options, replay: Case | null): CheckOptions {
  const common = { seed, runs, budgetMs: budget * 1000 }
  return replay ? { ...common, only: [replay.property], replayOnly: true } : { ...common, only, skip }
}

async function withProgress<R>(
  label: string,
  { json = false }: Options,
  work: (progress: (share: number, property: string) => void) => Promise<R>,
): Promise<R> {
  const bar = startProgress(label, 100, { silent: json })
  try {
    return await work((share, property) => bar.update(Math.floor(share * 100), property))
  } finally {
    bar.stop()
  }
}

/** What was found becomes a case; what fails no more is marked. */
async function keep(report: Report, own: readonly Case[], { cases }: Options): Promise<void> {
  const found = [...report.findings, ...report.accepted]
    .map(finding => caseOf(report, finding, today()))
    .filter(each => each !== null)
  await writeCases(cases, casesAfter(own, { replayed: report.replayed, found }))
}

async function publish(
  reports: readonly Report[],
  { argument, files }: Wanted,
  options: Options,
): Promise<void> {
  const { failOn, only, skip } = options
  const exit = exitOf(reports, {
    failOn,
    selected: only.length + skip.length > 0 || options.case !== undefined,
  })
  const view = {
    failOn,
    replay: (id: string) =>
      argument.startsWith('-- ')
        ? `ludus check --case ${id} ${argument}`
        : `ludus check ${argument} --case ${id}`,
  }
  const [file] = files
  const sarif = { ...view, file: file === undefined ? null : relative('', file), version: packageVersion() }
  if (options.html !== undefined) await writeFile(options.html, htmlReport(reports, view))
  if (options.junit !== undefined) await writeFile(options.junit, junitReport(reports, view))
  if (options.sarif !== undefined) await writeFile(options.sarif, sarifReport(reports, sarif))
  if (options.json) printJson({ version: 1, failOn, exit, reports })
  else {
    const paint = painter(process.stdout)
    for (const report of reports) print(`${terminalReport(report, { ...view, paint })}\n`)
    print(`exit ${exit} (fail-on ${failOn})`)
  }
  if (exit === 2) note('ludus: nothing ran for at least one subject; declare the facts that NOT RUN names')
  process.exitCode = exit
}
