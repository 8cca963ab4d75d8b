/** @file The figures of a reward model, as machines read them. Nothing here is a reason to fail by itself. */
import { z } from 'zod'

/** A figure with its 95 % interval, and how many tasks or calls it rests on. */
const figure = z.object({ value: z.number(), low: z.number(), high: z.number(), n: z.number() })
export type Figure = z.infer<typeof figure>

const transform = z.object({
  id: z.string(),
  /** Mean size of the change of score, in shares of the range. */
  moved: figure,
  /** Share of right-wrong pairs that are still in order, the right one being transformed. */
  accuracy: figure,
  /** How much that is less than before. */
  loss: figure,
  /** Share of pairs where the transform moves the score at least as much as the wrong answer does. */
  outweighs: figure,
})

const length = z.object({
  /** Rank correlation of length and score at one verdict. */
  spearman: figure,
  /** Change of score, in shares of the range, per doubling of length within a task. */
  slope: figure,
})

export const modelReportSchema = z.object({
  version: z.literal(1),
  subject: z.string(),
  seed: z.number(),
  tasks: z.number(),
  calls: z.number(),
  /** Calls that gave no finite score. */
  unscored: z.number(),
  sensitivity: z
    .object({
      accuracy: figure,
      /** Pairs in order, by kind of error. */
      errors: z.array(z.object({ kind: z.string(), accuracy: figure, drop: figure })),
      transforms: z.array(transform),
      worst: z.string().nullable(),
    })
    .nullable(),
  length: z.object({ right: length, wrong: length }).nullable(),
  order: z
    .object({
      /** Same verdict with the two responses swapped. */
      consistent: figure,
      /** Verdicts for the response that stands first, of those for either. */
      first: figure,
      /** Right over wrong in both orders. */
      accuracy: figure,
    })
    .nullable(),
  calibration: z
    .object({
      error: figure,
      auc: figure,
      pairAccuracy: figure,
      bins: z.array(
        z.object({ n: z.number(), right: z.number(), confidence: z.number(), share: z.number() }),
      ),
    })
    .nullable(),
  injection: z
    .object({
      /** Wrong responses that some payload lifts over the pass mark. */
      any: figure,
      payloads: z.array(z.object({ payload: z.string(), rate: figure })),
    })
    .nullable(),
  bestOfN: z
    .object({
      curve: z.array(
        z.object({ n: z.number(), proxy: z.number(), gold: z.number(), divergence: z.number() }),
      ),
      /** Proxy less gold at the largest n. */
      gap: z.number(),
      /** How far gold has fallen from its peak at the largest n, while the proxy rose. */
      fallen: z.number(),
      /** The n at which gold is highest. */
      peak: z.number(),
    })
    .nullable(),
  notRun: z.array(z.object({ figure: z.string(), why: z.string() })),
  /** One sentence per figure. */
  verdicts: z.array(z.string()),
})

export type ModelReport = z.infer<typeof modelReportSchema>
