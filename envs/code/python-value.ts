/**
 * @file Python values on the host: read from literals, read from what the guest wrote down, compared as Python's `==`
 * compares them. Whole numbers of any size, tuples that are not lists, sets, dictionaries with any keys.
 */
import { z } from 'zod'

export type PythonValue =
  | { kind: 'none' }
  | { kind: 'int'; digits: string }
  | { kind: 'float'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'list' | 'tuple' | 'set'; items: PythonValue[] }
  | { kind: 'dict'; entries: [PythonValue, PythonValue][] }

/** What ENCODER writes: a letter and its content. Anything else the program returned is `o`, which equals nothing. */
const encoded: z.ZodType<PythonValue> = z.lazy(() =>
  z.union([
    z.tuple([z.literal('n')]).transform((): PythonValue => ({ kind: 'none' })),
    z
      .tuple([z.literal('i'), z.string().regex(/^-?\d{1,5000}$/)])
      .transform(([, digits]): PythonValue => ({ kind: 'int', digits })),
    z.tuple([z.literal('f'), z.string()]).transform(([, text]): PythonValue => ({ kind: 'float', text })),
    z.tuple([z.literal('s'), z.string()]).transform(([, text]): PythonValue => ({ kind: 'text', text })),
    z.tuple([z.enum(['l', 't', 'S']), z.array(encoded)]).transform(([letter, items]): PythonValue => ({
      kind: letter === 'l' ? 'list' : letter === 't' ? 'tuple' : 'set',
      items,
    })),
    z
      .tuple([z.literal('d'), z.array(z.tuple([encoded, encoded]))])
      .transform(([, entries]): PythonValue => ({ kind: 'dict', entries })),
  ]),
)

/** Python source of `encode(value)`, whose result has a JSON text that `readEncoded` reads. */
export const ENCODER = `def make_encoder():
    kinds, text, number, pairs = isinstance, str, int, dict.items
    def encode(value, depth=0):
        if depth > 50:
            return ['o']
        if value is None:
            return ['n']
        if kinds(value, number):
            return ['i', number.__repr__(number(value))]
        if kinds(value, float):
            return ['f', float.__repr__(float(value))]
        if kinds(value, text):
            return ['s', text(value)]
        if kinds(value, list):
            return ['l', [encode(item, depth + 1) for item in value]]
        if kinds(value, tuple):
            return ['t', [encode(item, depth + 1) for item in value]]
        if kinds(value, (set, frozenset)):
            return ['S', [encode(item, depth + 1) for item in value]]
        if kinds(value, dict):
            return ['d', [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in pairs(value)]]
        return ['o']
    return encode
encode = make_encoder()
`

/** The value behind the guest's text; null where that is none of ENCODER's. */
export function readEncoded(output: string): PythonValue | null {
  try {
    const read = encoded.safeParse(JSON.parse(output))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

/** Python's `==`. */
export function samePython(a: PythonValue, b: PythonValue): boolean {
  if (a.kind === 'int' && b.kind === 'int') return BigInt(a.digits) === BigInt(b.digits)
  const [left, right] = [numeric(a), numeric(b)]
  if (left !== null && right !== null) return left === right
  if (a.kind === 'text' && b.kind === 'text') return a.text === b.text
  if (a.kind === 'dict' && b.kind === 'dict') return sameEntries(a.entries, b.entries)
  if ('items' in a && 'items' in b && a.kind === b.kind)
    return a.kind === 'set' ? sameSet(a.items, b.items) : sameSequence(a.items, b.items)
  return a.kind === 'none' && b.kind === 'none'
}

/** The value as a number, or null. Whole numbers beyond 2^53 are rounded. */
export function numeric(value: PythonValue): number | null {
  if (value.kind === 'int') return Number(value.digits)
  return value.kind === 'float' ? floatOf(value.text) : null
}

/** Python's `bool()`. */
export function truthOf(value: PythonValue): boolean {
  if (value.kind === 'none') return false
  if (value.kind === 'text') return value.text !== ''
  if (value.kind === 'dict') return value.entries.length > 0
  return 'items' in value ? value.items.length > 0 : numeric(value) !== 0
}

function sameSequence(a: readonly PythonValue[], b: readonly PythonValue[]): boolean {
  return a.length === b.length && a.every((item, i) => samePython(item, b[i]!))
}

function sameSet(a: readonly PythonValue[], b: readonly PythonValue[]): boolean {
  const within = (xs: readonly PythonValue[], ys: readonly PythonValue[]): boolean =>
    xs.every(x => ys.some(y => samePython(x, y)))
  return within(a, b) && within(b, a)
}

type Entries = readonly [PythonValue, PythonValue][]

function sameEntries(a: Entries, b: Entries): boolean {
  const within = (xs: Entries, ys: Entries): boolean =>
    xs.every(([key, value]) => ys.some(([other, item]) => samePython(key, other) && samePython(value, item)))
  return a.length === b.length && within(a, b) && within(b, a)
}

function floatOf(text: string): number {
  if (text === 'inf') return Infinity
  if (text === '-inf') return -Infinity
  return text.trim() === '' ? NaN : Number(text)
}
