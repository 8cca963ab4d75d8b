/** @file Reading prompts: their keys and values, many prompts in one run, and only what no earlier prompt began with. */
import type { TransformerConfig } from '../model/config.ts'
import { headSize } from '../model/config.ts'
import { prefillGraph } from './decode-graph.ts'
import { MASKED } from '../model/forward.ts'
import type { CacheShape, SequenceCache } from './kv-cache.ts'
import { appended, emptyCache, PrefixCaches, rowOf } from './kv-cache.ts'
import type { LoadedModel } from '../runtime/loaded-model.ts'
import type { Session } from '../runtime/session.ts'
import { floats, ints } from '../runtime/session.ts'

/** Lengths are rounded up to multiples of this, so that few shapes, and so few sessions, occur. */
const LENGTH_STEP = 16
/** Prompts per run. */
const ROWS = 16

export interface Prefix {
  tokens: readonly number[]
  /** Position of each token. */
  positions: readonly number[]
}

export class Prefill {
  readonly #model: LoadedModel
  readonly #shape: CacheShape
  readonly #known = new PrefixCaches()
  /** Tokens that were read, and that needed not be read again. */
  readonly counts = { read: 0, reused: 0 }

  constructor(model: LoadedModel) {
    this.#model = model
    this.#shape = cacheShapeOf(model.config)
  }

  forget(): void {
    this.#known.clear()
  }

  /** The caches of these prefixes, in order. Equal prefixes are read once, and so is what they begin with. */
  async read(prefixes: readonly Prefix[]): Promise<SequenceCache[]> {
    const found = prefixes.map(prefix => this.#lookUp(prefix))
    const fresh = prefixes.filter((_, i) => found[i]!.length === 0 && prefixes[i]!.tokens.length > 0)
    const caches = new Map<string, SequenceCache>()
    const distinct = [...new Map(fresh.map(prefix => [keyOf(prefix), prefix])).values()]
    for (let start = 0; start < distinct.length; start += ROWS) {
      const part = distinct.slice(start, start + ROWS)
      for (const [i, cache] of (await this.#readTogether(part)).entries()) caches.set(keyOf(part[i]!), cache)
    }
    const results: SequenceCache[] = []
    for (const [i, prefix] of prefixes.entries()) {
      const whole = caches.get(keyOf(prefix)) ?? (await this.#continued(prefix, found[i]!))
      caches.set(keyOf(prefix), whole)
      results.push(whole)
    }
    for (const prefix of distinct) this.#keep(prefix, caches.get(keyOf(prefix))!)
    return results
  }

  #lookUp({ tokens, positions }: Prefix): SequenceCache {
    if (!consecutive(positions)) return emptyCache(this.#shape)
    const known = this.#known.longest(tokens)
    this.counts.reused += known?.length ?? 0
    return known ?? emptyCache(this.#shape)
  }

  #keep({ tokens, positions }: Prefix, cache: SequenceCache): void {
    if (consecutive(positions)) this.#known.add(tokens, cache)
  }

  /** What follows a known beginning, in a run of its own. */
  async #continued(prefix: Prefix, known: SequenceCache): Promise<SequenceCache> {
    if (known.length === prefix.tokens.length) return known
    const rest = {
      tokens: prefix.tokens.slice(known.length),
      positions: prefix.positions.slice(known.length),
    }
    const [fresh] = await this.#run([rest], known)
    const join = (first: Float32Array[], second: Float32Array[]): Float32Array[] =>
      first.map((array, layer) => appended(array, second[layer]!, this.#shape.heads))
    const whole = {
      length: prefix.tokens.length,
      keys: join(known.keys, fresh!.keys),
      values: join(known.values, fresh!.values),
    }
    this.#keep(prefix, whole)
    return whole
  }

  #readTogether(prefixes: readonly Prefix[]): Promise<SequenceCache[]> {
    return this.#run(prefixes, emptyCache(this.#shape))
  }

  async #run(prefixes: readonly Prefix[], known: SequenceCache): Promise<SequenceCache[]> {
    const longest = Math.max(...prefixes.map(({ tokens }) => tokens.length))
    const { maxPositionEmbeddings } = this.#model.config
    const rounded = Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP
    const steps = Math.max(longest, Math.min(rounded, maxPositionEmbeddings))
    const rows = prefixes.length === 1 ? 1 : ROWS
    const session = await this.#session(rows, steps)
    const ids = (of: (prefix: Prefix) => readonly number[]) => {
      const values = new Int32Array(rows * steps)
      for (const [row, prefix] of prefixes.entries()) values.set(of(prefix), row * steps)
      return ints(values, [rows, steps])
    }
    const { heads, size, layers } = this.#shape
    const past = [rows, heads, known.length, size]
    const feeds = await this.#model.weightFeeds(session)
    for (let layer = 0; layer < layers; layer++) {
      feeds[`key${layer}`] = floats(known.keys[layer]!, past)
      feeds[`value${layer}`] = floats(known.values[layer]!, past)
    }
    const result = await session.run({
      ...feeds,
      tokens: ids(({ tokens }) => tokens),
      positions: ids(({ positions }) => positions),
      mask: this.#mask(known.length, steps),
    })
    this.counts.read += prefixes.reduce((sum, { tokens }) => sum + tokens.length, 0)
    return prefixes.map(({ tokens }, row) => {
      const cut = (name: string): Float32Array[] =>
        Array.from({ length: layers }, (_, layer) =>
          rowOf(
            result[`${name}${layer}`]!.data as Float32Array,
            { row, width: steps, length: tokens.length },
            this.#shape,
          ),
        )
      return { length: tokens.length, keys: cut('newKey'), values: cut('newValue') }
    })
  }

  /** Everything that is known may be seen, and of what is new what stands before: `[H/K·S, known + S]`. */
  #mask(known: number, steps: number) {
    const { numAttentionHeads, numKeyValueHeads } = this.#model.config
    const rows = (numAttentionHeads / numKeyValueHeads) * steps
    const mask = new Float32Array(rows * (known + steps))
    for (let row = 0; row < rows; row++)
      mask.fill(MASKED, row * (known + steps) + known + (row % steps) + 1, (row + 1) * (known + steps))
    return floats(mask, [rows, known + steps])
  }

  #session(rows: number, steps: number): Promise<Session> {
    const { config, lora } = this.#model
    return this.#model.session(`prefill:${rows}x${steps}`, () => prefillGraph(config, rows, steps, lora))
  }
}

export function cacheShapeOf(config: TransformerConfig): CacheShape {
  return { layers: config.numHiddenLayers, heads: config.numKeyValueHeads, size: headSize(config) }
}

function consecutive(positions: readonly number[]): boolean {
  return positions.every((position, i) => position === i)
}

function keyOf({ tokens, positions }: Prefix): string {
  return `${tokens.join()};${positions.join()}`
}
