/** @file Tests that need something of the machine: skipped where it is missing, and said so. */
import type { Test } from 'uvu'

type Suite = Pick<Test<unknown>, 'skip'> & ((name: string, run: () => Promise<void> | void) => void)

export interface Need {
  /** What is missing and how to install it. */
  missing: string
  there(): boolean
}

/** `test`, or where the need is not met, `test.skip` with a line that says why. */
export function needs(test: Suite, name: string, need: Need): (run: () => Promise<void> | void) => void {
  if (need.there()) return run => test(name, run)
  process.stdout.write(`SKIP ${name}: ${need.missing}\n`)
  return run => test.skip(name, run)
}
