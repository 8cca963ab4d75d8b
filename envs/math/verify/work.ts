/**
 * @file A bound on the computing that one comparison may cause, counted and not timed, so that the same pair gets the same
 * verdict on every machine.
 */

/** One unit is very roughly a microsecond. */
const ALLOWED = 100_000

let left = Infinity

class TooMuchWork extends Error {}

/** Counts work that is about to be done. Throws inside `bounded` when that is used up. */
export function spend(units: number): void {
  left -= units
  if (left < 0) throw new TooMuchWork('the comparison takes too much computing')
}

/** Runs a comparison within the bound; null where it needs more. Does not nest. */
export function bounded<T>(run: () => T): T | null {
  left = ALLOWED
  try {
    return run()
  } catch (error) {
    if (error instanceof TooMuchWork) return null
    throw error
  } finally {
    left = Infinity
  }
}
