/**
 * @file The run: operators are hunted in rounds so that a cut budget starves none, then every failure is minimised,
 * confirmed, and grouped by cause. The same seed gives the same report, unless time runs out.
 */
import type { Json } from '../../envs/json.ts'
import { murmur3 } from '../../envs/murmur.ts'
import type { Accepted, Case } from './cases.ts'
import type { Executor } from './execution/executor.ts'
import type { Hunted } from './fast-check.ts'
import { hunt } from './fast-check.ts'
import type { Finding } from './findings.ts'
import { findingId, grouped } from './findings.ts'
import { minimise, shorterResponse } from './minimise.ts'
import type { Probe } from './probe.ts'
import type { Input, Operator, Property, Violation } from './property.ts'
import { SEVERITIES } from './property.ts'
import { folded, replayCases } from './replay.ts'
import type { Baseline, Report } from './report.ts'

export interface RunOptions {
  seed: number
  /** Runs per property, shared among its operators. */
  runs: number
  budgetMs: number
  /** Ids or numbers of properties. */
  only: readonly string[]
  skip: readonly string[]
  /** Called now and then with the share that is behind. */
  progress(share: number, property: string): void
  /** Stored cases; those of this subject are judged first, and count as findings when they still fail. */
  corpus: readonly Case[]
  /** Findings that do not fail the run, by id. The caller leaves out what has expired. */
  accepted: readonly Accepted[]
  /** Nothing is drawn; only the corpus is judged. */
  replayOnly: boolean
}

interface Setting extends Partial<RunOptions> {
  seed: number
  about: Report['about']
  name: string
  executor: Executor
  timeoutMs: number
  contract: Record<string, Json>
  /** What can be earned without understanding; measured before anything is drawn. */
  baselines?(probe: Probe, late: () => boolean): Promise<Baseline[]>
}

/** Share of the budget that baselines may take. */
const BASELINE_SHARE = 0.25
const RUNS = 100
const BUDGET_MS = 10_000
/** Every operator runs at least this often, however many there are; less only where fewer runs are asked for. */
const LEAST_RUNS = 12
const FIRST_ROUND = 4
const SHRINKS = 200
const TRIES = 300
/** The rest of the time is for making counterexamples small. */
const HUNTING_SHARE = 0.8
const CONFIRMATIONS = 2

/** An operator of a property, and how it has fared. */
interface Job<S> {
  property: Property<S>
  operator: Operator<never>
  planned: number
  runs: number
  skips: number
  cut: boolean
  found: {
    input: Input
    violation: Violation
    hunted: NonNullable<Hunted<unknown>['found']>
    seed: number
  } | null
}

export async function runProperties<S>(
  scene: S,
  properties: readonly Property<S>[],
  setting: Setting,
): Promise<Report> {
  const { seed, budgetMs = BUDGET_MS, runs = RUNS } = setting
  await setting.executor.ready?.()
  const started = performance.now()
  const spent = (share: number) => (): boolean => performance.now() > started + share * budgetMs
  // What is found in the last moment is still made small.
  const [late, overdue] = [spent(HUNTING_SHARE), spent(1)]
  const tally = { calls: 0, answered: 0 }
  const probe = probeOf(setting.executor, setting.timeoutMs, tally)
  const wanted = chosen(properties, setting)
  const missing = wanted.map(property => ({ property, why: property.missing(scene) }))
  const able = missing.filter(({ why }) => why === null).map(({ property }) => property)
  const own = (setting.corpus ?? []).filter(
    ({ subject, about }) => subject === setting.name && about === setting.about,
  )
  const stored = await replayCases(own, able, { scene, probe })
  const early = performance.now() + budgetMs * BASELINE_SHARE
  const baselines =
    setting.replayOnly || !setting.baselines
      ? []
      : await setting.baselines(probe, () => performance.now() > early)
  const jobs = setting.replayOnly ? [] : able.flatMap(property => jobsOf(property, { scene, probe }, runs))

  await hunted(jobs, { scene, probe, seed, late, ...(setting.progress && { progress: setting.progress }) })
  const findings: Finding[] = []
  for (const job of jobs) if (job.found) findings.push(await described(job, scene, probe, overdue))
  const confirmed = await confirm(folded(stored.findings, grouped(findings)), properties, scene, setting)
  const accepted = setting.accepted ?? []
  const acceptance = ({ id }: Finding) => accepted.find(each => each.id === id)
  return {
    version: 1,
    subject: setting.name,
    about: setting.about,
    seed,
    properties: able.map(property => summary(property, jobs)),
    notRun: missing
      .filter(({ why }) => why !== null)
      .map(({ property: { id, number }, why }) => ({ id, number, why: why! })),
    findings: confirmed.filter(each => each.confirmed[0] > 0 && !acceptance(each)).sort(bySeverity),
    flaky: confirmed.filter(({ confirmed: [shown] }) => shown === 0),
    accepted: confirmed.flatMap(each => {
      const found = each.confirmed[0] > 0 ? acceptance(each) : undefined
      return found ? [{ ...each, reason: found.reason, expires: found.expires }] : []
    }),
    replayed: stored.replayed,
    contract: setting.contract,
    baselines,
    calls: tally.calls,
    answered: tally.answered,
  }
}

interface Tally {
  calls: number
  answered: number
}

function probeOf(executor: Executor, timeoutMs: number, tally: Tally): Probe {
  const call = async (operation: string, ...args: Json[]) => {
    tally.calls++
    const outcome = await executor.call(operation, args, timeoutMs)
    if (outcome.how === 'returned') tally.answered++
    return outcome as never
  }
  return {
    score: (task, response, options) => call('score', task, response, (options ?? {}) as unknown as Json),
    call,
    within: ms => probeOf(executor, ms, tally),
  }
}

