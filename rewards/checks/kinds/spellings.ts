/** @file The same answer in another spelling. `implied` only where every sane reward of the kind accepts it. */
import type { Edit } from './kind.ts'
import { decimalText } from './numerals.ts'
import { parseRational } from './rational.ts'

export type Spelling = Edit & { implied: boolean }

export function spelling(
  id: string,
  about: string,
  apply: (gold: string, size: number) => string | null,
  implied = false,
): Spelling {
  return {
    id,
    about,
    implied,
    certain: true,
    apply: (gold, [, size]) => {
      const text = apply(gold, size)
      return text === gold ? null : text
    },
  }
}

export const surroundingSpace = spelling(
  'surrounding-space',
  'spaces around the answer',
  (gold, size) => (gold.trim() === '' ? null : [` ${gold}`, `${gold} `, ` ${gold} `, `${gold}\n`][size % 4]!),
  true,
)

const PLAIN = /^-?\d+(?:\.\d+)?$/
const ifPlain = (change: (gold: string, size: number) => string | null) => (gold: string, size: number) =>
  PLAIN.test(gold) ? change(gold, size) : null

function groupedByThree(gold: string): string | null {
  const [, sign, whole, rest] = /^(-?)(\d+)(.*)$/.exec(gold)!
  return whole!.length < 4 ? null : sign! + whole!.replace(/\B(?=(\d{3})+$)/g, ',') + rest!
}

function scientific(gold: string): string | null {
  const [, sign, whole, decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(gold)!
  const digits = (whole! + decimals).replace(/^0+/, '')
  if (digits === '') return null
  const exponent = digits.length - 1 - decimals.length
  const tail = digits.slice(1).replace(/0+$/, '')
  return `${sign}${digits[0]}${tail && `.${tail}`}e${exponent}`
}

/** A terminating decimal for a fraction, a fraction for a decimal. */
function otherForm(gold: string): string | null {
  const value = parseRational(gold)
  if (!value) return null
  if (!gold.includes('/'))
    return gold.includes('.') ? `${value.num}/${value.den}` : `${value.num * 2n}/${value.den * 2n}`
  for (let places = 1; places <= 12; places++) {
    const digits = value.num * 10n ** BigInt(places)
    if (digits % value.den === 0n) return decimalText(digits / value.den, places)
  }
  return null
}

export const numberSpellings: readonly Spelling[] = [
  surroundingSpace,
  spelling(
    'fewer-zeros',
    'a decimal without zeros at its end: 1 for 1.0',
    ifPlain(gold => (/\.\d*0$/.test(gold) ? gold.replace(/\.?0+$/, '') : null)),
    true,
  ),
  spelling(
    'decimal-zero',
    'a zero more behind the point: 7.0 for 7',
    ifPlain((gold, size) => (gold.includes('.') ? `${gold}0` : `${gold}.${'0'.repeat(1 + (size % 2))}`)),
  ),
  spelling(
    'trailing-dot',
    'the full stop of a sentence',
    ifPlain(gold => (gold.includes('.') ? null : `${gold}.`)),
  ),
  spelling(
    'plus-sign',
    'a plus sign: +7',
    ifPlain(gold => (gold.startsWith('-') ? null : `+${gold}`)),
  ),
  spelling(
    'leading-zero',
    'a zero in front: 07',
    ifPlain(gold => gold.replace(/^(-?)/, '$10')),
  ),
  spelling('thousands', 'commas between thousands: 1,234', ifPlain(groupedByThree)),
  spelling('scientific', 'powers of ten: 1e3', ifPlain(scientific)),
  spelling('fraction', 'a fraction for a decimal, or the other way round', otherForm),
  spelling('latex-fraction', '\\frac{1}{2} for 1/2', (gold, size) => {
    const parts = /^(-?)(\d+)\/(\d+)$/.exec(gold)
    return parts ? `${parts[1]}\\${['frac', 'dfrac', 'tfrac'][size % 3]}{${parts[2]}}{${parts[3]}}` : null
  }),
  spelling('text-command', '\\text{7}', gold => `\\text{${gold}}`),
  spelling('dollar-signs', '$7$', gold => `$${gold}$`),
  spelling(
    'parentheses',
    '(7)',
    ifPlain(gold => `(${gold})`),
  ),
  spelling('list-spaces', 'spaces behind the commas of a list, or none', gold => {
    if (!/\d,\s*-?\d/.test(gold)) return null
    return /,\s/.test(gold) ? gold.replace(/,\s+/g, ',') : gold.replaceAll(',', ', ')
  }),
  spelling('unit-space', 'a space before the unit, or none', gold => {
    if (/\d [a-zA-Z]/.test(gold)) return gold.replace(/(\d) ([a-zA-Z])/, '$1$2')
    return /^-?\d+(?:\.\d+)?(?!e\d)[a-zA-Z]{1,3}$/.test(gold) ? gold.replace(/(\d)([a-zA-Z])/, '$1 $2') : null
  }),
]

export const textSpellings: readonly Spelling[] = [
  surroundingSpace,
  spelling('upper-case', 'capital letters', gold => gold.toUpperCase()),
  spelling('lower-case', 'small letters', gold => gold.toLowerCase()),
  spelling('capitalised', 'a capital letter in front', gold => (gold[0] ?? '').toUpperCase() + gold.slice(1)),
  spelling('trailing-dot', 'the full stop of a sentence', gold => (/\w$/.test(gold) ? `${gold}.` : null)),
  spelling('quotes', 'quotation marks around it', (gold, size) =>
    size % 2 === 0 ? `"${gold}"` : `'${gold}'`,
  ),
  spelling('article', 'an article in front', gold => (/^(?:the|an?)\b/i.test(gold) ? null : `the ${gold}`)),
  spelling('double-space', 'two spaces for one', gold => gold.replace(/ /, '  ')),
  spelling('text-command', '\\text{…}', gold => `\\text{${gold}}`),
]
