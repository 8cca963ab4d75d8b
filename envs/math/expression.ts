/**
 * @file Arithmetic expressions: a parser of its own (nothing is ever evaluated as code) and exact values.
 *
 * Numbers are written `12`, or `7:2` for seven halves: `7/2` would be a division of two numbers, and a game that counts
 * which numbers are used has to tell the two apart.
 */
import type { Invalid } from '../env.ts'
import { isInvalid } from '../env.ts'

/** An exact rational in lowest terms; `den` > 0. */
export type Fraction = { num: bigint; den: bigint }
export type Operator = '+' | '-' | '*' | '/'
export type Expression =
  | { kind: 'number'; value: Fraction }
  | { kind: 'negation'; of: Expression }
  | { kind: 'binary'; operator: Operator; left: Expression; right: Expression }

export const MAX_LENGTH = 400
const MAX_DEPTH = 40
const MAX_DIGITS = 15

/** num/den in lowest terms. Throws RangeError on a zero denominator. */
export function fraction(num: bigint, den = 1n): Fraction {
  if (den === 0n) throw new RangeError('fraction: expected a denominator other than 0')
  const divisor = gcd(num, den) * (den < 0n ? -1n : 1n)
  return { num: num / divisor, den: den / divisor }
}

export function sameFraction(a: Fraction, b: Fraction): boolean {
  return a.num === b.num && a.den === b.den
}

/** `12`, `-3`, `7:2`. */
export function formatFraction({ num, den }: Fraction): string {
  return den === 1n ? String(num) : `${num}:${den}`
}

/** Reads what `formatFraction` writes, and `7/2` where only one number can stand. */
export function parseFraction(text: string): Fraction | Invalid {
  const match = /^(-?)(\d{1,15})(?:[:/](\d{1,15}))?$/.exec(text)
  if (!match) return { invalid: `expected a number like 12, -3 or 7:2, got ${quoted(text)}` }
  const den = BigInt(match[3] ?? 1)
  if (den === 0n) return { invalid: `expected a denominator other than 0, got ${quoted(text)}` }
  return fraction(BigInt(match[1]! + match[2]!), den)
}

/** The tree of `text`, or what is wrong with it. Never throws. */
export function parseExpression(text: string): Expression | Invalid {
  if (text.length > MAX_LENGTH)
    return { invalid: `expected at most ${MAX_LENGTH} characters, got ${text.length}` }
  const tokens = tokenize(text)
  if (isInvalid(tokens)) return tokens
  const reader: Reader = { tokens, at: 0 }
  const tree = sum(reader, 0)
  if (isInvalid(tree) || reader.at === tokens.length) return tree
  return { invalid: `expected an operator or the end, got ${quoted(tokens[reader.at]!)}` }
}

export interface Value {
  value: Fraction
  /** Every value in the tree, leaves and intermediate results alike, is an integer. */
  integral: boolean
}

/** The exact value of a tree, or why it has none (division by zero). */
export function evaluate(tree: Expression): Value | Invalid {
  switch (tree.kind) {
    case 'number':
      return { value: tree.value, integral: tree.value.den === 1n }
    case 'negation': {
      const inner = evaluate(tree.of)
      return isInvalid(inner) ? inner : { ...inner, value: { num: -inner.value.num, den: inner.value.den } }
    }
    case 'binary': {
      const left = evaluate(tree.left)
      if (isInvalid(left)) return left
      const right = evaluate(tree.right)
      if (isInvalid(right)) return right
      const value = combine(tree.operator, left.value, right.value)
      if (value === null) return { invalid: 'division by zero' }
      return { value, integral: left.integral && right.integral && value.den === 1n }
    }
  }
}

