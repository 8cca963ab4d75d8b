/** @file Cuts a name into words, numbers and marks; spaces between them mean nothing. Every refusal names its position. */
import { UsageError } from '../../envs/errors.ts'

/** Where a search begins behind an agent's name. */
export const SEARCH = '+search('

export class Scanner {
  readonly #text: string
  readonly #what: string
  #at = 0

  constructor(text: string, what = 'agent') {
    this.#text = text
    this.#what = what
  }

  /** Where the next token starts. */
  get position(): number {
    this.#match(/\s*/y)
    return this.#at
  }

  take(mark: string): boolean {
    const found = this.#text.startsWith(mark, this.position)
    if (found) this.#at += mark.length
    return found
  }

  expect(mark: string): void {
    const at = this.position
    if (!this.take(mark)) throw this.expected(at, `"${mark}"`)
  }

  word(what: string): string {
    const at = this.position
    const word = this.#match(/[a-z][a-z0-9-]*/iy)
    if (word === null) throw this.expected(at, what)
    return word
  }

  number(what: string, fits: (value: number) => boolean): number {
    const at = this.position
    const digits = this.#match(/[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy)
    if (digits === null) throw this.expected(at, what)
    if (!fits(Number(digits))) throw this.expected(at, what, digits)
    return Number(digits)
  }

  /** Does a number begin here? */
  atNumber(): boolean {
    return /[+\-.\d]/.test(this.#text[this.position] ?? '')
  }

  /** A folder: in JSON quotes, or plain up to `+search(` or the end. */
  path(): string {
    const at = this.position
    if (this.#text[at] === '"') return this.#quoted(at, 'a checkpoint folder')
    const end = this.#text.indexOf(SEARCH, at)
    const path = this.#text.slice(at, end < 0 ? undefined : end).trim()
    if (path === '') throw this.expected(at, 'a checkpoint folder')
    this.#at = end < 0 ? this.#text.length : end
    return path
  }

  /** A value among others: in JSON quotes, or plain letters, digits and `._/-`. */
  value(what: string): string {
    const at = this.position
    if (this.#text[at] === '"') return this.#quoted(at, what)
    const value = this.#match(PLAIN)
    if (value === null) throw this.expected(at, what)
    return value
  }

  end(what = 'the end or +search(...)'): void {
    if (this.position < this.#text.length) throw this.expected(this.position, what)
  }

  /** The error for what stands at `at`: the token `got`, or else the rest of the text. */
  expected(at: number, what: string, got = this.#text.slice(at, at + 20)): UsageError {
    return this.refuse(at, `expected ${what}, got ${got === '' ? 'the end' : JSON.stringify(got)}`)
  }

  refuse(at: number, why: string): UsageError {
    return new UsageError(`${this.#what} ${JSON.stringify(this.#text)}, position ${at + 1}: ${why}`)
  }

  #quoted(at: number, what: string): string {
    const quoted = this.#match(/"(?:[^"\\]|\\.)*"/sy)
    try {
      const path = JSON.parse(quoted ?? '') as string
      if (path !== '') return path
    } catch {
      // Falls through to the one message for every bad quotation.
    }
    throw this.expected(at, `${what} in JSON quotes`)
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (!match) return null
    this.#at = pattern.lastIndex
    return match[0]
  }
}

const PLAIN = /[\w./-]+/y

/** The value as `Scanner.value` reads it back. */
export function printValue(value: string): string {
  return /^[\w./-]+$/.test(value) ? value : JSON.stringify(value)
}
