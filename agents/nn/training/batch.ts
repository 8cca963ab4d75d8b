/**
 * @file Batches: token ids, what to predict at each of them, and the numbers that a loss reads.
 *
 * B rows of S columns. Column t holds a token and the target that follows it; a weight of 0 takes a prediction out of the
 * loss (prompts, padding). Rows may hold several sequences (`segments`), each with positions of its own.
 */
import type { BatchShape } from '../losses/loss-graph.ts'
import type { Feeds, Session } from '../runtime/session.ts'
import { floats, ints } from '../runtime/session.ts'

export interface Batch {
  rows: number
  /** int32 `[B, S]` each. */
  tokens: Int32Array
  targets: Int32Array
  /** Position of each token, where it is not its column. */
  positions?: Int32Array
  /** Number of the sequence within its row; a token sees only its own sequence. */
  segments?: Int32Array
  /** Index of the sequence that a token belongs to, over the whole batch; -1 for none. For losses on sequences. */
  sequences?: Int32Array
  /** Q: how many sequences there are. */
  numSequences?: number
  /** By the names that the loss asks for. */
  inputs: Readonly<Record<string, Float32Array>>
}

/** Throws RangeError where the tokens are not so many rows of one length. */
export function batchShape({ rows, tokens, positions, segments, numSequences = 0 }: Batch): BatchShape {
  const steps = tokens.length / rows
  if (!Number.isInteger(steps) || steps < 1)
    throw new RangeError(`batch: expected ${rows} rows of tokens of one length, got ${tokens.length} numbers`)
  return {
    rows,
    steps,
    sequences: numSequences,
    packed: segments !== undefined,
    positioned: positions !== undefined,
  }
}

/** What a session asks for, from a batch. Throws RangeError naming what is of the wrong length. */
export function feedsOf(inputs: InputShapes, batch: Batch): Feeds {
  return stackedFeeds(inputs, [batch], false)
}

/** The same for several batches of one shape, one behind the other on a new first axis. */
export function stackedFeeds(inputs: InputShapes, batches: readonly Batch[], stacked = true): Feeds {
  const feeds: Feeds = {}
  const [first] = batches as [Batch]
  for (const name of ['tokens', 'targets', 'positions', 'segments', 'sequences'] as const) {
    const shape = inputs.get(name) as readonly number[] | undefined
    if (shape)
      feeds[name] = ints(joined(batches.map(batch => checked(name, batch[name], shape, stacked))), shape)
  }
  for (const name of Object.keys(first.inputs)) {
    const shape = inputs.get(name) as readonly number[] | undefined
    if (shape)
      feeds[name] = floats(
        joined(batches.map(batch => checked(name, batch.inputs[name], shape, stacked))),
        shape,
      )
  }
  return feeds
}

/** The feeds of a run, complete: throws RangeError naming an input that neither the state nor the batch has. */
export function complete(inputs: InputShapes, feeds: Feeds): Feeds {
  for (const name of inputs.keys())
    if (!(name in feeds)) throw new RangeError(`batch: expected ${name}, which this loss reads; got none`)
  return feeds
}

/** Shapes of a session's inputs by name. */
export type InputShapes = Session['inputs']

function checked<A extends Int32Array | Float32Array>(
  name: string,
  values: A | undefined,
  shape: readonly number[],
  stacked: boolean,
): A {
  const expected = (stacked ? shape.slice(1) : shape).reduce((size, dim) => size * dim, 1)
  if (values?.length !== expected)
    throw new RangeError(`batch: expected ${expected} numbers in ${name}, got ${values?.length ?? 'none'}`)
  return values
}

function joined<A extends Int32Array | Float32Array>(parts: readonly A[]): A {
  const [first] = parts as [A]
  if (parts.length === 1) return first
  const all = (
    first instanceof Int32Array
      ? new Int32Array(first.length * parts.length)
      : new Float32Array(first.length * parts.length)
  ) as A
  for (const [i, part] of parts.entries()) all.set(part, i * first.length)
  return all
}
