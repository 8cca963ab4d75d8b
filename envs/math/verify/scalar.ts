/**
 * @file Reads scalar expressions: plain text (`2(x+1)/3`, `sqrt(2)`, `9^9`) and the LaTeX of everyday arithmetic. What it
 * does not know it hands over (`unread`), so that the LaTeX parser in its worker can try.
 *
 * `/`, `*` and juxtaposition bind alike and from left to right: `1/2x` is x/2, as in programming languages. A power binds
 * tighter and to the right, a leading minus looser: `-2^2` is −4. `log` without a base is to base ten.
 */
import { fraction } from '../expression.ts'
import type { Expr, FunctionName } from './expr.ts'
import { call, decimal, negate, number, symbol } from './expr.ts'

/** `unread`: not in this grammar, but perhaps LaTeX. `null`: in no grammar, or over a limit. */
export type Reading = Expr | 'unread' | null

export const MAX_SCALAR = 1_500
const MAX_DEPTH = 60

const NAMED = new Map<string, FunctionName>(
  Object.entries({
    sin: 'sin',
    cos: 'cos',
    tan: 'tan',
    tg: 'tan',
    cot: 'cot',
    sec: 'sec',
    csc: 'csc',
    arcsin: 'arcsin',
    arccos: 'arccos',
    arctan: 'arctan',
    asin: 'arcsin',
    acos: 'arccos',
    atan: 'arctan',
    arccot: 'arccot',
    sinh: 'sinh',
    cosh: 'cosh',
    tanh: 'tanh',
    ln: 'ln',
    exp: 'exp',
    abs: 'abs',
    floor: 'floor',
    ceil: 'ceil',
  }),
)
const INVERSE = new Map<string, FunctionName>(
  Object.entries({
    sin: 'arcsin',
    cos: 'arccos',
    tan: 'arctan',
    cot: 'arccot',
  }),
)
const GREEK: ReadonlySet<string> = new Set(
  (
    'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta kappa lambda mu nu xi rho sigma tau phi varphi ' +
    'chi psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega'
  ).split(' '),
)
const TOKEN =
  /\s*(?:(«degrees»)|(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|\\([a-zA-Z]+)|([a-zA-Z]+)|([-+*/^!_|(){}[\]])|(\S))/y
const WORD =
  /^(?:sqrt|log|lg|pi|infinity|infty|inf|a?(?:rc)?(?:sin|cos|tan|cot)h?|sec|csc|tg|ln|exp|abs|floor|ceil|theta|alpha|beta)/

type Token =
  | { kind: 'number'; text: string; spaced: boolean }
  | { kind: 'command' | 'letters'; text: string; spaced: boolean }
  | { kind: 'sign'; text: string; spaced: boolean }

class Unread extends Error {}
class Unreadable extends Error {}

/** The tree of `text`. Never throws; time is linear in the length. */
export function readScalar(text: string): Reading {
  if (text.length > MAX_SCALAR) return null
  try {
    return new Reader(tokenize(text)).whole()
  } catch (error) {
    if (error instanceof Unread) return text.includes('\\') ? 'unread' : null
    if (error instanceof Unreadable) return null
    throw error
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  const pattern = new RegExp(TOKEN)
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex
    const match = pattern.exec(text)
    if (!match) break
    const spaced = /\s/.test(text[from]!)
    const [, degrees, digits, command, letters, sign, other] = match
    if (other !== undefined) throw new Unread()
    if (degrees !== undefined) tokens.push({ kind: 'sign', text: '°', spaced })
    else if (digits !== undefined) tokens.push({ kind: 'number', text: digits, spaced })
    else if (command !== undefined) tokens.push({ kind: 'command', text: command, spaced })
    else if (letters !== undefined) tokens.push(...words(letters, spaced))
    else tokens.push({ kind: 'sign', text: sign!, spaced })
  }
  return tokens
}

/** Letters that run together: known names are taken whole, the rest is one variable per letter. */
function words(letters: string, spaced: boolean): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < letters.length;) {
    const known = WORD.exec(letters.slice(at))?.[0] ?? letters[at]!
    tokens.push({ kind: known.length > 1 ? 'command' : 'letters', text: known, spaced: spaced && at === 0 })
    at += known.length
  }
  return tokens
}

