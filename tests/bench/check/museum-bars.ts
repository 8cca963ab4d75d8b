/** @file Detection, false alarms and the size of counterexamples, over the whole museum. */
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import { isEnvExhibit } from '../../museum/entry.ts'
import { CORRECT } from '../../museum/correct/all.ts'
import { EXHIBITS } from '../../museum/exhibits.ts'
import { HELDOUT } from '../../museum/heldout.ts'
import type { Job, Result } from '../../museum/jobs.ts'
import { results } from '../../museum/pool.ts'
import { startProgress } from '../../../arena/cli/progress.ts'

const SEEDS = [1, 2, 3, 4, 5]
/** What `checkReward` and `checkEnv` take by default. */
const BUDGET_MS = 10_000
const ALARM_SEEDS = 20

export async function museumBars(): Promise<Bar[]> {
  const shipped = EXHIBITS.filter(({ id }) => !id.startsWith('planted-'))
  const jobs = SEEDS.flatMap(seed =>
    shipped.map(({ id }): Job => ({ what: 'exhibit', id, seed, budgetMs: BUDGET_MS })),
  )
  const seen = await withProgress('Museum', jobs)
  const stateful = new Set(shipped.filter(isEnvExhibit).map(({ id }) => id))
  const ratios = seen
    .filter(({ hit, size, minimal }) => hit && size !== null && minimal !== null)
    .map(({ size, minimal }) => size! / Math.max(minimal!, 1))
    .sort((a, b) => a - b)
  return [
    detection('museum-single', 0.95, seen, id => !stateful.has(id)),
    detection('museum-stateful', 0.9, seen, id => stateful.has(id)),
    bar(
      'shrink-ratio',
      ratios[Math.floor(ratios.length / 2)]!,
      '<= 1.5 x',
      `median of ${ratios.length} counterexamples against the shortest a person would write; 90 % at most ${ratios[Math.floor(ratios.length * 0.9)]!.toFixed(2)}`,
    ),
  ]
}

export async function alarmBars(): Promise<Bar[]> {
  const jobs = CORRECT.flatMap(({ name }) =>
    Array.from({ length: ALARM_SEEDS }, (_, i): Job => ({ what: 'correct', name, seed: i + 1 })),
  )
  const seen = await withProgress('Correct', jobs)
  const alarms = seen.flatMap(({ job, alarms: raised }) => raised.map(each => `${subjectOf(job)} ${each}`))
  return [
    bar(
      'false-alarms',
      alarms.length,
      '<= 0 alarms',
      `${CORRECT.length} correct subjects x ${ALARM_SEEDS} seeds, ${seen.filter(({ cut }) => cut).length} cut${alarms.length > 0 ? `: ${alarms.slice(0, 5).join('; ')}` : ''}`,
    ),
  ]
}

/** Bugs that were first written blind; what they taught is in the checks since, so this is no blind figure any more. */
export async function rehearsalBars(): Promise<Bar[]> {
  const seen = await withProgress(
    'Held out',
    HELDOUT.map(({ id }): Job => ({ what: 'exhibit', id, seed: 1, budgetMs: BUDGET_MS })),
  )
  const missed = seen.filter(({ hit, alarms }) => !hit || alarms.length > 0)
  return [
    bar(
      'rehearsal',
      1 - missed.length / seen.length,
      '>= 0.8 share',
      `${seen.length} bugs outside the museum, seed 1; missed: ${missed.map(({ job }) => subjectOf(job)).join(', ') || 'none'}`,
    ),
  ]
}

/** The worst seed: named property found on the faulty one, nothing on its twin. */
function detection(
  id: string,
  threshold: number,
  seen: readonly Result[],
  belongs: (id: string) => boolean,
): Bar {
  const shares = SEEDS.map(seed => {
    const own = seen.filter(({ job }) => job.seed === seed && belongs(subjectOf(job)))
    return own.filter(({ hit, alarms }) => hit && alarms.length === 0).length / own.length
  })
  const missed = new Set(
    seen
      .filter(({ job, hit, alarms }) => belongs(subjectOf(job)) && !(hit && alarms.length === 0))
      .map(({ job, hit, alarms }) => `${subjectOf(job)}${hit ? ` (twin: ${alarms[0]})` : ''}`),
  )
  const count = new Set(seen.map(({ job }) => subjectOf(job)).filter(belongs)).size
  return bar(
    id,
    Math.min(...shares),
    `>= ${threshold} share`,
    `${count} bugs, the worst of ${SEEDS.length} seeds${missed.size > 0 ? `; not always: ${[...missed].join(', ')}` : ''}`,
  )
}

function subjectOf(job: Job): string {
  return job.what === 'correct' ? job.name : job.id
}

async function withProgress(name: string, jobs: readonly Job[]): Promise<Result[]> {
  const progress = startProgress(name, jobs.length, { silent: false })
  let finished = 0
  const seen = await results(jobs, () => progress.update(++finished))
  progress.stop()
  return seen
}
