/** @file Numbers, alone or in a text such as `7 cm`, `n=2,3,4`, `\pm 2021`, `3*x-1*y+13=0` or a grid. */
import { BRACKET_JUNK, JSON_JUNK, NUMBER_JUNK, TEXT_JUNK } from './junk.ts'
import type { AnswerKind } from './kind.ts'
import { booleanFlipped, listEdits, otherGold, percentAdded, signChanged, unitChanged } from './list-wrong.ts'
import { compareNumbers } from './number-compare.ts'
import { numberEdits } from './number-wrong.ts'
import { numberSpellings } from './spellings.ts'

export const numberKind: AnswerKind = {
  id: 'number',
  wrong: [...numberEdits, ...listEdits, unitChanged, signChanged, percentAdded, booleanFlipped, otherGold],
  equal: numberSpellings,
  junk: [...NUMBER_JUNK, ...TEXT_JUNK, ...JSON_JUNK, ...BRACKET_JUNK],
  golds: [
    '5',
    '12',
    '-7',
    '0',
    '150',
    '12345',
    '0.875',
    '1.0',
    '33.00',
    '0.0001220703125',
    '0.00003',
    '7 cm',
    '3 hours',
    '1/2',
    '1,234',
    '1, 2',
    '1,2,3',
    'n=2,3,4',
    '\\pm 2021',
    '1/2004!',
    '3*x-1*y+13=0',
    '12:00',
    '-7.0 + 1.0i',
    '[-92.5, -81.9, -27.0]',
    '1 2\n3 4',
    '25%',
    'False',
    '123456789012345678901234567890'.repeat(4),
  ],
  compare: (answer, gold, { tolerance }) => compareNumbers(answer, gold, tolerance),
}
