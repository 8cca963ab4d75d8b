/** @file Scalar expressions: the tree that both readers (plain text and LaTeX) produce. Nothing here is ever simplified. */
import type { Fraction } from '../expression.ts'
import { fraction } from '../expression.ts'

/** Functions of one argument, and the few with more; `log` is (argument, base), `root` is (radicand, index). */
export const FUNCTIONS = [
  'add',
  'multiply',
  'divide',
  'power',
  'negate',
  'root',
  'abs',
  'exp',
  'ln',
  'log',
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'arcsin',
  'arccos',
  'arctan',
  'arccot',
  'sinh',
  'cosh',
  'tanh',
  'floor',
  'ceil',
  'factorial',
  'binomial',
  'gcd',
  'lcm',
  'min',
  'max',
] as const

export type FunctionName = (typeof FUNCTIONS)[number]

/** `pi`, `e` and `i` are symbols with a fixed value, `infinity` is one without. */
export type Expr =
  | { kind: 'number'; value: Fraction }
  | { kind: 'symbol'; name: string }
  | { kind: 'call'; fn: FunctionName; args: readonly Expr[] }

const CONSTANTS: ReadonlySet<string> = new Set(['pi', 'e', 'i', 'infinity'])

export function number(value: bigint | number | Fraction): Expr {
  return { kind: 'number', value: typeof value === 'object' ? value : fraction(BigInt(value)) }
}

export function symbol(name: string): Expr {
  return { kind: 'symbol', name }
}

export function call(fn: FunctionName, ...args: Expr[]): Expr {
  return { kind: 'call', fn, args }
}

export function negate(of: Expr): Expr {
  return call('negate', of)
}

export function subtract(left: Expr, right: Expr): Expr {
  return call('add', left, negate(right))
}

/** Names that stand for an unknown, in order of appearance. */
export function variables(expr: Expr, found: Set<string> = new Set()): Set<string> {
  if (expr.kind === 'symbol' && !CONSTANTS.has(expr.name)) found.add(expr.name)
  if (expr.kind === 'call') for (const arg of expr.args) variables(arg, found)
  return found
}

export function mentions(expr: Expr, name: string): boolean {
  if (expr.kind === 'symbol') return expr.name === name
  return expr.kind === 'call' && expr.args.some(arg => mentions(arg, name))
}

/** The same tree with every unknown renamed. */
export function rename(expr: Expr, to: (name: string) => string): Expr {
  if (expr.kind === 'symbol') return CONSTANTS.has(expr.name) ? expr : symbol(to(expr.name))
  return expr.kind === 'call' ? { ...expr, args: expr.args.map(arg => rename(arg, to)) } : expr
}

/** ±infinity as a sign, or 0 for everything else. */
export function infinite(expr: Expr): -1 | 0 | 1 {
  if (expr.kind === 'symbol' && expr.name === 'infinity') return 1
  if (expr.kind !== 'call' || expr.fn !== 'negate') return 0
  return infinite(expr.args[0]!) === 1 ? -1 : 0
}

/** The exact value of a decimal text (`12`, `.5`, `1.25e-3`, repeating `0.1(23)`); null if it is none or too long. */
export function decimal(text: string): Fraction | null {
  const match = /^(\d*)(?:\.(\d*)(?:\((\d+)\))?)?(?:[eE]([+-]?\d{1,6}))?$/.exec(text)
  if (!match || text.length > MAX_NUMBER) return null
  const [, whole = '', part = '', period = '', exponent = '0'] = match
  if (whole + part + period === '') return null
  const shift = Number(exponent)
  if (Math.abs(shift) > MAX_NUMBER) return null
  const scale = 10n ** BigInt(part.length)
  const repeated = period === '' ? fraction(0n) : fraction(BigInt(period), 10n ** BigInt(period.length) - 1n)
  const mantissa = fraction(BigInt(whole + part || '0') * repeated.den + repeated.num, scale * repeated.den)
  const power = 10n ** BigInt(Math.abs(shift))
  return shift < 0
    ? fraction(mantissa.num, mantissa.den * power)
    : fraction(mantissa.num * power, mantissa.den)
}

/** Most characters of one number, and the largest decimal exponent. */
const MAX_NUMBER = 1_000
