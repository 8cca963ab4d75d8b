/**
 * @file ReST-EM, expert iteration by sampling (Singh et al. 2023, algorithm 1). Each round:
 *
 * - E: `D_i = {(x, y) : y ~ π_i(·|x), r(x, y) = 1}`, distinct, at most `cap` per prompt;
 * - M: `θ_{i+1} = argmax E_{D_i} log π_θ`, from the base.
 */
import type { MaybePromise } from '../../../envs/env.ts'
import type { Coordinate } from '../../../envs/rng.ts'
import type { LearningPolicy, Policy, UpdateStats } from '../../policy.ts'
import type { Exercise, FineTuneOptions, KeepOptions, Kept, Sampling } from './rounds.ts'
import { distinctUpTo, fineTuneFrom, judged, sampleEach } from './rounds.ts'

export interface ExpertIterationOptions extends FineTuneOptions, KeepOptions {
  rounds: number
  /** Samples of each prompt; the paper: 32 to 64, at most 10 kept. */
  samples: number
  sampling: Sampling
  seed?: number
}

export interface ExpertIterationStats extends UpdateStats, Omit<Collected, 'kept'> {
  round: number
  /** Distinct right completions that were learned, and the prompts that have one. */
  learned: number
  covered: number
}

export async function expertIteration(
  policy: LearningPolicy,
  exercises: readonly Exercise[],
  options: ExpertIterationOptions,
  onRound: (stats: ExpertIterationStats) => MaybePromise<void> = () => {},
): Promise<void> {
  const base = await policy.snapshot()
  for (let round = 0; round < options.rounds; round++) {
    const seed = ['expert iteration', options.seed ?? 0, round]
    const { kept, ...counts } = await collectRight(policy, exercises, { ...options, seed })
    const update = await fineTuneFrom(policy, base, kept, { ...options, seed })
    await onRound({ round, ...counts, learned: kept.length, covered: coverage(kept), ...update })
  }
}

export interface Collected {
  kept: Kept[]
  /** Completions that were right, before duplicates and the cap; and share of those judged. */
  right: number
  accuracy: number
  unjudged: number
}

/** Distinct right completions of every exercise. */
export async function collectRight(
  policy: Policy,
  exercises: readonly Exercise[],
  options: KeepOptions & { samples: number; sampling: Sampling; seed: readonly Coordinate[] },
): Promise<Collected> {
  const { samples, sampling, seed } = options
  const rows = exercises.flatMap((exercise, index) =>
    Array.from({ length: samples }, (_, i) => ({
      index,
      exercise: { ...exercise, seed: [...exercise.seed, i] },
    })),
  )
  const asked = rows.map(({ exercise }) => exercise)
  const prompts = asked.map(({ prompt }) => prompt)
  const completions = await sampleEach(policy, asked, prompts, { ...sampling, seed })
  const verdicts = await judged(asked, completions)
  const right = rows.flatMap(({ index, exercise: { prompt } }, i) =>
    verdicts[i] ? [{ prompt, completion: completions[i]!.text, exercise: index }] : [],
  )
  const count = verdicts.filter(verdict => verdict !== null).length
  return {
    kept: distinctUpTo(right, options),
    right: right.length,
    accuracy: right.length / Math.max(1, count),
    unjudged: rows.length - count,
  }
}

function coverage(kept: readonly Kept[]): number {
  return new Set(kept.map(({ exercise }) => exercise)).size
}
