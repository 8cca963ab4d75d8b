/** @file Exact values of arithmetic expressions, with `**`, `//` and `%` too. Nothing is evaluated as code. */
import type { Rational } from './rational.ts'
import { parseRational } from './rational.ts'

export interface Evaluated {
  value: Rational
  /** The numbers written in it, from left to right. */
  literals: string[]
  /** Its operators, from left to right. */
  operators: string[]
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|(\*\*|\/\/|[-+*/%^()×÷]))\s*/y
const MAX_LENGTH = 400
const MAX_BITS = 2_000

/** Null for what is no expression, divides by zero, or is too large. */
export function evaluated(text: string): Evaluated | null {
  const tokens = tokensOf(text)
  if (!tokens) return null
  const reader = { tokens, at: 0, depth: 0 }
  const value = sum(reader)
  if (!value || reader.at < tokens.length) return null
  return {
    value,
    literals: tokens.filter(token => /^\d/.test(token)),
    operators: tokens.filter(token => !/^[\d()]/.test(token)),
  }
}

function tokensOf(text: string): string[] | null {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (text.length <= MAX_LENGTH && TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text)
    if (!match) return null
    tokens.push(match[1] ?? match[2]!)
  }
  return tokens.length === 0 ? null : tokens
}

type Reader = { tokens: readonly string[]; at: number; depth: number }

function chain(
  reader: Reader,
  operators: readonly string[],
  operand: (reader: Reader) => Rational | null,
): Rational | null {
  let left = operand(reader)
  while (left && operators.includes(reader.tokens[reader.at] ?? '')) {
    const operator = reader.tokens[reader.at++]!
    const right = operand(reader)
    left = right && applied(operator, left, right)
  }
  return left
}

const sum = (reader: Reader): Rational | null => chain(reader, ['+', '-'], product)
const product = (reader: Reader): Rational | null => chain(reader, ['*', '/', '//', '%', '×', '÷'], unary)

function unary(reader: Reader): Rational | null {
  if (reader.tokens[reader.at] !== '-' && reader.tokens[reader.at] !== '+') return powers(reader)
  const minus = reader.tokens[reader.at++] === '-'
  const value = reader.depth++ > 60 ? null : unary(reader)
  return value && minus ? { num: -value.num, den: value.den } : value
}

function powers(reader: Reader): Rational | null {
  const base = atom(reader)
  const operator = reader.tokens[reader.at] ?? ''
  if (!base || (operator !== '**' && operator !== '^')) return base
  reader.at++
  const exponent = unary(reader)
  return exponent && applied('**', base, exponent)
}

function atom(reader: Reader): Rational | null {
  const token = reader.tokens[reader.at++]
  if (token === undefined) return null
  if (token !== '(') return parseRational(token)
  const inner = reader.depth++ > 60 ? null : sum(reader)
  return reader.tokens[reader.at++] === ')' ? inner : null
}

/** a ∘ b in lowest terms. */
export function applied(operator: string, a: Rational, b: Rational): Rational | null {
  switch (operator) {
    case '+':
      return lowest(a.num * b.den + b.num * a.den, a.den * b.den)
    case '-':
      return lowest(a.num * b.den - b.num * a.den, a.den * b.den)
    case '*':
    case '×':
      return lowest(a.num * b.num, a.den * b.den)
    case '/':
    case '÷':
      return b.num === 0n ? null : lowest(a.num * b.den, a.den * b.num)
    case '//':
      return b.num === 0n ? null : { num: floored(a.num * b.den, a.den * b.num), den: 1n }
    case '%': {
      if (b.num === 0n) return null
      const times = { num: floored(a.num * b.den, a.den * b.num), den: 1n }
      return applied('-', a, applied('*', b, times)!)
    }
    case '**':
      return power(a, b)
    default:
      return null
  }
}

function power(a: Rational, b: Rational): Rational | null {
  if (b.den !== 1n || b.num < 0n || b.num > 64n) return null
  return lowest(a.num ** b.num, a.den ** b.num)
}

function floored(num: bigint, den: bigint): bigint {
  const quotient = num / den
  return num % den !== 0n && num < 0n !== den < 0n ? quotient - 1n : quotient
}

function lowest(num: bigint, den: bigint): Rational | null {
  let [x, y] = [num < 0n ? -num : num, den < 0n ? -den : den]
  if (x.toString(16).length * 4 > MAX_BITS || y.toString(16).length * 4 > MAX_BITS) return null
  while (y !== 0n) [x, y] = [y, x % y]
  const divisor = x * (den < 0n ? -1n : 1n)
  return { num: num / divisor, den: den / divisor }
}
