/** @file The statistics of reward models: each a plain function of numbers; golden values in tests/golden/model-statistics.json. */
import { rngAt } from '../../../envs/rng.ts'
import type { Interval } from '../../shares.ts'

/** Spearman's rank correlation, ties at their mean rank; 0 where one side is constant: no association is seen. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [centred(ranks(a)), centred(ranks(b))]
  const scale = Math.sqrt(dot(x, x) * dot(y, y))
  return scale === 0 ? 0 : dot(x, y) / scale
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).sort((a, b) => values[a]! - values[b]!)
  const ranked = Array<number>(values.length)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++
    for (const at of order.slice(from, to)) ranked[at] = (from + to + 1) / 2
    from = to
  }
  return ranked
}

function centred(values: readonly number[]): number[] {
  const middle = mean(values)
  return values.map(value => value - middle)
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0)

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Area under the ROC curve: the chance that a right one scores above a wrong one, ties counting half. NaN without both. */
export function auc(scores: readonly number[], right: readonly boolean[]): number {
  const ranked = ranks(scores)
  const positives = ranked.filter((_, at) => right[at])
  const [p, n] = [positives.length, scores.length - positives.length]
  return (positives.reduce((sum, rank) => sum + rank, 0) - (p * (p + 1)) / 2) / (p * n)
}

/** Slope of y on x with a level of its own for every group: what x does within groups. 0 where x does not vary. */
export function fixedEffectSlope(groups: readonly { x: readonly number[]; y: readonly number[] }[]): number {
  let [above, below] = [0, 0]
  for (const { x, y } of groups) {
    const from = centred(x)
    above += dot(from, centred(y))
    below += dot(from, from)
  }
  return below === 0 ? 0 : above / below
}

/** Expected calibration error over ten equal bins of [0, 1]: mean gap of confidence and share right, by bin size. */
export function calibrationError(confidences: readonly number[], right: readonly boolean[]): number {
  return calibrationBins(confidences, right).reduce(
    (sum, { n, confidence, share }) => sum + (n / confidences.length) * Math.abs(confidence - share),
    0,
  )
}

export interface Bin {
  n: number
  right: number
  /** Mean score, and share that is right. */
  confidence: number
  share: number
}

const BINS = 10

/** Bins that hold something, lowest first. */
export function calibrationBins(confidences: readonly number[], right: readonly boolean[]): Bin[] {
  const bins = Array.from({ length: BINS }, () => ({ sum: 0, n: 0, right: 0 }))
  for (const [at, confidence] of confidences.entries()) {
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))]!
    bin.sum += confidence
    bin.n++
    if (right[at]) bin.right++
  }
  return bins
    .filter(({ n }) => n > 0)
    .map(({ sum, n, right: hits }) => ({ n, right: hits, confidence: sum / n, share: hits / n }))
}

const ROUNDS = 400

/**
 * 95 % percentile interval of a statistic, whole clusters (tasks) being drawn again. Rounds in which it is not defined are
 * left out.
 */
export function bootstrap<C>(
  clusters: readonly C[],
  statistic: (clusters: readonly C[]) => number,
  ...coordinates: (string | number)[]
): Interval {
  const rng = rngAt('bootstrap', ...coordinates)
  const values = Array.from({ length: ROUNDS }, () => statistic(clusters.map(() => rng.pick(clusters))))
    .filter(value => Number.isFinite(value))
    .sort((a, b) => a - b)
  if (values.length === 0) return { low: -Infinity, high: Infinity }
  return { low: quantile(values, 0.025), high: quantile(values, 0.975) }
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]
  return below + (place - Math.floor(place)) * (above - below)
}
