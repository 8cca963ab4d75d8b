/** @file Expressions that use each given number once, searched for a value. */
import { applied } from './arithmetic.ts'
import type { Rational } from './rational.ts'
import { parseRational } from './rational.ts'

interface Made {
  text: string
  value: Rational
  operators: string[]
  bare: boolean
}

const MAX_MADE = 30_000

/** Expressions over all of the numbers whose value `fits`, at most `count`; up to four numbers are looked through. */
export function combinations(
  numbers: readonly string[],
  operators: readonly string[],
  fits: (value: Rational, operators: readonly string[]) => boolean,
  count: number,
): string[] {
  const found: string[] = []
  const budget = { left: MAX_MADE }
  const leaves = numbers.map(text => ({ text, value: parseRational(text)!, operators: [], bare: true }))
  if (numbers.length >= 2 && numbers.length <= 4) search(leaves)
  return found

  function search(parts: readonly Made[]): void {
    if (found.length >= count || budget.left-- <= 0) return
    if (parts.length === 1) {
      const { text, value, operators: used } = parts[0]!
      if (fits(value, used) && !found.includes(text)) found.push(text)
      return
    }
    for (const [i, a] of parts.entries())
      for (const [j, b] of parts.entries())
        if (i !== j)
          for (const operator of operators) {
            const value = applied(operator, a.value, b.value)
            if (!value) continue
            const rest = parts.filter((_, at) => at !== i && at !== j)
            const made = {
              text: `${wrapped(a)}${operator}${wrapped(b)}`,
              value,
              operators: [...a.operators, operator, ...b.operators],
              bare: false,
            }
            search([made, ...rest])
          }
  }
}

function wrapped({ text, bare }: Made): string {
  return bare ? text : `(${text})`
}
