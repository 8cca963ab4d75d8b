/**
 * @file Is a line of mathematics true? Exactly, by evaluating it.
 *
 *     48 mod 18 = 12            3x + 5 = 20            (x-2)(x-3) = x^2 - 5x + 6            total: 4*7 + 2 = 30
 *
 * A line is one statement or several (`, ` and ` and ` join those that must all hold, ` or ` alternatives), perhaps behind
 * a label and a colon. A statement is a chain of sides with = < > <= >= != between them. Sides are sums, products (also
 * implied: 3x), powers, factorials, `mod`, function calls and lists in brackets. Names stand for hidden values: a word
 * problem's quantities, the roots of an equation, or points at which two polynomials must agree (Schwartz-Zippel).
 *
 * Nothing is evaluated as code. What cannot be read, or names something unknown, is neither true nor false: null.
 */
import { calculate, compare, parseDecimal, power } from './exact.ts'
import type { ExactFunction, Value } from './functions.ts'
import { STANDARD_FUNCTIONS } from './functions.ts'

export interface Meaning {
  /**
   * What the names stand for. Several assignments: each must satisfy the line; of alternatives joined by `or`, every one
   * must hold for some assignment. Default: no names.
   */
  assignments?: readonly Readonly<Record<string, Value>>[]
  functions?: Readonly<Record<string, ExactFunction>>
}

const MAX_LINE = 400
const MAX_DEPTH = 24
const NO_NAMES: readonly Readonly<Record<string, Value>>[] = [{}]

/** Whether the line is true; null if it states nothing that can be checked. */
export function isTrue(line: string, meaning: Meaning = {}): boolean | null {
  if (line.length > MAX_LINE) return null
  const assignments = meaning.assignments ?? NO_NAMES
  let verdict: boolean | null = true
  for (const statement of conjuncts(line)) {
    const holds = alternativesHold(statement.split(' or '), assignments, meaning)
    if (holds === null) return null
    if (!holds) verdict = false
  }
  return verdict
}

/** The value of an expression such as `3/4`, `[1, 2]` or `2^10 - 1`; null if it has none. */
export function evaluate(expression: string, meaning: Meaning = {}): Value | null {
  if (expression.length > MAX_LINE) return null
  const reader = new Reader(expression, (meaning.assignments ?? NO_NAMES)[0] ?? {}, meaning.functions ?? {})
  return reader.whole()
}

/** Equal values; lists element by element. */
export function sameValue(a: Value, b: Value): boolean {
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => sameValue(item, b[i]!))
    )
  return compare(a, b) === 0
}

