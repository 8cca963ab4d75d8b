/**
 * @file Curriculum by pass rate: tasks are kept while the policy solves them sometimes. Groups of tasks that are always or never
 * solved have equal rewards and teach nothing.
 */
import { UsageError } from '../../../envs/errors.ts'

export interface CurriculumOptions {
  /** Pass rates that are kept, ends included; PRIME and prime-rl: 0.2 to 0.8. */
  low?: number
  high?: number
  /** How much a new measurement counts against the old; default: 1, the last one alone. */
  weight?: number
}

/** What has been measured of one task. */
export interface PassRate {
  rate: number
  /** Samples behind it. */
  samples: number
}

export type Verdict = 'keep' | 'too easy' | 'too hard' | 'unknown'

/** Pass rates by task; immutable, so that a state can be kept with a checkpoint. */
export type PassRates = ReadonlyMap<string, PassRate>

/** The rates with another measurement: `right` of `samples` judged samples. */
export function measured(
  rates: PassRates,
  task: string,
  { right, samples }: { right: number; samples: number },
  { weight = 1 }: CurriculumOptions = {},
): PassRates {
  if (samples === 0) return rates
  if (!(right >= 0 && right <= samples))
    throw new UsageError(`expected 0 to ${samples} right samples of ${samples}, got ${right}`)
  const old = rates.get(task)
  const fresh = right / samples
  const rate = old ? old.rate + weight * (fresh - old.rate) : fresh
  return new Map(rates).set(task, { rate, samples: samples + (old?.samples ?? 0) })
}

export function verdictOn(
  rates: PassRates,
  task: string,
  { low = 0.2, high = 0.8 }: CurriculumOptions = {},
): Verdict {
  const known = rates.get(task)
  if (!known) return 'unknown'
  if (known.rate < low) return 'too hard'
  return known.rate > high ? 'too easy' : 'keep'
}

export interface Selection {
  chosen: string[]
  /** How many of all tasks have which verdict. */
  counts: Record<Verdict, number>
}

/**
 * The first `count` tasks to train on: those within the bounds, then unmeasured ones, and only then the rest, the nearest
 * to a pass rate of one half first.
 */
export function selectTasks(
  tasks: readonly string[],
  rates: PassRates,
  count: number,
  options: CurriculumOptions = {},
): Selection {
  const verdicts = new Map(tasks.map(task => [task, verdictOn(rates, task, options)]))
  const of = (...wanted: Verdict[]): string[] => tasks.filter(task => wanted.includes(verdicts.get(task)!))
  const distance = (task: string): number => Math.abs(rates.get(task)!.rate - 0.5)
  const rest = of('too easy', 'too hard').toSorted((a, b) => distance(a) - distance(b))
  return {
    chosen: [...of('keep'), ...of('unknown'), ...rest].slice(0, count),
    counts: {
      keep: of('keep').length,
      unknown: of('unknown').length,
      'too easy': of('too easy').length,
      'too hard': of('too hard').length,
    },
  }
}
