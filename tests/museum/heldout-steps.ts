/** @file Held-out bugs of rewards that score steps: positions, labels, aggregates, separators. */
import type { ProcessFacts } from '../../rewards/checks/process-subject.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './exhibit.ts'

interface Sum {
  numbers: number[]
}

const TASKS: Sum[] = [{ numbers: [3, 4, 5] }, { numbers: [10, 2, 7, 1] }, { numbers: [6, 6] }]
const total = ({ numbers }: Sum): number => numbers.reduce((sum, each) => sum + each, 0)

/** Running sums: `3 + 4 = 7`, `7 + 5 = 12`. */
function solution({ numbers }: Sum): string[] {
  let sum = numbers[0]!
  return numbers.slice(1).map(each => `${sum} + ${each} = ${(sum += each)}`)
}

const NEUTRAL = 'Let us go on.'

/** 1 for a true step or one that claims nothing, 0 for a false one. */
function truth(step: string): number {
  const [, a, b, c] = step.match(/^\s*(\d+) \+ (\d+) = (\d+)\s*$/) ?? []
  return c === undefined ? 1 : Number(Number(a) + Number(b) === Number(c))
}

function corrupt(_task: Sum, steps: readonly string[], at: number): string[] | null {
  const [, left, right] = steps[at]?.match(/^(.* = )(\d+)$/) ?? []
  return right === undefined ? null : steps.with(at, `${left}${Number(right) + 1}`)
}

const scores = (steps: readonly string[]): number[] => steps.map(truth)
const lowest = (values: readonly number[]): number => Math.min(1, ...values)
const split = (text: string): string[] => text.split(/\n+/).filter(line => line.trim() !== '')

const RIGHT: ProcessFacts<Sum> = {
  solution,
  score: (_task, steps) => scores(steps),
  corrupt,
  outcome: (task, steps) => steps.at(-1)?.endsWith(`= ${total(task)}`) ?? false,
  neutral: NEUTRAL,
  aggregate: { how: 'min', of: lowest },
  scoreText: (_task, text) => scores(split(text)),
  separator: '\n',
  separators: ['\n\n'],
  labels: {
    encode: labels => [...labels],
    decode: (stored: never) => stored as (0 | 1 | null)[],
    firstError,
  },
  firstErrorScore: f1,
}

function firstError(labels: readonly (0 | 1 | null)[]): number {
  return labels.indexOf(0)
}

function f1(pairs: readonly { predicted: number; actual: number }[]): number {
  const share = (of: typeof pairs): number =>
    of.length === 0 ? 0 : of.filter(({ predicted, actual }) => predicted === actual).length / of.length
  const [wrong, right] = [
    share(pairs.filter(({ actual }) => actual >= 0)),
    share(pairs.filter(({ actual }) => actual < 0)),
  ]
  return wrong + right === 0 ? 0 : (2 * wrong * right) / (wrong + right)
}

function steps(
  id: string,
  property: string,
  minimal: number,
  faulty: Partial<ProcessFacts<Sum>>,
): RewardExhibit {
  const whole = (task: Sum, response: string): number =>
    split(response)
      .at(-1)
      ?.endsWith(`= ${total(task)}`)
      ? lowest(scores(split(response)))
      : 0
  const facts = {
    tasks: TASKS,
    kind: 'steps' as const,
    gold: (task: Sum) => solution(task).join('\n'),
    manyRight: true,
    oracle: (task: Sum, answer: string) =>
      whole(task, answer) === 1 ? ('right' as const) : ('wrong' as const),
  }
  const made = rewardExhibit<Sum>({ id, property, minimal }, facts, { faulty: whole, fixed: whole })
  return {
    ...made,
    faulty: { ...made.faulty, process: { ...RIGHT, ...faulty } as never },
    fixed: { ...made.fixed, process: RIGHT as never },
  }
}

export const HELDOUT_STEPS: readonly RewardExhibit[] = [
  // scores read one position early: each step has the score of the one before
  steps('heldout-shifted-scores', 'prefix_consistency', 2, {
    score: (_task, given) => [1, ...scores(given)].slice(0, given.length),
  }),
  // only the last token's score is broadcast to all steps
  steps('heldout-broadcast-last', 'causality', 2, {
    score: (_task, given) => given.map(() => truth(given.at(-1) ?? '')),
  }),
  // a mean that is called a minimum
  steps('heldout-mean-for-min', 'corruption_drop', 2, {
    aggregate: { how: 'min', of: values => Math.max(0, ...values) },
  }),
  // the product of squashed scores falls with every step
  steps('heldout-product-bias', 'count_neutrality', 2, {
    score: (_task, given) => scores(given).map(each => (each === 1 ? 0.9 : 0.1)),
    aggregate: { how: 'product', of: values => values.reduce((product, each) => product * each, 1) },
  }),
  // a wrong last step that nobody flags
  steps('heldout-last-step-free', 'outcome_consistency', 1, {
    score: (_task, given) => scores(given).map((each, at) => (at === given.length - 1 ? 1 : each)),
  }),
  // an empty line counts as a step
  steps('heldout-empty-line-step', 'step_split_invariance', 2, {
    scoreText: (_task, text) => scores(text.split('\n')),
  }),
  // null is cast to 0 by the array of numbers
  steps('heldout-ignored-is-zero', 'step_labels_roundtrip', 1, {
    labels: {
      encode: labels => Int8Array.from(labels.map(Number)),
      decode: (stored: never) => [...(stored as Int8Array)] as (0 | 1)[],
    },
  }),
  // booleans: -1 for ignored becomes true
  steps('heldout-minus-one-is-true', 'step_labels_roundtrip', 1, {
    labels: {
      encode: labels => labels.map(label => Boolean(label ?? -1)),
      decode: (stored: never) => (stored as boolean[]).map(each => (each ? 1 : 0)),
    },
  }),
  // accuracy over all pairs instead of the harmonic mean of two accuracies
  steps('heldout-first-error-accuracy', 'first_error_metric', 2, {
    firstErrorScore: pairs =>
      pairs.length === 0
        ? 0
        : pairs.filter(({ predicted, actual }) => predicted === actual).length / pairs.length,
  }),
]
