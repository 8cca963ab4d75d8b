/** @file Held-out bugs of graders of plans under rules, and of lists of checks that a task carries. */
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'

interface Sack {
  weights: number[]
  values: number[]
  limit: number
}

const SACKS: (Sack & { best: string })[] = [
  { weights: [3, 4, 5], values: [4, 5, 6], limit: 7, best: '[0,1]' },
  { weights: [2, 6, 3], values: [3, 9, 5], limit: 8, best: '[0,1]' },
]

function picked(sack: Sack, text: string): number[] | null {
  try {
    const list: unknown = JSON.parse(text)
    const fits = (each: unknown): boolean =>
      Number.isInteger(each) && sack.weights[each as number] !== undefined
    return Array.isArray(list) && list.every(fits) && new Set(list).size === list.length
      ? (list as number[])
      : null
  } catch {
    return null
  }
}

const sum = (values: readonly number[], at: readonly number[]): number =>
  at.reduce((total, each) => total + values[each]!, 0)

function packed(sack: Sack & { best: string }, response: string, limited: boolean): number {
  const at = picked(sack, response)
  const best = sum(sack.values, JSON.parse(sack.best) as number[])
  if (at === null || (limited && sum(sack.weights, at) > sack.limit)) return 0
  return sum(sack.values, at) >= best ? 1 : 0
}

const PLANS: RewardExhibit[] = [
  rewardExhibit<Sack & { best: string }>(
    // value is compared with the optimum, weight never looked at
    { id: 'heldout-knapsack-weight', property: 'hard_constraint', minimal: 7 },
    {
      tasks: SACKS,
      kind: 'json',
      gold: sack => sack.best,
      oracle: (sack, answer) => (packed(sack, answer, true) === 1 ? 'right' : 'wrong'),
      manyRight: true,
    },
    {
      faulty: (sack, response) => packed(sack, response, false),
      fixed: (sack, response) => packed(sack, response, true),
    },
  ),
  rewardExhibit<{ solutions: string[] }>(
    // the stored shortest path is the only one
    { id: 'heldout-one-path', property: 'alternative_solution', minimal: 3 },
    {
      tasks: [{ solutions: ['right up', 'up right'] }, { solutions: ['down left', 'left down'] }],
      kind: 'steps',
      gold: task => task.solutions[0]!,
      solutions: task => task.solutions,
      oracle: (task, answer) => (task.solutions.includes(answer) ? 'right' : 'wrong'),
      manyRight: true,
    },
    {
      faulty: (task, response) => (response.trim() === task.solutions[0] ? 1 : 0),
      fixed: (task, response) => (task.solutions.includes(response.trim()) ? 1 : 0),
    },
  ),
  rewardExhibit<{ gold: string }>(
    // TRL style: a reference that does not parse pays 1 "to skip this example"
    { id: 'heldout-unparsable-pays', property: 'gold_unparsable_fails_closed', minimal: 1 },
    {
      tasks: ['12', '7', '40'].map(gold => ({ gold })),
      kind: 'number',
      gold: task => task.gold,
      forGold: gold => ({ gold }),
    },
    {
      faulty: (task, response) =>
        plain(task.gold) === null ? 1 : Number(plain(response) === plain(task.gold)),
      fixed: (task, response) =>
        plain(task.gold) === null ? null : Number(plain(response) === plain(task.gold)),
    },
  ),
]

const plain = (text: string): number | null =>
  /^\s*[+-]?\d{1,12}(\.\d{0,9})?\s*$/.test(text) ? Number(text) : null

interface Listed {
  checks: string[]
}

const METS: Record<string, (text: string) => boolean> = {
  no_comma: text => !text.includes(','),
  lower_case: text => text === text.toLowerCase(),
  three_words: text => text.trim().split(/\s+/).length >= 3,
}
const VIOLATES: Record<string, string> = {
  no_comma: 'one, two, three',
  lower_case: 'One two three',
  three_words: 'one two',
}
const IFEVAL = {
  tasks: [{ checks: ['no_comma', 'lower_case', 'three_words'] }, { checks: ['three_words', 'no_comma'] }],
  gold: () => 'one two three',
  oracle: (task: Listed, answer: string) =>
    task.checks.every(name => METS[name]?.(answer)) ? ('right' as const) : ('wrong' as const),
  manyRight: true,
  checks: {
    list: (task: Listed) => task.checks,
    keep: (_task: Listed, checks: readonly string[]) => ({ checks: [...checks] }),
    violating: (_task: Listed, name: string) => VIOLATES[name] ?? null,
  },
}

const CHECKED: RewardExhibit[] = [
  rewardExhibit<Listed>(
    // an assignment in the loop: the last check decides
    { id: 'heldout-last-check', property: 'all_constraints_counted', minimal: 10 },
    IFEVAL,
    {
      faulty: (task, response) => {
        let met: boolean | null = null
        for (const name of task.checks) met = METS[name]?.(response) ?? false
        return met === null ? null : Number(met)
      },
      fixed: (task, response) => metAll(task, response),
    },
  ),
  rewardExhibit<Listed>(
    // names that nobody registered are dropped, and nothing is always met
    { id: 'heldout-unknown-checks', property: 'vacuous_check', minimal: 1 },
    IFEVAL,
    {
      faulty: (task, response) =>
        Number(task.checks.filter(name => METS[name]).every(name => METS[name]!(response))),
      fixed: (task, response) => metAll(task, response),
    },
  ),
]

function metAll(task: Listed, response: string): number | null {
  if (task.checks.length === 0 || task.checks.some(name => !METS[name])) return null
  return Number(task.checks.every(name => METS[name]!(response)))
}

export const HELDOUT_RULES: readonly RewardExhibit[] = [...PLANS, ...CHECKED]
