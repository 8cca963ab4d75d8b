/** @file Scripts written as JavaScript or Python functions `solve(xs)`. */
import type { Language } from './program.ts'
import type { Condition, Expression, Operator, Script, Statement } from './script.ts'

/** The script as a function `solve(xs)`, without a line break behind it. */
export function writeScript(script: Script, language: Language): string {
  const writer = new Writer(language)
  writer.block(script, 1)
  const body = writer.lines.join('\n')
  return language === 'python' ? `def solve(xs):\n${body}` : `function solve(xs) {\n${body}\n}`
}

class Writer {
  readonly lines: string[] = []
  readonly #language: Language
  readonly #declared = new Set<string>()

  constructor(language: Language) {
    this.#language = language
  }

  block(body: readonly Statement[], depth: number): void {
    for (const statement of body) this.#statement(statement, depth)
  }

  #statement(statement: Statement, depth: number): void {
    const js = this.#language === 'javascript'
    switch (statement.kind) {
      case 'set':
        return this.#line(
          depth,
          `${this.#declare(statement.name, 'let')}${statement.name} = ${show(statement.value, js)}`,
        )
      case 'list':
        return this.#line(depth, `${this.#declare(statement.name, 'const')}${statement.name} = []`)
      case 'change':
        return this.#line(depth, `${statement.name} ${statement.op}= ${show(statement.by, js)}`)
      case 'append':
        return this.#line(depth, `${statement.list}.${js ? 'push' : 'append'}(${show(statement.value, js)})`)
      case 'return':
        return this.#line(depth, `return ${show(statement.value, js)}`)
      case 'if':
        return this.#branch(statement, depth)
      case 'each': {
        const { name, list } = statement
        const head = js ? `for (const ${name} of ${list}) {` : `for ${name} in ${list}:`
        return this.#loop(head, statement.body, depth)
      }
      case 'range': {
        const { name } = statement
        const [from, to] = [show(statement.from, js), show(statement.to, js)]
        const head = js
          ? `for (let ${name} = ${from}; ${name} < ${to}; ${name}++) {`
          : `for ${name} in range(${from}, ${to}):`
        return this.#loop(head, statement.body, depth)
      }
      case 'while': {
        const test = showTest(statement.test, js)
        return this.#loop(js ? `while (${test}) {` : `while ${test}:`, statement.body, depth)
      }
    }
  }

  #branch({ test, yes, no }: Statement & { kind: 'if' }, depth: number): void {
    const js = this.#language === 'javascript'
    this.#line(depth, js ? `if (${showTest(test, js)}) {` : `if ${showTest(test, js)}:`)
    this.block(yes, depth + 1)
    if (no.length > 0) {
      this.#line(depth, js ? '} else {' : 'else:')
      this.block(no, depth + 1)
    }
    if (js) this.#line(depth, '}')
  }

  #loop(head: string, body: readonly Statement[], depth: number): void {
    this.#line(depth, head)
    this.block(body, depth + 1)
    if (this.#language === 'javascript') this.#line(depth, '}')
  }

  #declare(name: string, word: 'let' | 'const'): string {
    if (this.#language === 'python' || this.#declared.has(name)) return ''
    this.#declared.add(name)
    return `${word} `
  }

  #line(depth: number, text: string): void {
    this.lines.push(' '.repeat(depth * (this.#language === 'python' ? 4 : 2)) + text)
  }
}

function showTest({ op, a, b }: Condition, js: boolean): string {
  const word = js && op === '==' ? '===' : js && op === '!=' ? '!==' : op
  return `${show(a, js)} ${word} ${show(b, js)}`
}

function show(expression: Expression, js: boolean, inner = false): string {
  switch (expression.kind) {
    case 'number':
      return inner && expression.value < 0 ? `(${expression.value})` : String(expression.value)
    case 'variable':
      return expression.name
    case 'item':
      return `${expression.list}[${show(expression.index, js)}]`
    case 'length':
      return js ? `${expression.list}.length` : `len(${expression.list})`
    case 'binary':
      return showBinary(expression, js, inner)
  }
}

function showBinary({ op, a, b }: Expression & { kind: 'binary' }, js: boolean, inner: boolean): string {
  if (isCall(op)) return `${js ? 'Math.' : ''}${op}(${show(a, js)}, ${show(b, js)})`
  const [left, right] = [show(a, js, true), show(b, js, true)]
  if (js && op === '//') return `Math.floor(${left} / ${right})`
  return inner ? `(${left} ${op} ${right})` : `${left} ${op} ${right}`
}

function isCall(op: Operator): boolean {
  return op === 'min' || op === 'max'
}
