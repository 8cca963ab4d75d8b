/** @file A thread of the museum: runs the checks on what it is asked for. */
import { parentPort } from 'node:worker_threads'
import { findEnv } from '../../envs/registry.ts'
import { checkEnv, checkReward } from '../../rewards/checks/check.ts'
import type { EnvSubject } from '../../rewards/checks/env-subject.ts'
import { envSubject } from '../../rewards/checks/env-def-subject.ts'
import { rewardSubjectOf } from '../../rewards/checks/env-reward-subject.ts'
import type { Report } from '../../rewards/checks/report.ts'
import type { RewardSubject } from '../../rewards/checks/subject.ts'
import { CORRECT } from './correct/all.ts'
import type { EnvExhibit, RewardExhibit } from './entry.ts'
import { isEnvExhibit } from './entry.ts'
import { HELDOUT } from './heldout.ts'
import type { ExhibitJob, Job, Result } from './jobs.ts'
import { sizeOf } from './kill.ts'
import { PLANTED_BLUNT } from './planted-blunt.ts'
import { PLANTED_BLUNT_FACETS } from './planted-blunt-facets.ts'
import { WHOLE_MUSEUM } from './whole.ts'

type Subject = RewardSubject<never> | EnvSubject<never>
/** Longer than a user would wait, so that a slow machine hides no alarm. */
const BUDGET_MS = 300_000

type Options = { seed: number; runs?: number; budgetMs?: number; only?: readonly string[] }

const checked = (subject: Subject, options: Options): Promise<Report> =>
  'make' in subject ? checkEnv(subject, options) : checkReward(subject, options)

async function resultOf(job: Job): Promise<Result> {
  const started = performance.now()
  const result = await (job.what === 'exhibit'
    ? exhibited(job)
    : job.what === 'correct'
      ? correct(job)
      : builtIn(job))
  return { ...result, job, seconds: (performance.now() - started) / 1000 }
}

type Partial = Omit<Result, 'job' | 'seconds'>

/** Enough to see a twin fail that fails at all often. */
const SHORT_RUNS = 3
/** Of every operator; blunt faults show at once. */
const BLUNT_RUNS = 40
/** These fail of nearly everything, so every operator is tried on them. */
const BLUNT = new Set([...PLANTED_BLUNT, ...PLANTED_BLUNT_FACETS].map(({ id }) => id))

async function exhibited(job: ExhibitJob): Promise<Partial> {
  const { id, seed, faultyOnly, short, budgetMs = BUDGET_MS } = job
  const exhibit = [...WHOLE_MUSEUM, ...HELDOUT].find(each => each.id === id)!
  const [faulty, fixed] = pairOf(exhibit)
  const options = { seed, budgetMs }
  const onFaulty = BLUNT.has(id) ? { runs: BLUNT_RUNS } : { only: [exhibit.property] }
  const found = await checked(faulty, { ...options, ...(short && onFaulty) })
  const onTwin = short ? { runs: SHORT_RUNS } : {}
  const twins = faultyOnly === true ? [] : [await checked(fixed, { ...options, ...onTwin })]
  const named = found.findings.find(({ property }) => property === exhibit.property)
  const kind = 'make' in faulty ? 'environment' : (faulty.kind ?? 'text')
  const anonymous = withoutNames(faulty)
  return {
    hit: named !== undefined,
    alarms: twins.flatMap(alarms),
    size: named ? sizeOf(named.input) : null,
    minimal: exhibit.minimal,
    kills: killsOf(kind, found, faulty.timeoutMs === undefined ? null : exhibit.property).map(anonymous),
    ran: anonymousRuns(ranOf(kind, [found, ...twins]), anonymous),
    twin: twins.flatMap(({ properties }) => properties.filter(({ runs }) => runs > 0).map(each => each.id)),
    notRun: found.notRun.map(each => `${each.id}: ${each.why}`),
    cut: [found, ...twins].some(({ properties }) => properties.some(({ cut }) => cut)),
  }
}

/** Operators are the same whatever an author calls services, parts and shares. */
function withoutNames(subject: Subject): (key: string) => string {
  const names: Record<string, readonly string[]> = { share: Object.keys(subject.distribution ?? {}) }
  if (!('make' in subject)) {
    names['service'] = Object.keys(subject.services ?? {})
    names['part'] = Object.keys(subject.combine?.parts ?? {})
  }
  return key =>
    Object.entries(names).reduce(
      (all, [word, own]) => own.reduce((text, name) => renamed(text, name, word), all),
      key,
    )
}

function renamed(key: string, name: string, word: string): string {
  const at = key.indexOf('/', key.indexOf('/') + 1) + 1
  return key.slice(0, at) + key.slice(at).replace(name, word)
}

function anonymousRuns(
  ran: Readonly<Record<string, number>>,
  anonymous: (key: string) => string,
): Record<string, number> {
  const all: Record<string, number> = {}
  for (const [key, runs] of Object.entries(ran)) all[anonymous(key)] = (all[anonymous(key)] ?? 0) + runs
  return all
}

/** Where time is short, only the named property counts: what else fails may fail of a busy machine. */
function killsOf(kind: string, { properties }: Report, only: string | null): string[] {
  return properties
    .filter(({ id }) => only === null || id === only)
    .flatMap(({ id, operators }) =>
      operators.filter(({ failed }) => failed).map(operator => `${kind}/${id}/${operator.id}`),
    )
}

function pairOf(exhibit: RewardExhibit | EnvExhibit): [Subject, Subject] {
  return isEnvExhibit(exhibit) ? [exhibit.faultyEnv, exhibit.fixedEnv] : [exhibit.faulty, exhibit.fixed]
}

async function correct({ name, seed, runs }: Job & { what: 'correct' }): Promise<Partial> {
  const subject = CORRECT.find(each => each.name === name)!
  return clean(await checked(subject, { seed, budgetMs: BUDGET_MS, ...(runs !== undefined && { runs }) }))
}

async function builtIn({ id, seed, runs }: Job & { what: 'built-in' }): Promise<Partial> {
  const options = { seed, runs, budgetMs: BUDGET_MS }
  const env = findEnv(id)
  const reports = [await checkEnv(envSubject(env), options), await checkReward(rewardSubjectOf(env), options)]
  await env.close?.()
  return clean(...reports)
}

function clean(...reports: Report[]): Partial {
  return {
    hit: false,
    alarms: reports.flatMap(alarms),
    size: null,
    minimal: null,
    kills: [],
    ran: ranOf('', reports),
    twin: [],
    notRun: reports.flatMap(({ notRun }) => notRun.map(({ id, why }) => `${id}: ${why}`)),
    cut: reports.some(({ properties }) => properties.some(({ cut }) => cut)),
  }
}

function alarms({ findings, flaky }: Report): string[] {
  return [...findings, ...flaky]
    .filter(({ severity }) => severity !== 'info')
    .map(({ property, operator, says }) => `${property}/${operator}: ${says}`)
}

function ranOf(kind: string, reports: readonly Report[]): Record<string, number> {
  const ran: Record<string, number> = {}
  for (const { properties } of reports)
    for (const { id, operators } of properties)
      for (const { id: operator, runs } of operators) {
        const key = `${kind}/${id}/${operator}`
        ran[key] = (ran[key] ?? 0) + runs
      }
  return ran
}

parentPort!.on('message', (job: Job) => {
  resultOf(job).then(
    result => parentPort!.postMessage(result),
    (error: unknown) =>
      parentPort!.postMessage({ broke: error instanceof Error ? error.stack : String(error) }),
  )
})
