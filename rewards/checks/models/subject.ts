/** @file What is measured: a learned reward or a judge, alone or in pairs, with responses known to be right and wrong. */
import type { MaybePromise } from '../../../envs/env.ts'
import type { Json } from '../../../envs/json.ts'
import type { RewardSubject } from '../subject.ts'

type Shared =
  | 'name'
  | 'tasks'
  | 'kind'
  | 'range'
  | 'passMark'
  | 'prompt'
  | 'gold'
  | 'solutions'
  | 'answer'
  | 'oracle'
  | 'manyRight'
  | 'tolerance'
  | 'choices'

/** At least one of `score` and `prefer`; and `right` or `gold`, with `wrong` where the kind's own edits do not fit. */
export interface RewardModelSubject<T = Json> extends Pick<RewardSubject<T>, Shared> {
  /** The model's score; null: none was given. */
  score?(task: T, response: string): MaybePromise<number | null>
  /** Of two responses: above 0 where the first is better, below 0 where the second is, 0 where neither is. */
  prefer?(task: T, first: string, second: string): MaybePromise<number>
  /** Whole responses that are right. Default: the one that gives `gold`. */
  right?(task: T): readonly string[]
  /** Whole responses that are wrong, by kind of error. Default: the kind's edits of `gold`. */
  wrong?(task: T): Readonly<Record<string, readonly string[]>>
  /** Texts that must not lift a wrong response, beside the usual ones. */
  payloads?: readonly string[]
  /** Responses to choose the best of, e.g. samples of a policy. Default: all that were scored for the other figures. */
  pool?(task: T): MaybePromise<readonly { response: string; right: boolean }[]>
}
