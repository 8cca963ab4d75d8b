/**
 * @file Messages to frames and back, in JSON and in MessagePack, with the same meaning and the same limits.
 *
 * What comes in is untrusted. MessagePack bytes are scanned before they are decoded: extension tokens reach code
 * generation, regular expressions and cyclic structures inside a decoder, and small messages can declare a million
 * empty maps. Whatever is wrong becomes a reason, never an exception.
 */
import { Packr } from 'msgpackr'
import type { z } from 'zod'
import type { Format } from './protocol.ts'

export const MAX_DEPTH = 32
export const MAX_ITEMS = 20_000

export type Decoded<T> = { ok: true; message: T } | { ok: false; reason: string }

const packr = new Packr({ useRecords: false, structuredClone: false, int64AsType: 'number' })

/** The message as the payload of one frame: text for JSON, bytes for MessagePack. */
export function encode(format: Format, message: object): string | Buffer {
  return format === 'json' ? JSON.stringify(message) : packr.pack(message)
}

/** A message of the schema, or why the payload is none. */
export function decode<T>(format: Format, payload: Buffer, schema: z.ZodType<T>): Decoded<T> {
  try {
    const value = format === 'json' ? fromJson(payload.toString('utf8')) : fromMsgpack(payload)
    const parsed = schema.safeParse(value)
    if (parsed.success) return { ok: true, message: parsed.data }
    const issue = parsed.error.issues[0]!
    return { ok: false, reason: `${issue.path.join('.') || 'message'}: ${issue.message}` }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : 'not a message' }
  }
}

function fromJson(text: string): unknown {
  // MessagePack strings are UTF-8 and cannot hold half a surrogate pair; JSON escapes can.
  const escaped = /\\u[dD][89a-fA-F]/.test(text)
  const value: unknown = escaped ? JSON.parse(text, wellFormed) : JSON.parse(text)
  checkShape(value)
  return value
}

function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\uFFFD') : value
}

function fromMsgpack(bytes: Buffer): unknown {
  scanMsgpack(bytes)
  return packr.unpack(bytes)
}

/** The same limits that `scanMsgpack` holds, on a value that is there already. */
function checkShape(root: unknown): void {
  const stack: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }]
  let items = 0
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { value, depth } = next
    if (++items > MAX_ITEMS) throw tooManyItems()
    if (typeof value !== 'object' || value === null) continue
    if (depth >= MAX_DEPTH) throw tooDeep()
    if (Object.hasOwn(value, '__proto__')) throw badKey()
    const children = Array.isArray(value) ? value : Object.values(value)
    if (!Array.isArray(value)) items += children.length
    if (items + children.length > MAX_ITEMS) throw tooManyItems()
    for (const child of children) stack.push({ value: child, depth: depth + 1 })
  }
}

type Token =
  | { kind: 'scalar'; bytes: number }
  | { kind: 'string'; bytes: number; length: number }
  | { kind: 'array' | 'map'; bytes: number; length: number }

/** Walks the tokens without building anything. Throws on what this wire does not carry. */
export function scanMsgpack(bytes: Buffer): void {
  const open: { left: number; map: boolean }[] = []
  let [offset, items] = [0, 0]
  for (;;) {
    while (open.at(-1)?.left === 0) open.pop()
    const parent = open.at(-1)
    if (!parent && items > 0) break
    const token = tokenAt(bytes, offset)
    if (++items > MAX_ITEMS) throw tooManyItems()
    // Keys and values alternate; an even number left means that a key comes.
    if (parent?.map && parent.left % 2 === 0) checkKey(bytes, offset, token)
    if (parent) parent.left--
    offset += token.bytes
    if (offset > bytes.length) throw new Error('msgpack: the message is cut off')
    if (token.kind === 'array' || token.kind === 'map') {
      if (open.length >= MAX_DEPTH) throw tooDeep()
      const left = token.kind === 'map' ? 2 * token.length : token.length
      if (items + left > MAX_ITEMS) throw tooManyItems()
      open.push({ left, map: token.kind === 'map' })
    }
  }
  if (offset !== bytes.length) throw new Error('msgpack: bytes after the end of the message')
}

function tokenAt(bytes: Buffer, at: number): Token {
  if (at >= bytes.length) throw new Error('msgpack: the message is cut off')
  const head = bytes[at]!
  if (head <= 0x7f || head >= 0xe0) return { kind: 'scalar', bytes: 1 }
  if (head <= 0x8f) return { kind: 'map', bytes: 1, length: head & 0x0f }
  if (head <= 0x9f) return { kind: 'array', bytes: 1, length: head & 0x0f }
  if (head <= 0xbf) return { kind: 'string', bytes: 1 + (head & 0x1f), length: head & 0x1f }
  const scalar = SCALAR_BYTES[head]
  if (scalar !== undefined) return { kind: 'scalar', bytes: scalar }
  const sized = SIZED[head]
  if (!sized) throw new Error(`msgpack: token 0x${head.toString(16)} is not allowed here`)
  if (at + 1 + sized.width > bytes.length) throw new Error('msgpack: the message is cut off')
  const length = bytes.readUIntBE(at + 1, sized.width)
  if (sized.kind === 'string') return { kind: 'string', bytes: 1 + sized.width + length, length }
  return { kind: sized.kind, bytes: 1 + sized.width, length }
}

/** nil, booleans, floats and integers with their size in bytes. No bin and no ext: JSON has neither. */
const SCALAR_BYTES: Readonly<Record<number, number>> = {
  0xc0: 1,
  0xc2: 1,
  0xc3: 1,
  0xca: 5,
  0xcb: 9,
  0xcc: 2,
  0xcd: 3,
  0xce: 5,
  0xcf: 9,
  0xd0: 2,
  0xd1: 3,
  0xd2: 5,
  0xd3: 9,
}

const SIZED: Readonly<Record<number, { kind: 'string' | 'array' | 'map'; width: number }>> = {
  0xd9: { kind: 'string', width: 1 },
  0xda: { kind: 'string', width: 2 },
  0xdb: { kind: 'string', width: 4 },
  0xdc: { kind: 'array', width: 2 },
  0xdd: { kind: 'array', width: 4 },
  0xde: { kind: 'map', width: 2 },
  0xdf: { kind: 'map', width: 4 },
}

function checkKey(bytes: Buffer, offset: number, token: Token): void {
  if (token.kind !== 'string') throw new Error('msgpack: expected strings as map keys')
  const end = offset + token.bytes
  if (token.length === 9 && bytes.toString('latin1', end - 9, end) === '__proto__') throw badKey()
}

function tooDeep(): Error {
  return new Error(`expected at most ${MAX_DEPTH} levels of nesting`)
}

function tooManyItems(): Error {
  return new Error(`expected at most ${MAX_ITEMS} items`)
}

function badKey(): Error {
  return new Error('expected no key named __proto__')
}
