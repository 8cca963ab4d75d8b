/** @file Rewards with planted faults, and environments too: what `ludus check` is tested on. */
import type { EnvSubject, RewardSubject } from 'ludus/rewards'

interface Sum {
  left: number
  right: number
}

const BOX = /\\boxed\{([^{}]*)\}/g

function sums(name: string, passes: (answer: number, right: number) => boolean): RewardSubject<Sum> {
  return {
    name,
    kind: 'number',
    tasks: [
      { left: 2, right: 5 },
      { left: 13, right: 8 },
      { left: 40, right: 2 },
      { left: 99, right: 99 },
    ],
    score: ({ left, right }, response) => {
      const answer = [...response.matchAll(BOX)].at(-1)?.[1] ?? ''
      return answer !== '' && passes(Number(answer), left + right) ? 1 : 0
    },
    prompt: ({ left, right }) => `What is ${left} + ${right}? Answer in \\boxed{}.`,
    gold: ({ left, right }) => String(left + right),
    answer: { wrap: answer => `\\boxed{${answer}}`, policy: 'last' },
  }
}

/** A tolerance that is far too wide. */
export const loose = sums('loose', (answer, right) => Math.abs(answer - right) <= 2)

/** What a call can do to its process. */
const DEATHS: Record<string, () => number | Promise<number>> = {
  throws: () => {
    throw new Error('planted')
  },
  'not a number': () => NaN,
  hangs: () => {
    for (;;);
  },
  'hangs later': async () => {
    await new Promise(resolve => setTimeout(resolve, 5))
    for (;;);
  },
  'never settles': () => new Promise(() => {}),
  'takes all memory': () => {
    for (const hoard: number[][] = []; ;) hoard.push(Array<number>(1000).fill(1.5))
  },
  'takes memory outside the heap': async () => {
    for (const hoard: Buffer[] = []; ; await new Promise(setImmediate)) hoard.push(Buffer.alloc(1 << 24, 1))
  },
  exits: () => process.exit(3),
  'is killed': () => {
    process.kill(process.pid, 'SIGKILL')
    for (;;);
  },
}

/** Each is right about every response but those with `nan` or a power in them. */
export const deaths: RewardSubject<Sum>[] = Object.entries(DEATHS).map(([name, die]) => {
  const honest = sums(name, (answer, right) => answer === right)
  return {
    ...honest,
    // Filling memory takes a while, which must not be taken for a hang.
    timeoutMs: name.includes('memory') ? 10_000 : 400,
    score: (task, response, context) =>
      /nan|\*\*/.test(response) ? die() : honest.score(task, response, context),
  }
})

/** An honest counter that pays nothing. */
export const counter: EnvSubject<number> = {
  name: 'counter',
  actions: [0, 1],
  horizon: 5,
  returnRange: [0, 1],
  make: () => {
    let [count, steps] = [0, 0]
    return {
      reset: () => {
        ;[count, steps] = [0, 0]
        return { observation: count }
      },
      step: action => {
        ;[count, steps] = [count + action, steps + 1]
        return { observation: count, reward: 0, terminated: false, truncated: steps >= 5 }
      },
      snapshot: () => [count, steps],
      restore: ([a, b]: [number, number]) => void ([count, steps] = [a, b]),
    }
  },
}

/** Runs what a response says. */
export const evaluating: RewardSubject<Sum> = {
  ...sums('evaluating', () => false),
  score: ({ left, right }, response) => {
    const answer = [...response.matchAll(BOX)].at(-1)?.[1] ?? ''
    // oxlint-disable-next-line no-eval -- planted
    return Number((0, eval)(answer)) === left + right ? 1 : 0
  },
}
