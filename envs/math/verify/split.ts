/** @file Looking at a text from outside its brackets: splitting at separators, finding relations, unwrapping. */

/** One piece between separators that stand outside all brackets, and the separator before it ('' for the first). */
export interface Piece {
  text: string
  separator: string
}

const OPENING = new Map([
  ['(', ')]'],
  ['[', ')]'],
  ['{', '}'],
  ['\\{', '\\}'],
])
const MAX_NESTING = 40
const BRACKET = /\\[{}]|\\[a-zA-Z]+|[()[\]{}«»]|[^]/y

/** Splits `text` at matches of `separators` (sticky) outside brackets; null where brackets do not match or nest too deep. */
export function splitOutside(text: string, separators: RegExp): Piece[] | null {
  const pieces: Piece[] = []
  const closers: string[] = []
  let [from, separator] = [0, '']
  for (let at = 0; at < text.length;) {
    if (closers.length === 0) {
      separators.lastIndex = at
      const match = separators.exec(text)
      if (match) {
        pieces.push({ text: text.slice(from, at).trim(), separator })
        ;[from, separator] = [at + match[0].length, match[0].replace(/[«»]/g, '').trim()]
        at = from
        continue
      }
    }
    BRACKET.lastIndex = at
    const token = BRACKET.exec(text)![0]
    if (!follow(token, closers) || closers.length > MAX_NESTING) return null
    at += token.length
  }
  if (closers.length > 0) return null
  pieces.push({ text: text.slice(from).trim(), separator })
  return pieces
}

/** Keeps the stack of expected closers; false on a closer that fits nothing. */
function follow(token: string, closers: string[]): boolean {
  if (closers.at(-1) === '»') {
    if (token === '»') closers.pop()
    return true
  }
  if (token === '«') return closers.push('»') > 0
  const expected = OPENING.get(token)
  if (expected !== undefined) return closers.push(expected) > 0
  if (token !== '\\}' && !/^[)\]}»]$/.test(token)) return true
  const closer = closers.pop()
  if (closer === undefined) return false
  return token === '\\}' ? closer === '\\}' : closer !== '\\}' && closer.includes(token)
}

/** The text within one pair of brackets around all of it, with the brackets; null if there is none. */
export function unwrap(text: string): { open: string; close: string; inner: string } | null {
  const open = /^(?:\\\{|[([{])/.exec(text)?.[0]
  const close = /(?:\\\}|[)\]}])$/.exec(text)?.[0]
  if (!open || !close || text.length < open.length + close.length) return null
  const inner = text.slice(open.length, text.length - close.length)
  return matches(open, close) && splitOutside(inner, /(?!)/y) ? { open, close, inner: inner.trim() } : null
}

function matches(open: string, close: string): boolean {
  return (
    OPENING.get(open) === close || (close !== '\\}' && close !== '}' && OPENING.get(open)!.includes(close))
  )
}
