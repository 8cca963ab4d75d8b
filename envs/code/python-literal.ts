/** @file Reading Python literals: numbers, text, lists, tuples, sets, dictionaries, True, False and None. Nothing is run. */
import type { PythonValue } from './python-value.ts'

/** The value of a text that is one literal and nothing else; null for anything else. */
export function readLiteral(text: string): PythonValue | null {
  const reader = new LiteralReader(text)
  const value = reader.value()
  return value !== null && reader.atEnd() ? value : null
}

/** Where the literal that begins at `from` ends; null where none does. */
export function literalEnd(text: string, from: number): number | null {
  const reader = new LiteralReader(text, from)
  return reader.value() === null ? null : reader.at
}

const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F]+|(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][+-]?\d+)?|\d[\d_]*\.?(?:[eE][+-]?\d+)?)(?![\w.])/y
const WORD = /(?:True|False|None|true|false|null|set|frozenset)\b/y
const QUOTE = /([rRuU]?)("""|'''|"|')/y
const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
}
const MAX_DEPTH = 100

class LiteralReader {
  readonly #text: string
  at: number
  #depth = 0

  constructor(text: string, at = 0) {
    this.#text = text
    this.at = at
  }

  atEnd(): boolean {
    this.#blank()
    return this.at === this.#text.length
  }

  value(): PythonValue | null {
    if (this.#depth >= MAX_DEPTH) return null
    this.#depth++
    this.#blank()
    const value = this.#one()
    this.#depth--
    return value
  }

  #one(): PythonValue | null {
    const next = this.#text[this.at]
    if (next === '[') return this.#sequence('list', ']')
    if (next === '(') return this.#parenthesis()
    if (next === '{') return this.#braces()
    return this.#strings() ?? this.#number() ?? this.#word()
  }

  #number(): PythonValue | null {
    const word = this.#match(NUMBER)?.[0].replaceAll('_', '')
    if (word === undefined) return null
    if (/[.eE]/.test(word) && !/^[+-]?0[xX]/.test(word)) return { kind: 'float', text: word }
    const sign = word.startsWith('-') ? -1n : 1n
    return { kind: 'int', digits: String(sign * BigInt(word.replace(/^[+-]/, ''))) }
  }

  #word(): PythonValue | null {
    const word = this.#match(WORD)?.[0]
    if (word === undefined) return null
    // A truth value is a whole number in Python, and equals one. The small words are JSON's.
    if (word.toLowerCase() === 'true') return { kind: 'int', digits: '1' }
    if (word.toLowerCase() === 'false') return { kind: 'int', digits: '0' }
    if (word === 'None' || word === 'null') return { kind: 'none' }
    return this.#setCall()
  }

  /** `set()`, `set([1, 2])`, `set((1, 2))`. */
  #setCall(): PythonValue | null {
    if (!this.#take('(')) return null
    if (this.#take(')')) return { kind: 'set', items: [] }
    const inner = this.value()
    if (inner === null || !('items' in inner) || !this.#take(')')) return null
    return { kind: 'set', items: inner.items }
  }

  #strings(): PythonValue | null {
    let text: string | null = null
    for (;;) {
      this.#blank()
      const piece = this.#string()
      if (piece === null) return text === null ? null : { kind: 'text', text }
      text = (text ?? '') + piece
    }
  }

  #string(): string | null {
    const start = this.at
    const open = this.#match(QUOTE)
    if (!open) return null
    const [, prefix, quote] = open as unknown as [string, string, string]
    const raw = prefix.toLowerCase() === 'r'
    let text = ''
    while (this.at < this.#text.length) {
      if (this.#text.startsWith(quote, this.at)) {
        this.at += quote.length
        return text
      }
      if (this.#text[this.at] === '\n' && quote.length === 1) break
      text += this.#character(raw)
    }
    this.at = start
    return null
  }

  #character(raw: boolean): string {
    const char = this.#text[this.at++]!
    if (char !== '\\') return char
    const code = /x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})/y
    code.lastIndex = this.at
    const match = raw ? null : code.exec(this.#text)
    if (match) {
      this.at += match[0].length
      const point = parseInt(match[1] ?? match[2] ?? match[3]!, 16)
      return point <= 0x10ffff ? String.fromCodePoint(point) : ''
    }
    const next = this.#text[this.at++] ?? ''
    if (raw) return `\\${next}`
    if (next === '\n') return ''
    return ESCAPES[next] ?? ('\\\'"'.includes(next) ? next : `\\${next}`)
  }

  #parenthesis(): PythonValue | null {
    const tuple = this.#sequence('tuple', ')')
    if (tuple === null || !('items' in tuple)) return null
    // (1) is 1; (1,) is a tuple.
    const comma = /,\s*\)$/.test(this.#text.slice(0, this.at))
    return tuple.items.length === 1 && !comma ? tuple.items[0]! : tuple
  }

  #braces(): PythonValue | null {
    const start = this.at++
    const entries: [PythonValue, PythonValue][] = []
    if (this.#take('}')) return { kind: 'dict', entries }
    for (;;) {
      const key = this.value()
      if (key === null) return null
      if (entries.length === 0 && !this.#take(':')) {
        this.at = start
        return this.#sequence('set', '}')
      }
      if (entries.length > 0 && !this.#take(':')) return null
      const value = this.value()
      if (value === null) return null
      entries.push([key, value])
      const more = this.#take(',')
      if (this.#take('}')) return { kind: 'dict', entries }
      if (!more) return null
    }
  }

  #sequence(kind: 'list' | 'tuple' | 'set', close: string): PythonValue | null {
    this.at++
    const items: PythonValue[] = []
    if (this.#take(close)) return { kind, items }
    for (;;) {
      const item = this.value()
      if (item === null) return null
      items.push(item)
      const more = this.#take(',')
      if (this.#take(close)) return { kind, items }
      if (!more) return null
    }
  }

  #take(char: string): boolean {
    this.#blank()
    if (this.#text[this.at] !== char) return false
    this.at++
    return true
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.#text)
    if (match) this.at += match[0].length
    return match
  }

  #blank(): void {
    this.#match(/(?:\s|\\\n|#[^\n]*)*/y)
  }
}
