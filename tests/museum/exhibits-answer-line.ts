/** @file Exhibits around one reward, which reads the last `Answer:` line and normalises it before it compares. */
import { rngAt } from '../../envs/rng.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'

interface Problem {
  question: string
  answer: string
}

/** How the reward reads; every exhibit changes one of these. */
interface Reading {
  /** Commas are deleted between digits: all of them, or those that separate thousands. */
  commas: 'all' | 'thousands'
  /** Of dollar signs: what is in the first pair, or what is in a pair around everything. */
  dollars: 'first' | 'whole'
  units: 'deleted' | 'compared'
  numbers: 'as text' | 'by value'
  /** Characters from the end that are read. */
  window: number
}

const RIGHT: Reading = {
  commas: 'thousands',
  dollars: 'whole',
  units: 'compared',
  numbers: 'by value',
  window: Infinity,
}

const UNITS = [
  'km',
  'cm',
  'mm',
  'meters',
  'hours',
  'minutes',
  'seconds',
  'degrees',
  'dollars',
  'feet',
  'points',
]

const score = (reading: Reading) => {
  return ({ answer }: Problem, response: string): number => {
    const lines = [...response.slice(-reading.window).matchAll(/answer\s*:\s*([^\n]+)/gi)]
    const found = lines.at(-1)?.[1]
    return found !== undefined && same(normal(found, reading), normal(answer, reading), reading) ? 1 : -1
  }
}

function normal(text: string, { commas, dollars, units }: Reading): string {
  let plain = text.trim().replace(/\.$/, '')
  plain = plain.replace(dollars === 'first' ? /^.*?\$(.*?)\$.*$/ : /^\$([^$]*)\$$/, '$1')
  plain = plain.replace(/^\\text\{([^{}]*)\}$/, '$1').trim()
  if (units === 'deleted') plain = plain.replaceAll(new RegExp(`\\b(${UNITS.join('|')})\\b`, 'g'), '').trim()
  const grouped = commas === 'all' ? /^-?[\d,]+$/ : /^-?\d{1,3}(,\d{3})+$/
  return grouped.test(plain) ? plain.replaceAll(',', '') : plain
}

function same(given: string, wanted: string, { numbers }: Reading): boolean {
  if (numbers === 'as text') return given === wanted
  const [a, b] = [measured(given), measured(wanted)]
  return a !== null && b !== null ? a.value === b.value && a.unit === b.unit : given === wanted
}

/** A number and, if there is one, the word behind it. */
function measured(text: string): { value: number; unit: string } | null {
  const parts = /^([+-]?\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text)
  return parts ? { value: Number(parts[1]), unit: parts[2]! } : null
}

const PROBLEMS: Problem[] = Array.from({ length: 24 }, (_, i) => {
  const rng = rngAt('museum', 'answer line', i)
  const [a, b] = [rng.int(2, 10 ** (1 + (i % 4))), rng.int(2, 12)]
  return i % 2 === 0
    ? { question: `What is ${a} times ${b}?`, answer: String(a * b) }
    : { question: `What is ${a} less than ${a + b}?`, answer: String(b) }
})

const LENGTHS: Problem[] = Array.from({ length: 20 }, (_, i) => {
  const rng = rngAt('museum', 'lengths', i)
  const [a, b, unit] = [rng.int(1, 10 ** (1 + (i % 3))), rng.int(1, 9), rng.pick(UNITS.slice(0, 7))]
  return { question: `Add ${a} ${unit} and ${b} ${unit}. Give the unit.`, answer: `${a + b} ${unit}` }
})

const facts = (tasks: readonly Problem[]) => ({
  kind: 'number' as const,
  tasks,
  range: [-1, 1] as const,
  prompt: ({ question }: Problem) =>
    `${question} The last line of your response should be of the form Answer: $Answer (without quotes).`,
  gold: ({ answer }: Problem) => answer,
  answer: {
    wrap: (answer: string, reasoning: string) => `${reasoning && `${reasoning}\n`}Answer: ${answer}`,
    policy: 'last' as const,
  },
  equal: ['trailing-dot', 'decimal-zero', 'thousands', 'dollar-signs'],
})

const commas = rewardExhibit<Problem>(
  { id: 'verl-dapo-comma', property: 'near_miss', minimal: 11 },
  facts(PROBLEMS),
  { faulty: score({ ...RIGHT, commas: 'all' }), fixed: score(RIGHT) },
)

const hedge = rewardExhibit<Problem>(
  { id: 'verl-dapo-hedge', property: 'hedge', minimal: 18 },
  facts(PROBLEMS),
  {
    faulty: score({ ...RIGHT, dollars: 'first' }),
    fixed: score(RIGHT),
  },
)

const units = rewardExhibit<Problem>(
  { id: 'verl-dapo-units', property: 'unit_confusion', minimal: 12 },
  facts([...PROBLEMS.slice(0, 8), ...LENGTHS]),
  { faulty: score({ ...RIGHT, units: 'deleted' }), fixed: score(RIGHT) },
)

const decimal = rewardExhibit<Problem>(
  { id: 'verl-dapo-decimal', property: 'equivalent_form', minimal: 11 },
  facts(PROBLEMS),
  { faulty: score({ ...RIGHT, numbers: 'as text' }), fixed: score(RIGHT) },
)

const padding = rewardExhibit<Problem>(
  { id: 'verl-dapo-padding', property: 'padding', minimal: 301 },
  facts(PROBLEMS),
  { faulty: score({ ...RIGHT, window: 300 }), fixed: score(RIGHT) },
)

export const answerLineExhibits: readonly RewardExhibit[] = [commas, hedge, units, decimal, padding]
