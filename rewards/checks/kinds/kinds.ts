/** @file The kinds of answers by name. */
import type { KindId } from '../subject.ts'
import { choiceKind } from './choice.ts'
import { codeKind } from './code.ts'
import { expressionKind } from './expression.ts'
import { jsonKind } from './json.ts'
import type { AnswerKind } from './kind.ts'
import { numberKind } from './number.ts'
import { stepsKind } from './steps.ts'
import { textKind } from './text.ts'
import { toolCallsKind } from './tool-calls.ts'

const KINDS: Readonly<Record<KindId, AnswerKind>> = {
  number: numberKind,
  expression: expressionKind,
  text: textKind,
  choice: choiceKind,
  json: jsonKind,
  code: codeKind,
  'tool-calls': toolCallsKind,
  steps: stepsKind,
}

export function kindOf(id: KindId): AnswerKind {
  return KINDS[id]
}
