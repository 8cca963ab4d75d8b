/** @file Free text: words, names, short phrases. */
import { BRACKET_JUNK, JSON_JUNK, NUMBER_JUNK, TEXT_JUNK } from './junk.ts'
import type { AnswerKind, Edit } from './kind.ts'
import { booleanFlipped, listEdits, otherGold, signChanged, unitChanged } from './list-wrong.ts'
import { numberEdits } from './number-wrong.ts'
import { textSpellings } from './spellings.ts'
import { compareWords } from './words.ts'

/** Every word, because rewards may give credit for each that is right. `certain`: no spelling of the answer has it. */
const letterChanged: Edit = {
  id: 'letters-changed',
  about: 'every word turned into another one',
  certain: true,
  apply: gold => {
    if (!/[A-Za-z]{3}/.test(gold)) return null
    return gold.replace(/[A-Za-z]/g, letter =>
      String.fromCharCode(letter.charCodeAt(0) + (/[a-mA-M]/.test(letter) ? 13 : -13)),
    )
  },
}

/** Senseless letters around the answer, which grade by containing would let pass. */
const withinWord: Edit = {
  id: 'within-a-word',
  about: 'the answer as a part of another word',
  certain: true,
  property: 'hedge',
  apply: (gold, [, size]) =>
    /^\w+$/.test(gold) ? ['qz', 'z', 'xq'][size % 3]! + gold + ['zq', 'q', 'zx'][size % 3]! : null,
}

const negated: Edit = {
  id: 'negated',
  about: 'the answer denied',
  certain: true,
  property: 'hedge',
  apply: (gold, [, size]) =>
    /^[\w .'-]+$/.test(gold) ? [`not ${gold}`, `anything but ${gold}`][size % 2]! : null,
}

const firstLetters: Edit = {
  id: 'first-letters',
  about: 'the beginning of a word only',
  certain: true,
  apply: (gold, [, size]) => (/^[A-Za-z]{5,}$/.test(gold) ? gold.slice(0, 1 + (size % 2)) : null),
}

const spelt = (text: string): string => Array.from(text.toLowerCase()).toSorted().join('')

/** Are the letters of this word what the prompt deals out: as another word, or one by one? */
function dealt(gold: string, prompt: string): boolean {
  const words = prompt.match(/\p{L}+/gu) ?? []
  const singles = words.filter(word => Array.from(word).length === 1).join('')
  return [...words, singles].some(
    each => each.toLowerCase() !== gold.toLowerCase() && spelt(each) === spelt(gold),
  )
}

const letterTwice: Edit = {
  id: 'letter-twice',
  about: 'a given letter used twice',
  certain: true,
  property: 'resource_multiset',
  apply: (gold, [place], { prompt }) => {
    if (!/^\p{L}{3,}$/u.test(gold) || !dealt(gold, prompt)) return null
    const at = place % gold.length
    return gold.slice(0, at) + gold[at]! + gold.slice(at)
  },
}

export const wordEdits: readonly Edit[] = [letterChanged, withinWord, negated, firstLetters]

export const textKind: AnswerKind = {
  id: 'text',
  wrong: [
    otherGold,
    booleanFlipped,
    ...wordEdits,
    ...numberEdits.filter(({ id }) => id !== 'cut-off'),
    ...listEdits.filter(({ id }) => id !== 'items-swapped' && id !== 'items-reversed'),
    letterTwice,
    unitChanged,
    signChanged,
  ],
  equal: textSpellings,
  junk: [...TEXT_JUNK, ...NUMBER_JUNK, ...JSON_JUNK, ...BRACKET_JUNK],
  golds: [
    'Paris',
    'The',
    'a',
    '!',
    'yes',
    'False',
    'the Who',
    'New York',
    '42',
    'É',
    '...',
    'x'.repeat(120),
    'word '.repeat(24).trim(),
    'red, green',
    '0',
  ],
  compare: compareWords,
}
