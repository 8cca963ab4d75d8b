/** @file `math/modular-inverse-v1`: the inverse of a number modulo another, by the extended Euclidean algorithm. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'
import { gcd } from '../divisors.ts'

type Params = { number: number; modulus: number }

export const modularInverse = derivation({
  id: 'math/modular-inverse-v1',
  title: 'Find the inverse of a number modulo another',
  group: 'number theory',
  rules:
    'Run Euclid’s algorithm and write every remainder as a combination of modulus and number until it is 1, then ' +
    'check the inverse: one combination per line. Example: for 17 modulo 43 write "9 = 43*1 - 17*2", "8 = 17*3 - ' +
    '43*1", "1 = 43*2 - 17*5", "17*38 mod 43 = 1", "answer: 38".',
  levels: [{ modulus: 99 }, { modulus: 300 }, { modulus: 999 }, { modulus: 9_999 }],
  draw: (rng, { modulus }) => drawCoprime(rng, modulus),
  identity: ({ number, modulus }) => [number, modulus],
  question: ({ number, modulus }) =>
    `Which number from 1 to ${modulus - 1} times ${number} leaves remainder 1 when divided by ${modulus}?`,
  work: ({ number, modulus }) => {
    const lines: string[] = []
    let [before, rest] = [modulus, number]
    let [ofModulusBefore, ofModulus, ofNumberBefore, ofNumber] = [1, 0, 0, 1]
    while (rest > 1) {
      const quotient = Math.floor(before / rest)
      ;[before, rest] = [rest, before % rest]
      ;[ofModulusBefore, ofModulus] = [ofModulus, ofModulusBefore - quotient * ofModulus]
      ;[ofNumberBefore, ofNumber] = [ofNumber, ofNumberBefore - quotient * ofNumber]
      lines.push(
        ofNumber > 0
          ? `${rest} = ${number}*${ofNumber} - ${modulus}*${-ofModulus}`
          : `${rest} = ${modulus}*${ofModulus} - ${number}*${-ofNumber}`,
      )
    }
    const inverse = ofNumber > 0 ? ofNumber : ofNumber + modulus
    return { lines: [...lines, `${number}*${inverse} mod ${modulus} = 1`], answer: String(inverse) }
  },
})

/** A modulus in the upper nine tenths and a number below it that shares no factor with it: about every second draw does. */
function drawCoprime(rng: Rng, largest: number): Params {
  for (;;) {
    const modulus = rng.int(Math.ceil(largest / 10), largest)
    const number = rng.int(2, modulus - 2)
    if (gcd(modulus, number) === 1) return { number, modulus }
  }
}
