/** @file What a kind of answer knows: how to be wrong by a little, how to be right in other words, what junk looks like. */
import type { KindId, Truth } from '../subject.ts'

export interface Tolerance {
  absolute?: number
  relative?: number
}

/** What an edit may look at beside the reference answer. */
export interface Surroundings {
  prompt: string
  /** Reference answers of other tasks. */
  others: readonly string[]
  /** What the answer is chosen from; empty unless the subject says so. */
  choices: readonly string[]
  tolerance: Tolerance
}

/**
 * A change of a bare answer. `dials` are two natural numbers that choose among the places and sizes of the change, 0 being
 * the simplest; null: it does not apply to this answer.
 */
export interface Edit {
  id: string
  /** For reports, e.g. `one digit more in front`. */
  about: string
  apply(gold: string, dials: readonly [number, number], around: Surroundings): string | null
  /**
   * What is known of the result without an oracle. `certain`: the edit itself makes it wrong (or right), even where `compare`
   * does not know.
   */
  certain?: boolean
  /**
   * A special case of near_miss with a name of its own, e.g. `unit_confusion`: the edit also makes inputs for that property.
   * `hedge`: not used where hedging is allowed.
   */
  property?: string
}

export interface AnswerKind {
  id: KindId
  /** Wrong answers near the right one. Filtered by the oracle, or by `compare` where there is none. */
  wrong: readonly Edit[]
  /** The same answer, spelt otherwise. `implied`: counts as right for this kind unless the subject says otherwise. */
  equal: readonly (Edit & { implied: boolean })[]
  /** Senseless answers that graders of this kind stumble over; never right. */
  junk: readonly string[]
  /** Reference answers that no data set thinks of: tiny, long, empty after normalising … For `forGold`. */
  golds: readonly string[]
  /** Is `answer` the same as `gold`? Exact and independent of any reward; 'unknown' where in doubt. */
  compare(answer: string, gold: string, context: { tolerance: Tolerance }): Truth
}