function chosen<S>(properties: readonly Property<S>[], { only = [], skip = [] }: Partial<RunOptions>) {
  const named = (names: readonly string[], { id, number }: Property<S>): boolean =>
    names.includes(id) || names.includes(number)
  return properties.filter(property => (only.length === 0 || named(only, property)) && !named(skip, property))
}

function jobsOf<S>(
  property: Property<S>,
  { scene, probe }: { scene: S; probe: Probe },
  runs: number,
): Job<S>[] {
  const operators = property.operators(scene, probe)
  const each = Math.max(Math.min(LEAST_RUNS, runs), Math.ceil(runs / operators.length))
  return operators.map(operator => ({
    property,
    operator,
    planned: Math.min(operator.runs ?? each, each),
    runs: 0,
    skips: 0,
    cut: false,
    found: null,
  }))
}

interface Hunting<S> {
  scene: S
  probe: Probe
  seed: number
  late(): boolean
  progress?(share: number, property: string): void
}

/** A short round for every operator, then the rest. */
async function hunted<S>(jobs: readonly Job<S>[], hunting: Hunting<S>): Promise<void> {
  const rounds = jobs.flatMap(job => [
    { job, round: 0, runs: Math.min(FIRST_ROUND, job.planned) },
    { job, round: 1, runs: Math.max(job.planned - FIRST_ROUND, 0) },
  ])
  const inOrder = rounds.toSorted((a, b) => a.round - b.round).filter(({ runs }) => runs > 0)
  for (const [at, { job, round, runs }] of inOrder.entries()) {
    if (job.found) continue
    hunting.progress?.(at / inOrder.length, job.property.id)
    await huntOnce(job, { ...hunting, round, runs })
  }
}

async function huntOnce<S>(
  job: Job<S>,
  { scene, probe, seed, late, round, runs }: Hunting<S> & { round: number; runs: number },
): Promise<void> {
  const { property, operator } = job
  const own = murmur3(JSON.stringify([property.id, operator.id, round]), seed >>> 0) | 0
  let failed: { input: Input; violation: Violation } | null = null
  const result = await hunt<unknown>({
    draw: operator.draw as never,
    judge: async drawn => {
      const input = await operator.input(drawn as never)
      if (input === null) return 'skip'
      const verdict = await property.judge(input, scene, probe)
      if (verdict === null) return 'kept'
      if (verdict === 'skip') return 'skip'
      failed = { input, violation: verdict }
      return 'broken'
    },
    runs,
    seed: own,
    shrinks: SHRINKS,
    late,
  })
  job.runs += result.runs
  job.skips += result.skips
  job.cut ||= result.cut
  if (result.found && failed)
    job.found = { ...(failed as { input: Input; violation: Violation }), hunted: result.found, seed: own }
}

/** The failure of a job with its input minimised. */
async function described<S>(job: Job<S>, scene: S, probe: Probe, late: () => boolean): Promise<Finding> {
  const { property, operator } = job
  const { input, hunted: drawn, seed } = job.found!
  let { violation } = job.found!
  const smallest = await minimise(input, {
    smaller: each => (property.smaller ? property.smaller(each, scene) : shorterResponse(each)),
    fails: async candidate => {
      const verdict = await property.judge(candidate, scene, probe)
      if (verdict === null || verdict === 'skip') return false
      violation = verdict
      return true
    },
    tries: TRIES,
    late,
  })
  return {
    id: findingId(property.id, smallest),
    property: property.id,
    number: property.number,
    title: property.title,
    severity: property.statistical ? 'info' : (violation.severity ?? property.severity),
    operator: operator.id,
    also: [],
    says: violation.says,
    scores: [...(violation.scores ?? [])],
    input: smallest,
    run: drawn.run,
    shrinks: drawn.shrinks,
    seed,
    path: drawn.path,
    confirmed: [0, 0],
  }
}

/** Each finding is judged again by executors that have seen nothing before. */
async function confirm<S>(
  findings: readonly Finding[],
  properties: readonly Property<S>[],
  scene: S,
  { executor, timeoutMs }: Setting,
): Promise<Finding[]> {
  const shown = findings.map(() => 0)
  if (findings.length > 0)
    for (let time = 0; time < CONFIRMATIONS; time++) {
      const fresh = executor.fresh()
      for (const [at, { property, input }] of findings.entries()) {
        const law = properties.find(({ id }) => id === property)!
        const verdict = await law.judge(input, scene, probeOf(fresh, timeoutMs, { calls: 0, answered: 0 }))
        if (verdict !== null && verdict !== 'skip') shown[at]!++
      }
      await fresh.close()
    }
  return findings.map((finding, at) => ({ ...finding, confirmed: [shown[at]!, CONFIRMATIONS] }))
}

function summary<S>(
  { id, number, title }: Property<S>,
  jobs: readonly Job<S>[],
): Report['properties'][number] {
  const own = jobs.filter(({ property }) => property.id === id)
  return {
    id,
    number,
    title,
    runs: own.reduce((sum, { runs }) => sum + runs, 0),
    skips: own.reduce((sum, { skips }) => sum + skips, 0),
    operators: own.map(({ operator, runs, skips, found }) => ({
      id: operator.id,
      runs,
      skips,
      failed: found !== null,
    })),
    cut: own.some(({ cut }) => cut),
  }
}

function bySeverity(a: Finding, b: Finding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
}
