/** @file Free text: words, names, short phrases. */
import type { AnswerKind } from './kind.ts'

export const textKind: AnswerKind = {
  id: 'text',
  wrong: [],
  equal: [],
  junk: ['nan', 'null', 'yes', '0'],
  golds: ['The', 'a'],
  compare: (answer, gold) => (answer.trim() === gold.trim() ? 'right' : 'unknown'),
}
