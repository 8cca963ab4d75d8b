/** @file `math/chinese-remainder-v1`: the smallest number with given remainders, by the Chinese remainder theorem. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import { gcd } from '../divisors.ts'

/** Moduli that share no factor in pairs, the smallest first. */
type Params = { congruences: { modulus: number; remainder: number }[] }

export const chineseRemainder = derivation({
  id: 'math/chinese-remainder-v1',
  title: 'Find the number with given remainders',
  group: 'number theory',
  rules:
    'Multiply all moduli; for each modulus find the inverse of the product of the others; add up remainder times ' +
    'that product times that inverse, and reduce. Example: for x mod 5 = 2 and x mod 7 = 3 write "5*7 = 35", "7*3 ' +
    'mod 5 = 1", "5*3 mod 7 = 1", "2*7*3 + 3*5*3 = 87", "87 mod 35 = 17", "answer: 17".',
  levels: [
    { moduli: 2, largest: 15 },
    { moduli: 2, largest: 40 },
    { moduli: 3, largest: 16 },
    { moduli: 4, largest: 25 },
  ],
  draw: (rng, { moduli, largest }): Params => ({
    congruences: drawModuli(rng, moduli, largest).map(modulus => ({
      modulus,
      remainder: rng.int(0, modulus - 1),
    })),
  }),
  question: ({ congruences }) => {
    const conditions = congruences.map(({ modulus, remainder }) => `x mod ${modulus} = ${remainder}`)
    return `What is the smallest x from 0 on with ${conditions.join(', ')}?`
  },
  work: params => {
    const parts = partsOf(params)
    const all = productOf(params)
    const lines = [`${parts.map(({ modulus }) => modulus).join('*')} = ${all}`]
    for (const { modulus, others, inverse } of parts) {
      if (parts.length > 2) lines.push(`${all}/${modulus} = ${others}`)
      lines.push(`${others}*${inverse} mod ${modulus} = 1`)
    }
    const terms = parts.map(({ remainder, others, inverse }) => `${remainder}*${others}*${inverse}`)
    const sum = sumOf(parts)
    lines.push(`${terms.join(' + ')} = ${sum}`, `${sum} mod ${all} = ${sum % all}`)
    return { lines, answer: String(sum % all) }
  },
  meaning: params => ({ assignments: [{ x: sumOf(partsOf(params)) % productOf(params) }] }),
})

/** `others` is the product of the other moduli. */
type Part = { modulus: number; remainder: number; others: number; inverse: number }

function partsOf(params: Params): Part[] {
  const all = productOf(params)
  return params.congruences.map(({ modulus, remainder }) => {
    const others = all / modulus
    return { modulus, remainder, others, inverse: inverseOf(others, modulus) }
  })
}

function sumOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { remainder, others, inverse }) => sum + remainder * others * inverse, 0)
}

function productOf({ congruences }: Params): number {
  return congruences.reduce((product, { modulus }) => product * modulus, 1)
}

/** By trying: moduli are small. */
function inverseOf(number: number, modulus: number): number {
  let inverse = 1
  while ((number * inverse) % modulus !== 1) inverse++
  return inverse
}

/** In ascending order. Of the candidates for the last of four moduli about a third fits. */
function drawModuli(rng: Rng, count: number, largest: number): number[] {
  const moduli: number[] = []
  for (let product = 1; moduli.length < count;) {
    const modulus = rng.int(3, largest)
    if (gcd(product, modulus) > 1) continue
    moduli.push(modulus)
    product *= modulus
  }
  return moduli.toSorted((a, b) => a - b)
}
