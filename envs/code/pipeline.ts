/** @file Small programs over a list of integers: what they do, how they are said in words, how they look in JavaScript. */
import type { Rng } from '../rng.ts'

export type Kind = keyof typeof OPERATIONS
/** `k` is the operation's constant; absent where it has none. */
export type Step = { kind: Kind; k?: number }
export type Result = number | number[]

interface Operation {
  /** Smallest and largest constant; absent: no constant. */
  range?: readonly [number, number]
  words(k: number): string
  run(xs: readonly number[], k: number): Result
  /** A statement that changes `xs`, or one that returns. */
  code(k: number): string
}

const OPERATIONS = {
  above: {
    range: [-15, 15],
    words: k => `keep only the numbers greater than ${k}`,
    run: (xs, k) => xs.filter(x => x > k),
    code: k => `xs = xs.filter(x => x > ${k})`,
  },
  below: {
    range: [-15, 15],
    words: k => `keep only the numbers less than ${k}`,
    run: (xs, k) => xs.filter(x => x < k),
    code: k => `xs = xs.filter(x => x < ${k})`,
  },
  multiples: {
    range: [2, 9],
    words: k => `keep only the multiples of ${k}`,
    run: (xs, k) => xs.filter(x => x % k === 0),
    code: k => `xs = xs.filter(x => x % ${k} === 0)`,
  },
  plus: {
    range: [1, 30],
    words: k => `add ${k} to each number`,
    run: (xs, k) => xs.map(x => x + k),
    code: k => `xs = xs.map(x => x + ${k})`,
  },
  minus: {
    range: [1, 30],
    words: k => `subtract ${k} from each number`,
    run: (xs, k) => xs.map(x => x - k),
    code: k => `xs = xs.map(x => x - ${k})`,
  },
  times: {
    range: [2, 20],
    words: k => `multiply each number by ${k}`,
    run: (xs, k) => xs.map(x => x * k),
    code: k => `xs = xs.map(x => x * ${k})`,
  },
  square: {
    words: () => 'square each number',
    run: xs => xs.map(x => x * x),
    code: () => 'xs = xs.map(x => x * x)',
  },
  absolute: {
    words: () => 'replace each number by its absolute value',
    run: xs => xs.map(x => Math.abs(x)),
    code: () => 'xs = xs.map(x => Math.abs(x))',
  },
  first: {
    range: [2, 4],
    words: k => `keep only the first ${k} numbers`,
    run: (xs, k) => xs.slice(0, k),
    code: k => `xs = xs.slice(0, ${k})`,
  },
  skip: {
    range: [2, 4],
    words: k => `drop the first ${k} numbers`,
    run: (xs, k) => xs.slice(k),
    code: k => `xs = xs.slice(${k})`,
  },
  reverse: {
    words: () => 'reverse the list',
    run: xs => xs.toReversed(),
    code: () => 'xs = [...xs].reverse()',
  },
  sort: {
    words: () => 'sort the numbers from small to large',
    run: xs => xs.toSorted((a, b) => a - b),
    code: () => 'xs = [...xs].sort((a, b) => a - b)',
  },
  distinct: {
    words: () => 'keep only the first of equal numbers',
    run: xs => [...new Set(xs)],
    code: () => 'xs = [...new Set(xs)]',
  },
  sum: {
    words: () => 'return the sum',
    run: xs => xs.reduce((a, b) => a + b, 0),
    code: () => 'return xs.reduce((a, b) => a + b, 0)',
  },
  count: {
    words: () => 'return how many numbers there are',
    run: xs => xs.length,
    code: () => 'return xs.length',
  },
  largest: {
    words: () => 'return the largest number, or 0 if there is none',
    run: xs => (xs.length > 0 ? Math.max(...xs) : 0),
    code: () => 'return xs.length > 0 ? Math.max(...xs) : 0',
  },
  smallest: {
    words: () => 'return the smallest number, or 0 if there is none',
    run: xs => (xs.length > 0 ? Math.min(...xs) : 0),
    code: () => 'return xs.length > 0 ? Math.min(...xs) : 0',
  },
} satisfies Record<string, Operation>

const REDUCTIONS: readonly Kind[] = ['sum', 'count', 'largest', 'smallest']
const LIST_KINDS = (Object.keys(OPERATIONS) as Kind[]).filter(kind => !REDUCTIONS.includes(kind))

/** What the program returns for this list. */
export function runPipeline(steps: readonly Step[], xs: readonly number[]): Result {
  let value: Result = [...xs]
  for (const step of steps) if (Array.isArray(value)) value = operation(step).run(value, step.k ?? 0)
  return value
}

/** The program in words, one sentence. */
export function describePipeline(steps: readonly Step[]): string {
  const words = steps.map(step => operation(step).words(step.k ?? 0))
  return `Given a list of integers xs, ${[...words, ...(returns(steps) ? [] : ['return the list'])].join(', then ')}.`
}

/** The program as a JavaScript function `solve`. */
export function writePipeline(steps: readonly Step[]): string {
  const lines = steps.map(step => operation(step).code(step.k ?? 0))
  if (!returns(steps)) lines.push('return xs')
  return `function solve(xs) {\n${lines.map(line => `  ${line}\n`).join('')}}`
}

/** `length` operations of different kinds, the last one as often a reduction as not. */
export function drawPipeline(rng: Rng, length: number): Step[] {
  const kinds = rng.shuffle(LIST_KINDS).slice(0, length)
  if (rng.float() < 0.5) kinds[length - 1] = rng.pick(REDUCTIONS)
  return kinds.map(kind => {
    const { range }: Operation = OPERATIONS[kind]
    return range ? { kind, k: rng.int(...range) } : { kind }
  })
}

/** The programs a careless author writes instead: an operation forgotten, or a constant off by one. */
export function mistakes(steps: readonly Step[]): Step[][] {
  return steps.flatMap((step, i) => {
    const without = steps.toSpliced(i, 1)
    return step.k === undefined ? [without] : [without, steps.with(i, { ...step, k: step.k + 1 })]
  })
}

function returns(steps: readonly Step[]): boolean {
  const last = steps.at(-1)
  return last !== undefined && REDUCTIONS.includes(last.kind)
}

function operation({ kind }: Step): Operation {
  return OPERATIONS[kind]
}
