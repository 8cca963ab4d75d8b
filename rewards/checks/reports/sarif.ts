/** @file The report for code scanning: SARIF 2.1.0 (OASIS), a rule per property, a result per finding. */
import type { Severity } from '../property.ts'
import type { Report } from '../report.ts'
import { sentence } from './shown.ts'
import type { View } from './terminal.ts'

export interface SarifView extends View {
  /** The file that was checked, relative to the root of the project; null where it is none. */
  file: string | null
  version: string
}

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}
/** What code scanning of GitHub sorts by, from 0 to 10. */
const WEIGHTS: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.0',
  low: '3.0',
  info: '1.0',
}

export function sarifReport(reports: readonly Report[], view: SarifView): string {
  const rules = rulesOf(reports)
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ludus check', semanticVersion: view.version, rules } },
        columnKind: 'utf16CodeUnits',
        results: reports.flatMap(report => [
          ...report.findings.map(finding => result(report, finding, view, rules)),
          ...report.accepted.map(finding => ({
            ...result(report, finding, view, rules),
            suppressions: [
              {
                kind: 'external',
                status: 'accepted',
                justification: `${finding.reason} (until ${finding.expires})`,
              },
            ],
          })),
        ]),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

interface Rule {
  id: string
  name: string
  shortDescription: { text: string }
}

function rulesOf(reports: readonly Report[]): Rule[] {
  const all = reports.flatMap(({ properties, findings, accepted }) => [
    ...properties,
    ...[...findings, ...accepted].map(({ property, number, title }) => ({ id: property, number, title })),
  ])
  const rules = all.map(({ id, number, title }) => ({
    id,
    name: number,
    shortDescription: { text: title },
  }))
  return [...new Map(rules.map(rule => [rule.id, rule])).values()]
}

function result(
  { subject }: Report,
  { property, severity, says, id, input, operator }: Report['findings'][number],
  { file, replay }: SarifView,
  rules: readonly Rule[],
) {
  const physicalLocation = { artifactLocation: { uri: encodeURI(file ?? '') }, region: { startLine: 1 } }
  return {
    ruleId: property,
    ruleIndex: rules.findIndex(rule => rule.id === property),
    level: LEVELS[severity],
    message: { text: `${subject}: ${sentence(says)} (again: ${replay(id)})` },
    locations: [
      {
        ...(file !== null && { physicalLocation }),
        logicalLocations: [{ name: subject, kind: 'object' }],
      },
    ],
    partialFingerprints: { 'ludusCase/v1': id },
    properties: { severity, 'security-severity': WEIGHTS[severity], operator, input },
  }
}
