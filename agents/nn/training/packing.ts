/**
 * @file Sequences of different lengths as one batch: one per row, or several in a row where that saves work.
 *
 * A sequence of T tokens has T − 1 predictions: column t holds token t, its target is token t + 1.
 */
import type { Batch } from './batch.ts'

export interface Sequence {
  tokens: readonly number[]
  /** Predictions below this index are of the prompt, and carry no weight. */
  start: number
}

export interface Packed {
  /** Without inputs. */
  batch: Omit<Batch, 'inputs'>
  /** Where each sequence's predictions begin in the batch's `[B, S]` arrays. */
  offsets: number[]
}

/** Lengths and numbers of rows are rounded up to multiples of these, so that few shapes, and so few sessions, occur. */
const LENGTH_STEP = 8
const ROW_STEP = 8
/** Packing has its price, attention over whole rows: it is done where it leaves less than this share of the rows. */
const WORTHWHILE = 0.7

/**
 * Rows of up to `maxLength` predictions. `indexed`: with the index of the sequence of each token, for losses on sequences.
 * Throws RangeError where there is no sequence, or one has no prediction or too many.
 */
export function pack(sequences: readonly Sequence[], maxLength: number, indexed = false): Packed {
  if (sequences.length === 0) throw new RangeError('pack: expected at least one sequence, got none')
  const lengths = sequences.map(({ tokens }) => tokens.length - 1)
  const misfit = lengths.findIndex(length => length < 1 || length > maxLength)
  if (misfit >= 0)
    throw new RangeError(
      `pack: expected sequences of 2 to ${maxLength + 1} tokens, got ${lengths[misfit]! + 1} in sequence ${misfit}`,
    )
  const width = Math.min(maxLength, roundedUp(Math.max(...lengths), LENGTH_STEP))
  const places = firstFit(lengths, width)
  const numRows = roundedUp(Math.max(...places.map(({ row }) => row)) + 1, ROW_STEP)
  const packed = numRows < WORTHWHILE * sequences.length
  return packed
    ? filled(sequences, places, { rows: numRows, width, packed, indexed })
    : filled(
        sequences,
        lengths.map((_, row) => ({ row, column: 0, segment: 0 })),
        { rows: fewSizes(sequences.length), width, packed, indexed },
      )
}

interface Place {
  row: number
  column: number
  /** Which of the row's sequences it is. */
  segment: number
}

/** First fit, longest first (Johnson 1973): at most 11/9 of the rows that are needed. */
function firstFit(lengths: readonly number[], width: number): Place[] {
  const places = Array.from<Place>({ length: lengths.length })
  const used: { columns: number; segments: number }[] = []
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]!)
  for (const i of order) {
    let row = used.findIndex(({ columns }) => columns + lengths[i]! <= width)
    if (row < 0) row = used.push({ columns: 0, segments: 0 }) - 1
    const { columns, segments } = used[row]!
    places[i] = { row, column: columns, segment: segments }
    used[row] = { columns: columns + lengths[i]!, segments: segments + 1 }
  }
  return places
}

interface Form {
  rows: number
  width: number
  packed: boolean
  indexed: boolean
}

function filled(
  sequences: readonly Sequence[],
  places: readonly Place[],
  { rows, width, packed, indexed }: Form,
): Packed {
  const array = (): Int32Array => new Int32Array(rows * width)
  const [tokens, targets, positions, segments] = [array(), array(), array(), array().fill(-1)]
  const owners = array().fill(-1)
  const offsets = places.map(({ row, column }) => row * width + column)
  for (const [i, sequence] of sequences.entries()) {
    const last = sequence.tokens.length - 1
    for (let t = 0; t < last; t++) {
      const at = offsets[i]! + t
      tokens[at] = sequence.tokens[t]!
      targets[at] = sequence.tokens[t + 1]!
      positions[at] = t
      segments[at] = places[i]!.segment
      if (t >= sequence.start) owners[at] = i
    }
  }
  const batch = {
    rows,
    tokens,
    targets,
    ...(packed && { positions, segments }),
    ...(indexed && { sequences: owners, numSequences: sequences.length }),
  }
  return { batch, offsets }
}

/** Rows of padding cost less than a session for every number of rows. */
function fewSizes(rows: number): number {
  return rows <= ROW_STEP ? rows : roundedUp(rows, ROW_STEP)
}

function roundedUp(value: number, step: number): number {
  return Math.ceil(value / step) * step
}
