/** @file Exhibits: rewards that score steps. */
import { rngAt } from '../../envs/rng.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit } from './typed.ts'

interface Chain {
  numbers: number[]
}

const CHAINS: readonly Chain[] = Array.from({ length: 16 }, (_, at) => {
  const rng = rngAt('museum', 'separator', at)
  return { numbers: Array.from({ length: 3 + (at % 5) }, () => rng.int(1, 20)) }
})

/** Adds the numbers one by one: `4+7=11.` */
function solution({ numbers: [first = 0, ...rest] }: Chain): string[] {
  let sum = first
  return rest.map(number => `${sum}+${number}=${(sum += number)}.`)
}

const SEPARATOR = '\n\n'

/** Greedy, longest first, as byte-pair encoding does it: a full stop and the blank line behind it are one token. */
function tokens(text: string): string[] {
  return text.match(/\.\n\n|\n\n|\d|[^]/g) ?? []
}

/** The scorer reads tokens from left to right; its output at a token is its verdict on the step that the token is in. */
function outputs(stream: readonly string[]): number[] {
  const steps = stream
    .join('')
    .split(SEPARATOR)
    .map(step => (holds(step) ? 1 : 0))
  let at = 0
  return stream.map(token => (token.endsWith(SEPARATOR) ? steps[at++]! : steps[at]!))
}

/** Steps without an equation claim nothing. */
function holds(step: string): boolean {
  const found = /^\s*(\d{1,9})\+(\d{1,9})=(\d{1,10})\.?\s*$/.exec(step)
  return found ? Number(found[1]) + Number(found[2]) === Number(found[3]) : !/[\d=]/.test(step)
}

function stepScores(steps: readonly string[], joinedFirst: boolean): number[] {
  const apart = steps.flatMap(step => [...tokens(step), SEPARATOR])
  const stream = joinedFirst ? tokens(steps.map(step => step + SEPARATOR).join('')) : apart
  const scores = outputs(stream)
  let end = -1
  return steps.map(step => {
    end += tokens(step).length + 1
    return scores[Math.min(end, scores.length - 1)]!
  })
}

function stepsIn(text: string): string[] {
  return text.split(/\n{2,}/).filter(step => step.trim() !== '')
}

function wrongAt(steps: readonly string[], at: number): string[] | null {
  const [left, right] = (steps[at] ?? '').split('=')
  return right === undefined ? null : steps.with(at, `${left}=${Number.parseInt(right, 10) + 1}.`)
}

const joinedTokens = rewardExhibit<Chain>({
  id: 'processbench-separator',
  property: 'step_split_invariance',
  minimal: 3,
  subject: faulty => ({
    name: 'processbench-separator',
    kind: 'steps',
    tasks: CHAINS,
    prompt: ({ numbers }) => `Add ${numbers.join(', ')} one by one.`,
    score(task, response) {
      const steps = stepsIn(response)
      const reached = steps.at(-1)?.split('=')[1] === solution(task).at(-1)!.split('=')[1]
      return reached ? Math.min(...stepScores(steps, faulty)) : 0
    },
    process: {
      solution,
      score: (_task, steps) => stepScores(steps, false),
      corrupt: (_task, steps, at) => wrongAt(steps, at),
      neutral: 'So let us go on.',
      aggregate: { how: 'min', of: scores => Math.min(...scores) },
      scoreText: (_task, text) => stepScores(stepsIn(text), faulty),
      separator: SEPARATOR,
      separators: ['\n\n\n'],
    },
  }),
})

export const PROCESS: readonly RewardExhibit[] = [joinedTokens]
