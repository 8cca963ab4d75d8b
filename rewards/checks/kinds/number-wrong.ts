/** @file Numbers that are wrong by a little, wherever they stand in an answer. */
import type { Edit } from './kind.ts'
import type { Numeral } from './numerals.ts'
import {
  allReplaced,
  decimalText,
  numeralAt,
  numeralsIn,
  replaced,
  scaled,
  shifted,
  signed,
} from './numerals.ts'

/** An edit of the one numeral that the first dial points at. */
function atOne(
  id: string,
  about: string,
  change: (numeral: Numeral, dial: number, gold: string) => string | null,
): Edit {
  return {
    id,
    about,
    apply: (gold, [place, size]) => {
      const numeral = numeralAt(gold, place)
      const by = numeral && change(numeral, size, gold)
      return numeral && by !== null && by !== numeral.text ? replaced(gold, numeral, by) : null
    },
  }
}

/** A change of size that gives no sign to a number that cannot have one, such as a unit's or an exponent's. */
function by(numeral: Numeral, amount: bigint, gold: string, places = 0): string | null {
  const text = shifted(numeral, amount, places)
  const free = numeral.at === 0 || /[[({,;:=\s]$/.test(gold.slice(0, numeral.at))
  return text.startsWith('-') && !free ? null : text
}

const offBySome = atOne('off-by-some', 'one number off by 1 to 3', (numeral, size, gold) => {
  const amount = BigInt(1 + ((size >> 1) % 3))
  return by(numeral, size % 2 === 0 ? amount : -amount, gold)
})

const SHIFTS: readonly [bigint, number][] = [
  [1n, 0],
  [-1n, 0],
  [99n, 2],
  [-99n, 2],
]

const allShifted: Edit = {
  id: 'all-shifted',
  about: 'every number off by the same 1 or 0.99',
  apply: (gold, [, size]) => {
    const [amount, places] = SHIFTS[size % SHIFTS.length]!
    return allReplaced(gold, numeral => by(numeral, amount, gold, places))
  },
}

/** Signs decide only outside powers, absolute values and what is `±` already. */
const signFlipped: Edit = {
  id: 'sign-flipped',
  about: 'the sign of one number the other way round',
  certain: true,
  apply: (gold, [place]) => {
    const numeral = numeralAt(gold, place)
    if (!numeral || numeral.digits === 0n || /[\^|±]|\*\*|\\pm/.test(gold)) return null
    const free = numeral.at === 0 || /[[({,;:=\s]$/.test(gold.slice(0, numeral.at))
    if (!free || /[-+*/]\s*$/.test(gold.slice(0, numeral.at))) return null
    return replaced(gold, numeral, numeral.negative ? numeral.text.slice(1) : `-${numeral.text}`)
  },
}

const operatorFlipped: Edit = {
  id: 'operator-flipped',
  about: '+ for -, or - for +, between two terms',
  certain: true,
  apply: (gold, [place]) => {
    if (/[\^|±]|\*\*|\\pm/.test(gold)) return null
    const signs = [...gold.matchAll(/(?<=[\w)}]\s*)[-+](?=\s*(?:0*\.)?0*[1-9])/g)]
    const sign = signs[place % Math.max(signs.length, 1)]
    return sign
      ? gold.slice(0, sign.index) + (sign[0] === '+' ? '-' : '+') + gold.slice(sign.index + 1)
      : null
  },
}

const plusMinusDropped: Edit = {
  id: 'plus-minus-dropped',
  about: 'one of two signs instead of both',
  certain: true,
  apply: (gold, [place]) => {
    const changed = gold.replace(/(?:±|\\pm|\+\/-)\s*(?=\d|\\|\w)/, place % 2 === 0 ? '' : '-')
    return changed !== gold && numeralsIn(gold).some(({ digits }) => digits !== 0n) ? changed : null
  },
}

const digitInFront = atOne('digit-in-front', 'one digit more in front', ({ text, negative }, size) => {
  const digit = String(1 + (size % 9))
  return negative ? `-${digit}${text.slice(1)}` : digit + text
})

const digitBehind = atOne(
  'digit-behind',
  'one digit more behind',
  ({ text }, size) => text + String(size % 10),
)

const surrounded = atOne(
  'digits-around',
  'the number as a part of a longer one',
  ({ text, negative, decimals }, size) => {
    if (decimals > 0) return null
    return `${negative ? '-' : ''}${1 + (size % 9)}${text.replace('-', '')}${size % 10}`
  },
)

const digitDropped = atOne('digit-dropped', 'one digit less', ({ text }, size) => {
  const places = [...text.matchAll(/\d/g)].map(({ index }) => index)
  if (places.length < 2) return null
  const at = places[places.length - 1 - (size % places.length)]!
  const shorter = text.slice(0, at) + text.slice(at + 1)
  return /\d/.test(shorter[shorter.startsWith('-') ? 1 : 0] ?? '') ? shorter.replace(/\.$/, '') : null
})

const digitsSwapped = atOne('digits-swapped', 'two neighbouring digits swapped', ({ text }, size) => {
  const places = [...text.matchAll(/\d(?=\d)/g)].map(({ index }) => index)
  const at = places[size % Math.max(places.length, 1)]
  return at === undefined ? null : text.slice(0, at) + text[at + 1]! + text[at]! + text.slice(at + 2)
})

const fractionAdded = atOne('fraction-added', 'one number off by a half or a tenth', (numeral, size, gold) =>
  by(numeral, [5n, 1n, -5n, -1n][size % 4]!, gold, 1),
)

const FACTORS: readonly [bigint, number][] = [
  [10n, 0],
  [1n, 1],
  [25n, 2],
  [2n, 0],
  [100n, 0],
  [1n, 2],
]

const magnitude = atOne('magnitude', 'one number times 10, 1/10, 1/4, 2 or 100', (numeral, size) =>
  numeral.digits === 0n ? null : scaled(numeral, ...FACTORS[size % FACTORS.length]!),
)

/** Within the 1 % that loose comparisons allow; rounded to a whole number where the gold is a large one. */
const slightly = atOne('slightly-off', 'one number off by less than 0.5 %', (numeral, size) => {
  if (numeral.digits === 0n) return null
  const factor = [10_045n, 9_955n, 10_009n, 10_001n][(size >> 1) % 4]!
  const whole = (signed(numeral) * factor) / 10_000n
  const rounded = size % 2 === 0 && numeral.decimals === 0 && whole !== signed(numeral)
  return rounded ? decimalText(whole, 0) : scaled(numeral, factor, 4)
})

const extreme = atOne(
  'extreme',
  'one number replaced by 0, 1, -1 or a huge one',
  (_, size) => ['0', '1', '-1', '1000000000', '-1000000000', `1${'0'.repeat(30)}`][size % 6]!,
)

const commaSplit: Edit = {
  id: 'comma-split',
  about: 'a number cut in two by a comma',
  certain: true,
  apply: (gold, [place, size]) => {
    const numeral = numeralAt(gold, place)
    if (!numeral || numeral.decimals > 0 || /[,]/.test(gold)) return null
    const digits = numeral.text.replace('-', '')
    if (digits.length < 2) return null
    const cut = 1 + (size % (digits.length - 1))
    if ((digits.length - cut) % 3 === 0) return null
    const split = `${digits.slice(0, cut)},${digits.slice(cut)}`
    return replaced(gold, numeral, (numeral.negative ? '-' : '') + split)
  },
}

const commaDropped: Edit = {
  id: 'comma-dropped',
  about: 'two listed numbers run together',
  certain: true,
  apply: (gold, [place]) => {
    const commas = [...gold.matchAll(/(?<=\d),\s*(?=\d)(?!\s*\d{3}(?!\d))/g)]
    const comma = commas[place % Math.max(commas.length, 1)]
    return comma ? gold.slice(0, comma.index) + gold.slice(comma.index + comma[0].length) : null
  },
}

const cutOff: Edit = {
  id: 'cut-off',
  about: 'the beginning of the answer only',
  apply: (gold, [, size]) => (gold.length < 2 ? null : gold.slice(0, 1 + (size % (gold.length - 1)))),
}

const numberAlone: Edit = {
  id: 'right-hand-side',
  about: 'the other side of an equation changed',
  apply: (gold, [place, size]) => {
    const side = /^([^=]+=\s*)(-?\d+(?:\.\d+)?)\s*$/.exec(gold)
    return side ? side[1]! + shifted(numeralAt(side[2]!, 0)!, BigInt(1 + ((place + size) % 9))) : null
  },
}

export const numberEdits: readonly Edit[] = [
  offBySome,
  digitInFront,
  digitBehind,
  surrounded,
  digitDropped,
  digitsSwapped,
  fractionAdded,
  magnitude,
  slightly,
  allShifted,
  extreme,
  signFlipped,
  operatorFlipped,
  plusMinusDropped,
  commaSplit,
  commaDropped,
  cutOff,
  numberAlone,
]
