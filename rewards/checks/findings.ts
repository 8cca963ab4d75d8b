/** @file Findings: one per root cause, with the smallest input that shows it. */
import { hashJson } from '../../envs/json.ts'
import type { Input, Severity } from './property.ts'

export interface Finding {
  /** `c-` and a hash of property and input: the same fault, found again, has the same name. */
  id: string
  property: string
  number: string
  title: string
  severity: Severity
  /** The operator whose input this is. */
  operator: string
  /** Other operators that show the same fault: same property, same scores. */
  also: string[]
  says: string
  scores: (number | string | null)[]
  input: Input
  /** Runs of this operator until it was found, and steps of shrinking. */
  run: number
  shrinks: number
  /** Replay by drawing again, as long as the generators do not change. */
  seed: number
  path: string
  /** Fresh executors that showed it again, of how many asked. */
  confirmed: [number, number]
}

export function findingId(property: string, input: Input): string {
  return `c-${hashJson([property, input]).slice(0, 8)}`
}

/** One finding per property and pattern of scores; the others are named in `also`. */
export function grouped(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding>()
  for (const finding of findings) {
    const key = JSON.stringify([finding.property, finding.scores, finding.severity])
    const first = groups.get(key)
    if (!first) groups.set(key, finding)
    else {
      const [kept, other] = size(finding) < size(first) ? [finding, first] : [first, finding]
      groups.set(key, { ...kept, also: [...new Set([...kept.also, other.operator, ...other.also])] })
    }
  }
  return [...groups.values()]
}

function size({ input }: Finding): number {
  return JSON.stringify(input).length
}
