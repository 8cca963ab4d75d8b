/** @file The report for people at a terminal. */
import type { Json } from '../../../envs/json.ts'
import { failing, judgedIn, nothingRan, runsOf } from '../gate.ts'
import type { Severity } from '../property.ts'
import type { Report } from '../report.ts'
import { counted, sentence, shownMean, shownScore, shownValue } from './shown.ts'

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan'

export interface View {
  /** From this severity on a finding fails the run. */
  failOn: Severity
  /** The command that judges this case again. */
  replay(id: string): string
}

export interface TerminalView extends View {
  paint(style: Style, text: string): string
}

type Finding = Report['findings'][number]
type Paint = TerminalView['paint']

const STYLES: Readonly<Record<Severity, Style>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
}
const LABEL = 11

export function terminalReport(report: Report, view: TerminalView): string {
  const { paint } = view
  const blocks = [
    heading(report, paint),
    ...report.findings.map(finding => findingBlock(finding, view)),
    ...listed(
      'FLAKY',
      report.flaky,
      ({ property, says, id }) => `${property}  ${sentence(says, 160)}  ${id}`,
      paint,
    ),
    ...listed(
      'ACCEPTED',
      report.accepted,
      ({ property, reason, expires, id }) => `${property}  ${id} until ${expires}: ${sentence(reason, 160)}`,
      paint,
    ),
    ...listed(
      'REPLAYED',
      report.replayed,
      ({ id, property, verdict }) => `${id}  ${property}  ${verdict}`,
      paint,
    ),
    ...listed('NOT RUN', reasons(report), each => each, paint),
    ...coverage(report, paint),
    ...baselines(report, paint),
    conclusion(report, view),
  ]
  return blocks.join('\n\n')
}

function heading({ subject, about, seed, properties, notRun, contract }: Report, paint: Paint): string {
  const facts = Object.entries(contract).map(([name, value]) => `${name} ${shownValue(value as Json, 60)}`)
  const counts = `seed ${seed}   ${counted(properties.length, 'property', 'properties')}, ${notRun.length} not run`
  return `${paint('bold', `check ${sentence(subject, 80)}`)}   ${about}   ${counts}\n${paint('dim', `taken for granted: ${facts.join(', ')}`)}`
}

function findingBlock(finding: Finding, { paint, replay }: TerminalView): string {
  const { severity, number, property, title, operator, also, scores, says, id } = finding
  const head = `${paint(STYLES[severity], severity.toUpperCase().padEnd(8))} ${number} ${paint('bold', property)}`
  const others = also.length > 0 ? `, also ${also.join(', ')}` : ''
  const lines: [string, string][] = [
    ...Object.entries(finding.input).map(([name, value]): [string, string] => [
      name,
      shownValue(value as Json),
    ]),
    ['got', sentence(says)],
    ['should be', title],
    ...(scores.length > 0 ? [['scores', scores.map(shownScore).join(', ')] as [string, string]] : []),
    ['operator', `${operator}${others}`],
    ['found', history(finding)],
    ['replay', `${replay(id)}   ${paint('dim', `(seed ${finding.seed} path ${finding.path || '-'})`)}`],
  ]
  return [head, ...lines.map(([label, text]) => `  ${label.padEnd(LABEL)}${text}`)].join('\n')
}

export function history({ run, shrinks, confirmed: [shown, asked] }: Finding): string {
  const found = run === 0 ? 'a stored case' : `in run ${run}, shrunk ${shrinks} steps`
  return `${found}, confirmed ${shown}/${asked} by fresh executors`
}

function listed<T>(title: string, items: readonly T[], line: (item: T) => string, paint: Paint): string[] {
  if (items.length === 0) return []
  return [`${paint('bold', title)}\n${items.map(item => `  ${line(item)}`).join('\n')}`]
}

/** Properties that were not run, by what they need. */
export function reasons({ notRun }: Report): string[] {
  const byWhy = new Map<string, string[]>()
  for (const { id, number, why } of notRun) byWhy.set(why, [...(byWhy.get(why) ?? []), `${number} ${id}`])
  return [...byWhy].map(([why, names]) => `${names.join(', ')}: ${why}`)
}

export function coverageLines({ properties, calls }: Report): string[] {
  const operators = properties.flatMap(each => each.operators)
  const used = operators.filter(({ runs }) => runs > 0)
  // An operator that has found something is not run on.
  const unhurt = used.filter(({ failed }) => !failed)
  const least = unhurt.length > 0 ? Math.min(...unhurt.map(({ runs }) => runs)) : 0
  const skipping = properties.map(applied).filter(({ runs, skips }) => skips > runs)
  const idle = properties.flatMap(({ id, operators: own }) =>
    own.filter(({ runs }) => runs === 0).map(operator => `${id}/${operator.id}`),
  )
  const cut = properties.filter(each => each.cut)
  return [
    `operators ${used.length}/${operators.length} used, ${least} runs at least, ${calls} calls`,
    ...(idle.length > 0 ? [`never applied: ${idle.join(', ')}`] : []),
    ...(skipping.length > 0
      ? [
          `more than half skipped: ${skipping.map(({ id, runs, skips }) => `${id} (${skips} of ${runs + skips})`).join(', ')}`,
        ]
      : []),
    ...(cut.length > 0
      ? [`time ran out: ${cut.map(({ id, runs }) => `${id} after ${runs} runs`).join(', ')}`]
      : []),
  ]
}

/** Operators that never apply to these tasks are named by themselves, and not counted as skips. */
function applied({ id, operators }: Report['properties'][number]) {
  const used = operators.filter(({ runs }) => runs > 0)
  const total = (count: (operator: (typeof used)[number]) => number): number =>
    used.reduce((sum, operator) => sum + count(operator), 0)
  return { id, runs: total(({ runs }) => runs), skips: total(({ skips }) => skips) }
}

function coverage(report: Report, paint: Paint): string[] {
  return runsOf(report) === 0 ? [] : listed('COVERAGE', coverageLines(report), each => each, paint)
}

function baselines(report: Report, paint: Paint): string[] {
  const tasks = report.about === 'reward' ? 'task' : 'episode'
  const width = Math.max(0, ...report.baselines.map(({ name }) => name.length))
  return listed(
    'BASELINES',
    report.baselines,
    ({ name, mean, interval, runs, detail }) => {
      const between = interval ? ` [${interval.map(shownMean).join(', ')}]` : ''
      return `${name.padEnd(width)}  ${shownMean(mean)}${between}  ${counted(runs, tasks)}${detail === '' ? '' : `  ${sentence(detail, 100)}`}`
    },
    paint,
  )
}

/** What was looked at, in words that claim no more. */
export function amountOf(report: Report): string {
  const properties = counted(judgedIn(report), 'property', 'properties')
  const stored = report.replayed.length
  const again = stored === 0 ? '' : `, and ${counted(stored, 'stored case')} judged again`
  return `${counted(runsOf(report), 'run')} of ${properties}${again}`
}

function conclusion(report: Report, { failOn, paint }: TerminalView): string {
  if (nothingRan(report)) return paint('red', 'nothing ran: nothing has been checked')
  const failed = failing(report, failOn).length
  const amount = amountOf(report)
  if (report.findings.length === 0) return paint('green', `no violation found in ${amount}`)
  const text = `${counted(report.findings.length, 'finding')} in ${amount}, ${failed} of them ${failOn} or above`
  return paint(failed > 0 ? 'red' : 'yellow', text)
}
