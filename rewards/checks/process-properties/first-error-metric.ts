/**
 * @file R8: the first-error metric is ProcessBench's (arXiv 2412.06559): `F1 = 2·ae·ac / (ae + ac)`, where `ae` is the share
 * of faulty solutions whose first error is named exactly, and `ac` the share of right ones of which no error is claimed.
 */
import { draws } from '../fast-check.ts'
import { shownOutcome } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { needsProcess, processOf } from './steps.ts'

type Pair = { predicted: number; actual: number }

/** Projects round for their tables. */
const ROUNDED = 1e-3

export const firstErrorMetric: Property<Scene> = {
  id: 'first_error_metric',
  number: 'R8',
  title: 'the first-error score is the harmonic mean of its two accuracies',
  severity: 'high',
  missing: scene =>
    needsProcess(scene) ??
    (processOf(scene).firstErrorScore ? null : 'declare process.firstErrorScore, the metric'),
  operators: () => [
    pairs('all-right', ({ actual }) => actual),
    pairs('never-an-error', () => -1),
    pairs('mixed', ({ predicted }) => predicted),
  ],
  async judge({ pairs: given }, _scene, probe) {
    const list = given as unknown as Pair[]
    const expected = harmonic(list)
    const outcome = await probe.call<number>('firstErrorScore', list)
    if (outcome.how === 'returned' && Math.abs(outcome.value - expected) <= ROUNDED) return null
    const came = outcome.how === 'returned' ? String(outcome.value) : shownOutcome(outcome as never)
    return { says: `scores ${came}; expected ${expected}`, scores: [came, expected] }
  },
}

function harmonic(list: readonly Pair[]): number {
  const faulty = list.filter(({ actual }) => actual >= 0)
  const right = list.filter(({ actual }) => actual < 0)
  const exact = faulty.filter(({ predicted, actual }) => predicted === actual).length / faulty.length
  const clear = right.filter(({ predicted }) => predicted === -1).length / right.length
  return exact + clear === 0 ? 0 : (2 * exact * clear) / (exact + clear)
}

/** Both subsets have to be there: without one, its accuracy is not defined. */
function pairs(id: string, predict: (pair: Pair) => number) {
  const index = draws.integer({ min: -1, max: 3 })
  return operator<Pair[]>({
    id,
    draw: draws.array(draws.record({ predicted: index, actual: index }), { minLength: 2, maxLength: 9 }),
    input: drawn =>
      drawn.some(({ actual }) => actual < 0) && drawn.some(({ actual }) => actual >= 0)
        ? { pairs: drawn.map(pair => ({ predicted: predict(pair), actual: pair.actual })) }
        : null,
  })
}
