/** @file Rollouts for tests: those of tests/golden/learning.json, and plain ones. */
import type { Experience } from '../../../agents/policy.ts'
import type { Rollout } from '../../../agents/learning/rollouts.ts'
import { groupAt } from '../../../agents/learning/rollouts.ts'
import { golden } from '../nn/golden-folders.ts'

interface LearningGolden {
  rollouts: {
    group: number
    length: number
    outcome: number
    steps: [number, number][]
    logprobs: number[]
    ref: number[]
    now: number[]
    values: number[]
  }[]
  advantages: Record<string, number[][]>
  ppoReturns: number[][]
  tokenWeights: Record<'sequence' | 'token' | 'constant', number[]>
}

export const LEARNING_GOLDEN = golden<LearningGolden>('learning.json')

export function goldenRollouts({ steps: withSteps = false } = {}): Rollout[] {
  return LEARNING_GOLDEN.rollouts.map(({ group, length, outcome, steps, logprobs, ref, values }) => ({
    group: groupAt(group),
    prompt: [{ role: 'user', content: String(group) }],
    completion: { text: '', tokens: Array.from({ length }, () => 0), logprobs, stopped: true },
    outcome,
    refLogprobs: ref,
    values,
    ...(withSteps && { steps: steps.map(([lastToken, reward]) => ({ lastToken, reward })) }),
  }))
}

/** Rollouts of one group with these outcomes, of these lengths. */
export function plainRollouts(
  outcomes: readonly (number | null)[],
  { group = 0, length = () => 2 }: { group?: number; length?: (i: number) => number } = {},
): Rollout[] {
  return outcomes.map((outcome, i) => ({
    group: groupAt(group),
    prompt: [{ role: 'user', content: 'x' }],
    completion: {
      text: '',
      tokens: Array.from({ length: length(i) }, () => 1),
      logprobs: Array.from({ length: length(i) }, () => -1),
      stopped: true,
    },
    outcome,
  }))
}

/** The advantage of each token. */
export function along({ advantage, completion }: Experience): number[] {
  return typeof advantage === 'number' ? completion.tokens.map(() => advantage) : [...advantage]
}
