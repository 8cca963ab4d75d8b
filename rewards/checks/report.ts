/** @file The report of a check, as machines read it. */
import { z } from 'zod'
import { SEVERITIES } from './property.ts'

const json: z.ZodType = z.json()
const severity = z.enum(SEVERITIES as ['critical', 'high', 'medium', 'low', 'info'])

const findingSchema = z.object({
  id: z.string(),
  property: z.string(),
  number: z.string(),
  title: z.string(),
  severity,
  operator: z.string(),
  also: z.array(z.string()),
  says: z.string(),
  scores: z.array(z.union([z.number(), z.string(), z.null()])),
  input: z.record(z.string(), json),
  run: z.number(),
  shrinks: z.number(),
  seed: z.number(),
  path: z.string(),
  confirmed: z.tuple([z.number(), z.number()]),
})

export const reportSchema = z.object({
  version: z.literal(1),
  subject: z.string(),
  seed: z.number(),
  /** Properties that were run, with what each operator did. */
  properties: z.array(
    z.object({
      id: z.string(),
      number: z.string(),
      title: z.string(),
      runs: z.number(),
      skips: z.number(),
      operators: z.array(
        z.object({ id: z.string(), runs: z.number(), skips: z.number(), failed: z.boolean() }),
      ),
      /** Time ran out before all runs were made. */
      cut: z.boolean(),
    }),
  ),
  notRun: z.array(z.object({ id: z.string(), number: z.string(), why: z.string() })),
  findings: z.array(findingSchema),
  /** Findings that a fresh executor did not show again. */
  flaky: z.array(findingSchema),
  /** Findings that somebody has accepted, with the reason. */
  accepted: z.array(findingSchema.extend({ reason: z.string(), expires: z.string() })),
  /** What the checks took for granted, e.g. the range and the pass mark. */
  contract: z.record(z.string(), json),
  baselines: z.array(
    z.object({ name: z.string(), mean: z.number().nullable(), runs: z.number(), detail: z.string() }),
  ),
  /** Calls into the author's code. */
  calls: z.number(),
})

export type Report = z.infer<typeof reportSchema>
