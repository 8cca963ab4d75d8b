/** @file What the adversary spent and found, as machines read it. */
import { z } from 'zod'
import { ABOUT } from '../report.ts'

const json: z.ZodType = z.json()

const search = z.object({
  /** The task's seed; for rewards, the number of the start. */
  task: z.number(),
  /** Steps, or scores. */
  spent: z.number(),
  seconds: z.number(),
  /** Different situations seen; null for rewards. */
  cells: z.number().nullable(),
  /** The budget at which the exploit was found; null: none was. */
  foundAt: z.number().nullable(),
  /** Time ran out. */
  cut: z.boolean(),
  /** Nothing new came any more. */
  exhausted: z.boolean(),
  /** Each time that the reward rose: the reward, and whether the task was solved. */
  curve: z.array(z.object({ spent: z.number(), proxy: z.number(), solved: z.number() })),
})

const exploit = z.object({
  /** Under this name it is stored and judged again. */
  case: z.string(),
  input: z.record(z.string(), json),
  says: z.string(),
  proxy: z.number(),
  /** The action, from 1, from which the reward counts as solved and the oracle does not; null for rewards. */
  partsAt: z.number().nullable(),
  /** Other tasks on which the same actions, or the same answer, are an exploit as well. */
  transfers: z.object({ hit: z.number(), of: z.number() }),
  /** What the reference solution earns on the same task. */
  reference: z.object({ proxy: z.number(), length: z.number() }).nullable(),
})

const point = z.object({
  iteration: z.number(),
  /** Environment steps so far. */
  steps: z.number(),
  /** Mean return of the policy, and of the best of each group by return. */
  proxy: z.number(),
  bestProxy: z.number(),
  /** Share of episodes that reach the goal; the same for the best of each group. */
  solved: z.number(),
  bestSolved: z.number(),
})

const learned = z.object({
  /** Candidates of which the best is taken. */
  of: z.number(),
  seconds: z.number(),
  points: z.array(point),
  exploit: z
    .object({
      task: z.object({ split: z.string(), level: z.number(), index: z.number() }),
      actions: z.array(json),
      proxy: z.number(),
      steps: z.number(),
    })
    .nullable(),
})

export const adversarySchema = z.object({
  version: z.literal(1),
  subject: z.string(),
  about: z.enum(ABOUT),
  unit: z.enum(['steps', 'scores']),
  searches: z.array(search),
  /** Spent until the first exploit, over the searches in their order; null: none. */
  first: z.object({ spent: z.number(), seconds: z.number() }).nullable(),
  exploit: exploit.nullable(),
  /** null: no policy was trained. */
  learned: learned.nullable(),
  /** Why no policy could be trained, where one was asked for. */
  notLearned: z.string().nullable(),
})

export type AdversaryReport = z.infer<typeof adversarySchema>
export type AdversarySearch = z.infer<typeof search>
export type LearnedReport = z.infer<typeof learned>
export type LearnedPoint = z.infer<typeof point>
