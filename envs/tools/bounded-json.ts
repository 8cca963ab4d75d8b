/** @file A schema for any JSON value that stays small: neither deep nesting nor sheer size reaches the tool behind it. */
import { z } from 'zod'
import type { Json } from '../json.ts'

const MAX_DEPTH = 16
const MAX_VALUES = 2000

/** Any JSON value of at most 16 levels, 2000 values and `maxChars` characters. */
export function boundedJson(maxChars: number): z.ZodType<Json> {
  return z
    .unknown()
    .refine(
      value => isBounded(value, maxChars),
      `expected plain JSON of at most ${maxChars} characters`,
    ) as z.ZodType<Json>
}

/** Walks with a list of its own: recursion would overflow on the very values that this is to refuse. */
function isBounded(value: unknown, maxChars: number): boolean {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  let [values, chars] = [0, 0]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (++values > MAX_VALUES || next.depth > MAX_DEPTH || !isPlain(next.value)) return false
    if (typeof next.value === 'string') chars += next.value.length
    if (typeof next.value === 'object' && next.value !== null) {
      const entries = Object.entries(next.value)
      if (entries.length > MAX_VALUES) return false
      for (const [name, item] of entries) {
        if (name === '__proto__') return false
        chars += name.length
        open.push({ value: item, depth: next.depth + 1 })
      }
    }
    if (chars > maxChars) return false
  }
  return true
}

function isPlain(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}