/** Recursive descent; `depth` bounds the stack. */
class Reader {
  readonly #tokens: Token[]
  #at = 0
  #depth = 0
  #bars = 0

  constructor(tokens: Token[]) {
    this.#tokens = tokens
  }

  whole(): Expr {
    const expr = this.#sum()
    if (this.#at < this.#tokens.length) throw new Unread()
    return expr
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at]
  }

  #take(text: string): boolean {
    const token = this.#peek()
    if (token?.kind !== 'sign' || token.text !== text) return false
    this.#at++
    return true
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new Unread()
  }

  #sum(): Expr {
    if (++this.#depth > MAX_DEPTH) throw new Unreadable()
    const terms: Expr[] = []
    do {
      const negative = this.#sign()
      const term = this.#product()
      terms.push(negative ? negate(term) : term)
    } while (this.#isSign('+') || this.#isSign('-'))
    this.#depth--
    return terms.length === 1 ? terms[0]! : call('add', ...terms)
  }

  /** Reads an optional sign, or two (`5--3`). */
  #sign(): boolean {
    let negative = false
    for (let count = 0; count < 2; count++) {
      if (this.#take('-')) negative = !negative
      else if (!this.#take('+')) break
    }
    return negative
  }

  #isSign(text: string): boolean {
    const token = this.#peek()
    return token?.kind === 'sign' && token.text === text
  }

  #product(): Expr {
    let left = this.#mixed() ?? this.#power()
    for (;;) {
      if (this.#take('*')) left = call('multiply', left, this.#signed())
      else if (this.#take('/')) left = call('divide', left, this.#signed())
      else if (this.#startsFactor()) left = call('multiply', left, this.#power())
      else return left
    }
  }

  #signed(): Expr {
    return this.#sign() ? negate(this.#power()) : this.#power()
  }

  /** `1 1/2` and `1\frac{1}{2}`: a whole number before a proper fraction. */
  #mixed(): Expr | null {
    const from = this.#at
    const whole = this.#natural()
    const part = whole === null ? null : (this.#slashed() ?? this.#fraction())
    if (whole !== null && part !== null && part[0] < part[1] && part[0] > 0n && !this.#isSign('^'))
      return number(fraction(whole * part[1] + part[0], part[1]))
    this.#at = from
    return null
  }

  #natural(): bigint | null {
    const token = this.#peek()
    if (token?.kind !== 'number' || !/^\d{1,15}$/.test(token.text)) return null
    this.#at++
    return BigInt(token.text)
  }

  #slashed(): [bigint, bigint] | null {
    const from = this.#at
    const num = this.#natural()
    const den = num !== null && this.#take('/') ? this.#natural() : null
    if (den !== null) return [num!, den]
    this.#at = from
    return null
  }

  #fraction(): [bigint, bigint] | null {
    const token = this.#peek()
    if (token?.kind !== 'command' || token.text !== 'frac') return null
    this.#at++
    const [num, den] = [this.#argument(), this.#argument()]
    if (num.kind !== 'number' || den.kind !== 'number' || num.value.den !== 1n || den.value.den !== 1n)
      return null
    return [num.value.num, den.value.num]
  }

  /** Whether the next token begins a factor without an operator. Never a bare number: `2 3` and `x2` are slips. */
  #startsFactor(): boolean {
    const token = this.#peek()
    if (token === undefined || token.kind === 'number') return false
    if (token.kind !== 'sign') return true
    return token.text === '(' || token.text === '{' || (token.text === '|' && this.#bars === 0)
  }

  #power(): Expr {
    const base = this.#postfix(this.#primary())
    if (!this.#take('^')) return base
    if (++this.#depth > MAX_DEPTH) throw new Unreadable()
    const exponent = this.#isSign('{') ? this.#argument() : this.#signed()
    this.#depth--
    return this.#postfix(call('power', base, exponent))
  }

  #postfix(of: Expr): Expr {
    let expr = of
    while (this.#take('!')) expr = call('factorial', expr)
    return this.#take('°') ? call('divide', call('multiply', expr, symbol('pi')), number(180)) : expr
  }

  #primary(): Expr {
    const token = this.#peek()
    if (token === undefined) throw new Unread()
    this.#at++
    if (token.kind === 'number') return literal(token.text)
    if (token.kind === 'letters') return symbol(token.text + this.#subscript())
    if (token.kind === 'command') return this.#command(token.text)
    if (token.text === '(') return this.#closed(')')
    if (token.text === '{') return this.#closed('}')
    if (token.text === '|') return this.#absolute()
    throw new Unread()
  }

  #closed(by: string): Expr {
    const bars = this.#bars
    this.#bars = 0
    const inner = this.#sum()
    this.#bars = bars
    this.#expect(by)
    return inner
  }

  #absolute(): Expr {
    this.#bars++
    const inner = this.#sum()
    this.#bars--
    this.#expect('|')
    return call('abs', inner)
  }

  /** `_1`, `_n`, `_{12}`, as part of a name. */
  #subscript(): string {
    if (!this.#take('_')) return ''
    const braced = this.#take('{')
    const token = this.#peek()
    if (token === undefined || token.kind === 'sign' || token.kind === 'command') throw new Unread()
    if (!braced && token.kind === 'number' && token.text.length > 1) throw new Unread()
    this.#at++
    if (braced) this.#expect('}')
    return `_${token.text}`
  }

  #command(name: string): Expr {
    if (name === 'pi') return symbol('pi')
    if (name === 'infty' || name === 'infinity' || name === 'inf') return symbol('infinity')
    if (name === 'frac') return call('divide', this.#argument(), this.#argument())
    if (name === 'sqrt') return this.#root()
    if (name === 'log' || name === 'lg') return this.#log()
    if (GREEK.has(name)) return symbol(name + this.#subscript())
    const fn = NAMED.get(name)
    if (fn === undefined) throw new Unread()
    return this.#applied(name, fn)
  }

  /** `{…}`, or one digit or letter as in `\frac12`. */
  #argument(): Expr {
    if (this.#take('{')) return this.#closed('}')
    const token = this.#peek()
    if (token?.kind === 'number' && /^\d+$/.test(token.text)) return this.#digit(token.text)
    if (token?.kind === 'letters') {
      this.#at++
      return symbol(token.text)
    }
    if (token?.kind === 'command' && (token.text === 'pi' || token.text === 'sqrt')) return this.#primary()
    throw new Unread()
  }

  /** The first digit of a run; the rest of the run stays. */
  #digit(run: string): Expr {
    const rest: Token = { kind: 'number', text: run.slice(1), spaced: false }
    const first: Token = { kind: 'number', text: run[0]!, spaced: false }
    if (run.length > 1) this.#tokens.splice(this.#at, 1, first, rest)
    this.#at++
    return literal(first.text)
  }

  #root(): Expr {
    if (!this.#take('['))
      return call('root', this.#isSign('(') ? this.#primary() : this.#argument(), number(2))
    const index = this.#closed(']')
    return call('root', this.#argument(), index)
  }

  #log(): Expr {
    const base = this.#take('_') ? this.#argument() : number(10)
    if (this.#isSign('^')) throw new Unread()
    return call('log', this.#operand(), base)
  }

  /** `sin(x)`, `\sin x`, `\sin^2 x`, `\sin^{-1} x`. */
  #applied(name: string, fn: FunctionName): Expr {
    if (!this.#take('^')) return call(fn, this.#operand())
    const exponent = this.#argument()
    const inverse = exponent.kind === 'call' && exponent.fn === 'negate'
    if (!inverse) return call('power', call(fn, this.#operand()), exponent)
    const of = INVERSE.get(name)
    if (of === undefined) throw new Unreadable()
    return call(of, this.#operand())
  }

  /** What a function without parentheses reaches over: factors up to the next operator, function or parenthesis. */
  #operand(): Expr {
    if (this.#isSign('(') || this.#isSign('{') || this.#isSign('|')) return this.#primary()
    if (++this.#depth > MAX_DEPTH) throw new Unreadable()
    let product = this.#power()
    while (this.#continues()) product = call('multiply', product, this.#power())
    if (this.#isSign('/') && !this.#tokens[this.#at]!.spaced) {
      // `sin x/2` is read both ways by different people.
      throw new Unreadable()
    }
    this.#depth--
    return product
  }

  #continues(): boolean {
    const token = this.#peek()
    if (token?.kind === 'letters') return true
    return (
      token?.kind === 'command' && (token.text === 'pi' || token.text === 'sqrt' || GREEK.has(token.text))
    )
  }
}

function literal(text: string): Expr {
  const value = decimal(text)
  if (value === null) throw new Unreadable()
  return number(value)
}
