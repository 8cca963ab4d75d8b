/** @file What became of the mutants of a reward, as machines read it. */
import { z } from 'zod'

const mutantStatus = z.enum(['killed', 'survived', 'equivalent', 'invalid'])

const judgedMutant = z.object({
  operator: z.string(),
  line: z.number(),
  before: z.string(),
  after: z.string(),
  status: mutantStatus,
  /** The property that killed it; `no_answer` where a right response gets none. */
  by: z.string().nullable(),
  /** Time ran out before every property was tried. */
  cut: z.boolean(),
})
export type JudgedMutant = z.infer<typeof judgedMutant>

export const mutationReportSchema = z.object({
  version: z.literal(1),
  file: z.string(),
  subject: z.string(),
  seed: z.number(),
  /** In the order of the text. */
  mutants: z.array(judgedMutant),
  killed: z.number(),
  survived: z.number(),
  /** Scores the same on everything that was tried, right and wrong responses among it. */
  equivalent: z.number(),
  /** Does not load. */
  invalid: z.number(),
  /** killed / (killed + survived); null where there are neither. */
  score: z.number().nullable(),
  /** Properties that find something in the reward as it is, and so cannot tell a mutant from it. */
  failing: z.array(z.string()),
  /** Properties that lack a fact, and which. Declaring it may kill survivors. */
  notRun: z.array(z.object({ id: z.string(), why: z.string() })),
})
export type MutationReport = z.infer<typeof mutationReportSchema>
