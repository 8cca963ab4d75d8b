/** @file Exact arithmetic on expressions, in two ways that share no code: one scores, the other is the oracle. */

export type Fraction = readonly [bigint, bigint]

/** Whole numbers that occur in an expression. */
export function literals(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number)
}

function operate(operator: string, [a, b]: Fraction, [c, d]: Fraction): Fraction | null {
  if (operator === '+') return [a * d + c * b, b * d]
  if (operator === '-') return [a * d - c * b, b * d]
  if (operator === '*') return [a * c, b * d]
  if (c === 0n) return null
  return c < 0n ? [-a * d, -b * c] : [a * d, b * c]
}

/** By recursive descent: + - * / and brackets over whole numbers; no signs. */
export function evaluated(text: string): Fraction | null {
  const tokens = text.match(/\d+|[-+*/()]|\S/g) ?? []
  let at = 0
  const chain = (operators: string, operand: () => Fraction | null): Fraction | null => {
    let left = operand()
    while (left && at < tokens.length && operators.includes(tokens[at]!)) {
      const operator = tokens[at++]!
      const right = operand()
      left = right && operate(operator, left, right)
    }
    return left
  }
  const sum = (): Fraction | null => chain('+-', () => chain('*/', atom))
  const atom = (): Fraction | null => {
    const token = tokens[at++]
    if (token === undefined) return null
    if (/^\d{1,9}$/.test(token)) return [BigInt(token), 1n]
    if (token !== '(') return null
    const inner = sum()
    return tokens[at++] === ')' ? inner : null
  }
  const value = sum()
  return at === tokens.length ? value : null
}

const RANK: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2 }

/** By two stacks. */
export function combined(text: string): Fraction | null {
  const values: Fraction[] = []
  const operators: string[] = []
  const fold = (): boolean => {
    const [operator, right, left] = [operators.pop()!, values.pop(), values.pop()]
    const value = left && right ? operate(operator, left, right) : null
    if (value) values.push(value)
    return value !== null
  }
  let wantsValue = true
  for (const [token] of text.matchAll(/\d+|\S/g)) {
    const opens = /^\d+$/.test(token) || token === '('
    if (opens !== wantsValue) return null
    if (token === '(') operators.push(token)
    else if (opens) {
      values.push([BigInt(token), 1n])
      wantsValue = false
    } else if (token === ')') {
      while (operators.length > 0 && operators.at(-1) !== '(') if (!fold()) return null
      if (operators.pop() !== '(') return null
    } else {
      if (!(token in RANK)) return null
      while ((RANK[operators.at(-1) ?? ''] ?? 0) >= RANK[token]!) if (!fold()) return null
      operators.push(token)
      wantsValue = true
    }
  }
  while (operators.length > 0) if (operators.at(-1) === '(' || !fold()) return null
  return values.length === 1 && !wantsValue ? values[0]! : null
}
