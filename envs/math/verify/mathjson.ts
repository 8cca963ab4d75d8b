/** @file From MathJSON, as the LaTeX parser writes it, to expression trees. Whatever is not listed here is not understood. */
import type { Expr, FunctionName } from './expr.ts'
import { call, decimal, negate, number, subtract, symbol } from './expr.ts'

const MAX_DEPTH = 80

const FUNCTION_OF = new Map<string, FunctionName>(
  Object.entries({
    Add: 'add',
    Multiply: 'multiply',
    InvisibleOperator: 'multiply',
    Abs: 'abs',
    Exp: 'exp',
    Ln: 'ln',
    Sin: 'sin',
    Cos: 'cos',
    Tan: 'tan',
    Cot: 'cot',
    Sec: 'sec',
    Csc: 'csc',
    Arcsin: 'arcsin',
    Arccos: 'arccos',
    Arctan: 'arctan',
    Arccot: 'arccot',
    Sinh: 'sinh',
    Cosh: 'cosh',
    Tanh: 'tanh',
    Floor: 'floor',
    Ceil: 'ceil',
    Factorial: 'factorial',
    GCD: 'gcd',
    LCM: 'lcm',
    Min: 'min',
    Max: 'max',
  }),
)
/** Number of arguments; others take one or more. */
const UNARY: ReadonlySet<FunctionName> = new Set(
  'abs exp ln sin cos tan cot sec csc arcsin arccos arctan arccot sinh cosh tanh floor ceil factorial'.split(
    ' ',
  ) as FunctionName[],
)
const SYMBOLS = new Map<string, string>(
  Object.entries({
    Pi: 'pi',
    ExponentialE: 'e',
    ImaginaryUnit: 'i',
    PositiveInfinity: 'infinity',
  }),
)

/** The tree, or null. `json` comes out of a worker that read untrusted text: nothing about its shape is assumed. */
export function fromMathJson(json: unknown, depth = 0): Expr | null {
  if (depth > MAX_DEPTH) return null
  if (typeof json === 'number') return Number.isSafeInteger(json) && json >= 0 ? number(json) : null
  if (typeof json === 'string') return named(json)
  if (Array.isArray(json)) return application(json as unknown[], depth)
  if (typeof json === 'object' && json !== null && 'num' in json && typeof json.num === 'string')
    return numeral(json.num)
  return null
}

function numeral(text: string): Expr | null {
  const value = decimal(text.replace(/^-/, ''))
  if (value === null) return null
  return text.startsWith('-') ? negate(number(value)) : number(value)
}

function named(name: string): Expr | null {
  const constant = SYMBOLS.get(name)
  if (constant !== undefined) return symbol(constant)
  return /^[a-zA-Z]+(?:_[a-zA-Z0-9]+)?$/.test(name) && (name.length === 1 || /^[a-z]|_/.test(name))
    ? symbol(name)
    : null
}

function application([head, ...rest]: unknown[], depth: number): Expr | null {
  if (typeof head !== 'string') return null
  if (head === 'InvisibleOperator' && isMixed(rest)) return null
  const args: Expr[] = []
  for (const each of rest) {
    const arg = fromMathJson(each, depth + 1)
    if (arg === null) return null
    args.push(arg)
  }
  const [first, second] = args
  if (first === undefined) return null
  const fn = FUNCTION_OF.get(head)
  if (fn !== undefined) return UNARY.has(fn) && second !== undefined ? null : folded(fn, args)
  return args.length > 2 ? null : special(head, first, second)
}

/** `2\frac12` is for the other reader; what comes here is neither a clear product nor a clear mixed number. */
function isMixed(args: unknown[]): boolean {
  return args.slice(1).some((arg, i) => isNumeral(args[i]) && (isNumeral(arg) || isQuotient(arg)))
}

function isNumeral(json: unknown): boolean {
  return typeof json === 'number' || (typeof json === 'object' && json !== null && 'num' in json)
}

function isQuotient(json: unknown): boolean {
  return Array.isArray(json) && json[0] === 'Divide' && json.slice(1).every(isNumeral)
}

/** Products are binary in our trees; sums and the like take any number. */
function folded(fn: FunctionName, args: readonly Expr[]): Expr {
  if (fn !== 'multiply') return fn === 'add' && args.length === 1 ? args[0]! : call(fn, ...args)
  return args.reduce((left, right) => call('multiply', left, right))
}

function special(head: string, first: Expr, second: Expr | undefined): Expr | null {
  if (second === undefined) {
    if (head === 'Negate') return negate(first)
    if (head === 'Delimiter' || head === 'Block') return first
    if (head === 'Sqrt') return call('root', first, number(2))
    if (head === 'Square') return call('power', first, number(2))
    if (head === 'Lb') return call('log', first, number(2))
    return head === 'Log' ? call('log', first, number(10)) : null
  }
  if (head === 'Divide' || head === 'Rational') return call('divide', first, second)
  if (head === 'Subtract') return subtract(first, second)
  if (head === 'Root') return call('root', first, second)
  if (head === 'Log') return call('log', first, second)
  if (head === 'Binomial') return call('binomial', first, second)
  return head === 'Power' ? power(first, second) : null
}

const INVERTIBLE: ReadonlySet<FunctionName> = new Set(['sin', 'cos', 'tan', 'cot', 'sec', 'csc'])

/** The parser says the same of `\sin^{-1}x` (arcsin) and `(\sin x)^{-1}`, so neither is taken. */
function power(base: Expr, exponent: Expr): Expr | null {
  const ambiguous =
    base.kind === 'call' && INVERTIBLE.has(base.fn) && exponent.kind === 'call' && exponent.fn === 'negate'
  return ambiguous ? null : call('power', base, exponent)
}
