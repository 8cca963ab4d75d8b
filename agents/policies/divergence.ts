/** @file What is left of a training step that went wrong: its batch in a file, and an error that names everything needed. */
import { join } from 'node:path'
import { UsageError } from '../../envs/errors.ts'
import type { Batch } from '../nn/training/batch.ts'
import { writeJson } from '../nn/files.ts'
import type { LossSpec } from '../nn/losses/loss-graph.ts'
import { DivergedError } from '../nn/training/trainer.ts'
import { mkdirSync } from 'node:fs'

interface Context {
  batches: readonly Batch[]
  loss: LossSpec
  learningRate: number
  /** Where the batch is written. */
  dir: string
  lastCheckpoint: string | null
}

/** The error to throw: of a step that diverged, one that names the step, its batch and the last good checkpoint. */
export function reportDivergence(error: unknown, { dir, lastCheckpoint, ...step }: Context): unknown {
  if (!(error instanceof DivergedError)) return error
  const file = join(dir, `diverged-step-${error.step}.json`)
  mkdirSync(dir, { recursive: true })
  writeJson(file, { step: error.step, problem: error.message, ...plain(step) })
  const checkpoint = lastCheckpoint ?? 'none was saved'
  return new UsageError(`${error.message}. Its batch: ${file}. Last good checkpoint: ${checkpoint}`)
}

/** Typed arrays as lists of numbers; JSON has no NaN, so that those are words. */
function plain({ batches, loss, learningRate }: Pick<Context, 'batches' | 'loss' | 'learningRate'>): object {
  const list = (values: ArrayLike<number>): (number | string)[] =>
    Array.from(values, value => (Number.isFinite(value) ? value : String(value)))
  return {
    loss,
    learningRate,
    batches: batches.map(({ rows, inputs, ...ids }) => ({
      rows,
      ...Object.fromEntries(
        Object.entries(ids).map(([name, value]) => [name, typeof value === 'number' ? value : list(value)]),
      ),
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, list(values)])),
    })),
  }
}
