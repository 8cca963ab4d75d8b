/**
 * @file A small imperative language as plain JSON, and its interpreter. It looks like JavaScript or Python
 * (script-text.ts) and means what it looks like: remainders of negative numbers differ between the two.
 *
 * The host knows by it what such a program returns without running anything in a sandbox.
 */
import type { Language } from './program.ts'

export type Operator = '+' | '-' | '*' | '%' | '//' | 'min' | 'max'
export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!='

export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'variable'; name: string }
  | { kind: 'binary'; op: Operator; a: Expression; b: Expression }
  | { kind: 'item'; list: string; index: Expression }
  | { kind: 'length'; list: string }

export type Condition = { op: Comparison; a: Expression; b: Expression }

export type Statement =
  | { kind: 'set'; name: string; value: Expression }
  | { kind: 'list'; name: string }
  | { kind: 'change'; name: string; op: '+' | '-' | '*'; by: Expression }
  | { kind: 'append'; list: string; value: Expression }
  | { kind: 'if'; test: Condition; yes: Statement[]; no: Statement[] }
  | { kind: 'each'; name: string; list: string; body: Statement[] }
  | { kind: 'range'; name: string; from: Expression; to: Expression; body: Statement[] }
  | { kind: 'while'; test: Condition; body: Statement[] }
  | { kind: 'return'; value: Expression }

/** The body of `solve(xs)`, `xs` a list of integers. */
export type Script = Statement[]
export type Value = number | number[]

const MAX_STATEMENTS = 2_000
const MAX_NUMBER = 1e9
const MAX_LIST = 100

/** Why a program has no result here: it would throw, never end, or leave the small numbers. One for all: it is cheap. */
const FAULT = new Error('the script has no result')

/** What a running script remembers. A number that is not set yet is NaN. */
type Frame = { numbers: Float64Array; lists: (number[] | undefined)[]; left: number }
type Numeric = (frame: Frame) => number
type Truth = (frame: Frame) => boolean
/** Returns a value where the script returns one. */
type Action = (frame: Frame) => Value | undefined

/** What `solve(xs)` returns, or null where it throws, returns nothing, runs too long or leaves the small numbers. */
export function compileScript(script: Script, language: Language): (xs: readonly number[]) => Value | null {
  const compiler = new Compiler(language)
  const list = compiler.list('xs')
  const body = compiler.block(script)
  return xs => {
    const frame: Frame = {
      numbers: new Float64Array(compiler.size).fill(NaN),
      lists: [],
      left: MAX_STATEMENTS,
    }
    frame.lists[list] = [...xs]
    try {
      return body(frame) ?? null
    } catch (error) {
      if (error === FAULT) return null
      throw error
    }
  }
}

/** The JSON text of what `solve(xs)` returns, or null. */
export function resultText(script: Script, xs: readonly number[], language: Language): string | null {
  return resultTexts(script, language)(xs)
}

/** The same for many lists: the script is compiled once. */
export function resultTexts(script: Script, language: Language): (xs: readonly number[]) => string | null {
  const run = compileScript(script, language)
  return xs => {
    const value = run(xs)
    return value === null ? null : JSON.stringify(value)
  }
}

/** From statements to closures; names become places in the frame. */
class Compiler {
  readonly #js: boolean
  readonly #numbers = new Map<string, number>()
  readonly #lists = new Map<string, number>()

  constructor(language: Language) {
    this.#js = language === 'javascript'
  }

  get size(): number {
    return this.#numbers.size
  }

