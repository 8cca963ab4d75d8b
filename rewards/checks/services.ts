/** @file The outside parts that a reward may ask, wrapped: they can fail, be cancelled, and are seen being asked. */
import type { Json } from '../../envs/json.ts'
import type { ScoreOptions, ServiceFault } from './probe.ts'
import type { RewardSubject } from './subject.ts'

/** What does not answer at all: the reward gives up, or hangs for as long as the call may take. */
const NEVER = new Promise<never>(() => {})

export interface WiredServices {
  services: Record<string, (request: Json) => Promise<Json>>
  signal: AbortSignal
  /** Filled while the reward runs. */
  asked: Record<string, string>
}

export function wiredServices(
  subject: RewardSubject<Json>,
  response: string,
  options: ScoreOptions,
): WiredServices {
  const controller = new AbortController()
  if (options.cancel === 'before') controller.abort()
  const asked: Record<string, string> = {}
  const services = Object.entries(subject.services ?? {}).map(([name, service]) => [
    name,
    async (request: Json): Promise<Json> => {
      const again = name in asked
      asked[name] = 'fault'
      // What is cancelled rejects, as a request does whose signal fires.
      if (options.cancel === 'during') controller.abort()
      controller.signal.throwIfAborted()
      const { fault, quotingJudge } = options
      if (fault?.service === name && !(fault.firstOnly && again)) return failing(fault, service, request)
      if (quotingJudge && subject.judge?.service === name)
        return quoting(subject.judge.verdict.fail, response)
      const reply = await service(request)
      asked[name] = typeof reply
      return reply
    },
  ])
  return {
    services: Object.fromEntries(services) as WiredServices['services'],
    signal: controller.signal,
    asked,
  }
}

/** A judge that repeats what it reads before it fails it. */
const quoting = (fail: string, response: string): string => `The answer reads: "${response}". ${fail}`

async function failing(
  { service: name, how }: ServiceFault,
  service: (request: Json) => Json | Promise<Json>,
  request: Json,
): Promise<Json> {
  switch (how) {
    case 'reject':
      throw new Error(`${name} is unavailable`)
    case 'timeout':
      return NEVER
    case 'garbage':
      return '\u0000<html>502 Bad Gateway</html>'
    case 'empty':
      return ''
    case 'partial': {
      const reply = await service(request)
      return typeof reply === 'string' ? reply.slice(0, reply.length / 2) : reply
    }
  }
}
