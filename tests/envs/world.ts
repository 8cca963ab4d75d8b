/** @file What the tests know of a family: a way of their own to check its answers, and one task with lines to judge. */
import type { EnvDef } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'

export interface World {
  env: EnvDef<Json, Json, { question: string }, string>
  /** Is this the answer? Decided without the family's formulas. */
  check(params: Json, given: string, question: string): boolean
  specimen: Specimen
}

export interface Specimen {
  params: Json
  question: string
  truths: string[]
  lies: string[]
  /** A line that says nothing. */
  remark?: string
}

/** The world of one family, with its own type of parameters. */
export function world<P>(
  env: unknown,
  check: (params: P, given: string, question: string) => boolean,
  specimen: Specimen,
): World {
  return {
    env: env as World['env'],
    check: (params, given, question) => check(params as P, given, question),
    specimen,
  }
}

/** A fraction that nobody reduces. */
export type Quotient = { num: bigint; den: bigint }

export function read(text: string): Quotient {
  const [num, den = '1'] = text.split('/')
  return { num: BigInt(num!.trim()), den: BigInt(den.trim()) }
}

export function of(num: number, den = 1): Quotient {
  return { num: BigInt(num), den: BigInt(den) }
}

export function plus(a: Quotient, b: Quotient): Quotient {
  return { num: a.num * b.den + b.num * a.den, den: a.den * b.den }
}

export function times(a: Quotient, b: Quotient): Quotient {
  return { num: a.num * b.num, den: a.den * b.den }
}

export function same(a: Quotient, b: Quotient): boolean {
  return a.num * b.den === b.num * a.den
}

/** Whole numbers in a text, in order. */
export function numbersIn(text: string): number[] {
  return [...text.matchAll(/(?<![\d/])-?\d+/g)].map(([digits]) => Number(digits))
}

/** The fractions of `[[1, 2/3], …]` or `(1, 2/3)`, in order. */
export function fractionsIn(text: string): Quotient[] {
  return [...text.matchAll(/-?\d+(?:\/\d+)?/g)].map(([written]) => read(written))
}
