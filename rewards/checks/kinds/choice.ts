/** @file A choice among labels, words, yes and no. */
import { BRACKET_JUNK, JSON_JUNK, NUMBER_JUNK, TEXT_JUNK } from './junk.ts'
import type { AnswerKind, Edit } from './kind.ts'
import { booleanFlipped, otherGold } from './list-wrong.ts'
import { spelling, textSpellings } from './spellings.ts'
import { compareWords } from './words.ts'

/** What there is to choose from: as declared, else the references of all tasks. */
function others(gold: string, { choices, others: golds }: Parameters<Edit['apply']>[2]): string[] {
  return [...new Set(choices.length > 0 ? choices : golds)].filter(
    choice => compareWords(choice, gold) === 'wrong',
  )
}

const otherChoice: Edit = {
  id: 'other-choice',
  about: 'another of the choices',
  apply: (gold, [place], around) => {
    const left = others(gold, around)
    return left[place % Math.max(left.length, 1)] ?? null
  },
}

const negated: Edit = {
  id: 'negated',
  about: 'the right choice denied',
  certain: true,
  property: 'hedge',
  apply: (gold, [, size]) => [`not ${gold}`, `anything but ${gold}`][size % 2]!,
}

const unheard: Edit = {
  id: 'no-choice',
  about: 'something that is no choice',
  certain: true,
  apply: (gold, [, size], { choices }) => {
    const text = ['banana', 'Z', 'q', '#'][size % 4]!
    return [gold, ...choices].some(each => compareWords(text, each) !== 'wrong') ? null : text
  },
}

export const choiceKind: AnswerKind = {
  id: 'choice',
  wrong: [otherChoice, negated, booleanFlipped, unheard, otherGold],
  equal: [
    ...textSpellings,
    spelling('parentheses', '(A)', gold => `(${gold})`),
    spelling('closing-parenthesis', 'A)', gold => `${gold})`),
    spelling('bold', '**A**', gold => `**${gold}**`),
  ],
  junk: [...TEXT_JUNK, ...NUMBER_JUNK, ...JSON_JUNK, ...BRACKET_JUNK].filter(
    text => !/^(?:yes|no|true|false|[a-z\d])$/i.test(text.trim()),
  ),
  golds: ['A', 'B', 'yes', 'no', 'True', 'False', 'red', 'E'],
  compare: compareWords,
}
