/** @file Arithmetic expressions over given numbers, as in countdown: the reference is one of many that are right. */
import type { Truth } from '../subject.ts'
import { evaluated } from './arithmetic.ts'
import { combinations } from './combinations.ts'
import { BRACKET_JUNK, JSON_JUNK, NUMBER_JUNK, TEXT_JUNK } from './junk.ts'
import type { AnswerKind, Edit, Surroundings } from './kind.ts'
import { otherGold } from './list-wrong.ts'
import { decimalText } from './numerals.ts'
import { order, parseRational } from './rational.ts'
import { spelling, surroundingSpace } from './spellings.ts'

const PLAIN = ['+', '-', '*', '/']

/** How often a number stands in the prompt. Without a prompt: 0, so that nothing is known to be given twice. */
function inPrompt(number: string, { prompt }: Surroundings): number {
  return prompt.split(/[^\d.]+|\.(?!\d)/).filter(token => token === number).length
}

/** The numbers of the expression are those of the prompt, so that others, or more of them, are not allowed. */
function fromPrompt(literals: readonly string[], around: Surroundings): boolean {
  return around.prompt === '' || literals.every(literal => inPrompt(literal, around) > 0)
}

function targetOf(gold: string): string | null {
  const value = evaluated(gold)?.value
  return value && value.den === 1n ? decimalText(value.num, 0) : null
}

const restated: Edit = {
  id: 'target-restated',
  about: 'the target itself, no expression for it',
  certain: true,
  property: 'goal_restatement',
  apply: (gold, [, size], around) => {
    const [target, made] = [targetOf(gold), evaluated(gold)]
    if (target === null || made!.literals.length < 2 || made!.literals.includes(target)) return null
    if (!fromPrompt(made!.literals, around)) return null
    // Where the target is also a given number it may be an answer.
    if (inPrompt(target, around) > 1) return null
    return [target, `(${target})`, `+${target}`][size % 3]!
  },
}

/** The same value with a number more often than it is given. */
const reused: Edit = {
  id: 'number-reused',
  about: 'a number used more often than it is given',
  certain: true,
  property: 'resource_multiset',
  apply: (gold, [place, size], around) => {
    const made = evaluated(gold)
    if (!made || made.operators.length === 0 || !fromPrompt(made.literals, around)) return null
    const number = made.literals[place % made.literals.length]!
    const own = made.literals.filter(literal => literal === number).length
    if (own + 2 <= inPrompt(number, around) || Number(number) === 0) return null
    return [`${gold}+${number}-${number}`, `(${gold})*${number}/${number}`][size % 2]!
  },
}

/** One of the numbers in place of another and the target still met. */
const doubled: Edit = {
  id: 'number-doubled',
  about: 'the target met with one number twice',
  certain: true,
  property: 'resource_multiset',
  apply: (gold, [place], around) => {
    const made = evaluated(gold)
    if (!made || made.literals.length > 3 || !fromPrompt(made.literals, around)) return null
    const number = made.literals[place % made.literals.length]!
    const own = made.literals.filter(literal => literal === number).length
    if (own + 1 <= inPrompt(number, around)) return null
    const met = combinations([...made.literals, number], PLAIN, value => order(value, made.value) === 0, 1)
    return met[0] ?? null
  },
}

/** Three signs or more in a row, e.g. `+, -, * and /`. */
const SIGNS = /[-+*/×÷]['"`]?(?:(?:[\s,;|]|and|or)*['"`]?[-+*/×÷]['"`]?){2,}/

/** The prompt says by which operations the target is to be met. */
function namesOperations(prompt: string): boolean {
  return /\boperat(?:ion|or)s?\b|\barithmetic\b/i.test(prompt) || SIGNS.test(prompt)
}

/** Only where the task says what may be used, and does not name these. */
const forbidden: Edit = {
  id: 'forbidden-operators',
  about: 'operators that the task does not allow',
  certain: true,
  property: 'allowed_operations',
  apply: (gold, [, size], { prompt }) => {
    const made = evaluated(gold)
    if (!made || made.operators.some(operator => !'+-*/×÷'.includes(operator))) return null
    if (!namesOperations(prompt) || /\*\*|\/\/|%|\^|power|expon|modul|remainder|floor/i.test(prompt))
      return null
    const found = combinations(
      made.literals,
      [...PLAIN, '**', '//', '%'],
      (value, operators) =>
        order(value, made.value) === 0 && operators.some(operator => !PLAIN.includes(operator)),
      4,
    )
    if (found.length > 0) return found[size % found.length]!
    const [first = '1'] = made.literals
    return [`(${gold})**1`, `(${gold})//1`, `${gold}+0**${first}`][size % 3]!
  },
}

