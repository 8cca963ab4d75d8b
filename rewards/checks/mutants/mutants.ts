/** @file `mutantsOf`: every small fault of a reward, as a change of its source. */
import { OPERATORS } from './operators.ts'
import { scoringParts } from './reach.ts'
import { parsed, within } from './syntax.ts'
import type { Syntax } from './syntax.ts'

export interface Mutant {
  /** What was changed, e.g. `drop-guard`. */
  operator: string
  /** Where, from 1. */
  line: number
  before: string
  after: string
  start: number
  end: number
}

/** In the order of the text. `top`: the best score. Throws UsageError where the source cannot be read. */
export function mutantsOf(source: string, file: string, { top = 1 }: { top?: number } = {}): Mutant[] {
  const text = ({ start, end }: Syntax): string => source.slice(start, end)
  const found = new Map<string, Mutant>()
  for (const part of scoringParts(parsed(source, file)))
    for (const [node, parent] of within(part))
      for (const operator of OPERATORS)
        for (const { operator: id, start, end, text: after } of operator({
          node,
          parent,
          text,
          top: String(top),
        })) {
          const line = source.slice(0, start).split('\n').length
          const mutant = { operator: id, line, before: source.slice(start, end), after, start, end }
          const key = JSON.stringify([start, end, after])
          if (mutant.before !== after && !found.has(key)) found.set(key, mutant)
        }
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end)
}

export function mutated(source: string, { start, end, after }: Mutant): string {
  return source.slice(0, start) + after + source.slice(end)
}
