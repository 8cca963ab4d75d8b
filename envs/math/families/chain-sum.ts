/** @file `math/chain-sum-v1`: add and subtract several numbers from left to right. */
import type { Rng } from '../../rng.ts'
import { derivation } from '../derivation.ts'

/** Terms with their signs; the first is positive. */
type Params = { terms: number[] }

export const chainSum = derivation({
  id: 'math/chain-sum-v1',
  title: 'Add and subtract several numbers',
  group: 'arithmetic',
  rules:
    'Work from left to right and write each new total as one line, then the answer. Example: for 47 - 12 + 85 write ' +
    '"47 - 12 = 35", "35 + 85 = 120", "answer: 120".',
  levels: [
    { terms: 3, digits: 2 },
    { terms: 4, digits: 2 },
    { terms: 5, digits: 3 },
    { terms: 8, digits: 4 },
  ],
  draw: (rng, { terms, digits }): Params => ({
    terms: Array.from({ length: terms }, (_, i) => drawTerm(rng, digits, i > 0)),
  }),
  identity: ({ terms }) => terms.toSorted((a, b) => a - b),
  question: ({ terms }) => `What is ${terms[0]}${terms.slice(1).map(plus).join('')}?`,
  work: ({ terms }) => {
    const lines: string[] = []
    let total = terms[0]!
    for (const term of terms.slice(1)) {
      lines.push(`${total}${plus(term)} = ${total + term}`)
      total += term
    }
    return { lines, answer: String(total) }
  },
  /** The sign of the last term is overlooked. */
  mistake: ({ terms }) => String(terms.reduce((sum, term) => sum + term) - 2 * terms.at(-1)!),
})

function drawTerm(rng: Rng, digits: number, signed: boolean): number {
  const size = rng.int(10 ** (digits - 1), 10 ** digits - 1)
  return signed && rng.next() % 2 === 0 ? -size : size
}

function plus(term: number): string {
  return term < 0 ? ` - ${-term}` : ` + ${term}`
}
