/**
 * @file Python test code turned into calls and expected values, where that can be done: `assert f(1, 2) == [3]` becomes
 * the call `f(1, 2)`, which the guest may see, and the value `[3]`, which it may not. Nothing is run here.
 */
import { literalEnd, readLiteral } from './python-literal.ts'
import type { PythonValue } from './python-value.ts'
import { numeric } from './python-value.ts'

/** What a call has to give. */
export type Expectation =
  | { kind: 'equal'; value: PythonValue; text: string }
  | { kind: 'near'; value: number; relative: number; absolute: number }
  | { kind: 'truth'; value: boolean }

export type CallCheck = { call: string; wanted: Expectation }

/**
 * The assertions of a text that consists of nothing else; null if anything in it could not be rewritten.
 * `assert True` and the like check nothing and are left out.
 */
export function readAssertions(source: string): CallCheck[] | null {
  const checks: CallCheck[] = []
  for (const statement of statements(source)) {
    if (/^(?:pass|"""[^]*"""|'[^'\n]*'|"[^"\n]*")$/.test(statement)) continue
    const asserted = /^assert\b\s*([^]*)$/.exec(statement)?.[1]
    if (asserted === undefined) return null
    const condition = bare(splitTop(asserted, ',')[0]!)
    if (condition === 'True') continue
    const check = readCondition(condition)
    if (check === null) return null
    checks.push(check)
  }
  return checks
}

/** The body of `def check(candidate):`, less its indentation; null if there is no such function. */
export function checkBody(source: string): string | null {
  const match = /^def check\(candidate\):[^\n]*\n((?:[ \t]+[^\n]*(?:\n|$)|[ \t]*(?:#[^\n]*)?\n)*)/m.exec(
    source,
  )
  return match ? match[1]! : null
}

/** The name of the function that a call calls: `f` of `f(1)` and of `set(f(1))`. */
export function calledName(call: string): string | null {
  const match = new RegExp(`^(?:(?:${WRAPPERS})\\()?([A-Za-z_]\\w*)\\(`).exec(call)
  return match ? match[1]! : null
}

/** Built-in functions around a call whose results show the call's own. */
const WRAPPERS = 'set|sorted|list|tuple|len|str|bool|int|float|sum'

function readCondition(condition: string): CallCheck | null {
  return readEqual(condition) ?? readNear(condition) ?? readClose(condition) ?? readTruth(condition)
}

function readEqual(condition: string): CallCheck | null {
  const sides =
    splitTop(condition, '==').length === 2 ? splitTop(condition, '==') : splitTop(condition, ' is ')
  if (sides.length !== 2) return null
  const [left, right] = sides.map(bare) as [string, string]
  for (const [call, text] of [
    [left, right],
    [right, left],
  ] as const) {
    const value = readLiteral(text)
    if (value !== null && isCall(call)) return { call, wanted: { kind: 'equal', value, text } }
  }
  return null
}

/** `abs(f(1) - 0.5) < 1e-6`: the difference is taken here, for in the guest it would show what is expected. */
function readNear(condition: string): CallCheck | null {
  const match = /^abs\(([^]*)\)\s*<=?\s*([^<>=]+)$/.exec(condition)
  const sides = match ? splitTop(match[1]!, '-') : []
  if (!match || sides.length < 2) return null
  const call = bare(sides[0]!)
  const value = literalNumber(match[1]!.slice(match[1]!.indexOf('-', sides[0]!.length) + 1))
  const absolute = literalNumber(match[2]!)
  if (!isCall(call) || value === null || absolute === null) return null
  return { call, wanted: { kind: 'near', value, relative: 0, absolute } }
}

function readClose(condition: string): CallCheck | null {
  const inner = /^(?:math\.)?isclose\(([^]*)\)$/.exec(condition)?.[1]
  if (inner === undefined) return null
  const [call = '', second = '', ...options] = splitTop(inner, ',').map(part => part.trim())
  const value = literalNumber(second)
  if (!isCall(call) || value === null) return null
  const tolerance = { relative: 1e-9, absolute: 0 }
  for (const option of options) {
    const [, name, text] = /^(rel|abs)_tol\s*=\s*(\S+)$/.exec(option) ?? []
    const given = text === undefined ? null : literalNumber(text)
    if (given === null) return null
    tolerance[name === 'rel' ? 'relative' : 'absolute'] = given
  }
  return { call, wanted: { kind: 'near', value, ...tolerance } }
}

function readTruth(condition: string): CallCheck | null {
  const negated = /^not\s+([^]+)$/.exec(condition)
  const call = bare(negated ? negated[1]! : condition)
  return isCall(call) ? { call, wanted: { kind: 'truth', value: !negated } } : null
}

function literalNumber(text: string): number | null {
  const value = readLiteral(bare(text))
  return value === null ? null : numeric(value)
}

/** `f(literals)`, perhaps inside one built-in function. */
function isCall(text: string): boolean {
  const wrapped = new RegExp(`^(?:${WRAPPERS})\\(([^]*)\\)$`).exec(text)
  return isPlainCall(text) || (wrapped !== null && isPlainCall(wrapped[1]!.trim()))
}

function isPlainCall(text: string): boolean {
  const head = /^[A-Za-z_]\w*\(\s*/.exec(text)
  if (!head || new RegExp(`^(?:${WRAPPERS}|abs|isclose|any|all|not)\\(`).test(text)) return false
  let at = head[0].length
  while (text[at] !== ')') {
    const keyword = /^[A-Za-z_]\w*\s*=(?!=)\s*/.exec(text.slice(at))
    const end = literalEnd(text, at + (keyword?.[0].length ?? 0))
    if (end === null) return false
    at = end + /^[\s,]*/.exec(text.slice(end))![0].length
  }
  return at === text.length - 1
}

/** Without parentheses that enclose all of it. */
function bare(text: string): string {
  const trimmed = text.trim()
  if (!trimmed.startsWith('(') || closing(trimmed) !== trimmed.length - 1) return trimmed
  return splitTop(trimmed.slice(1, -1), ',').length === 1 ? bare(trimmed.slice(1, -1)) : trimmed
}

/** Where the bracket that opens a text closes. */
function closing(text: string): number {
  let end = -1
  scan(text, (at, depth) => {
    if (end < 0 && depth === 0 && at > 0) end = at
  })
  return end
}

/** Cut at a separator that stands outside brackets and quotes. */
function splitTop(text: string, separator: string): string[] {
  const cuts: number[] = []
  scan(text, (at, depth) => {
    if (depth === 0 && text.startsWith(separator, at) && at >= (cuts.at(-1) ?? -1) + separator.length)
      cuts.push(at)
  })
  const from = [0, ...cuts.map(at => at + separator.length)]
  return from.map((start, i) => text.slice(start, cuts[i] ?? text.length))
}

/** Logical lines: comments left out, brackets and quotes kept together. */
function statements(source: string): string[] {
  const text = withoutComments(source)
  const lines = splitTop(text.replaceAll('\r\n', '\n'), '\n')
  return lines.map(line => line.trim()).filter(line => line !== '')
}

function withoutComments(source: string): string {
  let kept = ''
  let skipping = false
  scan(
    source,
    (at, _depth, quoted) => {
      const char = source[at]!
      if (char === '#' && !quoted) skipping = true
      if (char === '\n') skipping = false
      if (!skipping) kept += char
    },
    true,
  )
  return kept
}

/** Visits the characters outside quotes, or all of them, with the number of brackets that are open behind each. */
function scan(text: string, visit: (at: number, depth: number, quoted: boolean) => void, all = false): void {
  let depth = 0
  let quote = ''
  let comment = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (quote !== '') {
      if (all) visit(at, depth, true)
      if (char === '\\') {
        at++
        if (all && at < text.length) visit(at, depth, true)
      } else if (text.startsWith(quote, at)) {
        for (let i = 1; i < quote.length; i++) if (all) visit(at + i, depth, true)
        at += quote.length - 1
        quote = ''
      }
      continue
    }
    if (char === '#') comment = true
    if (char === '\n') comment = false
    if (!comment && (char === '"' || char === "'"))
      quote = text.startsWith(char.repeat(3), at) ? char.repeat(3) : char
    if (!comment && '([{'.includes(char)) depth++
    if (!comment && ')]}'.includes(char)) depth--
    visit(at, depth, false)
    for (let i = 1; i < quote.length; i++) if (all) visit(at + i, depth, true)
    at += Math.max(0, quote.length - 1)
  }
}
