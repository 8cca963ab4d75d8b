/** @file The one JSON document of `ludus check --json`. */
import { z } from 'zod'
import { adversarySchema } from './adversary/report.ts'
import { checkSchema } from './report.ts'

/** `adversary`: with --adversary, one for each report. */
export const checkOutputSchema = checkSchema.extend({ adversary: z.array(adversarySchema).optional() })
export type CheckOutput = z.infer<typeof checkOutputSchema>
