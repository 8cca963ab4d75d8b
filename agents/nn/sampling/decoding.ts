/**
 * @file Writing the tokens of one batch of rows: many in a run of a Loop, or one by one with caches that stay on the device.
 *
 * Axes: B rows in G groups of n, K key-value heads, d head size, V vocabulary, P the longest prefix.
 */
import { MASKED } from '../model/forward.ts'
import type { LoadedModel } from '../runtime/loaded-model.ts'
import type { Feeds, Session } from '../runtime/session.ts'
import { floats, free, ints, long, longs } from '../runtime/session.ts'
import type { DecodeSetup } from './decode-graph.ts'
import { decodeLoopGraph, decodeStepGraph } from './decode-graph.ts'
import type { CacheShape, SequenceCache } from './kv-cache.ts'
import { appended, batched } from './kv-cache.ts'
import { cacheShapeOf } from './prefill.ts'
import type { Row, RowBatch } from './rows.ts'
import type { SampleRequest } from './sample-request.ts'
import type { Filters } from './token-filter.ts'

/** Tokens per run of the Loop: what is written in a run is copied with every token, what was written before is not. */
const CHUNK = 32
/** Numbers of a layer's keys up to which that copy is cheaper than attending to a further part. */
const MAX_COPIED = 2 ** 16
/** Numbers of noise per run, so that large vocabularies do not fill the memory. */
const MAX_NOISE = 2 ** 22

/** The caches of one batch, and the runs that extend them. */
export class Decoding {
  readonly #model: LoadedModel
  readonly #batch: RowBatch
  readonly #request: SampleRequest
  readonly #shape: CacheShape
  /** P: the longest prefix. */
  readonly #prefixLength: number
  readonly #lengths: number[]
  /** Constant over the batch's runs: the shared prefix (n > 1), stop tokens, filters. */
  readonly #constant: Feeds
  /** The rows' own caches; with n = 1 their prefixes are part of them. On a device: where it keeps them. */
  #past: Feeds = {}
  #pastLength = 0
  /** What was written last, or read where it is short: it is put together with every further token (Loop only). */
  #recent: Feeds
  #grammar: Int32Array

