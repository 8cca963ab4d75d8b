/**
 * @file What an answer says: its tree, and the reader that takes a normalised text apart into it. Scalar expressions inside
 * are read by `read`, so that this file knows nothing about grammars or workers.
 */
import type { Fraction } from '../expression.ts'
import { fraction } from '../expression.ts'
import type { Expr } from './expr.ts'
import { call, decimal, negate, number } from './expr.ts'
import { ungrouped } from './normalise.ts'
import type { Piece } from './split.ts'
import { splitOutside, unwrap } from './split.ts'
import type { Unit } from './units.ts'
import { parseUnit } from './units.ts'
import { asWords } from './words.ts'

export type Operator = '=' | '<' | '>' | '\\le' | '\\ge' | '\\ne' | '\\approx'

export type Answer =
  | Scalar
  | { kind: 'words'; words: string }
  /** Compared character by character: numbers in another base, times of day. */
  | { kind: 'written'; form: string }
  | { kind: 'ratio'; parts: readonly Expr[] }
  | Sequence
  /** Union of what its pieces denote: intervals, sets, ℝ; without the excluded ones. */
  | { kind: 'union'; pieces: readonly Answer[]; without: readonly Answer[] }
  /** `x ∈ …`, or a condition on x as a set: `{x | x > 3}`. */
  | { kind: 'element'; of: Expr; set: Answer }
  | { kind: 'relation'; sides: readonly Answer[]; operators: readonly Operator[] }
  | { kind: 'matrix'; rows: readonly (readonly Answer[])[] }

export interface Scalar {
  kind: 'scalar'
  expr: Expr
  unit: Unit | null
  /** The value and the number of decimals where the text is nothing but a decimal number with a point. */
  literal: { value: Fraction; decimals: number; digits: number } | null
  percent: boolean
}

/** `open` and `close` are '' for a bare list; a comma list within brackets is a tuple, a set or an interval. */
export interface Sequence {
  kind: 'sequence'
  open: string
  close: string
  /** How the items of a bare list are joined: it matters between inequalities. */
  joined: 'or' | 'and' | ','
  items: readonly Answer[]
}

/** Reads a scalar expression; null where it cannot. */
export type ReadScalar = (text: string) => Expr | null

const MAX_ITEMS = 64
const MAX_DEPTH = 12

const LIST =
  /[;,]|(?:«\s*(?:and|or)\s*»|\\(?:lor|land|vee|wedge)(?![a-zA-Z])|(?<![a-zA-Z])(?:and|or)(?![a-zA-Z]))/y
const COMMA = /[;,]/y
const SET = /\\(?:cup|setminus)(?![a-zA-Z])/y
const RELATION = /\\(?:le|ge|ne|approx|in)(?![a-zA-Z])|[=<>]/y
const PLUS_MINUS = /\\pm(?![a-zA-Z])|\+\/-/y

/** The tree of a normalised text, or null. */
export function parseAnswer(text: string, read: ReadScalar, depth = 0): Answer | null {
  const trimmed = text.trim()
  if (trimmed === '' || depth > MAX_DEPTH) return null
  const written = parseWritten(trimmed)
  if (written) return written
  if (/^[-+«\s]*(?:nan|null|nil)[»\s]*$/i.test(trimmed)) return null
  const words = asWords(trimmed)
  if (words !== null) return { kind: 'words', words }
  const sub = (part: string): Answer | null => parseAnswer(part, read, depth + 1)
  const quoted = /^«([^«»]*)»$/.exec(trimmed)
  if (quoted) return sub(quoted[1]!)
  return (
    parseMatrix(trimmed, sub) ??
    parseList(trimmed, sub) ??
    parseUnion(trimmed, sub) ??
    parseRelation(trimmed, read, sub) ??
    parsePlusMinus(trimmed, sub) ??
    parseBrackets(trimmed, read, sub) ??
    parseRatio(trimmed, read) ??
    parseScalar(trimmed, read)
  )
}

type Sub = (part: string) => Answer | null

function parseWritten(text: string): Answer | null {
  const based = /^\(?([0-9A-Fa-f]+)\)?_\{?(\d{1,2})\}?$/.exec(text)
  if (based)
    return { kind: 'written', form: `${based[1]!.replace(/^0+(?=.)/, '').toUpperCase()}_${Number(based[2])}` }
  const clock = /^(\d{1,2}):([0-5]\d)(?:\s*«?\s*([aApP])\.?\s*[mM]\.?\s*»?)?$/.exec(text)
  if (!clock || Number(clock[1]) > 24) return null
  return { kind: 'written', form: `${Number(clock[1])}:${clock[2]!}${(clock[3] ?? '').toLowerCase()}` }
}

