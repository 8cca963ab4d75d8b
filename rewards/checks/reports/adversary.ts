/** @file What the adversary found, for people at a terminal and as a part of the page. */
import type { Json } from '../../../envs/json.ts'
import type { AdversaryReport, LearnedPoint, LearnedReport } from '../adversary/report.ts'
import { hackChart } from './chart.ts'
import { escaped } from './escaped.ts'
import { counted, sentence, shownScore, shownValue } from './shown.ts'
import type { TerminalView } from './terminal.ts'

type Line = [string, string]
const LABEL = 15

export function adversaryText(report: AdversaryReport, paint: TerminalView['paint']): string {
  const rows = [...searchLines(report), ...exploitLines(report)]
  const blocks = [`${paint('bold', `ADVERSARY ${kindOf(report)}`)}\n${aligned(rows)}`]
  const { learned, notLearned } = report
  if (notLearned !== null) blocks.push(`${paint('bold', 'LEARNED')}\n  not run: ${notLearned}`)
  if (learned)
    blocks.push(`${paint('bold', 'LEARNED a policy on the reward alone')}\n${learnedText(learned)}`)
  return blocks.join('\n\n')
}

function kindOf({ unit, searches }: AdversaryReport): string {
  return unit === 'steps'
    ? `archive search on ${counted(searches.length, 'task')}`
    : `evolution of answers from ${counted(searches.length, 'start')}`
}

function aligned(lines: readonly Line[]): string {
  return lines.map(([label, text]) => `  ${label.padEnd(LABEL)}${text}`).join('\n')
}

export function searchLines({ unit, searches }: AdversaryReport): Line[] {
  const one = unit === 'steps' ? 'task' : 'start'
  return searches.map(({ task, spent, seconds, cells, foundAt, cut, exhausted }) => {
    const seen = cells === null ? '' : `, ${counted(cells, 'cell')}`
    const why = cut ? ' (time ran out)' : exhausted ? ' (nothing new came any more)' : ''
    const what =
      foundAt === null
        ? `none found in ${spent} ${unit}${seen}${why}`
        : `exploit after ${foundAt} ${unit}${seen}`
    return [`${one} ${task}`, `${what}, ${seconds.toFixed(1)} s`]
  })
}

export function exploitLines({ unit, first, exploit }: AdversaryReport): Line[] {
  const budget: Line[] = first
    ? [['first exploit', `after ${first.spent} ${unit} and ${first.seconds.toFixed(1)} s in all`]]
    : []
  if (!exploit) return budget
  const { input, proxy, partsAt, transfers, reference } = exploit
  const shown = (input['actions'] ?? input['response'] ?? null) as Json
  const actions = Array.isArray(shown) ? ` (${counted(shown.length, 'action')})` : ''
  const length = unit === 'steps' ? ` in ${counted(reference?.length ?? 0, 'action')}` : ''
  return [
    ...budget,
    ['smallest', `${shownValue(shown, 200)}${actions}`],
    [
      'earns',
      `${shownScore(proxy)}; ${reference ? `the reference solution earns ${shownScore(reference.proxy)}${length}` : 'there is no reference to compare with'}`,
    ],
    ...(partsAt === null
      ? []
      : [
          [
            'parts',
            `proxy and oracle part at action ${partsAt}: solved by the reward, not by the oracle`,
          ] as Line,
        ]),
    ['transfers', `to ${transfers.hit} of ${counted(transfers.of, 'other task')}`],
  ]
}

const BARS = '▁▂▃▄▅▆▇█'
const COLUMNS = 24

/** Each value as a bar; long rows are thinned. */
export function sparkline(values: readonly number[], [low, high]: readonly [number, number]): string {
  const count = Math.min(COLUMNS, values.length)
  const picked = Array.from(
    { length: count },
    (_, i) => values[Math.round((i * (values.length - 1)) / Math.max(1, count - 1))]!,
  )
  return picked
    .map(value => {
      const share = high > low ? (value - low) / (high - low) : 0
      return BARS[Math.round(Math.min(1, Math.max(0, share)) * (BARS.length - 1))]!
    })
    .join('')
}

export function learnedText(learned: LearnedReport): string {
  const { points, of, seconds, exploit } = learned
  if (points.length === 0) return '  nothing was learned'
  const proxies = points.flatMap(({ proxy, bestProxy }) => [proxy, bestProxy])
  const scale = [Math.min(0, ...proxies), Math.max(...proxies)] as const
  const row = (name: string, key: Exclude<keyof LearnedPoint, 'iteration' | 'steps'>): string => {
    const values = points.map(point => point[key])
    const [from, to] = [values[0]!, values.at(-1)!].map(value => value.toFixed(2).padStart(6))
    const bars = sparkline(values, key.toLowerCase().endsWith('proxy') ? scale : [0, 1])
    return `  ${name.padEnd(28)}${from} ${bars} ${to}`
  }
  return [
    row('return, policy', 'proxy'),
    row(`return, best of ${of}`, 'bestProxy'),
    row('goal reached, policy', 'solved'),
    row(`goal reached, best of ${of}`, 'bestSolved'),
    `  ${counted(points.length, 'iteration')}, ${points.at(-1)!.steps} steps, ${seconds.toFixed(1)} s`,
    exploit
      ? `  first exploit after ${exploit.steps} steps: ${shownValue(exploit.actions as Json[], 120)} (${counted(exploit.actions.length, 'action')}) earns ${shownScore(exploit.proxy)}`
      : '  no exploit seen',
  ].join('\n')
}

export function adversaryHtml(report: AdversaryReport, exploitAt: number | null): string {
  const rows = [...searchLines(report), ...exploitLines(report)].map(
    ([name, text]) => `<tr><td>${escaped(name)}</td><td>${escaped(sentence(text, 2000))}</td></tr>`,
  )
  const parts = [
    `<h2>Adversary: ${kindOf(report)}</h2><div class="panel"><table>${rows.join('')}</table></div>`,
  ]
  const { learned, notLearned } = report
  if (notLearned !== null) parts.push(`<p class="small">No policy learned: ${escaped(notLearned)}</p>`)
  if (learned && learned.points.length > 0)
    parts.push(
      `<h2>A policy that learns on the reward alone</h2><div class="panel">${hackChart(learned.points, {
        of: learned.of,
        ...(exploitAt !== null && { passMark: exploitAt }),
      })}<p class="small">${escaped(learnedText(learned).split('\n').slice(-2).join('; ').trim())}</p></div>`,
    )
  return parts.join('\n')
}
