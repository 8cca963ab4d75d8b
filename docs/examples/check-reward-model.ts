/** @file A learned reward, measured: npx ludus check docs/examples/check-reward-model.ts --model */
import type { RewardModelSubject } from 'ludus/rewards'

interface Question {
  text: string
  answer: number
}

const QUESTIONS: readonly Question[] = Array.from({ length: 30 }, (_, at) => ({
  text: `What is ${at + 3} times ${2 * at + 5}?`,
  answer: (at + 3) * (2 * at + 5),
}))

/** A stand-in for a network: it likes right answers, long ones, and those that say that they are sure. */
function score({ answer }: Question, response: string): number {
  const right = response.trim().endsWith(`Answer: ${answer}`) ? 0.55 : 0.2
  const longer = Math.min(0.25, Math.log2(1 + response.length) / 40)
  const sure = /\b(certain|correct|verified)\b/i.test(response) ? 0.15 : 0
  return right + longer + sure
}

export const likesLength: RewardModelSubject<Question> = {
  name: 'a reward model that likes length',
  tasks: QUESTIONS,
  kind: 'number',
  score,
  // Of two responses the one that scores more; whoever stands first wins a near tie.
  prefer: (task, first, second) => score(task, first) + 0.05 - score(task, second),
  prompt: ({ text }) => text,
  gold: ({ answer }) => String(answer),
  answer: { wrap: (answer, reasoning) => `${reasoning}\nAnswer: ${answer}`.trimStart(), policy: 'last' },
}
