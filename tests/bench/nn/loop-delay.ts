/**
 * @file How long an event has to wait for the main thread, at the 99th percentile of all moments.
 *
 * node's own histogram counts a stall of 60 ms once, like each of the free milliseconds around it, so that its percentiles do not
 * see stalls that fill a third of the time. Here every moment counts: an event that comes at any time within a stall of length L
 * waits for the rest of it.
 */
import { setTimeout } from 'node:timers/promises'

/** Milliseconds that 99 of 100 events wait at most while `work` runs, and the longest stall. */
export async function loopDelay(work: () => Promise<void>): Promise<{ p99: number; longest: number }> {
  const stalls: number[] = []
  let watching = true
  const watch = async (): Promise<void> => {
    for (let last = performance.now(); watching; last = performance.now()) {
      await setTimeout(1)
      stalls.push(performance.now() - last)
    }
  }
  const watched = watch()
  await work()
  watching = false
  await watched
  return { p99: percentile(stalls, 0.99), longest: Math.max(...stalls) }
}

/** The wait that this share of all moments stays below. */
export function percentile(stalls: readonly number[], share: number): number {
  const total = stalls.reduce((sum, stall) => sum + stall, 0)
  const beyond = (wait: number): number =>
    stalls.reduce((sum, stall) => sum + Math.max(0, stall - wait), 0) / total
  let [low, high] = [0, Math.max(...stalls)]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (beyond(middle) > 1 - share) low = middle
    else high = middle
  }
  return high
}
