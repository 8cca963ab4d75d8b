/** @file Small programs over a list of integers: what they do, how they are said in words, how they look as code. */
import type { Rng } from '../rng.ts'
import { rngAt } from '../rng.ts'
import type { Language } from './program.ts'

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
  javascript(k: number): string
  python(k: number): string
}

const OPERATIONS = {
  above: {
    range: [-15, 15],
    words: k => `keep only the numbers greater than ${k}`,
    run: (xs, k) => xs.filter(x => x > k),
    javascript: k => `xs = xs.filter(x => x > ${k})`,
    python: k => `xs = [x for x in xs if x > ${k}]`,
  },
  below: {
    range: [-15, 15],
    words: k => `keep only the numbers less than ${k}`,
    run: (xs, k) => xs.filter(x => x < k),
    javascript: k => `xs = xs.filter(x => x < ${k})`,
    python: k => `xs = [x for x in xs if x < ${k}]`,
  },
  multiples: {
    range: [2, 9],
    words: k => `keep only the multiples of ${k}`,
    run: (xs, k) => xs.filter(x => x % k === 0),
    javascript: k => `xs = xs.filter(x => x % ${k} === 0)`,
    python: k => `xs = [x for x in xs if x % ${k} == 0]`,
  },
  plus: {
    range: [1, 30],
    words: k => `add ${k} to each number`,
    run: (xs, k) => xs.map(x => x + k),
    javascript: k => `xs = xs.map(x => x + ${k})`,
    python: k => `xs = [x + ${k} for x in xs]`,
  },
  minus: {
    range: [1, 30],
    words: k => `subtract ${k} from each number`,
    run: (xs, k) => xs.map(x => x - k),
    javascript: k => `xs = xs.map(x => x - ${k})`,
    python: k => `xs = [x - ${k} for x in xs]`,
  },
  times: {
    range: [2, 20],
    words: k => `multiply each number by ${k}`,
    run: (xs, k) => xs.map(x => x * k),
    javascript: k => `xs = xs.map(x => x * ${k})`,
    python: k => `xs = [x * ${k} for x in xs]`,
  },
  square: {
    words: () => 'square each number',
    run: xs => xs.map(x => x * x),
    javascript: () => 'xs = xs.map(x => x * x)',
    python: () => 'xs = [x * x for x in xs]',
  },
  absolute: {
    words: () => 'replace each number by its absolute value',
    run: xs => xs.map(x => Math.abs(x)),
    javascript: () => 'xs = xs.map(x => Math.abs(x))',
    python: () => 'xs = [abs(x) for x in xs]',
  },
  first: {
    range: [2, 4],
    words: k => `keep only the first ${k} numbers`,
    run: (xs, k) => xs.slice(0, k),
    javascript: k => `xs = xs.slice(0, ${k})`,
    python: k => `xs = xs[:${k}]`,
  },
  skip: {
    range: [2, 4],
    words: k => `drop the first ${k} numbers`,
    run: (xs, k) => xs.slice(k),
    javascript: k => `xs = xs.slice(${k})`,
    python: k => `xs = xs[${k}:]`,
  },
  reverse: {
    words: () => 'reverse the list',
    run: xs => xs.toReversed(),
    javascript: () => 'xs = [...xs].reverse()',
    python: () => 'xs = xs[::-1]',
  },
  sort: {
    words: () => 'sort the numbers from small to large',
    run: xs => xs.toSorted((a, b) => a - b),
    javascript: () => 'xs = [...xs].sort((a, b) => a - b)',
    python: () => 'xs = sorted(xs)',
  },
  distinct: {
    words: () => 'keep only the first of equal numbers',
    run: xs => [...new Set(xs)],
    javascript: () => 'xs = [...new Set(xs)]',
    python: () => 'xs = list(dict.fromkeys(xs))',
  },
  sum: {
    words: () => 'return the sum',
    run: xs => xs.reduce((a, b) => a + b, 0),
    javascript: () => 'return xs.reduce((a, b) => a + b, 0)',
    python: () => 'return sum(xs)',
  },
  count: {
    words: () => 'return how many numbers there are',
    run: xs => xs.length,
    javascript: () => 'return xs.length',
    python: () => 'return len(xs)',
  },
  largest: {
    words: () => 'return the largest number, or 0 if there is none',
    run: xs => (xs.length > 0 ? Math.max(...xs) : 0),
    javascript: () => 'return xs.length > 0 ? Math.max(...xs) : 0',
    python: () => 'return max(xs) if xs else 0',
  },
  smallest: {
    words: () => 'return the smallest number, or 0 if there is none',
    run: xs => (xs.length > 0 ? Math.min(...xs) : 0),
    javascript: () => 'return xs.length > 0 ? Math.min(...xs) : 0',
    python: () => 'return min(xs) if xs else 0',
  },
} satisfies Record<string, Operation>

