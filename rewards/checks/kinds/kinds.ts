/** @file The kinds of answers by name. */
import type { KindId } from '../subject.ts'
import type { AnswerKind } from './kind.ts'
import { numberKind } from './number.ts'
import { textKind } from './text.ts'

const KINDS: Readonly<Partial<Record<KindId, AnswerKind>>> = { number: numberKind, text: textKind }

export function kindOf(id: KindId): AnswerKind {
  return KINDS[id] ?? textKind
}
