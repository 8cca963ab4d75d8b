/** @file Golden values of reward models, by numpy and scikit-learn: tests/golden/reward_models.py. */
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'

interface Golden {
  judged: {
    items: { task: number; score: number; right: boolean }[]
    pooled: number
    within: number
    brier: number
  }[]
  processBench: {
    cases: { scores: number[]; label: number }[]
    byThreshold: { threshold: number; errorAccuracy: number; correctAccuracy: number; f1: number }[]
    best: number
  }
  bestOfN: {
    pools: { proxy: number; gold: number }[][]
    curve: { n: number; proxy: number; gold: number; kl: number }[]
  }
  softmin: { rewards: number[]; temperature: number; transformed: number[] }[]
  prime: {
    group: { tokenRewards: number[]; outcome: number }[]
    of: { gamma: number; advantages: number[][] }[]
  }
  expert: ({ logit: number } & Record<'log-d' | 'minus-log-not-d', number>)[]
  rest: { steps: { stepsLeft: number; wrong: boolean }[]; values: number[] }
  implicitLoss: {
    logprobs: number[]
    refLogprobs: number[]
    labels: number[]
    beta: number
    value: number
    gradient: number[]
  }
}

export const GOLDEN = JSON.parse(
  readFileSync(new URL('../golden/reward-models.json', import.meta.url), 'utf8'),
) as Golden

/** Numbers, or lists of the same length, that differ by no more than rounding. */
export function close(
  got: number | readonly number[],
  expected: number | readonly number[],
  by = 1e-9,
): void {
  const [a, b] = [[got].flat(), [expected].flat()]
  assert.is(a.length, b.length)
  for (const [i, value] of a.entries())
    assert.ok(
      Math.abs(value - b[i]!) <= by * Math.max(1, Math.abs(b[i]!)),
      `${value} against ${b[i]} at ${i}`,
    )
}
