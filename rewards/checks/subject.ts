/**
 * @file What is checked: the contract between an author's reward and the checks.
 *
 * An author gives tasks, a `score` and as many further facts as there are: the kind of answer, a reference answer, how
 * an answer is written into a response. Each fact switches properties on; a property whose facts are missing reports NOT
 * RUN and never passes. Responses are text, because that is what agents write.
 */
import type { MaybePromise, Message } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import type { Draw } from './fast-check.ts'
import type { ProcessFacts } from './process-subject.ts'

/** What answers are; each kind supplies wrong answers near a right one, other spellings, and junk. */
export type KindId = 'number' | 'expression' | 'text' | 'choice' | 'json' | 'code' | 'tool-calls' | 'steps'

export type Truth = 'right' | 'wrong' | 'unknown'

/** null: not judged, which is not 0. */
export type Score = number | null | { score: number | null; components?: Record<string, number> }

export interface ScoreContext {
  /** The whole conversation: the prompt, and the response as its last message unless a property adds more. */
  messages: readonly Message[]
  /** The declared outside parts, by name. The checks make them fail, to see whether a failure becomes a score. */
  services: Readonly<Record<string, (request: Json) => Promise<Json>>>
  /** Fires when the caller gives up. What was not judged because of it must not be a number. */
  signal: AbortSignal
}

export interface RewardSubject<T = Json> {
  /** What reports call it. */
  name: string
  /** Plain JSON each: rows of a data set, a draw, or a function of a seed (which must give the same tasks for the same seed). */
  tasks: readonly T[] | Draw<T> | ((seed: number) => readonly T[])
  score(task: T, response: string, context: ScoreContext): MaybePromise<Score>

  /** Default: 'text'. */
  kind?: KindId
  /** Lowest and highest score. Default: [0, 1]. */
  range?: readonly [number, number]
  /** From here on a score counts as passed. Default: the middle of the range. */
  passMark?: number
  /** What the agent is shown. */
  prompt?(task: T): string | Message[]
  /** The reference answer, bare: `42`, not `\boxed{42}`. Its response must score the top of the range. */
  gold?(task: T): string
  /** Several answers that are all right. */
  solutions?(task: T): readonly string[]
  /** How a bare answer becomes a response. Default: it is the response. */
  answer?: AnswerForm<T>
  /** Is this bare answer right? Independent of `score`. Default: the kind's own comparison with `gold`. */
  oracle?(task: T, answer: string): Truth
  /** A task whose reference is `gold`; null where it cannot be one. Lets the checks try references that no row has. */
  forGold?(gold: string): T | null
  /** Several tasks may share a right answer beyond what `oracle` tells, e.g. any valid plan counts. */
  manyRight?: boolean

  /** Names of other spellings that count as right (see docs/checks.md); added to those the kind implies. */
  equal?: readonly string[]
  /** Names of spellings that the kind implies but this reward rightly refuses. */
  unequal?: readonly string[]
  /**
   * Names of transforms of a whole response that must not change its score: nfc, nfd, no-break-space, zero-width,
   * byte-order-mark, full-width, line-ends, final-newline, leading-newline, double-space, tabs, upper-case, lower-case,
   * curly-quotes, minus-sign, key-order, list-order, line-order.
   */
  neutral?: readonly string[]
  /** Numbers this close to the reference are right. Default: exact. */
  tolerance?: { absolute?: number; relative?: number }
  /** Words or answers a choice is made from; default: those in the golds. */
  choices?(task: T): readonly string[]
  /** Listing several answers is allowed: the reward means "one of them". */
  hedgingAllowed?: boolean
  /** Score may fall with length or filler; it may never rise. */
  lengthPenalised?: boolean
  /** The same call may give different scores, by this much at most. */
  stochastic?: { spread: number }
  /** Scored by a learned model: laws of quality become statistics that never gate, from 20 tasks with a `gold` on. */
  learned?: true
  /** Milliseconds that one score may take. Default: 1000. */
  timeoutMs?: number

