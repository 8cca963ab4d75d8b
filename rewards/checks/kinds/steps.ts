/** @file Solutions in steps, one a line, the last of which holds the answer; or plans, whose steps may share a line. */
import { JSON_JUNK, NUMBER_JUNK, TEXT_JUNK } from './junk.ts'
import type { AnswerKind, Edit } from './kind.ts'
import { otherGold } from './list-wrong.ts'
import { compareNumbers } from './number-compare.ts'
import { numberEdits } from './number-wrong.ts'
import { spelling, surroundingSpace } from './spellings.ts'

/** A number edit in the last line, where the answer is. */
function inLast(edit: Edit): Edit {
  return {
    ...edit,
    id: `last-${edit.id}`,
    apply: (gold, dials, around) => {
      const lines = gold.split('\n')
      const last = edit.apply(lines.at(-1)!, dials, around)
      return last === null ? null : [...lines.slice(0, -1), last].join('\n')
    },
  }
}

const ofLines = (
  id: string,
  about: string,
  change: (lines: readonly string[], place: number) => readonly string[] | null,
): Edit => ({
  id,
  about,
  apply: (gold, [place]) => {
    const by = separatorOf(gold)
    return change(gold.split(by), place)?.join(by) ?? null
  },
})

/** Plans may stand in one line: `right, up` or `right up`. */
function separatorOf(gold: string): string {
  return ['\n', '; ', ', ', ','].find(each => gold.includes(each)) ?? (/^\w+( \w+)+$/.test(gold) ? ' ' : '\n')
}

const lineEdits: readonly Edit[] = [
  ofLines('last-line-dropped', 'no last line', lines => (lines.length < 2 ? null : lines.slice(0, -1))),
  ofLines('line-dropped', 'one line missing', (lines, place) =>
    lines.length < 2 ? null : lines.toSpliced(place % lines.length, 1),
  ),
  ofLines('line-duplicated', 'one line twice', (lines, place) =>
    lines.toSpliced(place % lines.length, 0, lines[place % lines.length]!),
  ),
  ofLines('lines-swapped', 'two neighbouring lines swapped', (lines, place) => {
    const at = place % Math.max(lines.length - 1, 1)
    return lines.length < 2 ? null : lines.with(at, lines[at + 1]!).with(at + 1, lines[at]!)
  }),
]

const bare = (text: string): string =>
  text
    .split('\n')
    .map(line => line.trim().replace(/\s+/g, ' '))
    .filter(Boolean)
    .join('\n')

export const stepsKind: AnswerKind = {
  id: 'steps',
  wrong: [
    ...numberEdits.filter(({ certain }) => !certain).map(inLast),
    ...numberEdits.slice(0, 3),
    ...lineEdits,
    otherGold,
  ],
  equal: [
    surroundingSpace,
    spelling('blank-lines', 'empty lines between steps', gold => gold.replaceAll('\n', '\n\n')),
    spelling('line-ends', 'line ends as Windows writes them', gold => gold.replaceAll('\n', '\r\n')),
  ],
  junk: [...TEXT_JUNK, ...NUMBER_JUNK, ...JSON_JUNK, '\n\n\n', 'step\n'.repeat(50)],
  golds: ['1 + 1 = 2\n2', 'so\n7'],
  compare: (answer, gold, { tolerance }) => {
    if (bare(answer) === bare(gold)) return 'right'
    if (answer.trim() === '') return 'wrong'
    // Other steps may be right; another number at the end is not.
    const [given, wanted] = [answer, gold].map(text => bare(text).split('\n').at(-1)!)
    return compareNumbers(given!, wanted!, tolerance) === 'wrong' ? 'wrong' : 'unknown'
  },
}
