/** @file An answer that is one JSON value on the last line of a reply; what stands above it is thinking and not judged. */
import type { Json } from '../json.ts'
import { canonicalJson } from '../json.ts'

/** The JSON value of the last line that is not blank; undefined if it is none. */
export function lastValue(reply: string): Json | undefined {
  const line = reply.trimEnd().split('\n').at(-1)!.trim()
  try {
    const value = JSON.parse(line) as Json
    // `1e999` is read as an infinity, which no JSON value is; nor is everything that is nested too deeply to compare.
    canonicalJson(value)
    return value
  } catch {
    return undefined
  }
}

/** A list of whole numbers no longer and no larger than allowed. */
export function isIntegerList(
  value: Json | undefined,
  maxLength: number,
  largest: number,
): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= maxLength &&
    value.every(item => Number.isSafeInteger(item) && Math.abs(item as number) <= largest)
  )
}
