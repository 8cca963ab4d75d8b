/** @file Findings: one per root cause, with the smallest input that shows it. */
import type { Json } from '../../envs/json.ts'
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
  return `c-${hashJson(hashable([property, input])).slice(0, 8)}`
}

const LONE_SURROGATE = /\p{Cs}/u

/** The canonical form of JSON has no halves of surrogate pairs; inputs may, to see what a grader does with them. */
function hashable(value: Json): Json {
  const plain = (_key: string, each: Json): Json =>
    typeof each === 'string' && LONE_SURROGATE.test(each) ? JSON.stringify(each) : each
  return JSON.parse(JSON.stringify(value), plain as (key: string, value: unknown) => Json) as Json
}

/** One finding per property and pattern of scores; the others are named in `also`. */
export function grouped(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding>()
  for (const finding of findings) {
    const key = causeOf(finding)
    const first = groups.get(key)
    if (!first) groups.set(key, finding)
    else {
      const [kept, other] = size(finding) < size(first) ? [finding, first] : [first, finding]
      groups.set(key, { ...kept, also: [...new Set([...kept.also, other.operator, ...other.also])] })
    }
  }
  return [...groups.values()]
}

/** Findings with the same text have one cause, as far as can be seen: same property, same scores. */
export function causeOf({ property, scores, severity }: Finding): string {
  return JSON.stringify([property, scores, severity])
}

function size({ input }: Finding): number {
  return JSON.stringify(input).length
}
