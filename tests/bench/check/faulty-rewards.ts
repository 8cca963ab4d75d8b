/** @file Rewards with several faults each, as people write them in a hurry. */
import type { RewardSubject } from '../../../rewards/checks/subject.ts'

type Sum = { a: number; b: number }

const sums: Sum[] = Array.from({ length: 30 }, (_, i) => ({ a: 3 * i + 1, b: 5 * i + 2 }))

/** Takes the first number it sees, with one percent to spare, and pays for the form. */
export const firstNumber: RewardSubject<Sum> = {
  name: 'first number',
  kind: 'number',
  tasks: sums,
  prompt: ({ a, b }) => `${a} + ${b} = ?`,
  gold: ({ a, b }) => String(a + b),
  answer: { wrap: (answer, reasoning) => `${reasoning}<answer>${answer}</answer>` },
  score({ a, b }, response) {
    const found = /-?\d+(\.\d+)?/.exec(response)
    const near = found && Math.abs(Number(found[0]) - (a + b)) <= 0.01 * (a + b)
    return near ? 1 : response.includes('<answer>') ? 0.2 : 0
  },
}

/** Compares truth values of strings, and throws on what is no JSON. */
export const truthy: RewardSubject<{ even: number }> = {
  name: 'truthy',
  kind: 'choice',
  tasks: Array.from({ length: 20 }, (_, i) => ({ even: i })),
  prompt: ({ even }) => `Is ${even} even? Answer true or false.`,
  gold: ({ even }) => String(even % 2 === 0),
  score: (_task, response) => Number(Boolean(response) && JSON.parse(response) !== null),
}
