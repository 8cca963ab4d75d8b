/** @file P25: where an outside part fails, or the caller gives up, the result is no score. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import type { Outcome, Probe, Scored, ScoreOptions, ServiceFault } from '../probe.ts'
import { numberOf } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { taskDraw } from './draws.ts'
import { palette, slackOf } from './facet-answers.ts'

const FAULTS: readonly ServiceFault['how'][] = ['reject', 'garbage', 'empty', 'partial', 'timeout']

export const infraFailure: Property<Scene> = {
  id: 'infra_failure_is_not_a_score',
  number: 'P25',
  title: 'the failure of an outside part is not a score',
  severity: 'high',
  missing: ({ subject }) =>
    // A score that does not look at its context has nothing that could fail.
    subject.services || subject.score.length >= 3
      ? null
      : 'declare services, each with a working stand-in, if scoring depends on outside parts',
  operators: scene => [
    ...serviceNames(scene).flatMap(service =>
      FAULTS.map(how => failing(scene, `${service}-${how}`, { fault: { service, how } })),
    ),
    failing(scene, 'cancelled-before', { cancel: 'before' }),
    ...(serviceNames(scene).length > 0 ? [failing(scene, 'cancelled-during', { cancel: 'during' })] : []),
  ],
  async judge({ task, response, options }, scene, probe) {
    const fault = options as unknown as ScoreOptions
    const outcome = await probe.score(task!, response as string, fault)
    const score = numberOf(outcome)
    if (score === null) return null
    const clean = await probe.score(task!, response as string)
    if (!wasHit(outcome, fault) || !isFailure(fault, clean, scene)) return 'skip'
    if (
      isSame(score, numberOf(clean), scene) &&
      !(await allTheSame(score, { task: task!, fault }, scene, probe))
    )
      return 'skip'
    return {
      says: `with ${shownFault(fault)} the response ${JSON.stringify(response)} scores ${score}; expected an error or no score`,
      scores: [score],
    }
  },
}

export const serviceNames = ({ subject }: Scene): string[] => Object.keys(subject.services ?? {})

export function shownFault({ fault, cancel }: ScoreOptions): string {
  if (cancel)
    return cancel === 'before' ? 'the call cancelled' : 'the call cancelled while a service is asked'
  const times = fault!.firstOnly ? ' at its first use' : ''
  return `${fault!.service} failing (${fault!.how})${times}`
}

/** Was the part that fails asked at all? */
function wasHit(outcome: Outcome<Scored>, { fault, cancel }: ScoreOptions): boolean {
  if (outcome.how !== 'returned') return false
  const { asked = {} } = outcome.value
  return (
    cancel === 'before' || (fault ? asked[fault.service] === 'fault' : Object.values(asked).includes('fault'))
  )
}

/** Text instead of text may be a legitimate reply, unless it is a judge that was asked for a verdict. */
function isFailure({ fault }: ScoreOptions, clean: Outcome<Scored>, { subject }: Scene): boolean {
  if (!fault || fault.how === 'reject' || fault.how === 'timeout') return true
  if (clean.how !== 'returned') return false
  const isJudge = fault.service === subject.judge?.service || /judge|grader|critic/i.test(fault.service)
  return isJudge || clean.value.asked?.[fault.service] !== 'string'
}

function isSame(a: number, b: number | null, scene: Scene): boolean {
  return b !== null && Math.abs(a - b) <= slackOf(scene)
}

/**
 * A score that does not change by the failure is no fault where the part does not matter, or where half a reply is enough.
 * It is one where every response scores like this: then nobody knows what a working part would have said.
 */
async function allTheSame(
  score: number,
  { task, fault }: { task: Json; fault: ScoreOptions },
  scene: Scene,
  probe: Probe,
): Promise<boolean> {
  if (fault.cancel === 'before' || fault.fault?.how === 'partial' || fault.fault?.firstOnly) return false
  for (const response of palette(scene, task)) {
    const outcome = await probe.score(task, response)
    const other = numberOf(outcome)
    if (other !== null && !isSame(score, other, scene)) return false
  }
  return true
}

function failing(scene: Scene, id: string, options: ScoreOptions) {
  // What never answers costs the whole time limit of the call.
  const slow = options.fault?.how === 'timeout'
  return operator<[Json, number]>({
    id,
    draw: draws.tuple(taskDraw(scene), draws.nat(slow ? 0 : 6)),
    input: ([task, at]) => {
      const all = palette(scene, task)
      return { task, response: all[at % all.length]!, options: options as unknown as Json }
    },
    ...(slow && { runs: 1 }),
  })
}

export const setupFailure: Property<Scene> = {
  ...infraFailure,
  id: 'setup_failure_is_not_a_score',
  title: 'the failure of an outside part at its first use is not a score',
  missing: ({ subject }) => (subject.services ? null : 'declare services, each with a working stand-in'),
  operators: scene =>
    serviceNames(scene).map(service =>
      failing(scene, `${service}-first-use`, { fault: { service, how: 'reject', firstOnly: true } }),
    ),
  async judge({ task, response, options }, scene, probe) {
    // Asked a second time and answered: a retry, which is as good as no failure if it gives the same score.
    const fault = options as unknown as ScoreOptions
    const score = numberOf(await probe.score(task!, response as string, fault))
    if (score === null) return null
    const clean = await probe.score(task!, response as string)
    if (clean.how !== 'returned' || clean.value.asked?.[fault.fault!.service] === undefined) return 'skip'
    if (isSame(score, clean.value.score, scene)) return null
    return {
      says: `with ${shownFault(fault)} the response ${JSON.stringify(response)} scores ${score}; without, ${clean.value.score}`,
      scores: [score, clean.value.score],
    }
  },
}
