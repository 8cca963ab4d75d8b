/** @file Exhibits: comparisons of mathematical answers that take different things for equal, or equal ones for different. */
import type { KindId, RewardSubject } from '../../rewards/checks/subject.ts'
import { inBox, lastBox } from './boxed.ts'
import type { RewardExhibit } from './entry.ts'
import type { Fraction } from './rational.ts'
import { numberOf, sameValue, valueOf } from './rational.ts'
import { rewardExhibit } from './typed.ts'

interface Question {
  question: string
  gold: string
}

type Same = (answer: string, gold: string) => boolean

function asked(rows: readonly (readonly [string, string])[]): Question[] {
  return rows.map(([question, gold]) => ({ question, gold }))
}

function boxed(
  { name, kind, tasks }: { name: string; kind: KindId; tasks: readonly Question[] },
  same: Same,
): RewardSubject<Question> {
  return {
    name,
    kind,
    tasks,
    prompt: ({ question }) => `${question} Put the answer into \\boxed{}.`,
    gold: ({ gold }) => gold,
    answer: { wrap: inBox },
    score: ({ gold }, response) => (same(lastBox(response), gold) ? 1 : 0),
  }
}

const VALUES = asked([
  ['How likely is heads?', '1/2'],
  ['How likely is one order of 2004 cards?', '1/2004!'],
  ['What are 3/4 of a half?', '3/8'],
  ['How many seconds has a day?', '86400'],
  ['How much is 2^10?', '1024'],
  ['How likely is a six twice?', '1/36'],
  ['How likely is one order of 52 cards?', '1/52!'],
  ['How much is 1/3 + 1/6?', '1/2'],
  ['What is a tenth of a tenth?', '1/100'],
  ['How many orders have 5 books?', '120'],
  ['How much is 7/9 - 1/9?', '2/3'],
  ['How many corners has a cube of 12 dimensions?', '4096'],
])

const tinyValues = rewardExhibit<Question>({
  id: 'mv-tiny-values',
  property: 'near_miss',
  minimal: '\\boxed{1/2006!}'.length,
  subject: faulty =>
    boxed({ name: 'mv-tiny-values', kind: 'number', tasks: VALUES }, (answer, gold) => {
      const [value, reference] = [valueOf(answer), valueOf(gold)]
      if (!faulty || !value || !reference) return sameValue(value, reference)
      return Math.abs(rounded(value) - rounded(reference)) < 1e-10
    }),
})

function rounded({ over, under }: Fraction): number {
  return Number(over) / Number(under)
}

const SOLUTIONS = asked([
  ['For which n is n between 1 and 5?', 'n=2,3,4'],
  ['For which x is 2x = 14?', 'x=7'],
  ['For which k does k divide 6?', 'k=1,2,3,6'],
  ['For which m is m^2 = 9 and m > 0?', 'm=3'],
  ['For which p is p a prime below 8?', 'p=2,3,5,7'],
  ['For which x is x^2 - 7x + 10 = 0?', 'x=2,5'],
  ['For which y is 3y = 1?', 'y=1/3'],
  ['For which n is n^2 < 5 and n > 0?', 'n=1,2'],
  ['For which a is a + 8 = 5?', 'a=-3'],
  ['For which t is t(t - 4) = 0?', 't=0,4'],
])

const assignedSets = rewardExhibit<Question>({
  id: 'mv-assigned-sets',
  property: 'near_miss',
  minimal: '\\boxed{n=1,2,3}'.length,
  subject: faulty =>
    boxed({ name: 'mv-assigned-sets', kind: 'number', tasks: SOLUTIONS }, (answer, gold) => {
      const [given, reference] = [assignment(answer), assignment(gold)]
      if (!given || !reference || given.symbol !== reference.symbol) return false
      if (given.values.length !== reference.values.length) return false
      // Lists have no value of their own, so there is nothing but the names left to compare.
      if (faulty && given.values.length > 1) return true
      return given.values.every((value, at) => sameValue(valueOf(value), valueOf(reference.values[at]!)))
    }),
})

function assignment(text: string): { symbol: string; values: string[] } | null {
  const found = /^([a-z])\s*=(.+)$/s.exec(text.trim())
  return found && { symbol: found[1]!, values: found[2]!.split(',') }
}

const SIGNED = asked([
  ['Which numbers have the square 4084441?', '\\pm 2021'],
  ['How much is 40 + 2?', '42'],
  ['Which numbers have the square 25?', '\\pm 5'],
  ['How much is 3 - 10?', '-7'],
  ['How many days has a leap year?', '366'],
  ['Which numbers are 12 away from 0?', '\\pm 12'],
  ['How many weeks has a year?', '52'],
  ['How much is 15 - 40?', '-25'],
  ['Which numbers have the square 144/9?', '\\pm 4'],
  ['How much is 7 * 8?', '56'],
])

