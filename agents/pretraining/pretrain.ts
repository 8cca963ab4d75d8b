/**
 * @file Pre-training: next-token prediction on a corpus, measured on held-out texts, and taken up again where it stopped.
 *
 * L = −E log π(yₜ | y₍<t₎), as a mean over all tokens of a step. Every step's texts follow from its number alone, so that a run
 * that is resumed is the run that was not interrupted, to the bit.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { MaybePromise } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { hashJson } from '../../envs/json.ts'
import type { LearningRate } from '../learning/schedule.ts'
import { learningRateAt } from '../learning/schedule.ts'
import type { NeuralPolicy } from '../policies/neural.ts'
import type { BitsPerCharacter } from './bits.ts'
import { policyBits } from './bits.ts'
import type { Corpus } from './corpus.ts'
import { heldOutTexts } from './corpus.ts'
import { rowsOf } from './rows.ts'

export interface PretrainOptions {
  steps: number
  /** Texts per step. */
  batchSize: number
  learningRate: LearningRate
  /** Held-out texts that are measured; default 64. */
  heldOutTexts?: number
  /** Steps between measurements; default: only at the end. */
  evaluateEvery?: number
  /** Where checkpoints with the optimiser's state go, and where the run goes on from if there is one. */
  dir?: string
  /** Steps between checkpoints; default 100. One is written at the end in any case. */
  saveEvery?: number
  onProgress?: (progress: PretrainProgress) => MaybePromise<void>
  /** Stops behind the step under way, with a checkpoint, and rejects with the signal's reason. */
  signal?: AbortSignal
}

export interface PretrainProgress {
  /** Steps taken so far, of how many. */
  completed: number
  steps: number
  /** Mean cross-entropy per token of the last step, in nats. */
  loss: number
  /** On held-out texts, where they were measured behind this step. */
  heldOut: BitsPerCharacter | null
}

export interface PretrainResult {
  heldOut: BitsPerCharacter
  /** The step that the run went on from; 0: it began. */
  resumedAt: number
}

const progressSchema = z.object({ run: z.string(), completed: z.number().int().nonnegative() })
const PROGRESS = 'pretraining.json'

/** Throws UsageError where `dir` holds another run. */
export async function pretrain(
  policy: NeuralPolicy,
  corpus: Corpus,
  options: PretrainOptions,
): Promise<PretrainResult> {
  const { steps, batchSize, evaluateEvery, dir, saveEvery = 100, onProgress, signal } = options
  const held = heldOutTexts(corpus, options.heldOutTexts ?? 64)
  const run = hashJson({ corpus: corpus.name, steps, batchSize, learningRate: { ...options.learningRate } })
  const resumedAt = dir === undefined ? 0 : await takenUp(policy, dir, run)
  const saveAt = async (completed: number): Promise<void> => {
    if (dir !== undefined) await saved(policy, dir, { run, completed })
  }
  let batch = rowsAt(policy, corpus, resumedAt, batchSize)
  for (let step = resumedAt; step < steps; step++) {
    const update = policy.languageModelStep(batch, learningRateAt(options.learningRate, step, steps))
    // The next batch is made while the worker trains on this one.
    if (step + 1 < steps) batch = rowsAt(policy, corpus, step + 1, batchSize)
    const { loss } = await update
    const completed = step + 1
    const due = evaluateEvery !== undefined && completed % evaluateEvery === 0
    await onProgress?.({ completed, steps, loss, heldOut: due ? await policyBits(policy, held) : null })
    if (signal?.aborted) {
      await saveAt(completed)
      signal.throwIfAborted()
    }
    if (completed % saveEvery === 0 && completed < steps) await saveAt(completed)
  }
  if (resumedAt < steps) await saveAt(steps)
  return { heldOut: await policyBits(policy, held), resumedAt }
}

function rowsAt(policy: NeuralPolicy, corpus: Corpus, step: number, batchSize: number): number[][] {
  return Array.from({ length: batchSize }, (_, i) =>
    rowsOf(policy, corpus.train(step * batchSize + i)),
  ).flat()
}

/** How far a run in this folder has come; the policy goes on from there. */
async function takenUp(policy: NeuralPolicy, dir: string, run: string): Promise<number> {
  const file = join(dir, PROGRESS)
  if (!existsSync(file)) return 0
  const progress = progressSchema.safeParse(read(file))
  if (!progress.success || progress.data.run !== run)
    throw new UsageError(
      `${dir}: expected the run that is to go on, got another one; take another folder, or the same corpus and options`,
    )
  await policy.resume(join(dir, `step-${progress.data.completed}`))
  return progress.data.completed
}

/** The checkpoint is whole before the file points to it; then the one before it goes. */
async function saved(
  policy: NeuralPolicy,
  dir: string,
  progress: z.infer<typeof progressSchema>,
): Promise<void> {
  mkdirSync(dir, { recursive: true })
  await policy.save(join(dir, `step-${progress.completed}`), { optimizer: true })
  const file = join(dir, PROGRESS)
  const before = progressSchema.safeParse(read(file))
  writeFileSync(`${file}.new`, JSON.stringify(progress))
  renameSync(`${file}.new`, file)
  if (before.success && before.data.completed !== progress.completed)
    rmSync(join(dir, `step-${before.data.completed}`), { recursive: true, force: true })
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}
