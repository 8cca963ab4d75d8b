/**
 * @file MurmurHash3_x86_32 (Austin Appleby, public domain) over the UTF-16 code units of a string, little end first.
 *
 * Fast and well mixed, for seeding and splitting; not for naming things that somebody might forge: that is `hashJson`.
 */

const C1 = 0xcc9e2d51
const C2 = 0x1b873593

/** 32 unsigned bits that depend on every bit of `text` and `seed`. */
export function murmur3(text: string, seed: number): number {
  const { length } = text
  let hash = seed | 0
  let at = 0
  for (; at + 1 < length; at += 2) {
    hash ^= scrambled(text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16))
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  if (at < length) hash ^= scrambled(text.charCodeAt(at))
  return finished(hash ^ (2 * length))
}

function scrambled(block: number): number {
  const mixed = Math.imul(block, C1)
  return Math.imul((mixed << 15) | (mixed >>> 17), C2)
}

function finished(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
