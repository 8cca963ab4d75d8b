/** @file Weights as inputs of a session: views into the flat vector, nothing is copied. */
import type { Parameter } from '../model/config.ts'
import type { Feeds, Session } from './session.ts'
import { floats } from './session.ts'

/** One feed per input that is a weight, or several side by side (`WeightViews`). */
export function weightFeeds(
  inputs: Session['inputs'],
  layout: readonly Parameter[],
  weights: Float32Array,
): Feeds {
  const offsets = new Map(layout.map(({ name, offset }) => [name, offset]))
  const feeds: Feeds = {}
  for (const [name, shape] of inputs) {
    const offset = offsets.get(name.split('+')[0]!)
    if (offset === undefined) continue
    const dims = shape as readonly number[]
    const size = dims.reduce((product, dim) => product * dim, 1)
    feeds[name] = floats(weights.subarray(offset, offset + size), dims)
  }
  return feeds
}
