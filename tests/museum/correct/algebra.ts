/** @file Correct rewards for mathematics that is more than one number. */
import { reward } from './subject.ts'

/** p/q·√r with q > 0 and no square in r, as text; null where it is nothing of the kind. */
function surd(latex: string): string | null {
  const bare = latex
    .replace(/\\(left|right|,|!|;| )|[\s$]/g, '')
    .replaceAll('\\dfrac', '\\frac')
    .replaceAll('\\tfrac', '\\frac')
  const fraction = /^(-?)\\frac\{(.+?)\}\{(\d{1,6})\}$/.exec(bare)
  if (fraction) return scaled(rooted(fraction[2]!), fraction[1] === '-' ? -1 : 1, Number(fraction[3]))
  const slashed = /^(-?\d{1,6})\/(\d{1,6})$/.exec(bare)
  if (slashed) return scaled({ factor: Number(slashed[1]), under: 1 }, 1, Number(slashed[2]))
  return scaled(rooted(bare), 1, 1)
}

interface Rooted {
  factor: number
  under: number
}

function rooted(text: string): Rooted | null {
  const found = /^(-?)(\d{0,6})(?:\\sqrt\{(\d{1,6})\})?$/.exec(text)
  if (!found || (found[2] === '' && found[3] === undefined)) return null
  const sign = found[1] === '-' ? -1 : 1
  return { factor: sign * (found[2] === '' ? 1 : Number(found[2])), under: Number(found[3] ?? 1) }
}

function scaled(root: Rooted | null, sign: number, below: number): string | null {
  if (!root || below === 0) return null
  let { factor, under } = root
  for (let k = 2; k * k <= under; k++)
    while (under % (k * k) === 0) {
      under /= k * k
      factor *= k
    }
  const gcd = (m: number, n: number): number => (n === 0 ? Math.abs(m) : gcd(n, m % n))
  const shared = gcd(factor, below) || 1
  return `${(sign * factor) / shared}/${below / shared}√${factor === 0 ? 1 : under}`
}

const trigonometry = reward<{ question: string; answer: string }>({
  name: 'exact values in LaTeX',
  kind: 'expression',
  tasks: [
    { question: '\\sin 60^\\circ', answer: '\\frac{\\sqrt{3}}{2}' },
    { question: '\\cos 60^\\circ', answer: '\\frac{1}{2}' },
    { question: '\\sqrt{72}', answer: '6\\sqrt{2}' },
    { question: '\\tan 30^\\circ', answer: '\\frac{\\sqrt{3}}{3}' },
    { question: '-\\frac{9}{12}', answer: '-\\frac{3}{4}' },
  ],
  prompt: ({ question }) => `Give $${question}$ exactly, with a rational denominator.`,
  gold: ({ answer }) => answer,
  answer: { wrap: (answer, reasoning) => `${reasoning}\nFinal answer: $${answer}$` },
  score({ answer }, response) {
    const found = [...response.matchAll(/^Final answer:(.*)$/gm)].at(-1)?.[1]
    const given = found === undefined ? null : surd(found)
    return given !== null && given === surd(answer) ? 1 : 0
  },
})

type Matrix = number[][]

function isMatrix(value: unknown): value is Matrix {
  return (
    Array.isArray(value) &&
    value.every(row => Array.isArray(row) && row.every(each => typeof each === 'number'))
  )
}

const matrices = reward<{ a: Matrix; b: Matrix }>({
  name: 'product of matrices as JSON',
  kind: 'json',
  tasks: [
    {
      a: [
        [1, 2],
        [3, 4],
      ],
      b: [
        [0, 1],
        [1, 0],
      ],
    },
    {
      a: [
        [2, 0],
        [0, 3],
      ],
      b: [
        [1, 1],
        [1, 1],
      ],
    },
    { a: [[1, -1, 2]], b: [[3], [0], [5]] },
  ],
  prompt: ({ a, b }) => `Multiply ${JSON.stringify(a)} by ${JSON.stringify(b)}. Reply with JSON.`,
  gold: ({ a, b }) => JSON.stringify(product(a, b)),
  score({ a, b }, response) {
    let given: unknown
    try {
      given = JSON.parse(response)
    } catch {
      return 0
    }
    const want = product(a, b)
    if (!isMatrix(given) || given.length !== want.length) return 0
    return want.every((row, i) => {
      const other = given[i]!
      return other.length === row.length && row.every((each, j) => each === other[j])
    })
      ? 1
      : 0
  },
})

function product(a: Matrix, b: Matrix): Matrix {
  return a.map(row => b[0]!.map((_, j) => row.reduce((total, each, k) => total + each * b[k]![j]!, 0)))
}

const isPrime = (n: number): boolean => {
  if (n < 2) return false
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}

function primesOf(n: number): number[] {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return [d, ...primesOf(n / d)]
  return [n]
}

