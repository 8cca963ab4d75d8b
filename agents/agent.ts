/**
 * @file What the arena plays and rollouts record: something that is shown observations and returns actions.
 *
 * An agent opens one session per episode, so that it can play many at once. What search and learning need beyond that
 * (texts with log-probabilities, training) is the Policy contract in `policy.ts`.
 */
import type { EnvDef, MaybePromise, Task } from '../envs/env.ts'
import type { Json } from '../envs/json.ts'
import type { Rng } from '../envs/rng.ts'
import type { Usage } from '../envs/trajectory.ts'

export interface Episode {
  env: EnvDef
  /** The hidden task, for the reference solver. null wherever the agent may be somebody else's: it must not be trusted with it. */
  task: Task | null
  /** The agent's own randomness for this episode. */
  rng: Rng
}

export interface Turn {
  observation: Json
  /** Steps taken before this one. */
  step: number
  /** Time left for this action in milliseconds; null: no clock. */
  deadlineMs: number | null
  signal: AbortSignal
}

export interface Action {
  /** Untrusted: the environment decides whether it fits. */
  action: Json
  usage?: Usage
}

export interface AgentSession {
  act(turn: Turn): MaybePromise<Action>
  close?(): void
}

export interface Agent {
  /** Shown on the leaderboard and written into records. */
  readonly name: string
  open(episode: Episode): MaybePromise<AgentSession>
  /** Frees workers, sockets and files. */
  close?(): Promise<void>
}
