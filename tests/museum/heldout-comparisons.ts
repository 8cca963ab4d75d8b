/** @file Held-out bugs of graders that compare an answer with a reference: whether the two are the same. */
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'
import type { Row } from './heldout-rows.ts'
import { FACTS, PLAIN, rows, sameNumber, sameWords, SUMS, words } from './heldout-rows.ts'

const COMPARISON: RewardExhibit[] = [
  rewardExhibit<Row>(
    // LiveCodeBench style: lines are compared pairwise and the longer side's rest is ignored
    { id: 'heldout-output-zip', property: 'near_miss', minimal: 1 },
    {
      tasks: rows(['Print the squares', '1\n4\n9'], ['Print the cubes', '1\n8\n27']),
      kind: 'text',
      ...PLAIN,
    },
    {
      faulty: (row, response) => {
        const [ours, theirs] = [row.gold.split('\n'), response.trim().split('\n')]
        return theirs.every((line, at) => at >= ours.length || line.trim() === ours[at]) ? 1 : 0
      },
      fixed: (row, response) =>
        response
          .trim()
          .split('\n')
          .map(line => line.trim())
          .join('\n') === row.gold
          ? 1
          : 0,
    },
  ),
  rewardExhibit<Row>(
    // every letter of the choices passes when it occurs anywhere
    { id: 'heldout-choice-letters', property: 'universal_key', minimal: 4 },
    {
      tasks: rows(['Which is a fruit?', 'A'], ['Which is a metal?', 'C'], ['Which is a tree?', 'D']),
      kind: 'choice',
      ...PLAIN,
      choices: () => ['A', 'B', 'C', 'D'],
    },
    {
      faulty: (row, response) => (response.toUpperCase().includes(row.gold) ? 1 : 0),
      fixed: (row, response) =>
        response
          .trim()
          .match(/^\(?([A-Da-d])[).]?$/)?.[1]
          ?.toUpperCase() === row.gold
          ? 1
          : 0,
    },
  ),
  rewardExhibit<Row>(
    // objects are compared by their text, so the order of keys decides
    { id: 'heldout-json-text', property: 'equivalent_form', minimal: 13 },
    {
      tasks: rows(['Bob is 3', '{"name":"Bob","age":3}'], ['Al is 5', '{"name":"Al","age":5}']),
      kind: 'json',
      ...PLAIN,
    },
    {
      faulty: (row, response) => (compact(response) === row.gold ? 1 : 0),
      fixed: (row, response) => (sorted(response) === sorted(row.gold) ? 1 : 0),
    },
  ),
  rewardExhibit<Row>(
    // lists are compared as sets
    { id: 'heldout-list-as-set', property: 'near_miss', minimal: 5 },
    { tasks: rows(['Sort 3 1 1', '[1,1,3]'], ['Sort 2 2 0', '[0,2,2]']), kind: 'json', ...PLAIN },
    {
      faulty: (row, response) => {
        const list = parsed(response)
        if (!Array.isArray(list)) return 0
        const [ours, theirs] = [new Set(JSON.parse(row.gold) as number[]), new Set(list)]
        return ours.size === theirs.size && [...ours].every(each => theirs.has(each)) ? 1 : 0
      },
      fixed: (row, response) => (sorted(response) === sorted(row.gold) ? 1 : 0),
    },
  ),
  rewardExhibit<Row>(
    // a global regular expression keeps its position between calls
    { id: 'heldout-regex-memory', property: 'deterministic', minimal: 2 },
    { tasks: SUMS, kind: 'number', ...PLAIN },
    {
      faulty: (row, response) => (WHOLE.test(response) ? sameNumber(response, row.gold) : 0),
      fixed: (row, response) => sameNumber(response, row.gold),
    },
  ),
  rewardExhibit<Row>(
    // overlap of words counted with repeats on one side only
    { id: 'heldout-rouge-repeats', property: 'bounded', minimal: 11 },
    { tasks: FACTS, kind: 'text', ...PLAIN },
    {
      faulty: (row, response) => {
        const [ours, theirs] = [words(row.gold), words(response)]
        const share = theirs.filter(word => ours.includes(word)).length / ours.length
        return theirs.every(word => ours.includes(word)) ? share : 0
      },
      fixed: (row, response) => sameWords(response, row.gold),
    },
  ),
  rewardExhibit<Row>(
    // F1 without a guard for no overlap
    { id: 'heldout-f1-nan', property: 'total_finite', minimal: 1 },
    {
      tasks: rows(['Capital of France?', 'Paris'], ['Capital of Italy?', 'Rome']),
      kind: 'text',
      ...PLAIN,
      passMark: 0.95,
    },
    {
      faulty: (row, response) => f1(response, row.gold),
      fixed: (row, response) => f1(response, row.gold) || 0,
    },
  ),
  rewardExhibit<Row>(
    // a pattern with nested repeats
    { id: 'heldout-regex-backtracking', property: 'bounded_time', minimal: 30 },
    { tasks: SUMS, kind: 'number', ...PLAIN, timeoutMs: 300 },
    {
      faulty: (row, response) =>
        /^\s*([+-]?(\d+,?)+)+$/.test(response) ? sameNumber(response, row.gold) : 0,
      fixed: (row, response) => sameNumber(response, row.gold),
    },
  ),
  rewardExhibit<Row>(
    // JSON read by eval "to be lenient with quotes"
    { id: 'heldout-json-eval', property: 'sandbox_canary', minimal: 20 },
    { tasks: rows(['Pair', '[1,2]'], ['Triple', '[4,5,6]']), kind: 'json', ...PLAIN },
    {
      faulty: (row, response) => {
        try {
          // oxlint-disable-next-line no-eval -- the bug on show
          const value: unknown = (0, eval)(`(${response})`)
          return JSON.stringify(value) === row.gold ? 1 : 0
        } catch {
          return 0
        }
      },
      fixed: (row, response) => (sorted(response) === sorted(row.gold) ? 1 : 0),
    },
  ),
  rewardExhibit<Row>(
    // scores kept by response only
    { id: 'heldout-score-cache', property: 'near_miss', minimal: 2 },
    { tasks: SUMS, kind: 'number', ...PLAIN },
    {
      faulty: (row, response) => {
        const kept = CACHE.get(response) ?? sameNumber(response, row.gold)
        CACHE.set(response, kept)
        return kept
      },
      fixed: (row, response) => sameNumber(response, row.gold),
    },
  ),
]

const CACHE = new Map<string, number>()
const WHOLE = /^\s*[+-]?[\d.]+\s*$/g

function f1(response: string, gold: string): number {
  const [ours, theirs] = [words(gold), words(response)]
  const common = ours.filter(word => theirs.includes(word)).length
  const [precision, recall] = [common / theirs.length, common / ours.length]
  return Math.min(1, (2 * precision * recall) / (precision + recall))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const compact = (text: string): string => JSON.stringify(parsed(text) ?? null)

function sorted(text: string): string {
  const order = (_key: string, value: unknown): unknown =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value
  return JSON.stringify(parsed(text) ?? null, order)
}

export const HELDOUT_COMPARISONS: readonly RewardExhibit[] = COMPARISON
