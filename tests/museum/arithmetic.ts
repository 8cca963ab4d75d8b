/** @file Expressions of whole numbers, + - * / ** and brackets, evaluated exactly and without any bound. */

export interface Rational {
  above: bigint
  below: bigint
}

/** The value of an expression; null where it is none or divides by zero. */
export function evaluate(text: string): Rational | null {
  try {
    return parsed(text.match(/\d+|\*\*|[-+*/()]|\S/g) ?? [])
  } catch {
    return null
  }
}

export function isWhole(value: Rational | null, whole: number): boolean {
  return value !== null && value.above === BigInt(whole) * value.below
}

/** Whole numbers as they are written in an expression. */
export function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number)
}

function parsed(tokens: readonly string[]): Rational {
  let at = 0
  const take = (...wanted: string[]): string | null => (wanted.includes(tokens[at]!) ? tokens[at++]! : null)

  const sum = (): Rational => {
    let value = product()
    for (let sign = take('+', '-'); sign; sign = take('+', '-'))
      value = plus(value, sign === '+' ? product() : negative(product()))
    return value
  }
  const product = (): Rational => {
    let value = signed()
    for (let sign = take('*', '/'); sign; sign = take('*', '/'))
      value = times(value, sign === '*' ? signed() : inverse(signed()))
    return value
  }
  const signed = (): Rational => {
    const sign = take('+', '-')
    if (sign) return sign === '-' ? negative(signed()) : signed()
    const base = atom()
    return take('**') ? power(base, signed()) : base
  }
  const atom = (): Rational => {
    if (take('(')) {
      const value = sum()
      if (!take(')')) throw new SyntaxError('expected )')
      return value
    }
    const token = tokens[at++]
    if (token === undefined || !/^\d+$/.test(token)) throw new SyntaxError(`unexpected ${token}`)
    return { above: BigInt(token), below: 1n }
  }

  const value = sum()
  if (at < tokens.length) throw new SyntaxError(`unexpected ${tokens[at]}`)
  return value
}

function plus(a: Rational, b: Rational): Rational {
  return { above: a.above * b.below + b.above * a.below, below: a.below * b.below }
}

function times(a: Rational, b: Rational): Rational {
  return { above: a.above * b.above, below: a.below * b.below }
}

function negative({ above, below }: Rational): Rational {
  return { above: -above, below }
}

function inverse({ above, below }: Rational): Rational {
  if (above === 0n) throw new RangeError('division by zero')
  return above < 0n ? { above: -below, below: -above } : { above: below, below: above }
}

/** By repeated multiplication, however long that takes. */
function power(base: Rational, exponent: Rational): Rational {
  if (exponent.above % exponent.below !== 0n) throw new RangeError('no root is taken')
  const count = exponent.above / exponent.below
  const factor = count < 0n ? inverse(base) : base
  let value: Rational = { above: 1n, below: 1n }
  for (let left = count < 0n ? -count : count; left > 0n; left--) value = times(value, factor)
  return value
}