/** The parts of a line that must all hold: cut at ` and ` and at commas outside of brackets, without a label in front. */
function conjuncts(line: string): string[] {
  const body = /^[A-Za-z][\w' -]*:(?!=)/.test(line) ? line.slice(line.indexOf(':') + 1) : line
  if (!body.includes(',') && !body.includes(' and ')) return [body]
  const parts: string[] = []
  let [from, depth] = [0, 0]
  for (let at = 0; at < body.length; at++) {
    const mark = body[at]!
    if (mark === '(' || mark === '[') depth++
    else if (mark === ')' || mark === ']') depth--
    else if (depth === 0 && (mark === ',' || body.startsWith(' and ', at))) {
      parts.push(body.slice(from, at))
      from = mark === ',' ? at + 1 : at + 5
    }
  }
  return [...parts, body.slice(from)]
}

function alternativesHold(
  alternatives: readonly string[],
  assignments: readonly Readonly<Record<string, Value>>[],
  { functions = {} }: Meaning,
): boolean | null {
  let verdict = true
  const used = alternatives.map(() => false)
  for (const names of assignments) {
    let some = false
    for (const [i, statement] of alternatives.entries()) {
      const holds = new Reader(statement, names, functions).statement()
      if (holds === null) return null
      if (holds) some = used[i] = true
    }
    if (!some) verdict = false
  }
  return verdict && used.every(Boolean)
}

type Relation = '=' | '<' | '>' | '<=' | '>=' | '!='

/** Reads and evaluates at once, from left to right. A null value means: not readable, unknown, or without exact value. */
class Reader {
  readonly #text: string
  readonly #names: Readonly<Record<string, Value>>
  readonly #functions: Readonly<Record<string, ExactFunction>>
  #at = 0
  #depth = 0

  constructor(
    text: string,
    names: Readonly<Record<string, Value>>,
    functions: Readonly<Record<string, ExactFunction>>,
  ) {
    this.#text = text
    this.#names = names
    this.#functions = functions
  }

  whole(): Value | null {
    const value = this.#sum()
    return this.#skip() === this.#text.length ? value : null
  }

  /** A chain of at least two sides. */
  statement(): boolean | null {
    let left = this.#sum()
    let verdict: boolean | null = null
    while (left !== null) {
      const relation = this.#relation()
      if (relation === null) return this.#skip() === this.#text.length ? verdict : null
      const right = this.#sum()
      if (right === null) return null
      const holds = related(relation, left, right)
      if (holds === null) return null
      verdict = (verdict ?? true) && holds
      left = right
    }
    return null
  }

  #skip(): number {
    while (this.#text.charCodeAt(this.#at) === 32) this.#at++
    return this.#at
  }

  /** Takes the mark if it comes next. */
  #takes(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#skip())) return false
    this.#at += mark.length
    return true
  }

  #relation(): Relation | null {
    for (const relation of ['<=', '>=', '!=', '=', '<', '>'] as const)
      if (this.#takes(relation)) return relation
    return null
  }

  #sum(): Value | null {
    let value = this.#product()
    while (value !== null) {
      if (this.#takes('+')) value = applied('+', value, this.#product())
      else if (this.#takes('-')) value = applied('-', value, this.#product())
      else return value
    }
    return null
  }

  #product(): Value | null {
    let value = this.#signed()
    while (value !== null) {
      if (this.#takes('*') || this.#takes('×')) value = applied('*', value, this.#signed())
      else if (this.#takes('/')) value = applied('/', value, this.#signed())
      else if (this.#takesWord('mod')) value = modulo(value, this.#signed())
      else if (this.#impliesProduct()) value = applied('*', value, this.#power())
      else return value
    }
    return null
  }

  #signed(): Value | null {
    if (!this.#takes('-')) return this.#power()
    if (++this.#depth > MAX_DEPTH) return null
    const value = this.#signed()
    this.#depth--
    return value === null ? null : applied('-', 0, value)
  }

  #power(): Value | null {
    let base = this.#atom()
    while (base !== null && this.#takesFactorial()) base = STANDARD_FUNCTIONS['fact']!(base)
    if (base === null || !this.#takes('^')) return base
    const exponent = this.#signed()
    if (exponent === null || Array.isArray(base) || Array.isArray(exponent)) return null
    return power(base, exponent)
  }

  #takesFactorial(): boolean {
    return !this.#text.startsWith('!=', this.#skip()) && this.#takes('!')
  }

  /** 3x, 2(x+1), (x-1)(x+2): a name or a parenthesis right behind a factor multiplies. */
  #impliesProduct(): boolean {
    const code = this.#text.charCodeAt(this.#skip())
    return code === 40 || (isLetter(code) && !this.#wordComes('mod'))
  }

  #wordComes(word: string): boolean {
    return (
      this.#text.startsWith(word, this.#skip()) && !isNamePart(this.#text.charCodeAt(this.#at + word.length))
    )
  }

  #takesWord(word: string): boolean {
    if (!this.#wordComes(word)) return false
    this.#at += word.length
    return true
  }

  #atom(): Value | null {
    const code = this.#text.charCodeAt(this.#skip())
    if (code >= 48 && code <= 57) return this.#number()
    if (isLetter(code)) return this.#named()
    if (code === 40) return this.#inParentheses()
    return code === 91 ? this.#list() : null
  }

  #number(): Value | null {
    const from = this.#at
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at++
    if (this.#text.charCodeAt(this.#at) === 46 && isDigit(this.#text.charCodeAt(this.#at + 1))) {
      this.#at++
      while (isDigit(this.#text.charCodeAt(this.#at))) this.#at++
    }
    return parseDecimal(this.#text.slice(from, this.#at))
  }

  #named(): Value | null {
    const from = this.#at
    while (isNamePart(this.#text.charCodeAt(this.#at))) this.#at++
    const name = this.#text.slice(from, this.#at)
    if (Object.hasOwn(this.#names, name)) return this.#names[name]!
    const known = own(this.#functions, name) ?? own(STANDARD_FUNCTIONS, name)
    if (known === undefined || !this.#takes('(')) return null
    const args = this.#items(')')
    return args === null ? null : known(...args)
  }

  #inParentheses(): Value | null {
    this.#at++
    const items = this.#items(')')
    if (items === null || items.length === 0) return null
    return items.length === 1 ? items[0]! : items // (a, b) is a tuple
  }

  #list(): Value | null {
    this.#at++
    return this.#items(']')
  }

  #items(closing: string): Value[] | null {
    if (this.#takes(closing)) return []
    if (++this.#depth > MAX_DEPTH) return null
    const items: Value[] = []
    do {
      const item = this.#sum()
      if (item === null) return null
      items.push(item)
    } while (this.#takes(','))
    this.#depth--
    return this.#takes(closing) ? items : null
  }
}

function applied(operator: '+' | '-' | '*' | '/', a: Value, b: Value | null): Value | null {
  if (b === null || Array.isArray(a) || Array.isArray(b)) return null
  return calculate(operator, a, b)
}

/** a - b⌊a/b⌋ for integers, so that the sign is that of b. */
function modulo(a: Value, b: Value | null): Value | null {
  return b === null ? null : STANDARD_FUNCTIONS['mod']!(a, b)
}

function related(relation: Relation, a: Value, b: Value): boolean | null {
  if (relation === '=') return sameValue(a, b)
  if (relation === '!=') return !sameValue(a, b)
  if (Array.isArray(a) || Array.isArray(b)) return null
  const order = compare(a, b)
  if (relation === '<') return order < 0
  if (relation === '>') return order > 0
  return relation === '<=' ? order <= 0 : order >= 0
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
}

/** Letters, digits, _ and ', so that f' is a name. */
function isNamePart(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 95 || code === 39
}
