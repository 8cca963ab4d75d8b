/** @file Plain JSON values, and the hash that names one. */
import canonicalize from 'canonicalize'
import { createHash } from 'node:crypto'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** The RFC 8785 canonical text: equal values have equal texts, whatever their key order. */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError(`expected a JSON value, got ${typeof value}`)
  return text
}

/** 64 bits of SHA-256 over the RFC 8785 canonical form, in hex: equal values have equal hashes, whatever their key order. */
export function hashJson(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16)
}