function parseMatrix(text: string, sub: Sub): Answer | null {
  const match = /^\\begin\{([pbBvV]?matrix|array|smallmatrix)\}(?:\{[clr| ]*\})?([^]*)\\end\{\1\}$/.exec(text)
  const system = /^\\begin\{cases\}([^&]*)\\end\{cases\}$/.exec(text)
  if (system) return equations(system[1]!, sub)
  if (!match || /^[vV]/.test(match[1]!) || match[2]!.includes('\\begin')) return null
  const rows = match[2]!
    .replace(/\\hline/g, '')
    .split('\\\\')
    .filter(row => row.trim() !== '')
  if (rows.length > MAX_ITEMS) return null
  const parsed = rows.map(row =>
    all(
      row.split('&').map(cell => ({ text: cell, separator: '' })),
      sub,
    ),
  )
  if (parsed.includes(null)) return null
  return { kind: 'matrix', rows: parsed as Answer[][] }
}

/** A system: all its equations hold. */
function equations(text: string, sub: Sub): Answer | null {
  const rows = text.split(/\\\\|,/).filter(row => row.trim() !== '')
  const items = all(
    rows.map(row => ({ text: row, separator: '' })),
    sub,
  )
  return items && { ...sequence('', '', items), joined: 'and' }
}

function all(pieces: readonly Piece[], sub: Sub): Answer[] | null {
  if (pieces.length > MAX_ITEMS) return null
  const items: Answer[] = []
  for (const piece of pieces) {
    const item = sub(piece.text)
    if (item === null) return null
    items.push(item)
  }
  return items
}

/** `1, 2`, `1; 2`, `1 and 2`, `7 or 8`: several candidates are the list of them. */
function parseList(text: string, sub: Sub): Answer | null {
  if (
    ungrouped(text.replace(/^[-+]/, '')) !== null ||
    (/^[^\d]*\d{1,3}(?:,\d{3})+(?!\d)[^,;]*$/.test(text) && !/\b(?:and|or)\b/.test(text))
  )
    return null
  const plain = text.replace(/^(?:either|both)\s+/i, '')
  const pieces = splitOutside(plain, LIST)
  if (!pieces || pieces.length < 2) return null
  // The comma before a final "and" leaves an empty piece.
  const items = all(
    pieces.filter((piece, i) => piece.text !== '' || !isJoined(pieces[i + 1])),
    sub,
  )
  return items && { ...sequence('', '', items), joined: joining(pieces) }
}

function joining(pieces: readonly Piece[]): Sequence['joined'] {
  const separators = pieces.map(piece => piece.separator).join(' ')
  if (/\bor\b|\\(?:lor|vee)/.test(separators)) return 'or'
  return /\band\b|\\(?:land|wedge)/.test(separators) ? 'and' : ','
}

export function sequence(open: string, close: string, items: readonly Answer[]): Sequence {
  return { kind: 'sequence', open, close, joined: ',', items }
}

function isJoined(next: Piece | undefined): boolean {
  return next !== undefined && /^(?:and|or)$/.test(next.separator)
}

function parseUnion(text: string, sub: Sub): Answer | null {
  if (/^\\mathbb\s*\{?\s*R\s*\}?$/.test(text)) return realLine()
  if (/^\\emptyset$/.test(text)) return { kind: 'union', pieces: [], without: [] }
  const pieces = splitOutside(text, SET)
  if (!pieces || pieces.length < 2) return null
  const parsed = all(pieces, sub)
  if (!parsed) return null
  const excluded = pieces.map(piece => piece.separator === '\\setminus')
  return {
    kind: 'union',
    pieces: parsed.filter((_, i) => !excluded[i]),
    without: parsed.filter((_, i) => excluded[i]),
  }
}

function realLine(): Answer {
  const infinity: Expr = { kind: 'symbol', name: 'infinity' }
  const items = [negate(infinity), infinity].map(expr => plainScalar(expr))
  return sequence('(', ')', items)
}

export function plainScalar(expr: Expr): Scalar {
  return { kind: 'scalar', expr, unit: null, literal: null, percent: false }
}

