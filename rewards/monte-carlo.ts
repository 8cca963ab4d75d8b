/**
 * @file Step labels by Monte-Carlo rollouts: a step is as good as what a policy makes of the prefix that ends with it.
 *
 * Math-Shepherd (Wang et al. 2023, arXiv 2312.08935, eq. 3 and 4): of K completions of each prefix, c are right; the hard label
 * is `1[c > 0]`, the soft one `c / K`. They measure the completer too: one that reaches right answers from wrong steps
 * labels those right.
 */
import type { MaybePromise } from '../envs/env.ts'
import { UsageError } from '../envs/errors.ts'
import type { Json } from '../envs/json.ts'
import type { Coordinate } from '../envs/rng.ts'
import type { StepTargets } from './labels.ts'
import type { Attempt } from './reward.ts'

/** How a prefix was completed. */
export interface Rollout {
  /** The actions behind the prefix. */
  actions: readonly Json[]
  /** Of the whole; null: not judged. */
  outcome: number | null
  /** What was generated. */
  tokens: number
}

/** Draws `count` rollouts of each prefix, in order. Where the prefix has ended the episode, they are empty and judge it. */
export type RolloutSampler = (
  prefixes: readonly Attempt[],
  count: number,
  seed: readonly Coordinate[],
) => MaybePromise<readonly (readonly Rollout[])[]>

/** Math-Shepherd's N. */
export const ROLLOUTS = 8

export interface MonteCarloOptions {
  rollouts?: number
  /** An outcome from here on is right. */
  pass?: number
  seed: readonly Coordinate[]
}

export interface MonteCarloLabels {
  hard: StepTargets
  soft: StepTargets
  rollouts: number
  tokens: number
}

/** Labels of every step of every attempt; null where no rollout could be judged. */
export async function monteCarloLabels(
  attempts: readonly Attempt[],
  sample: RolloutSampler,
  { rollouts = ROLLOUTS, pass = 1, seed }: MonteCarloOptions,
): Promise<MonteCarloLabels[]> {
  const prefixes = attempts.flatMap(prefixesOf)
  const drawn = await sample(prefixes, rollouts, seed)
  if (drawn.length !== prefixes.length)
    throw new UsageError(
      `Monte-Carlo labels: expected rollouts of ${prefixes.length} prefixes from the sampler, got ${drawn.length}`,
    )
  let from = 0
  return attempts.map(({ actions }) => {
    const own = drawn.slice(from, (from += actions.length))
    const soft = own.map(each => successRate(each, pass))
    return {
      soft,
      hard: soft.map(share => (share === null ? null : Number(share > 0))),
      rollouts: own.flat().length,
      tokens: own.flat().reduce((sum, { tokens }) => sum + tokens, 0),
    }
  })
}

/** Share of the judged rollouts that are right; null if none was judged. */
export function successRate(rollouts: readonly Rollout[], pass = 1): number | null {
  const judged = rollouts.filter(({ outcome }) => outcome !== null)
  if (judged.length === 0) return null
  return judged.filter(({ outcome }) => outcome! >= pass).length / judged.length
}

/** One prefix per step, the whole attempt last. */
export function prefixesOf({ task, actions }: Attempt): Attempt[] {
  return actions.map((_, k) => ({ task, actions: actions.slice(0, k + 1) }))
}
