/**
 * @file How properties call the author's code: through an executor that survives hangs, throws and exhausted memory.
 */
import type { Message } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'

/** What came of one call into the author's code. */
export type Outcome<V = unknown> =
  | { how: 'returned'; value: V; ms: number; tampered?: string[] }
  | { how: 'threw'; error: string; tampered?: string[] }
  | { how: 'hung'; afterMs: number }
  | { how: 'out-of-memory' }
  | { how: 'exited'; code: number | null }

/** A score as the checks see it. NaN and infinities are kept as they are. */
export type Scored = {
  score: number | null
  components: Record<string, number>
  /** Services that were asked, with the type of their last reply, or `fault` where they were made to fail. */
  asked?: Record<string, string>
}

/** How a declared service is made to fail. */
export type ServiceFault = {
  service: string
  how: 'reject' | 'timeout' | 'garbage' | 'partial' | 'empty'
  /** Only the first use fails. Default: every use. */
  firstOnly?: boolean
}

export interface ScoreOptions {
  messages?: Message[]
  fault?: ServiceFault
  /** The signal fires before the call, or while a service is being asked. */
  cancel?: 'before' | 'during'
  /** The service named by `judge.service` answers by quoting the response and then failing it. */
  quotingJudge?: boolean
}

export interface Probe {
  score(task: Json, response: string, options?: ScoreOptions): Promise<Outcome<Scored>>
  /** Any other operation of operations.ts by name. */
  call<V>(operation: string, ...args: Json[]): Promise<Outcome<V>>
  /** The same with another limit of time per call. */
  within(timeoutMs: number): Probe
}

/** The number, if one came; otherwise null. */
export function numberOf(outcome: Outcome<Scored>): number | null {
  return outcome.how === 'returned' ? outcome.value.score : null
}

/** For reports: the score, or what came instead of one. */
export function shownOutcome(outcome: Outcome<Scored>): string {
  if (outcome.how === 'returned')
    return outcome.value.score === null ? 'not judged' : String(outcome.value.score)
  if (outcome.how === 'threw') return `threw ${outcome.error}`
  if (outcome.how === 'hung') return `no answer within ${outcome.afterMs} ms`
  if (outcome.how === 'exited') return `ended its process (code ${outcome.code})`
  return 'ran out of memory'
}
