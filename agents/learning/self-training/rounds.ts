/**
 * @file What self-training algorithms share: sampling, judging, keeping what is right, and fine-tuning from the base.
 *
 * Every round starts from the same weights, not from those of the round before: errors that were learned do not pile up.
 */
import type { MaybePromise } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import type { Coordinate } from '../../../envs/rng.ts'
import { rngAt } from '../../../envs/rng.ts'
import type {
  Completion,
  Demonstration,
  LearningPolicy,
  Policy,
  PolicySnapshot,
  Prompt,
  SampleOptions,
  UpdateStats,
} from '../../policy.ts'
import type { LearningRate } from '../schedule.ts'
import { learningRateAt } from '../schedule.ts'

/** A task that the policy teaches itself on. */
export interface Exercise {
  prompt: Prompt
  /** The prompt with the answer in it, where the environment can render one; the completion must do without it. */
  hinted?: Prompt
  /** Names its samples. */
  seed: readonly Coordinate[]
  /** Is the completion right? null: not judged, never kept. */
  judge(text: string): MaybePromise<boolean | null>
}

/** A right completion, and where it comes from. */
export interface Kept extends Demonstration {
  exercise: number
}

export interface FineTuneOptions {
  epochs: number
  batchSize: number
  learningRate: LearningRate
}

export type Sampling = Omit<SampleOptions, 'seeds'>

/** Samples each prompt once, a stream per prompt. */
export function sampleEach(
  policy: Policy,
  exercises: readonly Exercise[],
  prompts: readonly Prompt[],
  { seed, ...sampling }: Sampling & { seed: readonly Coordinate[] },
): Promise<Completion[]> {
  const seeds = exercises.map(exercise => [...exercise.seed, ...seed])
  return prompts.length === 0 ? Promise.resolve([]) : policy.sample(prompts, { ...sampling, seeds })
}

/** Verdicts on one completion per exercise; a text that was cut by its length is not judged, but wrong. */
export function judged(
  exercises: readonly Exercise[],
  completions: readonly Completion[],
): Promise<(boolean | null)[]> {
  return Promise.all(
    exercises.map(async (exercise, i) => {
      const { stopped, text } = completions[i]!
      return stopped ? exercise.judge(text) : false
    }),
  )
}

export interface KeepOptions {
  /** Most completions of one prompt: easy prompts would dominate. */
  cap: number
  /** Completions with the same key are the same; default: the text. */
  keyOf?: (text: string) => string
}

/** Each distinct completion once, the first `cap` of each exercise. */
export function distinctUpTo(kept: readonly Kept[], { cap, keyOf = text => text }: KeepOptions): Kept[] {
  const seen = new Map<number, Set<string>>()
  return kept.filter(({ exercise, completion }) => {
    const keys = seen.get(exercise) ?? new Set<string>()
    seen.set(exercise, keys)
    const key = keyOf(completion)
    if (keys.has(key) || keys.size >= cap) return false
    keys.add(key)
    return true
  })
}

/** Behaviour cloning of all demonstrations from the base, with a fresh optimiser. Throws UsageError where there are none. */
export async function fineTuneFrom(
  policy: LearningPolicy,
  base: PolicySnapshot,
  demonstrations: readonly Demonstration[],
  { epochs, batchSize, learningRate, seed }: FineTuneOptions & { seed: readonly Coordinate[] },
): Promise<UpdateStats> {
  if (demonstrations.length === 0)
    throw new UsageError(
      'self-training: no right completion was found, so there is nothing to learn from; warm the policy up, take easier tasks or more samples',
    )
  await policy.restore(base)
  await policy.resetOptimizer()
  const perEpoch = Math.ceil(demonstrations.length / batchSize)
  let stats: UpdateStats = { loss: 0, gradNorm: 0, approxKl: 0 }
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = rngAt(...seed, 'fine-tune', epoch).shuffle(demonstrations)
    for (let i = 0; i < perEpoch; i++) {
      const batch = order.slice(i * batchSize, (i + 1) * batchSize)
      const rate = learningRateAt(learningRate, epoch * perEpoch + i, epochs * perEpoch)
      stats = await policy.behaviorCloningStep(batch, rate)
    }
  }
  return stats
}
