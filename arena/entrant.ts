/** @file Who takes part: agents of the house and remote ones, as the arena seats them. */
import type { Agent } from '../agents/agent.ts'
import type { MatchPlan, MatchResult } from './match.ts'

/** An entrant's place in one match. */
export interface Seat {
  agent: Agent
  /** Called once the result is on the disk; null if the match does not count. */
  settle(result: MatchResult | null): void
}

export interface Entrant {
  readonly name: string
  /** May be shown hidden tasks. */
  readonly trusted: boolean
  /** Can it take a match now? */
  ready(): boolean
  seat(plan: MatchPlan): Seat
}

/** An agent that runs in this process. */
export function localEntrant(agent: Agent): Entrant {
  const seat: Seat = { agent, settle: () => {} }
  return { name: agent.name, trusted: true, ready: () => true, seat: () => seat }
}
