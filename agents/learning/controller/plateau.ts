/**
 * @file When behaviour cloning has given what it can: validation accuracy stands still. Pure: readings in, verdict out.
 *
 * Accuracy is of samples, not greedy: reinforcement learning starts from what the policy samples.
 */
export interface PlateauOptions {
  /** Readings that are compared with those before them. */
  window: number
  /** The gain of accuracy that still counts. */
  delta: number
  /** Readings without which there is no verdict; default: 2·window. */
  least?: number
}

export interface PlateauVerdict {
  plateaued: boolean
  /** Best of the last window minus best before it; null while there are too few readings. */
  gain: number | null
  reason: string
}

/** Has the best accuracy of the last `window` readings gained less than `delta` on the best before? */
export function plateau(
  readings: readonly number[],
  { window, delta, least = 2 * window }: PlateauOptions,
): PlateauVerdict {
  if (readings.length < Math.max(least, window + 1))
    return { plateaued: false, gain: null, reason: `${readings.length} readings are too few to judge` }
  const recent = Math.max(...readings.slice(-window))
  const before = Math.max(...readings.slice(0, -window))
  const gain = recent - before
  const plateaued = gain < delta
  const reason = `the best of the last ${window} readings is ${recent.toFixed(3)}, the best before ${before.toFixed(3)}: a gain of ${gain.toFixed(3)}, ${plateaued ? 'less than' : 'at least'} ${delta}`
  return { plateaued, gain, reason }
}
