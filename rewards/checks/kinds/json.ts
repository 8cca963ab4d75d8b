/** @file Answers in JSON. */
import type { Json } from '../../../envs/json.ts'
import { BRACKET_JUNK, JSON_JUNK, NUMBER_JUNK, TEXT_JUNK } from './junk.ts'
import type { AnswerKind } from './kind.ts'
import { compareJson } from './json-compare.ts'
import { isObject, parsed } from './json-places.ts'
import { jsonEdits } from './json-wrong.ts'
import { otherGold } from './list-wrong.ts'
import type { Spelling } from './spellings.ts'
import { spelling, surroundingSpace } from './spellings.ts'

export const jsonSpellings: readonly Spelling[] = [
  surroundingSpace,
  spelling(
    'json-spaces',
    'spaces between tokens, or none',
    (gold, size) => {
      const value = parsed(gold)
      return value === undefined ? null : JSON.stringify(value, null, [2, 0, 1][size % 3])
    },
    true,
  ),
  spelling(
    'key-order',
    'keys in another order',
    gold => {
      const value = parsed(gold)
      return value === undefined ? null : JSON.stringify(reversed(value))
    },
    true,
  ),
  spelling(
    'number-form',
    '33.0 for 33',
    gold =>
      parsed(gold) === undefined
        ? null
        : outsideStrings(gold, text => text.replace(/(?<![\d.eE])(-?\d+)(?![\d.eE])/, '$1.0')),
    true,
  ),
  spelling('single-quotes', 'quotes as Python writes them', gold =>
    gold.includes("'") ? null : gold.replaceAll('"', "'"),
  ),
  spelling('code-fence', 'in a fence of three backticks', gold => `\`\`\`json\n${gold}\n\`\`\``),
]

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, each]) => [key, reversed(each)]),
  )
}

function outsideStrings(text: string, change: (part: string) => string): string {
  let changed = false
  return text
    .split(/("(?:[^"\\]|\\.)*")/)
    .map((part, at) => {
      if (at % 2 === 1 || changed) return part
      const other = change(part)
      changed = other !== part
      return other
    })
    .join('')
}

export const jsonKind: AnswerKind = {
  id: 'json',
  wrong: [...jsonEdits, otherGold],
  equal: jsonSpellings,
  junk: [...JSON_JUNK, ...TEXT_JUNK, ...BRACKET_JUNK, ...NUMBER_JUNK],
  golds: [
    '{"x":1}',
    '{"x":1000}',
    '[]',
    '[1,2,3]',
    '{"amount":33.0}',
    '"a"',
    '0',
    'false',
    '{"a":{"b":[1,2]}}',
    '{"":""}',
    '[[1,2],[3,4]]',
    '{"x":0.00003}',
  ],
  compare: (answer, gold, { tolerance }) => compareJson(answer, gold, tolerance),
}
