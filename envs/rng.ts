/**
 * @file Seeded, splittable random numbers.
 *
 * A stream is named by coordinates (env id, split, index, purpose …), never by `seed + i`: the coordinates are hashed
 * with four seeds of MurmurHash3 into the 128-bit state of xoshiro128** 1.1 (Blackman & Vigna 2018). Two different
 * coordinate lists give unrelated streams, and a stream can be split by name without consuming anything.
 */
import { murmur3 } from './murmur.ts'

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

/** Fractional parts of the square roots of 2, 3, 5 and 7, as SHA-256 uses them: four seeds with nothing up the sleeve. */
const SEEDS = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a] as const

function stream(key: string): Rng {
  return new Xoshiro(key)
}

class Xoshiro implements Rng {
  readonly #key: string
  readonly #next: () => number

  constructor(key: string) {
    this.#key = key
    // The last bit is set because the all-zero state would be a fixed point.
    this.#next = xoshiro128ss([
      murmur3(key, SEEDS[0]),
      murmur3(key, SEEDS[1]),
      murmur3(key, SEEDS[2]),
      murmur3(key, SEEDS[3]) | 1,
    ])
  }

  next(): number {
    return this.#next()
  }

  float(): number {
    return this.#next() / 2 ** 32
  }

  int(low: number, high: number): number {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || high < low || high - low >= 2 ** 32)
      throw new RangeError(`rng.int: expected low <= high less than 2^32 apart, got ${low} and ${high}`)
    return low + below(this.#next, high - low + 1)
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('rng.pick: expected at least one item, got none')
    return items[below(this.#next, items.length)]!
  }

  shuffle<T>(items: readonly T[]): T[] {
    const copy = [...items]
    for (let i = copy.length - 1; i > 0; i--) {
      const j = below(this.#next, i + 1)
      ;[copy[i], copy[j]] = [copy[j]!, copy[i]!]
    }
    return copy
  }

  split(...coordinates: Coordinate[]): Rng {
    return stream(`${this.#key}/${JSON.stringify(coordinates)}`)
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
  let [a, b, c, d] = seed
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