  list(name: string): number {
    return placeOf(this.#lists, name)
  }

  block(body: readonly Statement[]): Action {
    const actions = body.map(statement => this.#statement(statement))
    return frame => {
      for (let i = 0; i < actions.length; i++) {
        if (frame.left-- <= 0) throw FAULT
        const returned = actions[i]!(frame)
        if (returned !== undefined) return returned
      }
      return undefined
    }
  }

  #statement(statement: Statement): Action {
    switch (statement.kind) {
      case 'set':
        return this.#assign(statement.name, this.#numeric(statement.value))
      case 'change':
        return this.#assign(
          statement.name,
          this.#binary(statement.op, variable(statement.name), statement.by),
        )
      case 'list': {
        const at = this.list(statement.name)
        return frame => void (frame.lists[at] = [])
      }
      case 'append':
        return this.#append(statement)
      case 'if': {
        const test = this.#truth(statement.test)
        const [yes, no] = [this.block(statement.yes), this.block(statement.no)]
        return frame => (test(frame) ? yes(frame) : no(frame))
      }
      case 'each':
        return this.#each(statement)
      case 'range':
        return this.#range(statement)
      case 'while': {
        const [test, body] = [this.#truth(statement.test), this.block(statement.body)]
        return frame => loop(frame, test, body)
      }
      case 'return':
        return this.#return(statement.value)
    }
  }

  #assign(name: string, value: Numeric): Action {
    const at = placeOf(this.#numbers, name)
    return frame => void (frame.numbers[at] = value(frame))
  }

  #append({ list, value }: Statement & { kind: 'append' }): Action {
    const [at, item] = [this.list(list), this.#numeric(value)]
    return frame => {
      const items = listIn(frame, at)
      if (items.length >= MAX_LIST) throw FAULT
      items.push(item(frame))
      return undefined
    }
  }

  #each({ name, list, body }: Statement & { kind: 'each' }): Action {
    const [from, at, inside] = [this.list(list), placeOf(this.#numbers, name), this.block(body)]
    return frame => {
      for (const item of listIn(frame, from)) {
        frame.numbers[at] = item
        const returned = inside(frame)
        if (returned !== undefined) return returned
      }
      frame.numbers[at] = NaN
      return undefined
    }
  }

  #range({ name, from, to, body }: Statement & { kind: 'range' }): Action {
    const [first, last] = [this.#numeric(from), this.#numeric(to)]
    const [at, inside] = [placeOf(this.#numbers, name), this.block(body)]
    return frame => {
      const end = last(frame)
      for (let i = first(frame); i < end; i++) {
        frame.numbers[at] = i
        const returned = inside(frame)
        if (returned !== undefined) return returned
      }
      frame.numbers[at] = NaN
      return undefined
    }
  }

  #return(value: Expression): Action {
    if (value.kind !== 'variable' || !this.#lists.has(value.name)) return this.#numeric(value)
    const at = this.list(value.name)
    return frame => listIn(frame, at)
  }

  #numeric(expression: Expression): Numeric {
    switch (expression.kind) {
      case 'number': {
        const { value } = expression
        return () => value
      }
      case 'variable': {
        const at = placeOf(this.#numbers, expression.name)
        return frame => known(frame.numbers[at])
      }
      case 'binary':
        return this.#binary(expression.op, expression.a, expression.b)
      case 'item': {
        // Outside the list the languages differ, and so do people's ideas of what is meant.
        const [at, index] = [this.list(expression.list), this.#numeric(expression.index)]
        return frame => known(listIn(frame, at)[index(frame)])
      }
      case 'length': {
        const at = this.list(expression.list)
        return frame => listIn(frame, at).length
      }
    }
  }

  #binary(op: Operator, a: Expression, b: Expression): Numeric {
    const [left, right, compute] = [this.#numeric(a), this.#numeric(b), arithmetic(op, this.#js)]
    return frame => {
      const value = compute(left(frame), right(frame))
      if (!(Math.abs(value) <= MAX_NUMBER)) throw FAULT
      return value
    }
  }

  #truth({ op, a, b }: Condition): Truth {
    const [left, right, compare] = [this.#numeric(a), this.#numeric(b), COMPARE[op]]
    return frame => compare(left(frame), right(frame))
  }
}

function loop(frame: Frame, test: Truth, body: Action): Value | undefined {
  while (test(frame)) {
    if (frame.left-- <= 0) throw FAULT
    const returned = body(frame)
    if (returned !== undefined) return returned
  }
  return undefined
}

/** A division by zero is NaN, which is no small number. */
function arithmetic(op: Operator, js: boolean): (a: number, b: number) => number {
  switch (op) {
    case '+':
      return (a, b) => a + b
    case '-':
      return (a, b) => a - b
    case '*':
      return (a, b) => a * b
    case '%':
      return js ? (a, b) => a % b : (a, b) => a - b * Math.floor(a / b)
    case '//':
      return (a, b) => Math.floor(a / b)
    case 'min':
      return Math.min
    case 'max':
      return Math.max
  }
}

const COMPARE: Record<Comparison, (a: number, b: number) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
}

function variable(name: string): Expression {
  return { kind: 'variable', name }
}

function placeOf(places: Map<string, number>, name: string): number {
  const place = places.get(name) ?? places.size
  places.set(name, place)
  return place
}

function listIn({ lists }: Frame, at: number): number[] {
  const list = lists[at]
  if (list === undefined) throw FAULT
  return list
}

function known(value: number | undefined): number {
  if (value === undefined || Number.isNaN(value)) throw FAULT
  return value
}
