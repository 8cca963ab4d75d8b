/**
 * @file The environment contract.
 *
 * An author writes a pure transition over plain-JSON state. The framework derives reset and step, snapshots, clones,
 * state hashes, replay, rollouts and servers from it. Read this file, then `math/addition.ts` as a complete example.
 */
import type { z } from 'zod'
import type { Json } from './json.ts'
import type { Rng } from './rng.ts'

export type MaybePromise<T> = T | Promise<T>

/** `domain/name-vN`. Any change of reward or dynamics is a new version. */
export type EnvId = string
export type Split = 'train' | 'validation' | 'test'
export const SPLITS: readonly Split[] = ['train', 'validation', 'test']

/** A seeded problem. `params` may hold the hidden reference; agents see only what `observe` shows. */
export type Task<P = Json> = { env: EnvId; split: Split; index: number; level: number; params: P }

/** `axes` says what makes the level as hard as it is, by name: the number of digits, of terms, of distractors … */
export type Level = {
  level: number
  title: string
  axes?: Readonly<Record<string, string | number | boolean>>
}

/** Tasks by coordinates: O(1), free of side effects, and no task of one split equals a task of another. */
export interface TaskSource<P> {
  levels: readonly Level[]
  at(split: Split, index: number, level: number): P
  /** How many tasks there are, where they are a given list and not drawn. */
  size?(split: Split, level: number): number
}

/** Why an episode is over: `terminated` by the task itself, or `truncated` by a limit. */
export type End = { kind: 'terminated' | 'truncated'; reason: string }

/** An action that could not be understood. A fact to be scored, never an exception. */
export type Invalid = { invalid: string }

export function isInvalid(action: unknown): action is Invalid {
  return typeof action === 'object' && action !== null && 'invalid' in action
}

export interface StepContext {
  /** Randomness of this step, named by the task's coordinates and the step number. */
  rng: Rng
  /** Steps taken before this one. */
  step: number
  /** Fires when the caller gives up. What was not judged because of it is null, never 0. */
  signal?: AbortSignal
}

export type Message = { role: 'system' | 'user' | 'assistant'; content: string }

/** How a language model plays. `parse(render(action))` is the action again. */
export interface TextForm<O, A> {
  prompt(observation: O): Message[]
  parse(reply: string): A | Invalid
  render(action: A): string
  /** The string that ends the text of one step; `render` ends with it. Empty: the whole completion is one step. */
  stepEnd: string
  /** What the environment writes back after a step. Absent: the completion simply goes on. */
  respond?(observation: O): string
}

/** How a demonstration is given: `slip` is the chance of this environment's typical mistake, drawn from `rng`. */
export type Style = { slip: number; rng: Rng }

export type RewardKind = 'outcome' | 'process' | 'shaping' | 'penalty'

export interface RewardContext<P, S> {
  task: Task<P>
  before: S
  after: S
  end: End | null
}

/**
 * Facts in, number or null out. `null` means "not judged here" and is not 0.
 * Outcome and process values of one episode sum to at most 1 each; penalties are at most 0.
 */
export interface RewardTerm<F, P, S> {
  kind: RewardKind
  weight: number
  value(facts: F, context: RewardContext<P, S>): number | null
}

/** A short answer inside the text of a whole solution: what checks of rewards vary. */
export interface AnswerText<P> {
  /** What answers are; absent: numbers where every reference is one, else text. */
  kind?: 'number' | 'expression' | 'text' | 'choice' | 'json' | 'code'
  /** The reference answer, bare. */
  gold(task: Task<P>): string
  /** The completion that gives this answer, right or wrong, as the rules ask for it. */
  write(task: Task<P>, answer: string): string
  /** Answers other than the reference may be right. */
  manyRight?: boolean
}

