/** @file A small reward that scores steps, right in all respects, for exhibits to break in one. */
import type { ProcessFacts } from '../../rewards/checks/process-subject.ts'
import type { RewardSubject } from '../../rewards/checks/subject.ts'

export interface Chain {
  start: number
  moves: { by: '+' | '*'; amount: number }[]
}

const TASKS: Chain[] = [
  { start: 2, moves: [{ by: '+', amount: 3 }] },
  {
    start: 4,
    moves: [
      { by: '*', amount: 3 },
      { by: '+', amount: 5 },
    ],
  },
  {
    start: 7,
    moves: [
      { by: '+', amount: 6 },
      { by: '*', amount: 2 },
      { by: '+', amount: 9 },
    ],
  },
]

const NEUTRAL = 'So let us go on.'
const FORM = /^(\d+) ([+*]) (\d+) = (\d+)$/

const apply = (value: number, { by, amount }: Chain['moves'][number]): number =>
  by === '+' ? value + amount : value * amount

export function answerOf({ start, moves }: Chain): number {
  return moves.reduce(apply, start)
}

/** The solution whose step `wrongAt` is off by one; what follows is derived from it. -1: none is. */
function written({ start, moves }: Chain, wrongAt = -1): string[] {
  let value = start
  const steps = moves.map((move, at) => {
    const from = value
    value = apply(from, move) + (at === wrongAt ? 1 : 0)
    return `${from} ${move.by} ${move.amount} = ${value}`
  })
  return [...steps, `The answer is ${value + (wrongAt === moves.length ? 1 : 0)}`]
}

/** 1 for a step that follows from the one before, 0 for one that does not. */
export function stepScores({ start }: Chain, steps: readonly string[]): number[] {
  let value = start
  return steps.map(text => {
    const step = text.replace(/[^\w]+$/, '')
    if (`${step}.` === NEUTRAL) return 1
    const [, from, by, amount, to] = FORM.exec(step) ?? []
    if (to === undefined) return step === `The answer is ${value}` ? 1 : 0
    const follows =
      Number(from) === value && apply(value, { by, amount: Number(amount) } as never) === Number(to)
    value = Number(to)
    return follows ? 1 : 0
  })
}

export function chain(changes: Partial<ProcessFacts<Chain>>): RewardSubject<never> {
  const subject: RewardSubject<Chain> = {
    name: 'chain of sums',
    tasks: TASKS,
    score: (task, response) => (response === String(answerOf(task)) ? 1 : 0),
    process: {
      solution: task => written(task),
      score: stepScores,
      corrupt: (task, _steps, at) => written(task, at),
      ...changes,
    },
  }
  return subject as unknown as RewardSubject<never>
}

/** Whether the last step gives the right answer. */
export const outcome = (task: Chain, steps: readonly string[]): boolean =>
  steps.at(-1) === `The answer is ${answerOf(task)}`

export const neutral = NEUTRAL

export const least = (scores: readonly number[]): number => Math.min(...scores)
export const product = (scores: readonly number[]): number => scores.reduce((all, score) => all * score, 1)
export const mean = (scores: readonly number[]): number =>
  scores.reduce((all, score) => all + score, 0) / scores.length
