/** @file How many exhibits make each operator fail: counted now, and as recorded. */
import { ANSWER_PROPERTIES } from '../../rewards/checks/properties/answers.ts'
import type { Result } from './jobs.ts'

/** By kind, property and operator. */
export type Kills = Record<string, Record<string, Record<string, number>>>

export const RECORD = new URL('kills.json', import.meta.url)
export const RECORDED_SEED = 1

/** With sorted keys, so that a record changes where the counts do. */
export function killCounts(results: readonly Result[]): Kills {
  const counts: Kills = {}
  for (const key of results.flatMap(({ kills }) => kills).sort()) {
    const [kind, property, operator] = partsOf(key)
    const of = ((counts[kind] ??= {})[property] ??= {})
    of[operator] = (of[operator] ?? 0) + 1
  }
  return counts
}

/** The name of an operator may hold slashes. */
export function partsOf(key: string): [kind: string, property: string, operator: string] {
  const [kind = '', property = '', ...operator] = key.split('/')
  return [kind, property, operator.join('/')]
}

const OF_ANSWERS = new Set(ANSWER_PROPERTIES.map(({ id }) => id))

/** What must be shown to be able to fail: operators that do not depend on the kind of answer, once for all kinds. */
export function lawOf(key: string): string {
  const [kind, property, operator] = partsOf(key)
  const ofKind = kind === 'environment' || OF_ANSWERS.has(property)
  return `${ofKind ? kind : 'any kind'}/${property}/${operator}`
}