export interface EnvDef<P = Json, S = Json, O = Json, A = Json, F = unknown> {
  id: EnvId
  title: string
  /** The part of its domain that it belongs to, e.g. `number theory`. */
  group?: string
  /** Why one constant answer earns more than 0.2 on average, where it does, e.g. that there are two answers only. */
  guessable?: string
  action: z.ZodType<A>
  observation: z.ZodType<O>
  tasks: TaskSource<P>
  maxSteps: number
  start(task: Task<P>): MaybePromise<S>
  /** What the agent may see. Hidden references never appear here. */
  observe(task: Task<P>, state: S): O
  /** Pure: the same arguments give the same result, and `state` is not changed in place. */
  step(
    task: Task<P>,
    state: S,
    action: A | Invalid,
    context: StepContext,
  ): MaybePromise<{ state: S; facts: F; end?: End }>
  rewards: Record<string, RewardTerm<F, P, S>>
  text: TextForm<O, A>
  /** A reference solution: gold for checks, demonstrations for behaviour cloning. */
  solve?(task: Task<P>, style?: Style): A[]
  /** Lets search and the random agent enumerate. Need not be complete, must be sound. */
  legalActions?(task: Task<P>, state: S): A[]
  /** Where a solution comes down to a short answer, and everything else in its text is only the way there. */
  answer?: AnswerText<P>
  /** Does this action only look? Then taking it, wherever it is understood, changes nothing that is judged. */
  readOnly?(task: Task<P>, action: A): boolean
  /** Is this observation the reply of a call that failed or was refused? */
  failed?(observation: O): boolean
  /** Exact process label: can the goal still be reached from here? null: not decided. */
  stepLabel?(task: Task<P>, state: S, stepsLeft: number): boolean | null
  /** Exact verdict on one step by itself: is what it says true, does it follow? null: it claims nothing that can be checked. */
  verifyStep?(task: Task<P>, before: S, action: A): boolean | null
  /**
   * `value` (the default): the state is all there is. `replay`: a state outside this process is rebuilt by playing the
   * actions again; the environment does that itself, in `step`.
   */
  snapshot?: 'value' | 'replay'
  /** What this machine lacks to run the environment, and how to get it; null if nothing. Absent: it runs everywhere. */
  missing?(): MaybePromise<string | null>
  /** Gives back threads and processes that the environment keeps. It starts them again when it is used again. */
  close?(): MaybePromise<void>
}

/** Raw value of each reward term in one step. */
export type Rewards = Record<string, number | null>

export interface TimeStep<O> {
  observation: O
  /** Weighted sum of the non-null terms of this step; null right after a reset. */
  reward: number | null
  rewards: Rewards
  terminated: boolean
  truncated: boolean
  /** Why the episode is over; null while it is not. */
  reason: string | null
}

/** The first time step of an episode. */
export function restart<O>(observation: O): TimeStep<O> {
  return { observation, reward: null, rewards: {}, terminated: false, truncated: false, reason: null }
}

/** A step after which the episode goes on. */
export function transition<O>(observation: O, reward: number, rewards: Rewards): TimeStep<O> {
  return { observation, reward, rewards, terminated: false, truncated: false, reason: null }
}

/** The task is over: nothing can follow, and a value estimate must not bootstrap past it. */
export function termination<O>(
  observation: O,
  reward: number,
  rewards: Rewards,
  reason: string,
): TimeStep<O> {
  return { observation, reward, rewards, terminated: true, truncated: false, reason }
}

/** A limit cut the episode: more could have followed, so a value estimate may bootstrap. */
export function truncation<O>(observation: O, reward: number, rewards: Rewards, reason: string): TimeStep<O> {
  return { observation, reward, rewards, terminated: false, truncated: true, reason }
}

type Judge<F, P, S> = RewardTerm<F, P, S>['value']

/** Was the task solved? In [0, 1], judged once, when the episode ends. */
export function outcome<F, P, S>(value: Judge<F, P, S>, weight = 1): RewardTerm<F, P, S> {
  return { kind: 'outcome', weight, value }
}

/** Progress made by this step. The values of one episode sum to at most 1. */
export function process<F, P, S>(value: Judge<F, P, S>, weight = 1): RewardTerm<F, P, S> {
  return { kind: 'process', weight, value }
}

/** The price of something that should not be done. At most 0. */
export function penalty<F, P, S>(value: Judge<F, P, S>, weight = 1): RewardTerm<F, P, S> {
  return { kind: 'penalty', weight, value }
}

/** Weighted sum of the non-null terms. */
export function scalarReward(
  terms: Record<string, Pick<RewardTerm<never, never, never>, 'weight'>>,
  rewards: Rewards,
): number {
  let sum = 0
  for (const name in terms) sum += terms[name]!.weight * (rewards[name] ?? 0)
  return sum
}

/** The largest return an episode can have: the weights of its outcome and process terms. */
export function maxReturn(env: Pick<EnvDef, 'rewards'>): number {
  return Object.values(env.rewards)
    .filter(term => term.kind === 'outcome' || term.kind === 'process')
    .reduce((sum, term) => sum + term.weight, 0)
}
