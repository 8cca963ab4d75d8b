/**
 * @file Search = guidance × strategy × granularity, each of the three chosen by itself. The contract between them, and
 * nothing of networks.
 *
 * A strategy decides which texts are continued and how often; a guide says what they are worth; the granularity says how
 * much is written at once. Combinations that make no sense are refused with a reason (`cells.ts`), never silently replaced.
 */
import type { MaybePromise, Task } from '../../envs/env.ts'
import type { Granularity } from '../../envs/granularity.ts'
import type { Coordinate } from '../../envs/rng.ts'
import type { Aggregation } from '../../rewards/aggregation.ts'
import type { Completion, Prompt } from '../policy.ts'

/** What best-of-N for learning is guided by: the environment's verdict, or the answer that most samples agree on. */
export type Guidance = 'majority' | 'verifier'

/** One thing to search an answer for. */
export interface Problem {
  prompt: Prompt
  /** For guidance that asks the environment; null where the searcher is not trusted with it. */
  task: Task | null
  /** Coordinates of this problem's random streams. */
  seed: readonly Coordinate[]
}

/** A problem with what has been written for it so far. Never changed: continuing one gives another. */
export interface Partial {
  readonly problem: Problem
  readonly text: string
  /** The text cut behind each step end; the last one may be unfinished. */
  readonly steps: readonly string[]
  readonly tokens: readonly number[]
  /** One per token: natural logs at temperature 1. */
  readonly logprobs: readonly number[]
  /** One list per token, its likeliest tokens first; absent where the policy gives none. */
  readonly topLogprobs?: readonly (readonly number[])[]
  /** Nothing can follow: the policy has ended it, or a limit has. */
  readonly finished: boolean
  /** The policy ended it; false: cut by a limit, or not finished. */
  readonly stopped: boolean
}

/**
 * What partial solutions are worth, higher is better. `internal`: from the policy itself; `external`: from the task's side,
 * whatever the policy thinks; `combined`: from both. null: not judged, which is not 0.
 */
export interface Guide {
  readonly name: string
  readonly source: 'internal' | 'external' | 'combined'
  /** Does it judge texts that are not finished? */
  readonly scoresPartial: boolean
  /** The largest score there is, where there is one: behind it no search can find better. */
  readonly best?: number
  /** One score per partial, in order; those of one problem are given together where they are compared. */
  score(partials: readonly Partial[]): MaybePromise<(number | null)[]>
}

/** What a search of one problem may spend at most. Absent: no limit but the strategy's own. */
export interface SearchBudget {
  /** Generated tokens. */
  tokens?: number
  /** Continuations, of whatever length. */
  expansions?: number
}

export interface Spent {
  tokens: number
  expansions: number
}

export interface Candidate extends Completion {
  /** Canonical form of what the text answers; null: it cannot be read as an answer. */
  answer: string | null
  /** What the guidance thinks of it; null: not judged. */
  score: number | null
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

export const STRATEGIES = [
  'best-of-n',
  'majority',
  'weighted-vote',
  'beam',
  'dvts',
  'rebase',
  'mcts',
  'revision',
  'budget-forcing',
  'compute-optimal',
] as const
export type StrategyName = (typeof STRATEGIES)[number]

/** Guidance that needs no more than its name. */
export const GUIDANCES = [
  'majority',
  'verifier',
  'environment',
  'logprob',
  'confidence',
  'entropy',
  'self-evaluation',
  /** The last of a chain, whatever it says. */
  'last',
] as const
/** A guidance by name, or a reward model by its folder. */
export type GuidanceTerm = (typeof GUIDANCES)[number] | { model: 'orm' | 'prm'; dir: string }
/** What guides a search: one guidance, or a weighted sum. */
export type GuidanceSpec = GuidanceTerm | { sum: { weight: number; of: GuidanceTerm }[] }

/** What the tree search backs up; see `mcts.ts`. */
export const BACKUPS = ['value', 'verified', 'mixed', 'rollout'] as const
export type Backup = (typeof BACKUPS)[number]

/** What `+search(...)` behind an agent's name says. Which options a strategy takes, and their defaults: `spec.ts`. */
export interface SearchSpec {
  strategy: StrategyName
  guidance: GuidanceSpec
  granularity?: Granularity
  /** Candidates. */
  n?: number
  /** Continuations of one text. */
  width?: number
  /** Steps that a beam looks ahead. */
  lookahead?: number
  /** Temperature of REBASE's weights. */
  balance?: number
  simulations?: number
  backup?: Backup
  /** Share of the rollout in a mixed backup. */
  lambda?: number
  /** Leaves that are evaluated at once. */
  leaves?: number
  /** Share of Dirichlet noise in the priors at the root. */
  noise?: number
  /** Whether the answer is chosen by score or by weighted vote. */
  pick?: 'best' | 'vote'
  /** Independent chains of revisions. */
  chains?: number
  /** Earlier attempts that a revision reads. */
  window?: number
  /** How often an early end is ignored. */
  ignore?: number
  /** Tokens of thought before the answer is forced. */
  cap?: number
  /** What is written instead of an early end, and before a forced answer. */
  wait?: string
  final?: string
  /** File of the validation table, and samples that estimate the difficulty. */
  table?: string
  pilot?: number
  /** How the scores of steps become one. */
  aggregate?: Aggregation
  /** Candidates drawn between two looks at whether to stop early. */
  batch?: number
  /** A vote stops early when its leader stays ahead with this probability. */
  sure?: number
  temperature?: number
  /** Longest step, in tokens. */
  stepTokens?: number
  /** Budgets. */
  tokens?: number
  expansions?: number
}
