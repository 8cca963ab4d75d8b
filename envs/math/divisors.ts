/** @file Divisors and prime factors of small whole numbers, and the lines that find them. */
import type { Rng } from '../rng.ts'

/** The greatest common divisor of two numbers that are not negative. */
export function gcd(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}

/** The primes that a number below 2^53 is the product of, the smallest first; none for 1. By trial division. */
export function primeFactors(number: number): number[] {
  const primes: number[] = []
  let rest = number
  for (let prime = 2; prime * prime <= rest; prime++)
    for (; rest % prime === 0; rest /= prime) primes.push(prime)
  return rest > 1 ? [...primes, rest] : primes
}

/** One division for each prime factor but the last: `12/2 = 6`, `6/2 = 3`. */
export function trialDivisions(number: number): string[] {
  let rest = number
  return primeFactors(number)
    .slice(0, -1)
    .map(prime => {
      const line = `${rest}/${prime} = ${rest / prime}`
      rest /= prime
      return line
    })
}

/** A product of that many numbers from 2 to `largest`: never a prime, and rich in small factors. */
export function drawComposite(rng: Rng, factors: number, largest: number): number {
  let number = 1
  for (let i = 0; i < factors; i++) number *= rng.int(2, largest)
  return number
}
