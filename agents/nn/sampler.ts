/**
 * @file Sampling completions of token prompts.
 *
 * Prompts are read once each, whatever the number of their continuations. Tokens are then written in runs of a Loop (CPU),
 * or one by one with caches that stay on the device (GPU). Randomness comes in as uniform noise, one seeded stream per row:
 * the same tokens whatever the batch and the form.
 *
 * Axes: B rows in G groups of n that continue the same prompt, V vocabulary.
 */
import type { Rng } from '../../envs/rng.ts'
import { rngAt } from '../../envs/rng.ts'
import type { DecodeSetup } from './decode-graph.ts'
import { decodeLoopGraph, decodeStepGraph } from './decode-graph.ts'
import { MASKED } from './forward.ts'
import type { CacheShape, SequenceCache } from './kv-cache.ts'
import { appended, batched } from './kv-cache.ts'
import type { LoadedModel } from './loaded-model.ts'
import type { Prefix } from './prefill.ts'
import { cacheShapeOf, Prefill } from './prefill.ts'
import type { Sample, SampleRequest } from './sample-request.ts'
import { checkRequest } from './sample-request.ts'
import type { Feeds, Session } from './session.ts'
import { bools, floats, free, ints, long, longs } from './session.ts'
import type { Filters } from './token-filter.ts'

export interface SamplerOptions {
  /** How tokens are written: many in a run, or one by one. Default: by device. */
  form?: 'loop' | 'step'
}

/** Rows per session run: throughput saturates here. */
const MAX_ROWS = 64
/** Tokens per run of the Loop: what is written in a run is copied with every token, what was written before is not. */
const CHUNK = 32
/** Numbers of a layer's keys up to which that copy is cheaper than attending to a further part. */
const MAX_COPIED = 2 ** 16
/** Numbers of noise per run, so that large vocabularies do not fill the memory. */
const MAX_NOISE = 2 ** 22

export class Sampler {
  readonly model: LoadedModel
  readonly #prefill: Prefill
  readonly #form: 'loop' | 'step'

  constructor(model: LoadedModel, { form }: SamplerOptions = {}) {
    this.model = model
    this.#prefill = new Prefill(model)
    this.#form = form ?? (model.device === 'cpu' ? 'loop' : 'step')
  }

  /** Prompt tokens that were read, and that needed not be, since the start. */
  get counts(): { read: number; reused: number } {
    return this.#prefill.counts
  }

  set weights(weights: Float32Array) {
    this.model.weights = weights
    this.#prefill.forget()
  }

  set adapters(adapters: Float32Array) {
    this.model.adapters = adapters
    this.#prefill.forget()
  }

  /** One completion per prompt, in order. Throws RangeError for what the model cannot write. */
  async sample(request: SampleRequest): Promise<Sample[]> {
    checkRequest(request, this.model.config)
    const rows = request.prompts.map((_, row) => new Row(request, row))
    for (const batch of batchesOf(rows)) await this.#write(batch, request)
    return rows.map(row => row.sample)
  }

  close(): Promise<void> {
    return this.model.close()
  }

