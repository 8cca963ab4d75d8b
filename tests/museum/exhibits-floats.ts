/** @file Exhibits whose answer is one number or a complex one: infinities, NaN, tolerances, spellings of decimals. */
import { rngAt } from '../../envs/rng.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'
import { float, min, threeFigures } from './python.ts'

interface Question {
  question: string
  answer: string
}

const SUMS: Question[] = Array.from({ length: 24 }, (_, i) => {
  const rng = rngAt('museum', 'sums', i)
  const largest = 10 ** (1 + (i % 5))
  const [a, b] = [rng.int(0, largest), rng.int(0, largest)]
  return i % 3 === 2
    ? { question: `What is ${a} - ${b}?`, answer: String(a - b) }
    : { question: `What is ${a} + ${b}?`, answer: String(a + b) }
})

const sums = {
  kind: 'number' as const,
  tasks: SUMS,
  prompt: ({ question }: Question) => question,
  gold: ({ answer }: Question) => answer,
}

/** The number that a text is, or NaN. */
function numberIn(text: string): number {
  try {
    return float(text)
  } catch {
    return NaN
  }
}

function floatMatch(answer: string, gold: string, relative: number, absolute: number): boolean {
  const [a, b] = [numberIn(answer), numberIn(gold)]
  return Math.abs(a - b) <= Math.max(relative * Math.max(Math.abs(a), Math.abs(b)), absolute)
}

const infinityMatches = rewardExhibit<Question>(
  { id: 'rg-float-match-inf', property: 'universal_key', minimal: 3 },
  { ...sums, tolerance: { relative: 1e-9 } },
  {
    faulty: ({ answer }, response) => (floatMatch(response, answer, 1e-9, 0) ? 1 : 0),
    fixed: ({ answer }, response) =>
      Number.isFinite(numberIn(response)) && floatMatch(response, answer, 1e-9, 0) ? 1 : 0,
  },
)

const onePercent = rewardExhibit<Question>(
  { id: 'rg-float-match-1pct', property: 'near_miss', minimal: 4 },
  sums,
  {
    faulty: ({ answer }, response) => {
      if (response.trim() === answer) return 1
      return Number.isFinite(numberIn(response)) && floatMatch(response, answer, 0.01, 0) ? 1 : 0
    },
    fixed: ({ answer }, response) => (numberIn(response) === Number(answer) ? 1 : 0),
  },
)

type Complex = readonly [re: number, im: number]

const PRODUCTS: Question[] = Array.from({ length: 20 }, (_, i) => {
  const rng = rngAt('museum', 'complex', i)
  const [a, b, c, d] = [rng.int(-5, 5), rng.int(1, 5), rng.int(-5, 5), rng.int(1, 5)]
  const im = a * d + b * c
  const answer = `${(a * c - b * d).toFixed(1)} ${im < 0 ? '-' : '+'} ${Math.abs(im).toFixed(1)}i`
  return { question: `Multiply (${a} + ${b}i) and (${c} + ${d}i).`, answer }
})

/** `a + bi`, `a` or `bi`. Throws on anything else. */
function complexIn(text: string): Complex {
  const plain = text.replaceAll(/\s/g, '').toLowerCase()
  if (!plain.endsWith('i')) return [float(plain), 0]
  const parts = /^(.*?)([+-]?[\d.]*)i$/.exec(plain)!
  const im = /\d/.test(parts[2]!) ? float(parts[2]!) : float(`${parts[2]}1`)
  return [parts[1] === '' ? 0 : float(parts[1]!), im]
}

function distance(answer: string, gold: string): number {
  const [a, b] = [complexIn(answer), complexIn(gold)]
  return Math.hypot(a[0] - b[0], a[1] - b[1])
}

const nanDistance = rewardExhibit<Question>(
  { id: 'rg-complex-nan', property: 'universal_key', minimal: 3 },
  {
    kind: 'number',
    tasks: PRODUCTS,
    // Part of the score is paid for coming near; only a right answer passes.
    passMark: 1,
    prompt: ({ question }) => question,
    gold: ({ answer }) => answer,
    oracle: ({ answer }, response) => {
      try {
        const [a, b] = [complexIn(response), complexIn(answer)]
        return a[0] === b[0] && a[1] === b[1] ? 'right' : 'wrong'
      } catch {
        return 'wrong'
      }
    },
  },
  {
    faulty: ({ answer }, response) => {
      try {
        return min(1, Math.exp(-distance(response, answer)))
      } catch {
        return 0
      }
    },
    fixed: ({ answer }, response) => {
      try {
        const far = distance(response, answer)
        return Number.isFinite(far) ? min(1, Math.exp(-far)) : 0
      } catch {
        return 0
      }
    },
  },
)

const POWERS: Question[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(base => ({ base, power: 0 })),
  ...[1.5, 0.5, 2, 3, 12, 7, 0.2, 25, 1.1, 9].map((base, i) => ({ base, power: 1 + (i % 4) })),
].map(({ base, power }) => ({
  question: `What is ${base} to the power of ${power}? Give three significant figures.`,
  answer: decimalText(Number((base ** power).toPrecision(3))),
}))

/** As Python prints a float: whole numbers with `.0`. */
function decimalText(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

const decimalFormat = rewardExhibit<Question>(
  { id: 'rg-power-decimal-format', property: 'equivalent_form', minimal: 1 },
  {
    kind: 'number',
    tasks: POWERS,
    prompt: ({ question }) => question,
    gold: ({ answer }) => answer,
    oracle: ({ answer }, response) => {
      const value = numberIn(response)
      if (value === Number(answer)) return 'right'
      // More figures than asked for: it depends on how they are rounded.
      return Math.abs(value - Number(answer)) <= 0.01 * Math.abs(Number(answer)) ? 'unknown' : 'wrong'
    },
  },
  {
    faulty: ({ answer }, response) => scoreThreeFigures(response, answer, (a, b) => a === b),
    fixed: ({ answer }, response) => scoreThreeFigures(response, answer, (a, b) => Number(a) === Number(b)),
  },
)

function scoreThreeFigures(answer: string, gold: string, same: (a: string, b: string) => boolean): number {
  try {
    return same(threeFigures(answer), threeFigures(gold)) ? 1 : 0.01
  } catch {
    return answer.trim() === '' ? 0 : 0.01
  }
}

const ROOTS: Question[] = Array.from({ length: 20 }, (_, i) => {
  const rng = rngAt('museum', 'roots', i)
  const [root, factor] = [rng.int(-40, 40) / 4, rng.int(2, 9)]
  return {
    question: `Solve ${factor}x ${root <= 0 ? '+' : '-'} ${Math.abs(factor * root)} = 0 for x.`,
    answer: decimalText(root),
  }
})

const softRoot = rewardExhibit<Question>(
  { id: 'rg-polyeq-soft', property: 'near_miss', minimal: 3 },
  {
    kind: 'number',
    tasks: ROOTS,
    prompt: ({ question }) => question,
    gold: ({ answer }) => answer,
  },
  {
    faulty: ({ answer }, response) => {
      const far = Math.abs(numberIn(response) - Number(answer))
      return Number.isNaN(far) ? 0 : Math.exp(-far)
    },
    fixed: ({ answer }, response) => (numberIn(response) === Number(answer) ? 1 : 0),
  },
)

export const floatExhibits: readonly RewardExhibit[] = [
  infinityMatches,
  onePercent,
  nanDistance,
  decimalFormat,
  softRoot,
]
