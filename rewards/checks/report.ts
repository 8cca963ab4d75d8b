/** @file The report of a check, as machines read it. */
import { z } from 'zod'
import { SEVERITIES } from './property.ts'

const json: z.ZodType = z.json()
const severity = z.enum(SEVERITIES as ['critical', 'high', 'medium', 'low', 'info'])

/** What kind of thing was checked. */
export const ABOUT = ['reward', 'environment'] as const
export const VERDICTS = ['fails', 'holds', 'does not apply'] as const

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
  about: z.enum(ABOUT),
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
  /** Stored cases that were judged before anything was drawn. */
  replayed: z.array(z.object({ id: z.string(), property: z.string(), verdict: z.enum(VERDICTS) })),
  /** What the checks took for granted, e.g. the range and the pass mark. */
  contract: z.record(z.string(), json),
  baselines: z.array(
    z.object({
      name: z.string(),
      /** null: nothing was judged. */
      mean: z.number().nullable(),
      /** 95 % interval of the mean over tasks. */
      interval: z.tuple([z.number(), z.number()]).nullable(),
      runs: z.number(),
      detail: z.string(),
    }),
  ),
  /** Calls into the author's code. */
  calls: z.number(),
  /** Calls that came back with a value; none of many: nothing has been checked. */
  answered: z.number(),
})

/** What `ludus check --json` prints: one report for each thing that was checked. */
export const checkSchema = z.object({
  version: z.literal(1),
  failOn: severity,
  /** 0: no finding at or above `failOn`; 1: at least one; 2: nothing ran. */
  exit: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  reports: z.array(reportSchema),
})

export type Report = z.infer<typeof reportSchema>
export type Baseline = Report['baselines'][number]
export type Replayed = Report['replayed'][number]
