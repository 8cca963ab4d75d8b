/**
 * @file STaR, the self-taught reasoner (Zelikman et al. 2022, algorithm 1). Each round:
 *
 * 1. write a rationale for every task; keep those that end in the right answer;
 * 2. rationalise: where that failed, write one with the answer as a hint, keep it if right, and drop the hint;
 * 3. fine-tune the base, not the policy of the last round, on both.
 */
import type { MaybePromise } from '../../../envs/env.ts'
import type { LearningPolicy, UpdateStats } from '../../policy.ts'
import type { Exercise, FineTuneOptions, Kept, Sampling } from './rounds.ts'
import { fineTuneFrom, judged, sampleEach } from './rounds.ts'

export interface StarOptions extends FineTuneOptions {
  rounds: number
  /** The paper decodes greedily; a temperature explores. */
  sampling: Sampling
  /** Default: wherever an exercise has a hinted prompt. */
  rationalise?: boolean
  /** Does a rationale betray that it saw the hint? Such are dropped. */
  leaks?: (text: string) => boolean
  seed?: number
}

export interface StarStats extends UpdateStats {
  round: number
  /** Share of exercises solved without a hint, of those judged. */
  accuracy: number
  rationalised: number
  leaked: number
  unjudged: number
}

export async function star(
  policy: LearningPolicy,
  exercises: readonly Exercise[],
  options: StarOptions,
  onRound: (stats: StarStats) => MaybePromise<void> = () => {},
): Promise<void> {
  const base = await policy.snapshot()
  for (let round = 0; round < options.rounds; round++) {
    const { kept, ...counts } = await rationales(policy, exercises, { ...options, round })
    const update = await fineTuneFrom(policy, base, kept, {
      ...options,
      seed: ['star', options.seed ?? 0, round],
    })
    await onRound({ round, ...counts, ...update })
  }
}

interface Rationales extends Pick<StarStats, 'accuracy' | 'rationalised' | 'leaked' | 'unjudged'> {
  kept: Kept[]
}

async function rationales(
  policy: LearningPolicy,
  exercises: readonly Exercise[],
  { sampling, rationalise = true, leaks = () => false, seed = 0, round }: StarOptions & { round: number },
): Promise<Rationales> {
  const plain = exercises.map(({ prompt }) => prompt)
  const written = await sampleEach(policy, exercises, plain, { ...sampling, seed: ['star', seed, round] })
  const verdicts = await judged(exercises, written)
  const keep = (exercise: number, completion: string): Kept => ({
    prompt: exercises[exercise]!.prompt,
    completion,
    exercise,
  })
  const right = written.flatMap(({ text }, i) => (verdicts[i] ? [keep(i, text)] : []))

  const failed = exercises.flatMap((exercise, i) =>
    rationalise && verdicts[i] === false && exercise.hinted ? [{ i, exercise, hinted: exercise.hinted }] : [],
  )
  const again = failed.map(({ exercise }) => exercise)
  const hints = failed.map(({ hinted }) => hinted)
  const hinted = await sampleEach(policy, again, hints, { ...sampling, seed: ['star hint', seed, round] })
  const second = await judged(again, hinted)
  const rescued = failed.flatMap(({ i }, k) => (second[k] ? [keep(i, hinted[k]!.text)] : []))
  const clean = rescued.filter(({ completion }) => !leaks(completion))
  const count = verdicts.filter(verdict => verdict !== null).length
  return {
    kept: [...right, ...clean],
    accuracy: right.length / Math.max(1, count),
    rationalised: clean.length,
    leaked: rescued.length - clean.length,
    unjudged: exercises.length - count,
  }
}
