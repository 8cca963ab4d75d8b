/**
 * @file The compute-optimal choice (Snell et al. 2024, §3): a few pilot samples estimate how hard a problem is, and the search
 * that was best on validation problems of that difficulty is run with what is left of the budget.
 *
 * Difficulty is 1 − the mean score of the pilots, under a guide whose scores lie in [0, 1]: the verifier's (the paper's oracle
 * difficulty), or the agreement of the answers (predicted, needing no ground truth).
 */
import { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'
import type { Partial, SearchSpec } from './search.ts'
import type { Found, SearchContext } from './strategy.ts'
import { conclude, grow, isSettled, isText, judge } from './strategy.ts'

/** What one search achieved on the validation problems of one difficulty. */
export interface TableRow<Spec = SearchSpec> {
  search: Spec
  accuracy: number
  /** Generated tokens per problem, on average. */
  tokens: number
}

export interface DifficultyTable<Spec = SearchSpec> {
  /** Upper ends of all bins but the last, ascending; a difficulty at an end belongs below it. */
  edges: number[]
  /** One list per bin. */
  bins: TableRow<Spec>[][]
}

const tableSchema = z
  .strictObject({
    edges: z.array(z.number().min(0).max(1)),
    bins: z.array(
      z
        .array(
          z.strictObject({
            search: z.string(),
            accuracy: z.number().min(0).max(1),
            tokens: z.number().nonnegative(),
          }),
        )
        .min(1),
    ),
  })
  .refine(({ edges, bins }) => bins.length === edges.length + 1, 'expected one bin more than edges')
  .refine(
    ({ edges }) => edges.every((edge, i) => i === 0 || edge > edges[i - 1]!),
    'expected ascending edges',
  )

/** Reads a table whose searches are written as in `+search(...)`. Throws UsageError naming what does not fit. */
export function parseTable(
  text: string,
  source: string,
  readSearch: (search: string) => SearchSpec,
): DifficultyTable {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UsageError(
      `${source}: expected a validation table as JSON, got ${JSON.stringify(text.slice(0, 60))}`,
    )
  }
  const parsed = tableSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw new UsageError(
      `${source}: not a validation table: ${issue.path.join('.') || 'table'}: ${issue.message}`,
    )
  }
  const { edges, bins } = parsed.data
  return { edges, bins: bins.map(rows => rows.map(row => ({ ...row, search: readSearch(row.search) }))) }
}

/** The most accurate search of the difficulty's bin; of equally accurate ones the cheapest. */
export function bestSearch<Spec>({ edges, bins }: DifficultyTable<Spec>, difficulty: number): Spec {
  const bin = edges.findIndex(edge => difficulty <= edge)
  const rows = bins[bin < 0 ? edges.length : bin]!
  return rows.toSorted((a, b) => b.accuracy - a.accuracy || a.tokens - b.tokens)[0]!.search
}

export interface ComputeOptimalOptions<Spec> {
  table: DifficultyTable<Spec>
  /** Samples that estimate the difficulty. */
  pilot: number
  /** Runs another search in this one's log and budget. */
  run: (search: Spec) => Promise<Found>
}

export async function computeOptimal<Spec>(
  context: SearchContext,
  { table, pilot, run }: ComputeOptimalOptions<Spec>,
): Promise<Found> {
  const { root, guide } = context
  if (guide.best !== 1)
    throw new UsageError(
      `compute-optimal search estimates difficulty by scores from 0 to 1, and ${guide.name} gives none; use guidance=majority or verifier`,
    )
  const rows = Array.from({ length: pilot }, (_, i) => ({ from: root, seed: ['pilot', i] }))
  const pilots = (await grow(context, rows, { granularity: 'solution' })).filter(isText)
  const scores = await judge(context, pilots)
  if (isSettled(guide, scores) || context.expander.meter.exhausted)
    return conclude(context, pilots, scores, isSettled(guide, scores))
  return run(bestSearch(table, difficultyOf(pilots, scores)))
}

function difficultyOf(pilots: readonly Partial[], scores: readonly (number | null)[]): number {
  return 1 - scores.reduce<number>((sum, score) => sum + (score ?? 0), 0) / Math.max(1, pilots.length)
}