function parseRelation(text: string, read: ReadScalar, sub: Sub): Answer | null {
  const pieces = splitOutside(text, RELATION)
  if (!pieces || pieces.length < 2 || pieces.length > 6) return null
  const operators = pieces.slice(1).map(piece => piece.separator)
  if (operators.includes('\\in')) {
    if (operators.length > 1) return null
    const [of, set] = [read(pieces[0]!.text), sub(pieces[1]!.text)]
    return of && set && { kind: 'element', of, set }
  }
  const named = leftName(pieces[0]!.text)
  const rest = all(named ? pieces.slice(1) : pieces, sub)
  const sides = named && rest ? [named, ...rest] : rest
  return sides && { kind: 'relation', sides, operators: operators as Operator[] }
}

const NAME =
  /^(?:\\(?:angle|triangle|overline)\s*)?\{?(?:[A-Z]{1,4}'?|\p{L}(?:_\{?\w+\}?)?'?)\}?(?:\s*\([^()]{1,20}\))?$/u

/** `f(x) = …`, `P(A) = …` and `AB = …` assign to a name. A single letter stays an unknown, for it may be one in an equation. */
function leftName(text: string): Answer | null {
  const bare = text.replace(/^\|(.*)\|$/, '$1')
  return NAME.test(bare) && !/^\p{L}(?:_\{?\w+\}?)?$/u.test(bare) ? { kind: 'words', words: bare } : null
}

function parsePlusMinus(text: string, sub: Sub): Answer | null {
  const pieces = splitOutside(text, PLUS_MINUS)
  if (pieces?.length !== 2) return null
  const [left, right] = [pieces[0]!.text, pieces[1]!.text]
  if (right === '') return null
  const items = all(
    [`${left}+${right}`, `${left}-${right}`].map(each => ({ text: each.replace(/^\+/, ''), separator: '' })),
    sub,
  )
  return items && sequence('', '', items)
}

function parseBrackets(text: string, read: ReadScalar, sub: Sub): Answer | null {
  const french = /^([\][])([^\][]*[;,][^\][]*)([\][])$/.exec(text)
  if (french && (french[1] === ']' || french[3] === '[')) return frenchInterval(french, sub)
  const outer = unwrap(text)
  if (!outer || outer.inner === '') return outer?.open === '\\{' ? emptySet() : null
  const { open, close, inner } = outer
  const builder = open === '\\{' || open === '{' ? setBuilder(inner, read, sub) : null
  if (builder) return builder
  const pieces = splitOutside(inner, COMMA)
  if (!pieces) return null
  if (pieces.length === 1) return open === '\\{' || open === '[' ? single(outer, sub) : null
  const items = all(pieces, sub)
  return items && sequence(open.replace('\\', ''), close.replace('\\', ''), items)
}

function emptySet(): Answer {
  return { kind: 'union', pieces: [], without: [] }
}

function single(
  { open, close, inner }: { open: string; close: string; inner: string },
  sub: Sub,
): Answer | null {
  const item = sub(inner)
  if (item?.kind === 'matrix') return open === '[' ? item : null
  return item && sequence(open.replace('\\', ''), close.replace('\\', ''), [item])
}

function frenchInterval([, open, inner, close]: RegExpExecArray, sub: Sub): Answer | null {
  const items = all(splitOutside(inner!, COMMA) ?? [], sub)
  if (items?.length !== 2) return null
  return sequence(open === ']' ? '(' : '[', close === '[' ? ')' : ']', items)
}

function isAlternatives(answer: Answer): boolean {
  return answer.kind === 'sequence' && answer.open === '' && answer.joined !== ','
}

/** `x | x > 3`, `x ∈ ℝ : x > 3`. */
function setBuilder(inner: string, read: ReadScalar, sub: Sub): Answer | null {
  const match = /^([a-z])\s*(?:\\in\s*\\mathbb\s*\{?R\}?)?\s*[|:](.+)$/.exec(inner)
  if (!match) return null
  const [of, set] = [read(match[1]!), sub(match[2]!)]
  return of && set && (set.kind === 'relation' || isAlternatives(set)) ? set : null
}

function parseRatio(text: string, read: ReadScalar): Answer | null {
  const pieces = splitOutside(text, /:/y)
  if (!pieces || pieces.length < 2 || pieces.length > 6) return null
  const parts = pieces.map(piece => read(piece.text))
  return parts.includes(null) ? null : { kind: 'ratio', parts: parts as Expr[] }
}

