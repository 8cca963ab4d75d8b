/** @file Faults planted into rewards that score steps, each beside its twin without the fault. */
import type { ProcessFacts } from '../../rewards/checks/process-subject.ts'
import type { Chain } from './chain.ts'
import { chain, least, mean, neutral, outcome, product, stepScores } from './chain.ts'
import type { RewardExhibit } from './entry.ts'

type Facts = Partial<ProcessFacts<Chain>>
type Pairs = Parameters<NonNullable<ProcessFacts<Chain>['firstErrorScore']>>[0]

export const PLANTED_PROCESS: readonly RewardExhibit[] = [
  planted('planted-step-form-only', 'prefix_consistency', {
    faulty: { score: (_task, steps) => steps.map(step => (/= \d+$|answer/.test(step) ? 1 : 0)) },
    fixed: {},
  }),
  planted('planted-outcome-spread-over-steps', 'prefix_consistency', {
    faulty: { score: (task, steps) => steps.map(() => Math.min(...stepScores(task, steps))) },
    fixed: {},
  }),
  planted('planted-greatest-for-least', 'corruption_drop', {
    faulty: { aggregate: { how: 'min', of: scores => Math.max(...scores) } },
    fixed: { aggregate: { how: 'min', of: least } },
  }),
  planted('planted-product-without-last', 'corruption_drop', {
    faulty: { aggregate: { how: 'product', of: scores => product(scores.slice(0, -1)) } },
    fixed: { aggregate: { how: 'product', of: product } },
  }),
  planted('planted-first-score-remembered', 'corruption_drop', {
    faulty: remembering(),
    fixed: { aggregate: { how: 'min', of: least } },
  }),
  planted('planted-answer-not-checked', 'outcome_consistency', {
    faulty: {
      outcome,
      score: (task, steps) =>
        stepScores(task, steps).map((score, at) => (at === steps.length - 1 ? 1 : score)),
    },
    fixed: { outcome },
  }),
  planted('planted-separator-joined-to-step', 'step_split_invariance', {
    faulty: { separator: '\n\n', scoreText: (task, text) => stepScores(task, merged(text)) },
    fixed: { separator: '\n\n', scoreText: (task, text) => stepScores(task, text.split('\n\n')) },
  }),
  planted('planted-one-separator-only', 'step_split_invariance', {
    faulty: {
      separator: '\n',
      separators: ['\n\n', '\r\n'],
      scoreText: (task, text) => stepScores(task, text.split('\n')),
    },
    fixed: {
      separator: '\n',
      separators: ['\n\n', '\r\n'],
      scoreText: (task, text) => stepScores(task, text.split(/[\r\n]+/)),
    },
  }),
  planted('planted-space-at-end-hides-last', 'step_split_invariance', {
    faulty: {
      separator: '; ',
      trailing: [' ', '\n'],
      scoreText: (task, text) => stepScores(task, text.split(/[;\s] (?=\S|$)|\s$/)),
    },
    fixed: {
      separator: '; ',
      trailing: [' ', '\n'],
      scoreText: (task, text) => stepScores(task, text.trim().split('; ')),
    },
  }),
  planted('planted-filler-scores-nothing', 'count_neutrality', {
    faulty: {
      neutral,
      aggregate: { how: 'min', of: least },
      score: (task, steps) => stepScores(task, steps).map((score, at) => (steps[at] === neutral ? 0 : score)),
    },
    fixed: { neutral, aggregate: { how: 'min', of: least } },
  }),
  planted('planted-product-falls-with-length', 'count_neutrality', {
    faulty: {
      neutral,
      aggregate: { how: 'product', of: product },
      score: (task, steps) => stepScores(task, steps).map(score => 0.95 * score),
    },
    fixed: { neutral, aggregate: { how: 'product', of: product } },
  }),
  planted('planted-filler-dilutes-error', 'count_neutrality', {
    faulty: { neutral, aggregate: { how: 'mean', of: mean } },
    fixed: {
      neutral,
      aggregate: { how: 'mean', of: mean },
      score: (task, steps) =>
        stepScores(task, steps).map((score, at) => (steps[at] === neutral ? null : score)),
    },
  }),
  planted('planted-steps-paid-by-number', 'count_neutrality', {
    faulty: {
      neutral,
      aggregate: { how: 'sum', of: scores => scores.reduce((all, score) => all + score, 0) },
    },
    fixed: {
      neutral,
      aggregate: { how: 'sum', of: scores => scores.reduce((all, score) => all + score, 0) },
      score: (task, steps) => stepScores(task, steps).map((score, at) => (steps[at] === neutral ? 0 : score)),
    },
  }),
  planted('planted-scores-shared-among-steps', 'causality', {
    faulty: {
      score: (task, steps) => stepScores(task, steps).map(score => score * (0.6 + 0.4 / steps.length)),
    },
    fixed: { score: (task, steps) => stepScores(task, steps).map(score => score * 0.6) },
  }),
  planted('planted-wrong-end-blames-all', 'causality', {
    faulty: {
      score: (task, steps) => {
        const scores = stepScores(task, steps)
        return scores.at(-1) === 0 ? scores.map(score => score / 2) : scores
      },
    },
    fixed: {},
  }),
  planted('planted-ignore-mark-cast-to-zero', 'step_labels_roundtrip', {
    faulty: {
      labels: {
        encode: labels => Int8Array.from(labels as number[]),
        decode: (stored: Int8Array) => [...stored] as never,
      },
    },
    fixed: {
      labels: {
        encode: labels => Int8Array.from(labels, label => label ?? -100),
        decode: (stored: Int8Array) =>
          Array.from(stored, label => (label === -100 ? null : (label as 0 | 1))),
      },
    },
  }),
  planted('planted-ignored-steps-dropped', 'step_labels_roundtrip', {
    faulty: {
      labels: {
        encode: labels => labels.filter(label => label !== null),
        decode: (stored: (0 | 1)[]) => stored,
      },
    },
    fixed: { labels: { encode: labels => labels.join(), decode: fromText } },
  }),
  planted('planted-first-step-is-no-error', 'step_labels_roundtrip', {
    faulty: {
      labels: {
        encode: labels => labels,
        decode: kept => kept,
        firstError: labels => labels.indexOf(0) || -1,
      },
    },
    fixed: {
      labels: { encode: labels => labels, decode: kept => kept, firstError: labels => labels.indexOf(0) },
    },
  }),
  planted('planted-last-step-without-score', 'step_labels_roundtrip', {
    faulty: { score: (task, steps) => stepScores(task, steps).slice(0, Math.max(1, steps.length - 1)) },
    fixed: {},
  }),
  planted('planted-arithmetic-mean', 'first_error_metric', {
    faulty: { firstErrorScore: pairs => (exact(pairs) + clear(pairs)) / 2 },
    fixed: { firstErrorScore: harmonic },
  }),
  planted('planted-nothing-right-is-nan', 'first_error_metric', {
    faulty: {
      firstErrorScore: pairs => (2 * exact(pairs) * clear(pairs)) / (exact(pairs) + clear(pairs)),
    },
    fixed: { firstErrorScore: harmonic },
  }),
  planted('planted-any-error-counts', 'first_error_metric', {
    faulty: {
      firstErrorScore: pairs =>
        harmonic(
          pairs.map(({ predicted, actual }) => ({
            predicted: predicted < 0 ? -1 : Math.max(actual, 0),
            actual,
          })),
        ),
    },
    fixed: { firstErrorScore: harmonic },
  }),
]