/** The whole part is the target and the rest is lost where a grader rounds. */
const nearTarget: Edit = {
  id: 'near-target',
  about: 'a value less than 1 away from the target',
  apply: (gold, [, size]) => {
    const made = evaluated(gold)
    if (!made) return null
    const found = combinations(
      made.literals,
      PLAIN,
      value => {
        const [top, bottom] = [
          value.num * made.value.den - made.value.num * value.den,
          value.den * made.value.den,
        ]
        return top !== 0n && top < bottom && -top < bottom
      },
      6,
    )
    return found.length > 0 ? found[size % found.length]! : null
  },
}

const halfMore: Edit = {
  id: 'half-more',
  about: 'a half added',
  apply: gold => (evaluated(gold) ? `${gold}+1/2` : null),
}

const operatorChanged: Edit = {
  id: 'operator-changed',
  about: 'one operator changed',
  apply: (gold, [place, size]) => {
    const signs = [...gold.matchAll(/(?<=[\d)]\s*)[-+*/](?=\s*[\d(])/g)]
    const sign = signs[place % Math.max(signs.length, 1)]
    if (!sign) return null
    const left = PLAIN.filter(operator => operator !== sign[0])
    return gold.slice(0, sign.index) + left[size % left.length]! + gold.slice(sign.index + 1)
  },
}

const numberDropped: Edit = {
  id: 'number-dropped',
  about: 'one number left out',
  property: 'hard_constraint',
  apply: (gold, [place]) => {
    const parts = [...gold.matchAll(/[-+*/]\s*\d+(?:\.\d+)?|^\d+(?:\.\d+)?\s*[-+*/]\s*(?=[\d(])/g)]
    const part = parts[place % Math.max(parts.length, 1)]
    return part ? gold.slice(0, part.index) + gold.slice(part.index + part[0].length) : null
  },
}

const numberChanged: Edit = {
  id: 'number-changed',
  about: 'a number that is not given',
  apply: (gold, [place, size]) => {
    const numbers = [...gold.matchAll(/\d+/g)]
    const number = numbers[place % Math.max(numbers.length, 1)]
    if (!number) return null
    const other = String(BigInt(number[0]) + BigInt(1 + (size % 3)))
    return gold.slice(0, number.index) + other + gold.slice(number.index + number[0].length)
  },
}

const concatenated: Edit = {
  id: 'digits-joined',
  about: 'two numbers written as one',
  apply: (gold, [place]) => {
    const signs = [...gold.matchAll(/(?<=\d)\s*[-+*/]\s*(?=\d)/g)]
    const sign = signs[place % Math.max(signs.length, 1)]
    return sign ? gold.slice(0, sign.index) + gold.slice(sign.index + sign[0].length) : null
  },
}

function compare(answer: string, gold: string): Truth {
  const [given, wanted] = [answer, gold].map(text => text.replace(/\s+/g, ''))
  if (given === wanted) return 'right'
  if (given === '') return 'wrong'
  const [one, other] = [evaluated(answer), evaluated(gold)]
  if (!other) return 'unknown'
  // An equation `… = target` is how some write their answer.
  if (!one) return /\d/.test(answer) && /[-+*/×÷=]/.test(answer) ? 'unknown' : 'wrong'
  return order(one.value, other.value) === 0 ? 'unknown' : 'wrong'
}

export const expressionKind: AnswerKind = {
  id: 'expression',
  wrong: [
    restated,
    reused,
    doubled,
    forbidden,
    nearTarget,
    halfMore,
    operatorChanged,
    numberDropped,
    numberChanged,
    concatenated,
    otherGold,
  ],
  equal: [
    surroundingSpace,
    spelling(
      'operator-spaces',
      'spaces around operators, or none',
      gold =>
        /\s/.test(gold.trim())
          ? gold.replace(/\s+/g, '')
          : gold.replace(/(?<=[\d)])([-+*/])(?=[\d(])/g, ' $1 '),
      true,
    ),
    spelling('parentheses', 'parentheses around it all', gold => (evaluated(gold) ? `(${gold})` : null)),
    spelling('with-target', 'the target behind an equals sign', gold => {
      const target = targetOf(gold)
      return target === null ? null : `${gold} = ${target}`
    }),
    spelling('typographic', '× and ÷ for * and /', gold =>
      parseRational(gold) ? null : gold.replaceAll('*', '×').replaceAll('/', '÷'),
    ),
  ],
  junk: [
    '1/0',
    '0/0',
    '()',
    '1+',
    '+',
    '--1',
    '2**-1',
    '1//0',
    '1%0',
    '0**-1',
    'x+1',
    '1e999',
    '1.0',
    '1,2',
    '(1',
    '1 2',
    '__import__',
    'a=1',
    '1;2',
    '0x10',
    '1j',
    ...NUMBER_JUNK,
    ...TEXT_JUNK,
    ...BRACKET_JUNK,
    ...JSON_JUNK,
  ].filter((text, at, all) => all.indexOf(text) === at),
  golds: ['3+7', '2*4', '(1+2)*3', '8/2', '1-1'],
  compare,
}
