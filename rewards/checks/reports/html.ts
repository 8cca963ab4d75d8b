/** @file The report as one web page that needs nothing from elsewhere and runs no script. */
import type { Json } from '../../../envs/json.ts'
import { failing, nothingRan } from '../gate.ts'
import type { Report } from '../report.ts'
import { baselineBars } from './bars.ts'
import { escaped } from './escaped.ts'
import { STYLE } from './html-style.ts'
import { counted, sentence, shownScore, shownValue } from './shown.ts'
import type { View } from './terminal.ts'
import { amountOf, coverageLines, history, reasons } from './terminal.ts'

type Finding = Report['findings'][number]

/** Characters of a value that the page shows; more than a terminal does. */
const MOST = 2000

/** `behind`: what stands behind each report, by its place. */
export function htmlReport(
  reports: readonly Report[],
  view: View,
  behind: (at: number) => string = () => '',
): string {
  const names = [...new Set(reports.map(({ subject }) => subject))].join(', ')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`check ${sentence(names, 80)}`)}</title><style>${STYLE}</style></head>
<body><main>
${overview(reports, view)}
${reports.map((report, at) => section(report, at, { view, behind: behind(at) })).join('\n')}
</main></body></html>
`
}

/** Where several things were checked: each with its verdict. */
function overview(reports: readonly Report[], view: View): string {
  if (reports.length < 2) return ''
  const lines = reports.map(
    (report, at) =>
      `<li>${verdict(report, view, `<a href="#subject-${at}">${escaped(sentence(report.subject, 80))}</a> (${report.about}): `)}</li>`,
  )
  return `<ul class="overview">${lines.join('')}</ul>`
}

function section(report: Report, at: number, { view, behind }: { view: View; behind: string }): string {
  const { subject, seed, contract, flaky, accepted } = report
  const facts = Object.entries(contract).map(([name, value]) => `${name} ${shownValue(value as Json, 80)}`)
  return `<section id="subject-${at}">
<h1>${escaped(sentence(subject, 120))}</h1>
<p class="facts">${report.about} · seed ${seed} · ${escaped(facts.join(' · '))}</p>
${verdict(report, view)}
${report.findings.map(finding => card(finding, view)).join('\n')}
${bullets('Flaky: not shown again by a fresh executor', flaky.map(short))}
${bullets(
  'Accepted',
  accepted.map(each => `${short(each)} — until ${each.expires}: ${each.reason}`),
)}
${report.baselines.length === 0 ? '' : `<h2>Baselines</h2><div class="panel">${baselineBars(report)}</div>`}
${behind}
${properties(report)}
${notRun(report)}
</section>`
}

function verdict(report: Report, { failOn }: View, before = ''): string {
  const amount = amountOf(report)
  if (nothingRan(report)) return `<p class="verdict bad">${before}Nothing ran: nothing has been checked.</p>`
  const { length } = report.findings
  if (length === 0) return `<p class="verdict">${before}No violation found in ${amount}.</p>`
  const failed = failing(report, failOn).length
  return `<p class="verdict ${failed > 0 ? 'bad' : ''}">${before}${counted(length, 'finding')} in ${amount}, ${failed} of them ${failOn} or above.</p>`
}

function card(finding: Finding, { replay }: View): string {
  const { severity, number, property, title, input, says, scores, operator, also } = finding
  const others = also.length > 0 ? `, also ${also.join(', ')}` : ''
  const judged =
    scores.length > 0 ? term('scores', `<pre>${escaped(scores.map(shownScore).join('\n'))}</pre>`) : ''
  return `<article id="${finding.id}">
<header><span class="severity ${severity}">${severity}</span><h3>${escaped(`${number} ${property}`)}</h3></header>
<div class="sides"><div><dl>${inputOf(input)}</dl></div><div><dl>
${term('got', `<strong>${escaped(sentence(says, MOST))}</strong>`)}${term('expected', escaped(title))}${judged}
</dl></div></div>
<footer>${escaped(`operator ${operator}${others}; found ${history(finding)}`)}<br><code>${escaped(replay(finding.id))}</code></footer>
</article>`
}

/** What was answered comes first; the task and the rest explain it. */
function inputOf(input: Finding['input']): string {
  const entries = Object.entries(input).toSorted(
    ([a], [b]) => Number(b === 'response') - Number(a === 'response'),
  )
  return entries
    .map(([name, value]) => term(name, `<pre>${escaped(shownValue(value as Json, MOST))}</pre>`))
    .join('')
}

function term(name: string, html: string): string {
  return `<dt>${escaped(name)}</dt><dd>${html}</dd>`
}

function short({ property, says, id }: Finding): string {
  return `${id} ${property}: ${sentence(says, 200)}`
}

function bullets(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  const items = lines.map(line => `<li>${escaped(line)}</li>`)
  return `<h2>${title}</h2><div class="panel"><ul>${items.join('')}</ul></div>`
}

function notRun(report: Report): string {
  const { length } = report.notRun
  if (length === 0) return ''
  const items = reasons(report).map(line => `<li>${escaped(line)}</li>`)
  return `<details><summary>Not run: ${counted(length, 'property', 'properties')}</summary><div class="panel"><ul>${items.join('')}</ul></div></details>`
}

function properties(report: Report): string {
  if (report.properties.length === 0) return ''
  const rows = report.properties.map(({ id, number, title, runs, skips, operators, cut }) => {
    const used = operators.filter(each => each.runs > 0).length
    const failed = operators.some(each => each.failed)
    const state = failed
      ? '<span class="high">violated</span>'
      : runs === 0
        ? 'nothing ran'
        : cut
          ? 'cut short'
          : 'kept'
    return `<tr><td>${number}</td><td>${escaped(id)}<div class="small">${escaped(title)}</div></td><td class="number">${runs}</td><td class="number">${skips}</td><td class="number">${used}/${operators.length}</td><td>${state}</td></tr>`
  })
  const lines = coverageLines(report).map(line => `<p class="small">${escaped(line)}</p>`)
  return `<h2>Properties</h2><div class="panel"><table><tr><th></th><th>property</th><th class="number">runs</th><th class="number">skips</th><th class="number">operators</th><th></th></tr>${rows.join('')}</table>${lines.join('')}</div>`
}
