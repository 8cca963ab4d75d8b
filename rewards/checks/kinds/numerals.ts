/** @file The numbers that stand in a text, and texts with one or all of them changed. */

/** One number in a text. `sign` belongs to the number only where nothing before it makes it an operator. */
export interface Numeral {
  at: number
  /** As written, with its sign: `-92.50`. */
  text: string
  negative: boolean
  /** All digits, without sign and point. */
  digits: bigint
  /** How many of them stand behind the point. */
  decimals: number
}

const NUMERAL = /(?<=^|[[({,;:=\s])-(?=\d)\d+(?:\.\d+)?|\d+(?:\.\d+)?/g
const MAX_NUMERALS = 400

export function numeralsIn(text: string): Numeral[] {
  return [...text.matchAll(NUMERAL)].slice(0, MAX_NUMERALS).map(match => {
    const unsigned = match[0].replace('-', '')
    return {
      at: match.index,
      text: match[0],
      negative: match[0].startsWith('-'),
      digits: BigInt(unsigned.replace('.', '')),
      decimals: unsigned.includes('.') ? unsigned.length - unsigned.indexOf('.') - 1 : 0,
    }
  })
}

/** The numeral that a dial points at; null where there is none. */
export function numeralAt(text: string, dial: number): Numeral | null {
  const numerals = numeralsIn(text)
  return numerals[dial % Math.max(numerals.length, 1)] ?? null
}

export function replaced(text: string, { at, text: old }: Numeral, by: string): string {
  return text.slice(0, at) + by + text.slice(at + old.length)
}

/** The text with every numeral changed; null where there is none or one cannot be changed. */
export function allReplaced(text: string, change: (numeral: Numeral) => string | null): string | null {
  const numerals = numeralsIn(text)
  let [changed, from] = ['', 0]
  for (const numeral of numerals) {
    const by = change(numeral)
    if (by === null) return null
    changed += text.slice(from, numeral.at) + by
    from = numeral.at + numeral.text.length
  }
  return numerals.length === 0 ? null : changed + text.slice(from)
}

/** `digits` with a point before the last `decimals` of them: `(-1250n, 2)` is `-12.50`. */
export function decimalText(digits: bigint, decimals: number): string {
  const [sign, size] = digits < 0n ? ['-', -digits] : ['', digits]
  const padded = String(size).padStart(decimals + 1, '0')
  return decimals === 0 ? sign + padded : `${sign}${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`
}

/** The number plus `by` / 10^`places`. */
export function shifted(numeral: Numeral, by: bigint, places = 0): string {
  const decimals = Math.max(numeral.decimals, places)
  const value = signed(numeral) * 10n ** BigInt(decimals - numeral.decimals)
  return decimalText(value + by * 10n ** BigInt(decimals - places), decimals)
}

/** The number times `by` / 10^`places`, without zeros behind the point that say nothing. */
export function scaled(numeral: Numeral, by: bigint, places: number): string {
  const text = decimalText(signed(numeral) * by, numeral.decimals + places)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

export function signed({ negative, digits }: Numeral): bigint {
  return negative ? -digits : digits
}
