/**
 * @file What is checked of environments: anything with `reset` and `step`, and as many further facts as there are.
 *
 * The environment is opaque: snapshots are whatever it returns, so that an environment whose snapshots are no values can
 * be caught. Observations, actions and snapshots must survive `structuredClone`.
 */
import type { MaybePromise } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import type { Draw } from './fast-check.ts'

export interface EnvStep {
  observation: Json
  reward: number
  terminated: boolean
  truncated: boolean
  /** Named parts of the reward. */
  rewards?: Readonly<Record<string, number | null>>
  info?: Json
}

/** One environment object, as an agent or a search holds it. */
export interface EnvFace<A = Json> {
  reset(seed: number): MaybePromise<{ observation: Json }>
  step(action: A): MaybePromise<EnvStep>
  snapshot?(): MaybePromise<unknown>
  restore?(snapshot: never): MaybePromise<void>
  clone?(): MaybePromise<EnvFace<A>>
  /** The state as plain JSON, for properties that look at it. Default: the snapshot. */
  state?(): MaybePromise<Json>
  /** The return the environment itself reports, where it does. */
  episodeReturn?(): MaybePromise<number>
  close?(): MaybePromise<void>
}

export interface EnvSubject<A = Json> {
  name: string
  make(): MaybePromise<EnvFace<A>>
  /** What may be done: a list of actions, or a draw. */
  actions: readonly A[] | Draw<A>
  /** Actions that depend on the state, for walks that get somewhere. */
  legalActions?(state: Json): readonly A[]
  /** Actions that are none. Default: empty text, junk text, null, an empty object. */
  invalidActions?: readonly unknown[]
  /** Longest episode in steps; null: episodes may go on for ever. */
  horizon: number | null
  /** Running out of steps is a rule of the task, e.g. six guesses, and so ends it: `terminated`, not `truncated`. */
  finiteHorizon?: boolean
  /** Lowest and highest return of an episode. */
  returnRange?: readonly [number, number]
  /** Lowest and highest reward of one step. */
  rewardRange?: readonly [number, number]
  /** From this return on an episode counts as solved. Default: the middle of `returnRange`. */
  passMark?: number
  /** Actions that solve the task of this seed. */
  reference?(seed: number): MaybePromise<readonly A[]>
  /** Is the goal reached in this state? Judged by the author apart from rewards. null: not known. */
  goalReached?(state: Json): boolean | null
  /** From this return on an episode that misses the goal is an exploit. Default: more than an episode may earn unsolved. */
  exploitMark?: number
  /** These actions only look; inserting them must not change what an episode is worth. */
  readOnly?: readonly A[] | ((seed: number) => MaybePromise<readonly A[]>)
  /** What one look may cost. Default: 0. */
  readCost?: number
  /** Does nothing. */
  noop?: A
  /** Hands in at once. */
  submit?: A
  /** Share of tasks that constant play may pass. Default: 0.05. */
  guessable?: number
  /** What the state is, clocks and step counters aside, with all that rewards depend on; for loops that pay. */
  stateKey?(state: Json): string
  /** The reward as declared: a function of what was before, what was done, and what came of it. */
  rewardOf?(before: Json, action: A, after: Json): number
  /** Φ of potential-based shaping, and γ. The part of the reward that it explains is `shaping(step)`. */
  shaping?: { potential(state: Json): number; discount: number; part(step: EnvStep): number }
  /** All of a small instance, where it can be enumerated. */
  enumerable?: { seed: number; maxStates: number }
  /** Pairs of actions of the reference that may change places; default: found by equal states. */
  commuting?: boolean
  /** Sub-goals reached in this state, from 0. Say `noop` too: it fills episodes of equal length. */
  subGoals?(state: Json): number
  /** Is this observation the reply of a tool that failed? */
  failed?(observation: Json): boolean
  /** Makes an environment in which the named part fails at its nth use. */
  makeFaulty?(fault: EnvFault): MaybePromise<EnvFace<A>>
  /** Parts that `makeFaulty` can break. */
  parts?: readonly string[]
  /** Environments whose calls may overlap: starts these actions together, finished in the order given. */
  concurrent?(face: EnvFace<A>, actions: readonly A[], order: readonly number[]): MaybePromise<Json>
  /** All that can be read before the first action. Default: the first observation. */
  reachable?(seed: number): MaybePromise<readonly string[]>
  /** The hidden answer of this seed, to be looked for in what can be read. */
  secrets?(seed: number): MaybePromise<readonly string[]>
  /** Shares that tasks must show over seeds. */
  distribution?: Readonly<Record<string, { holds(state: Json): boolean; share: number }>>
  /** Steps differ from run to run, by intention. */
  nondeterministic?: boolean
  /** Milliseconds that one step may take. Default: 1000. */
  timeoutMs?: number
}

/** `at`: 1 is the first use of that part after `reset`. */
export type EnvFault = { part: string; how: 'reject' | 'timeout' | 'garbage'; at: number }