/** a ∘ b; null for a division by zero. */
export function combine(operator: Operator, a: Fraction, b: Fraction): Fraction | null {
  switch (operator) {
    case '+':
      return fraction(a.num * b.den + b.num * a.den, a.den * b.den)
    case '-':
      return fraction(a.num * b.den - b.num * a.den, a.den * b.den)
    case '*':
      return fraction(a.num * b.num, a.den * b.den)
    case '/':
      return b.num === 0n ? null : fraction(a.num * b.den, a.den * b.num)
  }
}

/** The number literals of a tree, from left to right. */
export function literals(tree: Expression): Fraction[] {
  switch (tree.kind) {
    case 'number':
      return [tree.value]
    case 'negation':
      return literals(tree.of)
    case 'binary':
      return [...literals(tree.left), ...literals(tree.right)]
  }
}

/** Text that parses to the same tree, with no more parentheses than it needs. */
export function formatExpression(tree: Expression): string {
  switch (tree.kind) {
    case 'number':
      return formatFraction(tree.value)
    case 'negation':
      return `-${parenthesised(tree.of, BINDING.negation)}`
    case 'binary': {
      const binding = BINDING[tree.operator]
      return `${parenthesised(tree.left, binding)}${tree.operator}${parenthesised(tree.right, binding + 1)}`
    }
  }
}

const BINDING = { '+': 1, '-': 1, '*': 2, '/': 2, negation: 3, number: 4 }

function parenthesised(tree: Expression, atLeast: number): string {
  const binding = BINDING[tree.kind === 'binary' ? tree.operator : tree.kind]
  return binding < atLeast ? `(${formatExpression(tree)})` : formatExpression(tree)
}

type Reader = { tokens: readonly string[]; at: number }

function tokenize(text: string): string[] | Invalid {
  const tokens: string[] = []
  const pattern = /\s*(?:(\d+(?::\d+)?)|([-+*/()]))\s*/y
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex
    const match = pattern.exec(text)
    if (!match)
      return {
        invalid: `expected a number, + - * / or a parenthesis, got ${quoted(text.slice(from, from + 20))}`,
      }
    tokens.push(match[1] ?? match[2]!)
  }
  return tokens
}

function sum(reader: Reader, depth: number): Expression | Invalid {
  return chained(reader, ['+', '-'], () => product(reader, depth))
}

function product(reader: Reader, depth: number): Expression | Invalid {
  return chained(reader, ['*', '/'], () => factor(reader, depth))
}

/** operand (operator operand)*, associating to the left. */
function chained(
  reader: Reader,
  operators: readonly Operator[],
  operand: () => Expression | Invalid,
): Expression | Invalid {
  let left = operand()
  while (!isInvalid(left)) {
    const operator = operators.find(known => known === reader.tokens[reader.at])
    if (operator === undefined) return left
    reader.at++
    const right = operand()
    if (isInvalid(right)) return right
    left = { kind: 'binary', operator, left, right }
  }
  return left
}

function factor(reader: Reader, depth: number): Expression | Invalid {
  if (depth > MAX_DEPTH) return { invalid: `expected at most ${MAX_DEPTH} levels of nesting` }
  const token = reader.tokens[reader.at++]
  if (token === undefined) return { invalid: 'expected a number, got the end' }
  if (token === '-') {
    const of = factor(reader, depth + 1)
    return isInvalid(of) ? of : { kind: 'negation', of }
  }
  if (token === '(') {
    const inner = sum(reader, depth + 1)
    if (isInvalid(inner)) return inner
    const closing = reader.tokens[reader.at++]
    return closing === ')' ? inner : { invalid: `expected ), got ${closing ? quoted(closing) : 'the end'}` }
  }
  return literal(token)
}

function literal(token: string): Expression | Invalid {
  if (!/^\d/.test(token)) return { invalid: `expected a number, got ${quoted(token)}` }
  if (token.split(':').some(part => part.length > MAX_DIGITS))
    return { invalid: `expected numbers of at most ${MAX_DIGITS} digits, got ${quoted(token)}` }
  const value = parseFraction(token)
  return isInvalid(value) ? value : { kind: 'number', value }
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
