/** @file Exact values of short arithmetic expressions, for rewards of mathematics: fractions of whole numbers, no rounding. */

/** `over / under`, not reduced; `under` is positive. */
export interface Fraction {
  over: bigint
  under: bigint
}

const LONGEST = 400
const MOST_BITS = 200_000
const LARGEST_FACTORIAL = 3000n

/** The value of an expression of + - * / ^ ! ( ) and \frac{}{}; null where the text is none, or its value too large. */
export function valueOf(text: string): Fraction | null {
  if (text.trim().length > LONGEST) return null
  const plain = text.replaceAll(/\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/g, '(($1)/($2))').replaceAll('**', '^')
  const tokens = plain.match(/\d+(?:\.\d+)?|\S/g)
  if (!tokens) return null
  try {
    const reader = new Reader(tokens)
    const value = reader.sum()
    return reader.ended() ? value : null
  } catch (error) {
    if (error instanceof NoValue) return null
    throw error
  }
}

export function sameValue(a: Fraction | null, b: Fraction | null): boolean {
  return a !== null && b !== null && a.over * b.under === b.over * a.under
}

/** A single number as people write it: sign, thousands in groups, decimals, a full stop behind. */
export function numberOf(text: string): Fraction | null {
  const found = /^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$/.exec(text.trim())
  if (!found || found[0].length > LONGEST) return null
  const [, sign, whole = '', decimals = ''] = found
  const over = BigInt(whole.replaceAll(',', '') + decimals)
  return { over: sign === '-' ? -over : over, under: 10n ** BigInt(decimals.length) }
}

class NoValue extends Error {}

class Reader {
  readonly #tokens: readonly string[]
  #at = 0

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  ended(): boolean {
    return this.#at === this.#tokens.length
  }

  sum(): Fraction {
    let value = this.#product()
    for (;;) {
      if (this.#take('+')) value = plus(value, this.#product())
      else if (this.#take('-')) value = plus(value, negative(this.#product()))
      else return value
    }
  }

  #product(): Fraction {
    let value = this.#signed()
    for (;;) {
      if (this.#take('*')) value = times(value, this.#signed())
      else if (this.#take('/')) value = times(value, inverse(this.#signed()))
      else return value
    }
  }

  #signed(): Fraction {
    if (this.#take('-')) return negative(this.#signed())
    if (this.#take('+')) return this.#signed()
    return this.#power()
  }

  #power(): Fraction {
    const base = this.#factorial()
    return this.#take('^') ? power(base, this.#signed()) : base
  }

  #factorial(): Fraction {
    let value = this.#atom()
    while (this.#take('!')) value = factorial(value)
    return value
  }

  #atom(): Fraction {
    const token = this.#tokens[this.#at++] ?? ''
    if (token === '(') {
      const value = this.sum()
      if (!this.#take(')')) throw new NoValue()
      return value
    }
    const value = /^\d/.test(token) ? numberOf(token) : null
    if (!value) throw new NoValue()
    return value
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false
    this.#at++
    return true
  }
}

function bits(value: bigint): number {
  return value.toString(16).length * 4
}

function bounded(value: Fraction): Fraction {
  if (bits(value.over) > MOST_BITS || bits(value.under) > MOST_BITS) throw new NoValue()
  return value
}

function plus(a: Fraction, b: Fraction): Fraction {
  return bounded({ over: a.over * b.under + b.over * a.under, under: a.under * b.under })
}

function times(a: Fraction, b: Fraction): Fraction {
  return bounded({ over: a.over * b.over, under: a.under * b.under })
}

function negative({ over, under }: Fraction): Fraction {
  return { over: -over, under }
}

function inverse({ over, under }: Fraction): Fraction {
  if (over === 0n) throw new NoValue()
  return over < 0n ? { over: -under, under: -over } : { over: under, under: over }
}

function power(base: Fraction, by: Fraction): Fraction {
  if (by.over % by.under !== 0n) throw new NoValue()
  const exponent = by.over / by.under
  const size = exponent < 0n ? -exponent : exponent
  if (size > BigInt(MOST_BITS) || Number(size) * Math.max(bits(base.over), bits(base.under)) > MOST_BITS)
    throw new NoValue()
  const value = { over: base.over ** size, under: base.under ** size }
  return exponent < 0n ? inverse(value) : value
}

function factorial(of: Fraction): Fraction {
  const n = of.over / of.under
  if (of.over % of.under !== 0n || n < 0n || n > LARGEST_FACTORIAL) throw new NoValue()
  let over = 1n
  for (let i = 2n; i <= n; i++) over *= i
  return { over, under: 1n }
}