  constructor(
    model: LoadedModel,
    batch: RowBatch,
    prefixes: readonly SequenceCache[],
    { request, form }: { request: SampleRequest; form: 'loop' | 'step' },
  ) {
    this.#model = model
    this.#batch = batch
    this.#request = request
    this.#shape = cacheShapeOf(model.config)
    this.#lengths = prefixes.map(({ length }) => length)
    this.#prefixLength = Math.max(...this.#lengths)
    this.#grammar = new Int32Array(this.#numRows).fill(request.grammar?.start ?? 0)
    const cached = this.#batchedPrefixes(prefixes)
    this.#constant = { ...(this.#shared ? cached : {}), ...this.#settings() }
    this.#recent = this.#nothing()
    if (this.#shared || this.#prefixLength === 0) return
    if (form === 'loop' && !this.#ragged && this.#isShort(this.#prefixLength)) this.#recent = renamed(cached)
    else this.#settle(cached, this.#prefixLength)
  }

  close(): void {
    free(...Object.values(this.#past))
  }

  /** Some tokens of every row in one run. */
  async loop(): Promise<void> {
    const { vocabSize } = this.#model.config
    const left = Math.max(
      ...this.#batch.rows
        .filter(row => !row.finished)
        .map(row => this.#request.maxTokens - row.sample.tokens.length),
    )
    const fit = Math.max(1, Math.floor(MAX_NOISE / (this.#numRows * vocabSize)))
    const steps = Math.min(CHUNK, left, fit)
    const setup = this.#setup()
    const session = await this.#model.session(`loop:${JSON.stringify(nameOf(setup))}`, () =>
      decodeLoopGraph(setup),
    )
    const result = await session.run({
      ...(await this.#feeds(session, steps)),
      trips: long(steps),
      positions: longs(this.#positions(steps), [steps, this.#numRows, 1]),
      ...(!setup.greedy && { noise: floats(this.#noise(steps), [steps, this.#numRows, vocabSize]) }),
    })
    const tokens = result['tokensAfter']!.data as Int32Array
    const written = tokens.length / this.#numRows
    this.#take(tokens, result['logprobsAfter']!.data as Float32Array, written)
    if (result['grammarAfter']) this.#grammar = result['grammarAfter'].data as Int32Array
    if (this.#batch.rows.every(row => row.finished)) return
    const names = this.#cacheNames('recent')
    this.#recent = Object.fromEntries(names.map(name => [name, result[`${name}After`]!]))
    const length = this.#recent[names[0]!]!.dims[2]!
    if (this.#isShort(length)) return
    this.#settle(this.#recent, length)
    this.#recent = this.#nothing()
  }

  /** One token of every row; the caches stay where they are. */
  async step(): Promise<void> {
    const setup = this.#setup()
    const names = this.#cacheNames('past')
    const session = await this.#model.session(
      `step:${JSON.stringify(nameOf(setup))}`,
      () => decodeStepGraph(setup),
      {
        keepOnDevice: names.map(name => `${name}After`),
      },
    )
    const result = await session.run({
      ...(await this.#feeds(session, 1)),
      positions: longs(this.#positions(1), [this.#numRows, 1]),
      ...(!setup.greedy && { noise: floats(this.#noise(1), [this.#numRows, this.#model.config.vocabSize]) }),
    })
    this.#take(result['tokensAfter']!.data as Int32Array, result['logprobsAfter']!.data as Float32Array, 1)
    if (result['grammarAfter']) this.#grammar = result['grammarAfter'].data as Int32Array
    free(...Object.values(this.#past))
    this.#past = Object.fromEntries(names.map(name => [name, result[`${name}After`]!]))
    this.#pastLength += 1
  }

  get #numRows(): number {
    return this.#batch.numGroups * this.#batch.perGroup
  }

  get #shared(): boolean {
    return this.#batch.perGroup > 1
  }

  #setup(): DecodeSetup {
    const { topK = 0, topP, minP, grammar, temperature } = this.#request
    const filters: Filters = {
      topK: temperature > 0 ? topK : 0,
      topP: topP !== undefined && temperature > 0,
      minP: minP !== undefined && temperature > 0,
      grammarStates: grammar?.states ?? 0,
    }
    return {
      config: this.#model.config,
      lora: this.#model.lora,
      groups: this.#batch.numGroups,
      perGroup: this.#batch.perGroup,
      past: this.#pastLength > 0,
      masked: this.#ragged,
      greedy: temperature === 0,
      filters,
    }
  }

  get #ragged(): boolean {
    return this.#lengths.some(length => length < this.#prefixLength)
  }

  /** Everything but trips, positions and noise, by what the session declares. */
  async #feeds(session: Session, steps: number): Promise<Feeds> {
    const { rows } = this.#batch
    const end = this.#shared ? this.#prefixLength + this.#pastLength : this.#pastLength
    const all: Feeds = {
      ...this.#constant,
      ...this.#past,
      ...this.#recent,
      token: ints(
        this.#perRow(row => row.lastToken),
        [this.#numRows],
      ),
      running: floats(
        Float32Array.from({ length: this.#numRows }, (_, i) => Number(rows[i]?.finished === false)),
        [this.#numRows],
      ),
      grammar: ints(this.#grammar, [this.#numRows]),
      prefixEnd: longs([this.#prefixLength], [1]),
      pastEnd: longs([end], [1]),
      mask: this.#mask(this.#form(session) ? this.#pastLength + steps : this.#pastLength),
    }
    const wanted = Object.entries(all).filter(([name]) => session.inputs.has(name))
    return { ...(await this.#model.weightFeeds(session)), ...Object.fromEntries(wanted) }
  }

  /** Whether the session extends the past itself, so that its mask covers what it reads, too. */
  #form(session: Session): boolean {
    return !session.inputs.has('trips')
  }

  /** Silent behind a group's own prefix: `[G, 1, 1, P]`, or over the past where the prefixes are part of it. */
  #mask(pastLength: number) {
    const width = this.#shared ? this.#prefixLength : pastLength
    const mask = new Float32Array(this.#batch.numGroups * width)
    for (const [group, length] of this.#lengths.entries())
      mask.fill(MASKED, group * width + length, group * width + this.#prefixLength)
    return floats(mask, [this.#batch.numGroups, 1, 1, width])
  }

  /** `[steps, B]` */
  #positions(steps: number): number[] {
    const positions = Array.from({ length: steps * this.#numRows }, () => 0)
    const most = this.#model.config.maxPositionEmbeddings - 1
    for (const [i, row] of this.#batch.rows.entries())
      for (let t = 0; t < steps; t++)
        positions[t * this.#numRows + i] = Math.min(most, row.position(row.length + t))
    return positions
  }

  /** `[steps, B, V]`: each row draws its noise token by token. */
  #noise(steps: number): Float32Array {
    const { vocabSize } = this.#model.config
    const noise = new Float32Array(steps * this.#numRows * vocabSize).fill(0.5)
    for (const [i, row] of this.#batch.rows.entries())
      for (let t = 0; t < steps; t++) {
        const start = (t * this.#numRows + i) * vocabSize
        row.fillNoise(noise.subarray(start, start + vocabSize))
      }
    return noise
  }

  #perRow(value: (row: Row) => number): Int32Array {
    const values = new Int32Array(this.#numRows)
    for (const [i, row] of this.#batch.rows.entries()) values[i] = value(row)
    return values
  }

  #take(tokens: Int32Array, logprobs: Float32Array, written: number): void {
    for (const [i, row] of this.#batch.rows.entries())
      for (let t = 0; t < written; t++)
        row.take(tokens[t * this.#numRows + i]!, logprobs[t * this.#numRows + i]!)
  }

  /** Copying so much with every token is cheaper than attending to it apart. */
  #isShort(length: number): boolean {
    return length * this.#numRows * this.#shape.heads * this.#shape.size <= MAX_COPIED
  }

  /** Puts caches behind the past, where they are no longer copied. */
  #settle(caches: Feeds, length: number): void {
    const { heads, size } = this.#shape
    const blocks = this.#numRows * heads
    this.#pastLength += length
    const shape = [this.#numRows, heads, this.#pastLength, size]
    this.#past = Object.fromEntries(
      Object.values(caches).map((cache, i) => {
        const name = this.#cacheNames('past')[i]!
        const fresh = cache.data as Float32Array
        const old = this.#past[name]?.data as Float32Array | undefined
        return [name, floats(old ? appended(old, fresh, blocks) : fresh, shape)]
      }),
    )
  }

  #nothing(): Feeds {
    const shape = [this.#numRows, this.#shape.heads, 0, this.#shape.size]
    return Object.fromEntries(
      this.#cacheNames('recent').map(name => [name, floats(new Float32Array(0), shape)]),
    )
  }

  #batchedPrefixes(prefixes: readonly SequenceCache[]): Feeds {
    const { heads, size, layers } = this.#shape
    const [rows, length] = [this.#batch.numGroups, this.#prefixLength]
    const prefix = this.#shared ? 'prefix' : 'past'
    const feeds: Feeds = {}
    for (let layer = 0; layer < layers; layer++) {
      const together = (arrays: Float32Array[]) =>
        floats(batched(arrays, { rows, length }, this.#shape), [rows, heads, length, size])
      feeds[`${prefix}Key${layer}`] = together(prefixes.map(({ keys }) => keys[layer]!))
      feeds[`${prefix}Value${layer}`] = together(prefixes.map(({ values }) => values[layer]!))
    }
    return feeds
  }

  #settings(): Feeds {
    const { stop, temperature, topP, minP, grammar } = this.#request
    const { vocabSize } = this.#model.config
    return {
      goesOn: floats(
        Float32Array.from({ length: vocabSize }, (_, id) => Number(!stop.includes(id))),
        [vocabSize],
      ),
      temperature: floats(Float32Array.of(temperature), []),
      ...(topP !== undefined && { topP: floats(Float32Array.of(topP), []) }),
      ...(minP !== undefined && { minP: floats(Float32Array.of(minP), []) }),
      ...(grammar && { transitions: ints(grammar.transitions, [grammar.transitions.length]) }),
    }
  }

  #cacheNames(prefix: string): string[] {
    return Array.from({ length: this.#shape.layers }, (_, layer) => [
      `${prefix}Key${layer}`,
      `${prefix}Value${layer}`,
    ]).flat()
  }
}

/** Prefix caches as what was written last. */
function renamed(caches: Feeds): Feeds {
  return Object.fromEntries(
    Object.entries(caches).map(([name, tensor]) => [name.replace(/^past/, 'recent'), tensor]),
  )
}

/** What tells sessions apart. */
function nameOf({ groups, perGroup, past, masked, greedy, filters }: DecodeSetup): unknown {
  return { groups, perGroup, past, masked, greedy, filters }
}
