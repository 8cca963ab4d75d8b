/**
 * @file Search = guidance × strategy × granularity. The contract between the three, and nothing of networks.
 *
 * A strategy spends samples of a policy; a guidance says which of them to believe. Combinations that make no sense are
 * refused with a reason, never silently replaced.
 */
import type { Task } from '../../envs/env.ts'
import type { Coordinate } from '../../envs/rng.ts'
import type { Completion, Prompt } from '../policy.ts'

/**
 * `verifier` (external): a reward model, such as the environment's own verdict, where the searcher may ask it.
 * `majority` (internal): the answer that most samples agree on.
 */
export type Guidance = 'majority' | 'verifier'
export const GUIDANCES: readonly Guidance[] = ['majority', 'verifier']

/** What `+search(...)` behind an agent's name says. */
export type SearchSpec = { strategy: 'best-of-n'; n: number; guidance: Guidance }

export interface Candidate extends Completion {
  /** Canonical form of what the text answers; null: it cannot be read as an answer. */
  answer: string | null
  /** What the guidance thinks of it; null: not judged. */
  score: number | null
}

/** One thing to search an answer for. */
export interface Problem {
  prompt: Prompt
  /** For guidance that asks the environment; null where the searcher is not trusted with it. */
  task: Task | null
  /** Coordinates of this problem's random streams. */
  seed: readonly Coordinate[]
}

/** Everything a search did for one problem: the group that learning is fed with, and its choice. */
export interface SearchResult {
  candidates: Candidate[]
  /** Index of the chosen candidate. */
  chosen: number
}

export interface SearchOptions {
  /** Candidates per task. */
  n: number
  guidance: Guidance
  temperature: number
  maxTokens: number
  /** Candidate 0 is the greedy completion, so that under a right verifier search is never worse than none. */
  greedyFirst: boolean
}