  async #write(batch: RowBatch, request: SampleRequest): Promise<void> {
    const caches = await this.#prefill.read(batch.groups.map(([first]) => first!.prefix))
    const decoding = new Decoding(this.model, batch, caches, { request, form: this.#form })
    while (batch.rows.some(row => !row.finished))
      await (this.#form === 'loop' ? decoding.loop(CHUNK) : decoding.step())
    decoding.close()
  }
}

/** One completion in the making. */
class Row {
  readonly prompt: readonly number[]
  readonly sample: Sample = { tokens: [], logprobs: [], stopped: false }
  readonly #request: SampleRequest
  readonly #positions: readonly number[] | undefined
  readonly #rng: Rng | null

  constructor(request: SampleRequest, row: number) {
    this.prompt = request.prompts[row]!
    this.#request = request
    this.#positions = request.positions?.[row]
    this.#rng = request.temperature > 0 ? rngAt(...request.seeds[row]!) : null
  }

  get finished(): boolean {
    return this.sample.stopped || this.sample.tokens.length >= this.#request.maxTokens
  }

  /** All of the prompt but its last token, which is the first to be read by the writer. */
  get prefix(): Prefix {
    const tokens = this.prompt.slice(0, -1)
    return { tokens, positions: tokens.map((_, i) => this.position(i)) }
  }

  get lastToken(): number {
    return this.sample.tokens.at(-1) ?? this.prompt.at(-1)!
  }

  /** Tokens that are read already. */
  get length(): number {
    return this.prompt.length - 1 + this.sample.tokens.length
  }

  position(index: number): number {
    return this.#positions?.[index] ?? index
  }

  take(token: number, logprob: number): void {
    if (this.finished) return
    this.sample.tokens.push(token)
    this.sample.logprobs.push(logprob)
    const { stop, stopSequences = [] } = this.#request
    this.sample.stopped =
      stop.includes(token) || stopSequences.some(sequence => endsWith(this.sample.tokens, sequence))
  }

  /** Uniform in (0, 1), in steps of 2⁻²³, so that none is rounded to 0 or 1. */
  fillNoise(noise: Float32Array): void {
    if (!this.#rng || this.finished) return void noise.fill(0.5)
    for (let i = 0; i < noise.length; i++) noise[i] = ((this.#rng.next() >>> 9) + 0.5) / 2 ** 23
  }
}

/** Rows that are written together, in groups of n with the same prompt. Missing rows are finished from the start. */
interface RowBatch {
  groups: Row[][]
  rows: Row[]
  /** G */
  numGroups: number
  /** n */
  perGroup: number
}

/** Rows of equal prompts that follow each other stand together where all such groups have the same size. */
function batchesOf(rows: readonly Row[]): RowBatch[] {
  const groups: Row[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last && samePrefix(last[0]!, row)) last.push(row)
    else groups.push([row])
  }
  if (groups.length === 0) return []
  const perGroup = groupSize(groups.map(group => group.length))
  const units = groups.flatMap(group =>
    Array.from({ length: group.length / perGroup }, (_, i) => group.slice(i * perGroup, (i + 1) * perGroup)),
  )
  const batches: RowBatch[] = []
  const perBatch = Math.max(1, Math.floor(MAX_ROWS / perGroup))
  for (let start = 0; start < units.length; start += perBatch) {
    const part = units.slice(start, start + perBatch)
    batches.push({ groups: part, rows: part.flat(), numGroups: powerOfTwo(part.length, perBatch), perGroup })
  }
  return batches
}

/** The largest n up to a batch that divides all sizes. */
function groupSize(sizes: readonly number[]): number {
  const common = sizes.reduce(greatestDivisor)
  for (let n = Math.min(common, MAX_ROWS); n > 1; n--) if (common % n === 0) return n
  return 1
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}

/** Few sizes, and so few sessions, occur. */
function powerOfTwo(count: number, most: number): number {
  return Math.min(most, 2 ** Math.ceil(Math.log2(count)))
}

function samePrefix(a: Row, b: Row): boolean {
  if (a.prompt.length !== b.prompt.length) return false
  return a.prompt.every((token, i) => token === b.prompt[i] && a.position(i) === b.position(i))
}

function endsWith(tokens: readonly number[], end: readonly number[]): boolean {
  return end.length > 0 && end.every((token, i) => token === tokens[tokens.length - end.length + i])
}

/** The caches of one batch, and the runs that extend them. */
class Decoding {
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

  /** Up to `most` tokens of every row in one run. */
  async loop(most: number): Promise<void> {
    const { vocabSize } = this.#model.config
    const left = Math.max(
      ...this.#batch.rows
        .filter(row => !row.finished)
        .map(row => this.#request.maxTokens - row.sample.tokens.length),
    )
    const fit = Math.max(1, Math.floor(MAX_NOISE / (this.#numRows * vocabSize)))
    const steps = Math.min(most, left, fit)
    const setup = this.#setup()
    const session = await this.#model.session(`loop:${JSON.stringify(nameOf(setup))}`, () =>
      decodeLoopGraph(setup),
    )
    const result = await session.run({
      ...(await this.#feeds(session, steps)),
      trips: long(steps),
      positions: ints(this.#positions(steps), [steps, this.#numRows]),
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
      positions: ints(this.#positions(1), [this.#numRows]),
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
      finished: bools(Array.from({ length: this.#numRows }, (_, i) => rows[i]?.finished ?? true)),
      grammar: ints(this.#grammar, [this.#numRows]),
      prefixEnd: longs([this.#prefixLength]),
      pastEnd: longs([end]),
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
  #positions(steps: number): Int32Array {
    const positions = new Int32Array(steps * this.#numRows)
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
      stop: bools(Array.from({ length: vocabSize }, (_, id) => stop.includes(id))),
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
