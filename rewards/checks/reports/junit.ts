/** @file The report for CI systems that read JUnit XML: a suite per subject, a case per property. */
import { escaped } from './escaped.ts'
import { failing, nothingRan } from '../gate.ts'
import type { Report } from '../report.ts'
import { sentence, shownValue } from './shown.ts'
import type { View } from './terminal.ts'

export function junitReport(reports: readonly Report[], view: View): string {
  const suites = reports.map(report => suite(report, view))
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ludus check">\n${suites.join('\n')}\n</testsuites>\n`
}

function suite(report: Report, view: View): string {
  const { subject, properties, notRun } = report
  const failed = failing(report, view.failOn)
  const cases = [
    ...properties.map(property => {
      const own = failed.filter(finding => finding.property === property.id)
      const inside = own.map(finding => failure(finding, view)).join('')
      return testcase(report, property, inside)
    }),
    ...notRun.map(each => testcase(report, each, `<skipped message="${xml(each.why)}"/>`)),
    ...(nothingRan(report)
      ? [testcase(report, { id: 'nothing_ran', number: '' }, '<error message="nothing has been checked"/>')]
      : []),
  ]
  const failures = new Set(failed.map(({ property }) => property)).size
  const counts = `tests="${cases.length}" failures="${failures}" errors="${nothingRan(report) ? 1 : 0}" skipped="${notRun.length}"`
  return `<testsuite name="${xml(subject)}" ${counts}>\n${cases.join('\n')}\n</testsuite>`
}

function testcase(
  { subject }: Report,
  { id, number }: { id: string; number: string },
  inside: string,
): string {
  const open = `<testcase classname="${xml(subject)}" name="${xml(`${number} ${id}`.trim())}"`
  return inside === '' ? `${open}/>` : `${open}>${inside}</testcase>`
}

function failure({ says, severity, input, id, title }: Report['findings'][number], { replay }: View): string {
  const lines = [
    ...Object.entries(input).map(([name, value]) => `${name}: ${shownValue(value as never)}`),
    `got: ${sentence(says)}`,
    `should be: ${title}`,
    `replay: ${replay(id)}`,
  ]
  return `<failure type="${severity}" message="${xml(sentence(says, 200))}">${xml(lines.join('\n'))}</failure>`
}

/** Characters that XML 1.0 cannot hold at all have been escaped by `sentence`; those left are dropped. */
function xml(text: string): string {
  return escaped(text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''))
}
