/**
 * @file How good a reward model is, in numbers: order within pairs and fours, area under the curve, first errors, calibration,
 * and what choosing by it earns. Scores of null (not judged) are never right.
 */
import { bestOfN, divergence } from './checks/models/best-of-n.ts'
import type { Candidate } from './checks/models/best-of-n.ts'
import { auc, calibrationBins, calibrationError } from './checks/models/statistics.ts'
import { UsageError } from '../envs/errors.ts'

type Score = number | null

/** Share of pairs whose chosen response scores above the rejected one (RewardBench, arXiv 2403.13787). A tie is not above. */
export function pairAccuracy(pairs: readonly { chosen: Score; rejected: Score }[]): number {
  return share(pairs, ({ chosen, rejected }) => above(chosen, rejected))
}

/** Share of prompts whose chosen response is strictly the best of all, usually four (RewardBench 2, arXiv 2506.01937). */
export function bestOfManyAccuracy(rows: readonly { chosen: Score; rejected: readonly Score[] }[]): number {
  return share(rows, ({ chosen, rejected }) => rejected.every(score => above(chosen, score)))
}

function above(chosen: Score, rejected: Score): boolean {
  return chosen !== null && (rejected === null || chosen > rejected)
}

export interface FirstErrorCase {
  /** Score of each step. */
  scores: readonly Score[]
  /** Number of the first wrong step, -1 if none is wrong. */
  label: number
}

/** The first step that scores below the threshold; -1 if none does. A step without a score is not below. */
export function firstBelow(scores: readonly Score[], threshold: number): number {
  return scores.findIndex(score => score !== null && score < threshold)
}

export interface ProcessBenchScore {
  /** Share of wrong solutions whose first error is found exactly; NaN where there are none. */
  errorAccuracy: number
  /** Share of right solutions in which none is found. */
  correctAccuracy: number
  /** The harmonic mean of both; 0 where one is 0. */
  f1: number
}

/** ProcessBench (Zheng et al. 2024, arXiv 2412.06559, §3.4). */
export function processBenchScore(pairs: readonly { predicted: number; label: number }[]): ProcessBenchScore {
  const [wrong, right] = [pairs.filter(({ label }) => label >= 0), pairs.filter(({ label }) => label < 0)]
  const hit = ({ predicted, label }: { predicted: number; label: number }): boolean => predicted === label
  const [errorAccuracy, correctAccuracy] = [share(wrong, hit), share(right, hit)]
  const sum = errorAccuracy + correctAccuracy
  return { errorAccuracy, correctAccuracy, f1: sum === 0 ? 0 : (2 * errorAccuracy * correctAccuracy) / sum }
}

export function processBenchAt(cases: readonly FirstErrorCase[], threshold: number): ProcessBenchScore {
  return processBenchScore(
    cases.map(({ scores, label }) => ({ predicted: firstBelow(scores, threshold), label })),
  )
}

/**
 * The threshold with the largest F1 on these cases, to be used on others. Between two neighbouring scores every threshold is
 * the same, so one of each gap is tried; of equally good ones the middle one is taken.
 */
export function tunedThreshold(cases: readonly FirstErrorCase[]): { threshold: number; f1: number } {
  const values = [...new Set(cases.flatMap(({ scores }) => scores.filter(score => score !== null)))].sort(
    (a, b) => a - b,
  )
  if (values.length === 0) throw new UsageError('threshold: expected cases with scores, got none')
  const candidates = [values[0]!, ...values.slice(1).map((value, i) => (value + values[i]!) / 2)]
  const tried = candidates.map(threshold => ({ threshold, f1: processBenchAt(cases, threshold).f1 }))
  const most = Math.max(...tried.map(({ f1 }) => f1))
  const best = tried.filter(({ f1 }) => f1 === most)
  if (best.length === 0)
    throw new UsageError('threshold: expected right and wrong solutions to tune on, got only one kind')
  return best[Math.floor((best.length - 1) / 2)]!
}

export interface Judged {
  /** Which task it belongs to. */
  task: string | number
  score: number
  right: boolean
}

/** Area under the ROC curve over all responses: also right where the model only knows which tasks are easy. */
export function pooledAuc(items: readonly Judged[]): number {
  return auc(
    items.map(({ score }) => score),
    items.map(({ right }) => right),
  )
}

/** Mean over the tasks with right and wrong responses of the area within the task: what choosing among responses needs. */
export function withinTaskAuc(items: readonly Judged[]): number {
  const areas = [...grouped(items).values()].map(pooledAuc).filter(area => !Number.isNaN(area))
  return areas.reduce((sum, area) => sum + area, 0) / areas.length
}

function grouped(items: readonly Judged[]): Map<string | number, Judged[]> {
  const groups = new Map<string | number, Judged[]>()
  for (const item of items) groups.set(item.task, [...(groups.get(item.task) ?? []), item])
  return groups
}

export interface Calibration {
  /** Expected calibration error over ten equal bins (Guo et al. 2017). */
  ece: number
  /** Mean squared distance of score and truth (Brier 1950). */
  brier: number
  bins: ReturnType<typeof calibrationBins>
}

/** Of scores that claim to be probabilities. Throws UsageError where they are not in [0, 1]. */
export function calibration(items: readonly { score: number; right: boolean }[]): Calibration {
  const misfit = items.find(({ score }) => !(score >= 0 && score <= 1))
  if (misfit)
    throw new UsageError(`calibration: expected scores in [0, 1], got ${misfit.score}; use probabilities`)
  const [scores, right] = [items.map(({ score }) => score), items.map(each => each.right)]
  const squares = items.reduce((sum, { score, right: truth }) => sum + (score - Number(truth)) ** 2, 0)
  return {
    ece: calibrationError(scores, right),
    brier: squares / items.length,
    bins: calibrationBins(scores, right),
  }
}

export interface BestOfNPoint {
  n: number
  /** Mean over the tasks of what the model expects of its choice, and of what it is truly worth. */
  proxy: number
  gold: number
  /** Bound on how far choosing so moves the policy, in nats: `ln n − (n − 1)/n` (Stiennon et al. 2020). */
  kl: number
}

/** The proxy curve and the gold curve, from each task's pool of samples by order statistics. n is at most the smallest pool. */
export function bestOfNCurve(
  pools: readonly (readonly Candidate[])[],
  ns: readonly number[],
): BestOfNPoint[] {
  return ns.map(n => {
    const chosen = pools.map(pool => bestOfN(pool, n))
    const mean = (of: (each: Candidate) => number): number =>
      chosen.reduce((sum, each) => sum + of(each), 0) / chosen.length
    return { n, proxy: mean(({ proxy }) => proxy), gold: mean(({ gold }) => gold), kl: divergence(n) }
  })
}

/** How much the gold curve falls from its highest point to its last while the proxy rises: 0 without over-optimisation. */
export function overOptimisation(curve: readonly BestOfNPoint[]): number {
  const last = curve.at(-1)
  return last ? Math.max(...curve.map(({ gold }) => gold)) - last.gold : 0
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length
}
