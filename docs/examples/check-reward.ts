/** @file A reward with its contract declared, as `ludus check` wants it: npx ludus check docs/examples/check-reward.ts */
import type { RewardSubject } from 'ludus/rewards'

interface Sum {
  left: number
  right: number
}

const TASKS: readonly Sum[] = [
  { left: 2, right: 5 },
  { left: 13, right: 8 },
  { left: 40, right: 2 },
  { left: 99, right: 99 },
  { left: 120, right: 7 },
  { left: 5, right: -31 },
]

/** The last box counts, and only an integer in it. */
const BOX = /\\boxed\{([^{}]*)\}/g
const PLAIN = /^[+-]?\d{1,15}(\.0{1,15})?$/

function score({ left, right }: Sum, response: string): number {
  const answer = [...response.matchAll(BOX)].at(-1)?.[1]?.trim() ?? ''
  return PLAIN.test(answer) && Number(answer) === left + right ? 1 : 0
}

export const sums: RewardSubject<Sum> = {
  name: 'sums',
  kind: 'number',
  tasks: TASKS,
  score,
  prompt: ({ left, right }) => `What is ${left} + ${right}? Give the sum in \\boxed{}.`,
  gold: ({ left, right }) => String(left + right),
  answer: {
    wrap: (answer, reasoning) => `${reasoning}\\boxed{${answer}}`,
    policy: 'last',
  },
}
