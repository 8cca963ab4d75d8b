/**
 * @file Keys and values on the CPU: put together for a batch, extended, and kept for prompts that come again.
 *
 * K key-value heads, d head size; one array per layer.
 */

/** Keys and values of one sequence, `[K, length, d]` each, per layer. */
export interface SequenceCache {
  length: number
  keys: Float32Array[]
  values: Float32Array[]
}

/** The size of one position, and of how many heads. */
export interface CacheShape {
  layers: number
  /** K */
  heads: number
  /** d */
  size: number
}

export function emptyCache({ layers }: CacheShape): SequenceCache {
  const none = (): Float32Array[] => Array.from({ length: layers }, () => new Float32Array(0))
  return { length: 0, keys: none(), values: none() }
}

/** `[B·K, lengthA, d]` and `[B·K, lengthB, d]` behind each other: `[B·K, lengthA + lengthB, d]`. */
export function appended(first: Float32Array, second: Float32Array, blocks: number): Float32Array {
  const all = new Float32Array(first.length + second.length)
  const [a, b] = [first.length / blocks, second.length / blocks]
  for (let block = 0; block < blocks; block++) {
    all.set(first.subarray(block * a, (block + 1) * a), block * (a + b))
    all.set(second.subarray(block * b, (block + 1) * b), block * (a + b) + a)
  }
  return all
}

/** Sequences as a batch `[rows, K, length, d]`, zeros behind the shorter ones and in rows without one. */
export function batched(
  sequences: readonly (Float32Array | undefined)[],
  { rows, length }: { rows: number; length: number },
  { heads, size }: CacheShape,
): Float32Array {
  const all = new Float32Array(rows * heads * length * size)
  for (const [row, sequence] of sequences.entries()) {
    if (!sequence) continue
    const own = sequence.length / heads
    for (let head = 0; head < heads; head++)
      all.set(sequence.subarray(head * own, (head + 1) * own), (row * heads + head) * length * size)
  }
  return all
}

/** The first `length` positions of one row of `[rows, K, width, d]`: `[K, length, d]`. */
export function rowOf(
  batch: Float32Array,
  { row, width, length }: { row: number; width: number; length: number },
  { heads, size }: CacheShape,
): Float32Array {
  const all = new Float32Array(heads * length * size)
  for (let head = 0; head < heads; head++) {
    const start = (row * heads + head) * width * size
    all.set(batch.subarray(start, start + length * size), head * length * size)
  }
  return all
}

const MAX_BYTES = 256 * 2 ** 20
/** Every look-up goes through all of them. */
const MAX_ENTRIES = 1024

interface Entry {
  tokens: readonly number[]
  cache: SequenceCache
  bytes: number
}

/** Caches of prompts that were read, the least recently used given up first. */
export class PrefixCaches {
  /** In order of use. */
  #entries: Entry[] = []
  #bytes = 0
  readonly #maxBytes: number

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes
  }

  /** The cache of the longest known beginning of these tokens: of none, where nothing is known. */
  longest(tokens: readonly number[]): SequenceCache | null {
    let best: Entry | null = null
    for (const entry of this.#entries)
      if (entry.tokens.length > (best?.tokens.length ?? 0) && startsWith(tokens, entry.tokens)) best = entry
    if (!best) return null
    this.#entries.splice(this.#entries.indexOf(best), 1)
    this.#entries.push(best)
    return best.cache
  }

  add(tokens: readonly number[], cache: SequenceCache): void {
    const bytes = [...cache.keys, ...cache.values].reduce((sum, array) => sum + array.byteLength, 0)
    this.#entries.push({ tokens, cache, bytes })
    this.#bytes += bytes
    while (this.#bytes > this.#maxBytes || this.#entries.length > MAX_ENTRIES)
      this.#bytes -= this.#entries.shift()!.bytes
  }

  /** Forget everything, as when weights change. */
  clear(): void {
    this.#entries = []
    this.#bytes = 0
  }
}

function startsWith(tokens: readonly number[], beginning: readonly number[]): boolean {
  return beginning.length <= tokens.length && beginning.every((token, i) => token === tokens[i])
}