  /** Named parts of the score besides correctness: the largest share of the range all of each may earn together. */
  components?: Readonly<Record<string, { maxShare: number }>>
  /** The total from its named parts: parts in [0, 1] unless `ranges` says otherwise. */
  combine?: CombineFacts
  /** Scores many at once; must equal scoring each. */
  scoreBatch?(pairs: readonly { task: T; response: string }[]): MaybePromise<readonly Score[]>
  /** Outside parts that scoring depends on, each with a working stand-in. */
  services?: Readonly<Record<string, (request: Json) => MaybePromise<Json>>>
  /** For rewards that read the verdict of a language model. */
  judge?: JudgeFacts
  /** For rewards that read a record of tests. */
  tests?: TestFacts<T>
  /** For rewards made of a list of checks that each task carries. */
  checks?: CheckListFacts<T>
  /** For rewards that run a program in this process. */
  program?: ProgramFacts<T>
  /** For rewards that read files an agent left behind. */
  workspace?: WorkspaceFacts<T>
  /** For rewards that score conversations. The checks plant the right answer in other people's mouths. */
  conversation?: boolean
  /** All that an agent can read before it acts: files, history, tool replies, environment. */
  reachable?(task: T): MaybePromise<readonly string[]>
  /** Shares that the tasks must show, e.g. `{ unsolvable: { holds: t => !t.solvable, share: 0.2 } }`. */
  distribution?: Readonly<Record<string, { holds(task: T): boolean; share: number }>>
  /** For rewards that score steps. */
  process?: ProcessFacts<T>
}

export interface AnswerForm<T> {
  /** The response that gives this answer after this reasoning. */
  wrap(answer: string, reasoning: string, task: T): string
  /** Which of several given answers counts. Default: 'last'. 'only': a response with several is wrong. */
  policy?: 'last' | 'first' | 'only'
}

export interface CombineFacts {
  parts: Readonly<Record<string, { range?: readonly [number, number]; penalty?: boolean; veto?: boolean }>>
  /** The total. `penalty`: more is worse. `veto`: at its lowest the total is below the pass mark whatever the others are. */
  total(parts: Readonly<Record<string, number>>): MaybePromise<number>
}

export interface JudgeFacts {
  /** The judge's text to a score, as the reward reads it. */
  parse(text: string): MaybePromise<number | null>
  /** What a judge writes that gives this verdict, in the form it was asked for. */
  verdict: { pass: string; fail: string }
  /** The service that asks the judge, if scoring does. Its stand-in is replaced by one that quotes the response. */
  service?: string
}

export type TestState = 'passed' | 'failed' | 'skipped' | 'missing' | 'timeout' | 'error'

/** What one run of a candidate left. Each test's state by its id; `missing`: there is no record. */
export interface TestRun {
  states: Readonly<Record<string, TestState>>
  exitCode: number
  /** What the candidate itself printed. */
  stdout: string
  /** The candidate was handed in. */
  submitted: boolean
}

export interface TestFacts<T> {
  /** Ids of the tests that must pass. */
  required(task: T): readonly string[]
  /** The text that the reward reads of this run; it becomes the `response` of `score`. */
  render(task: T, run: TestRun): string
  /** Strings the reward looks for in that text, e.g. `EXIT_CODE:0`. */
  markers?: readonly string[]
}

export interface CheckListFacts<T> {
  /** Names of the checks of a task, in order. */
  list(task: T): readonly string[]
  /** The task with these checks only. */
  keep(task: T, names: readonly string[]): T
  /** A response that meets every check but this one; null if there is none. */
  violating?(task: T, name: string): string | null
}

export interface ProgramFacts<T> {
  /** Scores a program: a function from an input to an output that calls `work` with the cost of what it does. */
  score(task: T, program: Program): MaybePromise<Score>
  /** A right program. */
  honest(task: T): Program
}

export type Program = (input: unknown, work: (units: number) => void) => unknown

export interface WorkspaceFacts<T> {
  /** Files as an honest but failing candidate leaves them: path to content. */
  failing(task: T): Readonly<Record<string, string>>
  /** Paths an agent may write but that must not count: reward files, tests, inputs, reports. */
  protected: readonly string[]
  score(task: T, files: Readonly<Record<string, string>>): MaybePromise<Score>
}

export const DEFAULT_TIMEOUT_MS = 1000

export function rangeOf({ range = [0, 1] }: Pick<RewardSubject<never>, 'range'>): readonly [number, number] {
  return range
}

export function passMarkOf(subject: Pick<RewardSubject<never>, 'range' | 'passMark'>): number {
  const [low, high] = rangeOf(subject)
  return subject.passMark ?? (low + high) / 2
}
