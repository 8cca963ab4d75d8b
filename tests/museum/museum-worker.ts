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
import { EXHIBITS } from './exhibits.ts'
import type { Job, Result } from './jobs.ts'
import { sizeOf } from './kill.ts'

type Subject = RewardSubject<never> | EnvSubject<never>

const checked = (subject: Subject, options: { seed: number; runs?: number }): Promise<Report> =>
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

async function exhibited({ id, seed }: Job & { what: 'exhibit' }): Promise<Partial> {
  const exhibit = EXHIBITS.find(each => each.id === id)!
  const [faulty, fixed] = pairOf(exhibit)
  const [found, clean] = [await checked(faulty, { seed }), await checked(fixed, { seed })]
  const named = found.findings.find(({ property }) => property === exhibit.property)
  const kind = 'make' in faulty ? 'environment' : (faulty.kind ?? 'text')
  return {
    hit: named !== undefined,
    alarms: alarms(clean),
    size: named ? sizeOf(named.input) : null,
    minimal: exhibit.minimal,
    kills: found.properties.flatMap(({ id: property, operators }) =>
      operators.filter(({ failed }) => failed).map(operator => `${kind}/${property}/${operator.id}`),
    ),
    ran: ranOf(kind, [found]),
    notRun: found.notRun.map(each => `${each.id}: ${each.why}`),
    cut: [found, clean].some(({ properties }) => properties.some(({ cut }) => cut)),
  }
}

function pairOf(exhibit: RewardExhibit | EnvExhibit): [Subject, Subject] {
  return isEnvExhibit(exhibit) ? [exhibit.faultyEnv, exhibit.fixedEnv] : [exhibit.faulty, exhibit.fixed]
}

async function correct({ name, seed }: Job & { what: 'correct' }): Promise<Partial> {
  const subject = CORRECT.find(each => each.name === name)!
  return clean(await checked(subject, { seed }))
}

async function builtIn({ id, seed, runs }: Job & { what: 'built-in' }): Promise<Partial> {
  const env = findEnv(id)
  const reports = [
    await checkEnv(envSubject(env), { seed, runs }),
    await checkReward(rewardSubjectOf(env), { seed, runs }),
  ]
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
  return Object.fromEntries(
    reports.flatMap(({ properties }) =>
      properties.flatMap(({ id, operators }) =>
        operators.map(operator => [`${kind}/${id}/${operator.id}`, operator.runs] as const),
      ),
    ),
  )
}

parentPort!.on('message', (job: Job) => {
  resultOf(job).then(
    result => parentPort!.postMessage(result),
    (error: unknown) =>
      parentPort!.postMessage({ broke: error instanceof Error ? error.stack : String(error) }),
  )
})
