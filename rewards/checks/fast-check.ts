/**
 * @file The one place that knows fast-check: draws, search for a counterexample, shrinking.
 *
 * Everything else in these checks speaks of draws and literal inputs, so that another version of fast-check is a change of
 * this file.
 */
import fc from 'fast-check'

export type Draw<D> = fc.Arbitrary<D>
export { fc as draws }

export interface Hunt<D> {
  draw: Draw<D>
  /** Does this draw keep the law, break it, or not apply? */
  judge(drawn: D): Promise<'kept' | 'broken' | 'skip'>
  runs: number
  seed: number
  /** Shrinking stops after this many tries. */
  shrinks: number
  /** True once no more time should be spent. */
  late(): boolean
}

export interface Hunted<D> {
  /** The smallest draw that failed; null if none did. */
  found: { drawn: D; path: string; run: number; shrinks: number } | null
  /** Draws that were judged, shrinking aside. */
  runs: number
  /** Draws that did not apply. */
  skips: number
  /** Time ran out before all runs were made. */
  cut: boolean
}

/** Thrown inside a run to end the hunt at once; counted as neither success nor failure. */
class OutOfTime extends Error {}

/**
 * Looks for a draw that fails, and shrinks it. Skipped draws do not count as runs, but at most five times `runs` are drawn.
 * Deterministic for a seed, unless time runs out.
 */
export async function hunt<D>({ draw, judge, runs, seed, shrinks, late }: Hunt<D>): Promise<Hunted<D>> {
  const tally = { runs: 0, skips: 0, tried: 0, cut: false }
  // In an object, because what is drawn may be null.
  let smallest: { drawn: D } | null = null
  const details = await fc.check(
    fc.asyncProperty(draw, async drawn => {
      if (late()) {
        tally.cut = true
        if (smallest === null) throw new OutOfTime()
        return
      }
      // Behind the first failure every further run is a try to shrink it.
      if (smallest !== null && tally.tried++ >= shrinks) return
      const verdict = await judge(drawn)
      if (verdict === 'skip') {
        if (smallest === null) tally.skips++
        fc.pre(false)
      }
      if (smallest === null) tally.runs++
      if (verdict !== 'broken') return
      smallest = { drawn }
      throw new Error(verdict)
    }),
    { numRuns: runs, seed, maxSkipsPerRun: 4, verbose: 0 },
  )
  const found =
    smallest === null
      ? null
      : {
          drawn: (smallest as { drawn: D }).drawn,
          path: details.counterexamplePath ?? '',
          run: tally.runs,
          shrinks: details.numShrinks,
        }
  return { found, runs: tally.runs, skips: tally.skips, cut: tally.cut }
}

/** `count` values of a draw, the same for the same seed. */
export function sample<D>(draw: Draw<D>, count: number, seed: number): D[] {
  return fc.sample(draw, { numRuns: count, seed })
}
