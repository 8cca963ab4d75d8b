/**
 * @file Seeded, splittable random numbers.
 *
 * A stream is named by coordinates (env id, split, index, purpose …), never by `seed + i`: the coordinates are hashed
 * with SHA-256 into the 128-bit state of xoshiro128** 1.1 (Blackman & Vigna 2018). Two different coordinate lists give
 * unrelated streams, and a stream can be split by name without consuming anything.
 */
import { createHash } from 'node:crypto'

export type Coordinate = string | number

export interface Rng {
  /** Uniform integer in [0, 2³²). */
  next(): number
  /** Uniform number in [0, 1) with 32 random bits. */
  float(): number
  /** Uniform integer in [low, high], both ends included. */
  int(low: number, high: number): number
  /** A uniformly chosen item. Throws on an empty list. */
  pick<T>(items: readonly T[]): T
  /** A uniformly shuffled copy. */
  shuffle<T>(items: readonly T[]): T[]
  /** An independent stream named below this one; does not advance this one. */
  split(...coordinates: Coordinate[]): Rng
}

/** The stream at these coordinates. Same coordinates, same numbers, on every machine. */
export function rngAt(...coordinates: Coordinate[]): Rng {
  return stream(JSON.stringify(coordinates))
}

function stream(key: string): Rng {
  const digest = createHash('sha256').update(key).digest()
  const next = xoshiro128ss([
    digest.readUInt32LE(0),
    digest.readUInt32LE(4),
    digest.readUInt32LE(8),
    digest.readUInt32LE(12) | 1, // the all-zero state would be a fixed point
  ])
  const float = (): number => next() / 2 ** 32
  const int = (low: number, high: number): number => {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || high < low || high - low >= 2 ** 32)
      throw new RangeError(`rng.int: expected low <= high less than 2^32 apart, got ${low} and ${high}`)
    return low + below(next, high - low + 1)
  }
  return {
    next,
    float,
    int,
    pick: items => {
      if (items.length === 0) throw new RangeError('rng.pick: expected at least one item, got none')
      return items[below(next, items.length)]!
    },
    shuffle: items => {
      const copy = [...items]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(next, i + 1)
        ;[copy[i], copy[j]] = [copy[j]!, copy[i]!]
      }
      return copy
    },
    split: (...coordinates) => stream(`${key}/${JSON.stringify(coordinates)}`),
  }
}

/** Unbiased integer in [0, bound): draws in the incomplete last block are thrown away. */
function below(next: () => number, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound)
  let draw = next()
  while (draw >= limit) draw = next()
  return draw % bound
}

/** xoshiro128** 1.1, state `[4]` of uint32. */
export function xoshiro128ss(seed: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = seed.map(word => word >>> 0) as [number, number, number, number]
  return () => {
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result
  }
}
