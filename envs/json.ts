/** @file Plain JSON values, and the hash that names one. */
import canonicalize from 'canonicalize'
import { createHash } from 'node:crypto'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** 64 bits of SHA-256 over the RFC 8785 canonical form, in hex: equal values have equal hashes, whatever their key order. */
export function hashJson(value: Json): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError(`hashJson: expected a JSON value, got ${typeof value}`)
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
