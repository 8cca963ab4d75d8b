/** @file A small reward that is right, for mutants to be made of: with its whole contract, and with hardly any. */
import type { RewardSubject } from '../../../rewards/checks/subject.ts'

interface Sum {
  numbers: number[]
}

const BOX = /\\boxed\{\s*([+-]?\d{1,12})\s*\}/g
const TASKS: Sum[] = [
  { numbers: [1, 2] },
  { numbers: [4, -9] },
  { numbers: [12, 30, 5] },
  { numbers: [7, 70, 700] },
  { numbers: [-3, -20] },
]

function total({ numbers }: Sum): number {
  let sum = 0
  for (const each of numbers) sum += each
  return sum
}

function given(response: string): number | null {
  const boxes = [...response.matchAll(BOX)]
  if (boxes.length === 0) return null
  return Number(boxes.at(-1)![1])
}

function score(task: Sum, response: string): number {
  const answer = given(response)
  if (answer === null) return 0
  return answer === total(task) ? 1 : 0
}

const scoring = { name: 'sum', tasks: TASKS, score }

export const declared: RewardSubject<Sum> = {
  ...scoring,
  kind: 'number',
  gold: task => String(task.numbers.reduce((sum, each) => sum + each, 0)),
  answer: { wrap: (answer, reasoning) => `${reasoning}\nSo \\boxed{${answer}}`, policy: 'last' },
  unequal: ['decimal-zero', 'fraction', 'thousands'],
}

/** Without a reference answer nothing is known to be wrong. */
export const bare: RewardSubject<Sum> = scoring
