/** @file Readers of option values: each takes a text apart or says what was expected. */
import { UsageError } from '../../envs/errors.ts'

/** Reads a whole number of at least `min`, for commander. `flag` is how people write the option. */
export function wholeNumber(flag: string, min = 0): (text: string) => number {
  return text => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
    if (value >= min) return value
    throw new UsageError(`${flag}: expected a whole number of at least ${min}, got ${JSON.stringify(text)}`)
  }
}

/** Reads levels as `1 2 3` or `1,2,3`. */
export function levelNumbers(texts: readonly string[]): number[] {
  return texts.flatMap(text => text.split(',')).map(wholeNumber('--level'))
}
