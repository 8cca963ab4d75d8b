/** @file What is checked of rewards that score steps: the process part of a reward subject. */
import type { MaybePromise } from '../../envs/env.ts'

export interface ProcessFacts<T> {
  /** A right solution, step by step. */
  solution(task: T): readonly string[]
  /** One score per step; null: this step is not judged. */
  score(task: T, steps: readonly string[]): MaybePromise<readonly (number | null)[]>
  /** From here on a step counts as right. Default: the middle of the subject's range. */
  passMark?: number
  /** The solution with a wrong step at `at`; null if that step cannot be made wrong. */
  corrupt(task: T, steps: readonly string[], at: number): readonly string[] | null
  /** Is the solution's final answer right? */
  outcome?(task: T, steps: readonly string[]): boolean
  /** A step that says nothing, e.g. `So let us go on.`; scored, it must cost nothing. */
  neutral?: string
  /** The whole from the scores of its steps. */
  aggregate?: { how: 'min' | 'product' | 'mean' | 'last' | 'sum'; of(scores: readonly number[]): number }
  /** For models that read text: the scores of a solution written out, steps joined by `separator`. */
  scoreText?(task: T, text: string): MaybePromise<readonly (number | null)[]>
  separator?: string
  /** Other separators that mean the same, e.g. a blank line more. */
  separators?: readonly string[]
  /** What may stand behind the last step and means nothing, e.g. a space or a line end. */
  trailing?: readonly string[]
  /** Labels of steps (1 right, 0 wrong, null ignored) to the form that is stored or trained on, and back. */
  labels?: {
    encode(labels: readonly (0 | 1 | null)[]): unknown
    decode(stored: never): readonly (0 | 1 | null)[]
    /** Only what stands before and at the first 0 is kept, as by an index; the rest need not come back. */
    untilFirstError?: true
    /** Index of the first wrong step; -1 only where there is none. */
    firstError?(labels: readonly (0 | 1 | null)[]): number
  }
  /** The project's first-error metric on pairs of predicted and true index (-1: no error), as F1 in [0, 1]. */
  firstErrorScore?(pairs: readonly { predicted: number; actual: number }[]): number
}
