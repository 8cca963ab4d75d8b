/** @file Every way the checks call into an author's reward, by name, so that a call can be made in another process. */
import type { MaybePromise } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import type { Scored, ScoreOptions, ServiceFault } from './probe.ts'
import type { RewardSubject, Score } from './subject.ts'

export type Operation = (subject: RewardSubject<Json>, args: never) => MaybePromise<unknown>

/** A service that fails is given up by the reward, or hangs for as long as the call may take. */
const NEVER = new Promise<never>(() => {})

export const rewardOperations: Readonly<Record<string, Operation>> = {
  score: (subject, [task, response, options]: [Json, string, ScoreOptions]) =>
    scored(subject, task, response, options ?? {}),
}

async function scored(
  subject: RewardSubject<Json>,
  task: Json,
  response: string,
  options: ScoreOptions,
): Promise<Scored> {
  const cancel = new AbortController()
  if (options.cancel === 'before') cancel.abort()
  const prompt = subject.prompt?.(task) ?? []
  const context = {
    messages: options.messages ?? [
      ...(typeof prompt === 'string' ? [{ role: 'user' as const, content: prompt }] : prompt),
      { role: 'assistant' as const, content: response },
    ],
    services: servicesOf(subject, response, options, cancel),
    signal: cancel.signal,
  }
  return plain(await subject.score(task, response, context))
}

function servicesOf(
  subject: RewardSubject<Json>,
  response: string,
  { fault, quotingJudge, cancel }: ScoreOptions,
  controller: AbortController,
): Record<string, (request: Json) => Promise<Json>> {
  const wrapped = Object.entries(subject.services ?? {}).map(([name, service]) => [
    name,
    async (request: Json): Promise<Json> => {
      if (cancel === 'during') controller.abort()
      if (quotingJudge && subject.judge?.service === name)
        return `The answer reads: "${response}". ${subject.judge.verdict.fail}`
      const reply = fault?.service === name ? failing(fault) : undefined
      return reply === undefined || fault?.how === 'partial' ? half(await service(request), fault) : reply
    },
  ])
  return Object.fromEntries(wrapped) as Record<string, (request: Json) => Promise<Json>>
}

function failing({ service, how }: ServiceFault): Promise<Json> | Json {
  if (how === 'reject') throw new Error(`${service} is unavailable`)
  if (how === 'timeout') return NEVER
  return how === 'garbage' ? '\u0000<html>502 Bad Gateway</html>' : ''
}

function half(reply: Json, fault: ServiceFault | undefined): Json {
  return fault?.how === 'partial' && typeof reply === 'string' ? reply.slice(0, reply.length / 2) : reply
}

/** Throws where the reward returned something that is no score. */
export function plain(given: Score): Scored {
  if (typeof given === 'number' || given === null) return { score: given, components: {} }
  if (typeof given === 'object' && (typeof given.score === 'number' || given.score === null))
    return { score: given.score, components: given.components ?? {} }
  throw new TypeError(`expected a number, null or { score }, got ${JSON.stringify(given) ?? typeof given}`)
}
