/**
 * @file Many responses scored one after the other by one call, because guarding a call costs more than most rewards do.
 *
 * What cannot be told apart that way (promises, hangs, tampering) is asked for one by one, as if there were no batches.
 */
import type { MaybePromise } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import type { Outcome, Probe, Scored } from './probe.ts'
import { plain } from './scored.ts'
import type { RewardSubject, Score } from './subject.ts'

type Turn = Scored | { threw: string }

/** Subjects that take no batches, by the probe that calls them. */
const single = new WeakSet<Probe>()

/** The outcomes of these responses, in their order. */
export async function* inTurn(
  probe: Probe,
  task: Json,
  responses: readonly string[],
): AsyncGenerator<Outcome<Scored>> {
  const turns = responses.length > 1 && !single.has(probe) ? await batched(probe, task, responses) : []
  yield* turns
  for (const response of responses.slice(turns.length)) yield await probe.score(task, response)
}

async function batched(probe: Probe, task: Json, responses: readonly string[]): Promise<Outcome<Scored>[]> {
  const outcome = await probe.call<Turn[]>('scores', task, [...responses])
  if (outcome.how !== 'returned' || outcome.tampered || outcome.value.length === 0) {
    single.add(probe)
    return []
  }
  return outcome.value.map(turn =>
    'threw' in turn
      ? { how: 'threw', error: turn.threw }
      : { how: 'returned', value: turn, ms: outcome.ms / outcome.value.length },
  )
}

/** A batch ends here, so that a reward that takes its time is not taken for one that hangs. */
const LONGEST_MS = 100

/** The operation: scores of these responses, up to one that is not there at once. */
export function scores(subject: RewardSubject<Json>, [task, responses]: [Json, string[]]): Turn[] {
  const turns: Turn[] = []
  if (subject.services || subject.score.constructor.name === 'AsyncFunction') return turns
  const late = performance.now() + LONGEST_MS
  for (const response of responses) {
    const turn = scoredNow(subject, structuredClone(task), response)
    if (turn === null) return turns
    turns.push(turn)
    if (performance.now() > late) return turns
  }
  return turns
}

function scoredNow(subject: RewardSubject<Json>, task: Json, response: string): Turn | null {
  try {
    const prompt = subject.prompt?.(task) ?? []
    const asked = typeof prompt === 'string' ? [{ role: 'user' as const, content: prompt }] : prompt
    const given = subject.score(task, response, {
      messages: [...asked, { role: 'assistant', content: response }],
      services: {},
      signal: new AbortController().signal,
    })
    if (!isPromise(given)) return plain(given)
    // It is asked for once more, and waited for then.
    given.then(undefined, () => {})
    return null
  } catch (error) {
    return { threw: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  }
}

function isPromise(given: MaybePromise<Score>): given is Promise<Score> {
  return typeof (given as { then?: unknown } | null)?.then === 'function'
}
