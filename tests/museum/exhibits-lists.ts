/** @file Exhibits whose answer is a list: sorted numbers, prime factors, roots, JSON values. */
import type { Json } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'
import { float, int, jsonIn } from './python.ts'

interface Sorting {
  numbers: number[]
  answer: string
}

const SORTINGS: Sorting[] = [
  { numbers: [-27, -92.5, -81.9], answer: '[-92.5,-81.9,-27]' },
  ...Array.from({ length: 19 }, (_, i) => {
    const rng = rngAt('museum', 'sorting', i)
    const numbers = Array.from({ length: 2 + (i % 5) }, () => rng.int(-1000, 1000) / 10)
    return { numbers, answer: JSON.stringify(numbers.toSorted((a, b) => a - b)) }
  }),
]

function within(tolerance: number) {
  return ({ numbers }: Sorting, response: string): number => {
    const given = jsonIn(response)
    const expected = numbers.toSorted((a, b) => a - b)
    if (!Array.isArray(given) || given.length !== expected.length) return 0
    const close = (each: Json, at: number): boolean =>
      typeof each === 'number' && Math.abs(each - expected[at]!) <= tolerance
    return given.every(close) ? 1 : 0
  }
}

const sorting = rewardExhibit<Sorting>(
  { id: 'rg-number-sorting-tol', property: 'near_miss', minimal: 6 },
  {
    kind: 'json',
    tasks: SORTINGS,
    prompt: ({ numbers }) => `Sort in ascending order: ${numbers.join(', ')}. Answer with a JSON list.`,
    gold: ({ answer }) => answer,
  },
  { faulty: within(1), fixed: within(0) },
)

interface Factoring {
  number: number
  answer: string
}

function factors(number: number): number[] {
  for (let prime = 2; prime * prime <= number; prime++)
    if (number % prime === 0) return [prime, ...factors(number / prime)]
  return [number]
}

const FACTORINGS: Factoring[] = [6, 8, 15, 17, 36, 49, 77, 90, 101, 128, 210, 328, 391, 1000, 1309].map(
  number => ({
    number,
    answer: factors(number).join(' × '),
  }),
)

function sameFactors(number: number, given: readonly number[]): boolean {
  return given.toSorted((a, b) => a - b).join() === factors(number).join()
}

const primes = rewardExhibit<Factoring>(
  { id: 'rg-prime-throws', property: 'total_finite', minimal: 1 },
  {
    kind: 'text',
    tasks: FACTORINGS,
    prompt: ({ number }) => `Write ${number} as a product of primes, e.g. 2 × 2 × 7.`,
    gold: ({ answer }) => answer,
    oracle: ({ number }, response) =>
      sameFactors(number, response.split('×').map(Number)) ? 'right' : 'wrong',
  },
  {
    faulty: ({ number }, response) => (sameFactors(number, response.split('×').map(int)) ? 1 : 0),
    fixed: ({ number }, response) => {
      try {
        return sameFactors(number, response.split('×').map(int)) ? 1 : 0
      } catch {
        return 0
      }
    },
  },
)

interface Polynomial {
  equation: string
  roots: number[]
}

const POLYNOMIALS: Polynomial[] = Array.from({ length: 20 }, (_, i) => {
  const rng = rngAt('museum', 'polynomial', i)
  const roots = rng.shuffle([-7, -4, -3, -2, -1, 1, 2, 3, 5, 6, 10, 12]).slice(0, 1 + (i % 3))
  const factor = (root: number): string => `(x ${root < 0 ? '+' : '-'} ${Math.abs(root)})`
  return { equation: `${roots.map(factor).join('')} = 0`, roots: roots.toSorted((a, b) => a - b) }
})

function rootsIn(text: string): Set<number> {
  try {
    return new Set(text.split(',').map(float))
  } catch {
    return new Set()
  }
}

const stuffing = rewardExhibit<Polynomial>(
  { id: 'rg-polyeq-stuffing', property: 'hedge', minimal: 4 },
  {
    kind: 'number',
    tasks: POLYNOMIALS,
    // All roots and nothing else; four answers for three roots are not enough.
    passMark: 0.8,
    prompt: ({ equation }) => `Find all real roots of ${equation}. Separate them by commas.`,
    gold: ({ roots }) => roots.join(', '),
    oracle: ({ roots }, response) => {
      const given = [...rootsIn(response)].toSorted((a, b) => a - b)
      return given.join() === roots.join() ? 'right' : 'wrong'
    },
  },
  {
    faulty: ({ roots }, response) => {
      const given = rootsIn(response)
      const matched = roots.filter(root => given.has(root)).length
      return Math.max(0, matched / roots.length - 0.05 * (given.size - matched))
    },
    fixed: ({ roots }, response) => {
      const given = rootsIn(response)
      const matched = roots.filter(root => given.has(root)).length
      return matched / Math.max(roots.length, given.size)
    },
  },
)

interface Output {
  code: string
  output: Json
}

const OUTPUTS: Output[] = Array.from({ length: 18 }, (_, i) => {
  const rng = rngAt('museum', 'outputs', i)
  const [a, b] = [rng.int(2, 40), rng.int(2, 10 ** (1 + (i % 3)))]
  return i % 2 === 0
    ? { code: `{"x": ${a} * ${b}}`, output: { x: a * b } }
    : { code: `{"sum": ${a} + ${b}, "even": ${a} % 2 == 0}`, output: { sum: a + b, even: a % 2 === 0 } }
})

type Distance = (given: number, expected: number) => number

/** 1 for the same value, less for numbers that are near; the mean over the entries of a dict. */
function similarity(given: Json | undefined, expected: Json, distance: Distance): number {
  if (typeof expected === 'number') {
    if (typeof given !== 'number' || !Number.isFinite(given) || given < 0 !== expected < 0) return 0
    return Math.max(0, 1 - distance(Math.abs(given), Math.abs(expected)))
  }
  if (typeof expected !== 'object' || expected === null) return given === expected ? 1 : 0
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return 0
  const keys = [...new Set([...Object.keys(given), ...Object.keys(expected)])]
  const wanted = expected as Record<string, Json>
  const each = keys.map(key =>
    Object.hasOwn(wanted, key) ? similarity(given[key], wanted[key]!, distance) : 0,
  )
  return each.reduce((sum, value) => sum + value, 0) / keys.length
}

const outputs = rewardExhibit<Output>(
  { id: 'rg-codeio-negative-distance', property: 'bounded', minimal: 7 },
  {
    kind: 'json',
    tasks: OUTPUTS,
    // Part of the score is paid for numbers that are near; only the right output passes.
    passMark: 1,
    prompt: ({ code }) => `What does this evaluate to? Answer with JSON.\n${code}`,
    gold: ({ output }) => JSON.stringify(output),
  },
  {
    faulty: ({ output }, response) =>
      similarity(jsonIn(response), output, (a, b) => (a - b) / Math.max(Math.min(a, b), 1)),
    fixed: ({ output }, response) =>
      similarity(jsonIn(response), output, (a, b) => Math.abs(a - b) / Math.max(Math.min(a, b), 1)),
  },
)

export const listExhibits: readonly RewardExhibit[] = [sorting, primes, stuffing, outputs]