const NUMBER =
  "[-+]?(?:\\d[\\d,.⹁\\u2009']*|\\.\\d+)(?: \\d{3}(?!\\d))*(?:(?: \\d+)?/\\d+)?(?:\\s*\\*\\s*10\\^(?:\\d+|\\{-?\\d+\\}))?"
const QUOTED_UNIT = /^([^«»]+?)\s*(«[^]*)$/
const PLAIN_UNIT = new RegExp(`^(${NUMBER})(\\s*)([a-zA-Z$€£¢][a-zA-Z$€£¢/^{}0-9* .-]*)$`)
const CURRENCY = /^([-+]?)\s*(?:«USD»|([$€£])|(USD|EUR|GBP)\s)\s*([^]+)$/

function parseScalar(text: string, read: ReadScalar): Answer | null {
  const currency = CURRENCY.exec(text)
  if (currency) {
    const name = currency[2] ?? currency[3] ?? '$'
    return withUnit(currency[1]! + currency[4]!, name, read)
  }
  const percent = /^([^]+?)\s*(?:%|«?\s*(?:percent|per cent|pct)\.?\s*»?)$/i.exec(text)
  if (percent) return asPercent(percent[1]!, read)
  const quoted = QUOTED_UNIT.exec(text)
  if (quoted) return withUnit(quoted[1]!, quoted[2]!, read)
  const plain = PLAIN_UNIT.exec(text)
  if (plain && isPlainUnit(plain[3]!, plain[2] !== '')) {
    const scalar = withUnit(plain[1]!, plain[3]!, read)
    if (scalar) return scalar
  }
  return value(text, read)
}

/** Letters without a blank are unknowns unless they name a known unit; single letters are, but for a few after a blank. */
function isPlainUnit(text: string, spaced: boolean): boolean {
  if (/^[a-zA-Z]$/.test(text)) return spaced && /^[mgshLNJWV]$/.test(text)
  if (!/[a-zA-Z]{2}|[$€£¢]|^[a-zA-Z][/^]/.test(text)) return false
  return (spaced && /[a-zA-Z]{2}/.test(text)) || !(parseUnit(text)?.dimension ?? 'label').startsWith('label')
}

const SCALES = new Map([
  ['thousand', 3n],
  ['million', 6n],
  ['billion', 9n],
  ['trillion', 12n],
])

function withUnit(text: string, name: string, read: ReadScalar): Scalar | null {
  const scale = /^[«\s]*(thousand|million|billion|trillion)(?![a-z])\s*([^]*)$/.exec(name)
  if (scale) return scaled(value(text, read), scale[1]!, scale[2]!.replace(/»$/, ''))
  const unit = parseUnit(name)
  // The cosine of forty degrees is not forty cosines of one.
  if (unit?.dimension === 'angle' && /sin|cos|tan|cot|sec|csc/.test(text)) return value(text + name, read)
  const scalar = unit && value(text, read)
  return scalar && { ...scalar, unit }
}

function scaled(scalar: Scalar | null, word: string, rest: string): Scalar | null {
  const unit = rest === '' ? null : parseUnit(rest)
  if (!scalar || (rest !== '' && !unit)) return null
  const factor = number(10n ** SCALES.get(word)!)
  return { ...plainScalar(call('multiply', scalar.expr, factor)), unit }
}

function asPercent(text: string, read: ReadScalar): Scalar | null {
  const scalar = value(text.replace(/\\$/, ''), read)
  if (!scalar) return null
  return { ...scalar, expr: call('divide', scalar.expr, number(100)), literal: null, percent: true }
}

function value(text: string, read: ReadScalar): Scalar | null {
  const sign = /^[-+]?\s*/.exec(text)![0]
  const unsigned = text.slice(sign.length)
  const digits = ungrouped(unsigned) ?? unsigned
  const exact = /^(?:\d+\.?\d*|\.\d+)$/.test(digits) ? decimal(digits) : null
  if (exact === null) {
    const expr = read(text)
    return expr && plainScalar(expr)
  }
  const negative = sign.includes('-')
  const signed = negative ? fraction(-exact.num, exact.den) : exact
  const point = digits.indexOf('.')
  const decimals = point < 0 ? 0 : digits.length - point - 1
  const significant = digits.replace('.', '').replace(/^0+/, '').length
  const literal = decimals > 0 ? { value: signed, decimals, digits: significant } : null
  return { ...plainScalar(negative ? negate(number(exact)) : number(exact)), literal }
}
