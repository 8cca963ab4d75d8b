/** @file Makes an exhibit of a planted fault: the same subject, built with the fault and without. */
import type { RewardSubject } from '../../rewards/checks/subject.ts'
import type { RewardExhibit } from './entry.ts'

export type Facts<T> = Omit<RewardSubject<T>, 'name'>

export function planted<T>(
  id: string,
  property: string,
  subject: (faulty: boolean) => Facts<T>,
  minimal = 1,
): RewardExhibit {
  const named = (faulty: boolean): RewardSubject<never> =>
    ({ name: faulty ? id : `${id}, fixed`, ...subject(faulty) }) as unknown as RewardSubject<never>
  return { id, property, minimal, faulty: named(true), fixed: named(false) }
}

export interface Sum {
  a: number
  b: number
}

export const SUMS: readonly Sum[] = Array.from({ length: 12 }, (_, at) => ({ a: 7 * at + 3, b: 11 * at + 5 }))

/** What sums have in common: numbers behind `Answer:`, on the last line. */
export const SUM_FACTS = {
  kind: 'number',
  tasks: SUMS,
  prompt: ({ a, b }: Sum) => `What is ${a} + ${b}? End with Answer: and the number.`,
  gold: ({ a, b }: Sum) => String(a + b),
  answer: {
    wrap: (answer: string, reasoning: string) => `${reasoning && `${reasoning}\n`}Answer: ${answer}`,
    policy: 'last',
  },
} as const

/** The number on the last line that gives one; null if it is none. */
export function answered(text: string): string | null {
  const last = text.split(/\r?\n/).findLast(line => /^\s*Answer:/.test(line))
  return last?.split('Answer:').at(-1)!.trim() ?? null
}

export function isRight({ a, b }: Sum, text: string): boolean {
  const given = answered(text)
  return given !== null && /^[+-]?\d+(?:\.0*)?$/.test(given) && Number(given) === a + b
}
