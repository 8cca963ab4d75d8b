/**
 * @file Completions in the making, and which of them are written together: B rows in G groups of n that continue the same prompt.
 */
import type { Rng } from '../../../envs/rng.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { Prefix } from './prefill.ts'
import type { Sample, SampleRequest } from './sample-request.ts'

/** Rows per session run: throughput saturates here. */
const MAX_ROWS = 64

/** One completion in the making. */
export class Row {
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
export interface RowBatch {
  groups: Row[][]
  rows: Row[]
  /** G */
  numGroups: number
  /** n */
  perGroup: number
}

/** Rows of equal prompts that follow each other stand together where all such groups have the same size. */
export function batchesOf(rows: readonly Row[]): RowBatch[] {
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
