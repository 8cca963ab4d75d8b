/** @file Every way the checks call into an author's reward, by name, so that a call can be made in another process. */
import type { MaybePromise } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { facetOperations } from './facet-operations.ts'
import { scores } from './in-turn.ts'
import { processOperations } from './process-operations.ts'
import type { Scored, ScoreOptions } from './probe.ts'
import { plain } from './scored.ts'
import { wiredServices } from './services.ts'
import type { RewardSubject } from './subject.ts'

export type Operation = (subject: RewardSubject<Json>, args: never) => MaybePromise<unknown>

export const rewardOperations: Readonly<Record<string, Operation>> = {
  ...processOperations,
  ...facetOperations,
  scores,
  score: (subject, [task, response, options]: [Json, string, ScoreOptions]) =>
    scored(subject, task, response, options ?? {}),
}

async function scored(
  subject: RewardSubject<Json>,
  task: Json,
  response: string,
  options: ScoreOptions,
): Promise<Scored> {
  const prompt = subject.prompt?.(task) ?? []
  const { services, signal, asked } = wiredServices(subject, response, options)
  const messages = options.messages ?? [
    ...(typeof prompt === 'string' ? [{ role: 'user' as const, content: prompt }] : prompt),
    { role: 'assistant' as const, content: response },
  ]
  const given = plain(await subject.score(task, response, { messages, services, signal }))
  return subject.services ? { ...given, asked } : given
}
