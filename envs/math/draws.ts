/** @file What families draw again and again: numbers that are not 0, coefficients, grids of numbers. */
import type { Rng } from '../rng.ts'

/** Uniform in -largest … largest without 0. */
export function nonZero(rng: Rng, largest: number): number {
  const value = rng.int(1, 2 * largest)
  return value > largest ? largest - value : value
}

/** `count` whole numbers from `low` to `high`. */
export function integers(rng: Rng, count: number, low: number, high: number): number[] {
  const values: number[] = []
  while (values.length < count) values.push(rng.int(low, high))
  return values
}

/** Coefficients of a polynomial of exactly this degree, up to `largest` in size; index k is the power. */
export function coefficients(rng: Rng, degree: number, largest: number): number[] {
  return [...integers(rng, degree, -largest, largest), nonZero(rng, largest)]
}