function planted(id: string, property: string, facts: { faulty: Facts; fixed: Facts }): RewardExhibit {
  return { id, property, minimal: 0, faulty: chain(facts.faulty), fixed: chain(facts.fixed) }
}

function remembering(): Facts {
  const known = new Map<string, number>()
  const of = (scores: readonly number[]): number => {
    const worst = Math.min(known.get('worst') ?? 1, ...scores)
    known.set('worst', worst)
    return worst
  }
  return { aggregate: { how: 'min', of } }
}

/** A tokeniser that has one token for a mark and the blank line behind it, so that the blank line is not seen. */
function merged(text: string): string[] {
  return text.split(/(?<![.)!])\n\n/)
}

function fromText(stored: string): (0 | 1 | null)[] {
  return stored.split(',').map(label => (label === '' ? null : (Number(label) as 0 | 1)))
}

const share = (pairs: Pairs, holds: (pair: Pairs[number]) => boolean): number =>
  pairs.filter(holds).length / pairs.length
const exact = (pairs: Pairs): number =>
  share(
    pairs.filter(({ actual }) => actual >= 0),
    ({ predicted, actual }) => predicted === actual,
  )
const clear = (pairs: Pairs): number =>
  share(
    pairs.filter(({ actual }) => actual < 0),
    ({ predicted }) => predicted < 0,
  )

export function harmonic(pairs: Pairs): number {
  const [found, spared] = [exact(pairs), clear(pairs)]
  return found + spared === 0 ? 0 : (2 * found * spared) / (found + spared)
}
