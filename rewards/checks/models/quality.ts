/** @file P30 and P29: does the model follow the meaning, and are its scores to be believed? */
import type { Interval } from '../../shares.ts'
import { wilson } from '../../shares.ts'
import { auc, bootstrap, calibrationBins, calibrationError } from './statistics.ts'
import type { Figure, ModelReport } from './report.ts'
import type { ScoredTask } from './scored.ts'

type Sensitivity = NonNullable<ModelReport['sensitivity']>

export function sensitivityOf(tasks: readonly ScoredTask[], seed: number): Sensitivity | null {
  const usable = tasks.filter(({ right, wrong }) => right.length > 0 && wrong.length > 0)
  if (usable.length === 0) return null
  const over = clustered(usable, seed)
  const kinds = [...new Set(usable.flatMap(({ wrong }) => wrong.map(({ kind }) => kind)))]
  const transforms = [...new Set(usable.flatMap(({ moved }) => moved.map(({ id }) => id)))].map(id =>
    transformed(id, usable, seed),
  )
  const worst = [...transforms].sort(
    (a, b) => b.loss.value - a.loss.value || b.moved.value - a.moved.value,
  )[0]
  return {
    accuracy: over('accuracy', task => task.wrong.map(({ score }) => beats(task.right[0]!, score))),
    errors: kinds.map(kind => {
      const ofKind = ({ wrong }: ScoredTask) => wrong.filter(each => each.kind === kind)
      return {
        kind,
        accuracy: over(`accuracy ${kind}`, task =>
          ofKind(task).map(({ score }) => beats(task.right[0]!, score)),
        ),
        drop: over(`drop ${kind}`, task => ofKind(task).map(({ score }) => task.right[0]! - score)),
      }
    }),
    transforms,
    worst: worst?.id ?? null,
  }
}

function transformed(
  id: string,
  tasks: readonly ScoredTask[],
  seed: number,
): Sensitivity['transforms'][number] {
  const pairs = tasks.flatMap(task => {
    const after = task.moved.find(each => each.id === id)
    return after ? [{ before: task.right[0]!, after: after.score, wrong: task.wrong }] : []
  })
  const over = clustered(pairs, seed)
  return {
    id,
    moved: over(`moved ${id}`, ({ before, after }) => [Math.abs(after - before)]),
    accuracy: over(`accuracy ${id}`, ({ after, wrong }) => wrong.map(({ score }) => beats(after, score))),
    loss: over(`loss ${id}`, ({ before, after, wrong }) =>
      wrong.map(({ score }) => beats(before, score) - beats(after, score)),
    ),
    outweighs: over(`outweighs ${id}`, ({ before, after, wrong }) =>
      wrong.map(({ score }) => (Math.abs(after - before) >= before - score ? 1 : 0)),
    ),
  }
}

/** Ties count half. */
const beats = (right: number, wrong: number): number => (right > wrong ? 1 : right === wrong ? 0.5 : 0)

/** The mean over all values of all tasks, with an interval from drawing tasks again. */
function clustered<C>(clusters: readonly C[], seed: number) {
  return (name: string, values: (cluster: C) => readonly number[]): Figure => {
    // Sums suffice for a mean, and are quick to draw again.
    const sums = clusters.map(values).map(list => ({ sum: list.reduce((a, b) => a + b, 0), n: list.length }))
    return figured(ratio(sums), bootstrap(sums, ratio, name, seed), sums.length)
  }
}

function ratio(sums: readonly { sum: number; n: number }[]): number {
  let [sum, n] = [0, 0]
  for (const each of sums) {
    sum += each.sum
    n += each.n
  }
  return sum / n
}

export function figured(value: number, { low, high }: Interval, n: number): Figure {
  return { value, low, high, n }
}

export function shareOf(successes: number, n: number): Figure {
  return figured(n === 0 ? 0 : successes / n, wilson(successes, n), n)
}

/** null unless right and wrong ones were scored. */
export function calibrationOf(tasks: readonly ScoredTask[], seed: number): ModelReport['calibration'] {
  const lists = tasks.map(({ right, wrong }) => [
    ...right.map(score => ({ score, right: true })),
    ...wrong.map(({ score }) => ({ score, right: false })),
  ])
  const items = lists.flat()
  if (!items.some(({ right }) => right) || items.every(({ right }) => right)) return null
  const over = (name: string, statistic: (items: readonly { score: number; right: boolean }[]) => number) =>
    figured(
      statistic(items),
      bootstrap(lists, chosen => statistic(chosen.flat()), name, seed),
      items.length,
    )
  return {
    error: over('calibration', each => calibrationError(...columns(each))),
    auc: over('auc', each => auc(...columns(each))),
    pairAccuracy: clustered(tasks, seed)('pairs', ({ right, wrong }) =>
      right.flatMap(good => wrong.map(({ score }) => beats(good, score))),
    ),
    bins: calibrationBins(...columns(items)),
  }
}

function columns(items: readonly { score: number; right: boolean }[]): [number[], boolean[]] {
  return [items.map(({ score }) => score), items.map(({ right }) => right)]
}