const SIMILAR: Partial<Record<Kind, readonly Kind[]>> = {
  above: ['below'],
  below: ['above'],
  plus: ['minus', 'times'],
  minus: ['plus'],
  times: ['plus'],
  first: ['skip'],
  skip: ['first'],
  square: ['absolute'],
  reverse: ['sort'],
  sort: ['reverse', 'distinct'],
  distinct: ['sort'],
  sum: ['count', 'largest'],
  count: ['sum'],
  largest: ['smallest', 'sum'],
  smallest: ['largest'],
}

/** Few lists name a function well enough to decide its split: equal functions are never told apart by them. */
const PROBES: readonly number[][] = [
  [],
  ...Array.from({ length: 6 }, (_, i) => drawList(rngAt('pipelines', 'probe', i), 4 + i)),
]

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

/** The program as a function `solve`. */
export function writePipeline(steps: readonly Step[], language: Language = 'javascript'): string {
  const lines = steps.map(step => operation(step)[language](step.k ?? 0))
  if (!returns(steps)) lines.push('return xs')
  if (language === 'python') return `def solve(xs):\n${indented(lines, 4)}`.trimEnd()
  return `function solve(xs) {\n${indented(lines, 2)}}`
}

function indented(lines: readonly string[], width: number): string {
  return lines.map(line => `${' '.repeat(width)}${line}\n`).join('')
}

/** `length` operations of different kinds, the last one as often a reduction as not. */
export function drawPipeline(rng: Rng, length: number): Step[] {
  const kinds = rng.shuffle(LIST_KINDS).slice(0, length)
  // Alone, four reductions would be half of all tasks, and each of them a constant answer worth trying.
  if (rng.float() < (length === 1 ? 0.25 : 0.5)) kinds[length - 1] = rng.pick(REDUCTIONS)
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

/** Do both do the same on these lists? */
export function agree(a: readonly Step[], b: readonly Step[], lists: readonly number[][]): boolean {
  return lists.every(xs => sameResult(runPipeline(a, xs), runPipeline(b, xs)))
}

/** The same number, or lists of the same numbers. */
export function sameResult(a: Result, b: Result): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  return a.length === b.length && a.every((x, i) => x === b[i])
}

/** A name for what the program does: its results on fixed lists. */
export function behaviour(steps: readonly Step[]): string {
  return JSON.stringify(PROBES.map(xs => runPipeline(steps, xs)))
}

/** A list of small integers. */
export function drawList(rng: Rng, length: number): number[] {
  return Array.from({ length }, () => rng.int(-20, 20))
}

/** All wrong programs close by: the mistakes, constants one less, operations changed for similar ones or out of order. */
export function neighbours(steps: readonly Step[]): Step[][] {
  const others = steps.flatMap((step, i) => {
    const less = step.k === undefined || step.k <= 1 ? [] : [steps.with(i, { ...step, k: step.k - 1 })]
    const similar = SIMILAR[step.kind] ?? []
    const swapped = i + 1 < steps.length && !REDUCTIONS.includes(steps[i + 1]!.kind)
    return [
      ...less,
      ...similar.map(kind => steps.with(i, { ...step, kind })),
      ...(swapped ? [steps.with(i, steps[i + 1]!).with(i + 1, step)] : []),
    ]
  })
  return [...mistakes(steps), ...others]
}

function returns(steps: readonly Step[]): boolean {
  const last = steps.at(-1)
  return last !== undefined && REDUCTIONS.includes(last.kind)
}

function operation({ kind }: Step): Operation {
  return OPERATIONS[kind]
}