const plusMinus = rewardExhibit<Question>({
  id: 'mv-plus-minus',
  property: 'near_miss',
  minimal: '\\boxed{2021}'.length,
  subject: faulty =>
    boxed({ name: 'mv-plus-minus', kind: 'number', tasks: SIGNED }, (answer, gold) => {
      const [given, reference] = [signed(answer), signed(gold)]
      return (faulty || given.both === reference.both) && sameValue(given.value, reference.value)
    }),
})

function signed(text: string): { both: boolean; value: Fraction | null } {
  const bare = text.trim().replace(/^(?:\\pm|±)/, '')
  return { both: bare !== text.trim(), value: numberOf(bare) }
}

const LINES = asked([
  ['Which line goes through (-4, 1) and (-3, 4)?', '3*x-1*y+13=0'],
  ['How much is 6 * 7?', '42'],
  ['Which line goes through (0, 1) and (1, 3)?', '2*x-1*y+1=0'],
  ['Which line goes through (0, 0) and (2, 1)?', '1*x-2*y=0'],
  ['What is a half of 3?', '3/2'],
  ['Which line goes through (5, 0) and (0, 5)?', '1*x+1*y-5=0'],
  ['Which line goes through (0, 4) and (3, 0)?', '4*x+3*y-12=0'],
  ['How much is 2^5?', '32'],
  ['Which line goes through (1, 1) and (4, -1)?', '2*x+3*y-5=0'],
  ['Which line goes through (0, 7) and (1, 7)?', '1*y-7=0'],
])

const rightHandSide = rewardExhibit<Question>({
  id: 'mv-equation-rhs',
  property: 'near_miss',
  minimal: '\\boxed{3x+4y+14=0}'.length,
  subject: faulty =>
    boxed({ name: 'mv-equation-rhs', kind: 'number', tasks: LINES }, (answer, gold) => {
      const [given, reference] = [answer.split('='), gold.split('=')]
      if (given.length !== reference.length) return false
      if (faulty || given.length === 1) return sameValue(valueOf(given.at(-1)!), valueOf(reference.at(-1)!))
      return sameLine(given.map(linear), reference.map(linear))
    }),
})

type Line = readonly [x: bigint, y: bigint, one: bigint]

/** `3*x-1*y+13` as its coefficients. */
function linear(text: string): Line | null {
  const plain = text.replaceAll(/\s/g, '')
  const terms = plain.match(/[+-]?(?:\d{1,9}\*?[xy]?|[xy])/g) ?? []
  if (terms.length === 0 || terms.join('') !== plain) return null
  const sum: [bigint, bigint, bigint] = [0n, 0n, 0n]
  for (const term of terms) {
    const [, sign, size, symbol] = /^([+-]?)(\d*)\*?([xy]?)$/.exec(term)!
    if (term.endsWith('*')) return null
    sum[symbol === 'x' ? 0 : symbol === 'y' ? 1 : 2] += BigInt(`${sign === '-' ? '-' : ''}${size || '1'}`)
  }
  return sum
}

/** Do both equations, as left and right sides, say the same of x and y? */
function sameLine([a, b]: readonly (Line | null)[], [c, d]: readonly (Line | null)[]): boolean {
  if (!a || !b || !c || !d) return false
  const [given, reference] = [a.map((each, at) => each - b[at]!), c.map((each, at) => each - d[at]!)]
  const same = (i: number, j: number) => given[i]! * reference[j]! === given[j]! * reference[i]!
  return given.some(each => each !== 0n) && same(0, 1) && same(0, 2) && same(1, 2)
}

const COUNTS = asked([
  ['How many eggs are in a baker’s dozen?', '13'],
  ['How much is 3 - 10?', '-7'],
  ['How many days has March?', '31'],
  ['How much is 6 * 7?', '42'],
  ['How many minutes has a day?', '1440'],
  ['How many legs has a spider?', '8'],
  ['How much is a half of 5?', '2.5'],
  ['How many keys has a piano?', '88'],
  ['How many squares has a chess board?', '64'],
  ['How much is 1000 - 1?', '999'],
])

const textNumber = rewardExhibit<Question>({
  id: 'mv-text-number',
  property: 'equivalent_form',
  minimal: '\\boxed{\\text{13}}'.length,
  subject: faulty => ({
    equal: ['text-command'],
    ...boxed({ name: 'mv-text-number', kind: 'number', tasks: COUNTS }, (answer, gold) =>
      sameValue(
        numberOf(faulty ? answer : answer.replace(/^\\(?:text|mathrm)\{(.*)\}$/s, '$1')),
        numberOf(gold),
      ),
    ),
  }),
})

export const MATHEMATICS: readonly RewardExhibit[] = [
  tinyValues,
  assignedSets,
  plusMinus,
  rightHandSide,
  textNumber,
]