/** The factors of `2^3 * 5`; null where that is no product of primes. */
function factors(text: string): number[] | null {
  const out: number[] = []
  for (const piece of text.split(/[*×·]/)) {
    const found = /^\s*(\d{1,7})(?:\s*\^\s*(\d{1,2}))?\s*$/.exec(piece)
    if (!found || !isPrime(Number(found[1]))) return null
    const exponent = Number(found[2] ?? 1)
    if (exponent === 0) return null
    for (let i = 0; i < exponent; i++) out.push(Number(found[1]))
  }
  return out
}

const factorisation = reward<{ n: number }>({
  name: 'prime factorisation in any order',
  kind: 'expression',
  manyRight: true,
  tasks: [12, 40, 97, 360, 1001, 2310, 65536].map(n => ({ n })),
  prompt: ({ n }) => `Write ${n} as a product of primes, e.g. 2^2 * 3.`,
  gold: ({ n }) => primesOf(n).join(' * '),
  solutions: ({ n }) => [primesOf(n).join(' * '), primesOf(n).toReversed().join('*')],
  oracle({ n }, answer) {
    if (!/^[\d\s*^×·]+$/.test(answer)) return 'wrong'
    const counts = new Map<number, number>()
    for (const piece of answer.split(/[*×·]/)) {
      const [base, exponent = '1', ...rest] = piece.split('^').map(each => each.trim())
      if (rest.length > 0 || !/^\d+$/.test(base!) || !/^0*[1-9]\d*$/.test(exponent)) return 'wrong'
      counts.set(Number(base), (counts.get(Number(base)) ?? 0) + Number(exponent))
    }
    const want = primesOf(n)
    const total = [...counts.values()].reduce((a, b) => a + b, 0)
    return total === want.length && want.every(p => counts.get(p) === want.filter(q => q === p).length)
      ? 'right'
      : 'wrong'
  },
  score({ n }, response) {
    const given = factors(response)
    if (!given) return 0
    return given.sort((a, b) => a - b).join() === primesOf(n).join() ? 1 : 0
  },
})

const roots = reward<{ p: number; q: number }>({
  name: 'both roots of a quadratic',
  kind: 'text',
  tasks: [
    { p: 2, q: -3 },
    { p: 5, q: 7 },
    { p: -1, q: -8 },
    { p: 0, q: 11 },
  ],
  prompt: ({ p, q }) => `Solve x^2 + ${-(p + q)}x + ${p * q} = 0. Answer like: x = 1, x = 2`,
  gold: ({ p, q }) => `x = ${p}, x = ${q}`,
  solutions: ({ p, q }) => [`x = ${p}, x = ${q}`, `x = ${q}, x = ${p}`, `x=${p} or x=${q}`],
  oracle({ p, q }, answer) {
    const found = [...answer.matchAll(/x\s*=\s*(-?\d+)(?![\d.])/g)].map(([, each]) => Number(each))
    const rest = answer.replace(/x\s*=\s*-?\d+(?![\d.])/g, '').replace(/,| or |\s/g, '')
    if (rest !== '') return 'wrong'
    return found.length === 2 && found.includes(p) && found.includes(q) ? 'right' : 'wrong'
  },
  score({ p, q }, response) {
    const pieces = response.split(/,|\bor\b/).map(each => each.trim())
    const given = pieces.map(each => /^x\s*=\s*(-?\d{1,9})$/.exec(each)?.[1])
    if (given.length !== 2 || given.includes(undefined)) return 0
    const [low, high] = given.map(Number).sort((a, b) => a - b)
    return low === Math.min(p, q) && high === Math.max(p, q) ? 1 : 0
  },
})

/** Brackets matter: an open end is another set. */
const intervals = reward<{ question: string; answer: string }>({
  name: 'solution set as an interval',
  kind: 'text',
  tasks: [
    { question: '2 < x and x <= 5', answer: '(2, 5]' },
    { question: '|x| < 3', answer: '(-3, 3)' },
    { question: 'x*x <= 16', answer: '[-4, 4]' },
    { question: '0 <= x < 10', answer: '[0, 10)' },
  ],
  prompt: ({ question }) => `Write as one interval: ${question}`,
  gold: ({ answer }) => answer,
  forGold: gold => (/^[[(]-?\d+, -?\d+[\])]$/.test(gold) ? { question: 'the set', answer: gold } : null),
  oracle: ({ answer }, given) =>
    given.replace(/\s/g, '') === answer.replace(/\s/g, '') && !/\d\s+\d/.test(given) ? 'right' : 'wrong',
  score({ answer }, response) {
    const form = /^\s*([[(])\s*(-?\s*\d+)\s*,\s*(-?\s*\d+)\s*([\])])\s*$/
    const given = form.exec(response)
    const want = form.exec(answer)!
    return given && [1, 2, 3, 4].every(at => given[at]!.replace(/\s/g, '') === want[at]) ? 1 : 0
  },
})

export const ALGEBRA = [trigonometry, matrices, factorisation, roots, intervals]
