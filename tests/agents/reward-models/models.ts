/** @file Small models and labelled attempts on addition, for the tests of reward models. */
import type { EnvDef, Task } from '../../../envs/env.ts'
import { addition, columnSums } from '../../../envs/math/addition.ts'
import { rngAt } from '../../../envs/rng.ts'
import { taskAt } from '../../../envs/tasks.ts'
import type { Attempt } from '../../../rewards/reward.ts'
import type { LabelledTranscript } from '../../../agents/rewards/labelled.ts'
import { cutBehindError, exactTargets } from '../../../rewards/labels.ts'

export const env = addition as unknown as EnvDef

export const shape = {
  hiddenSize: 32,
  intermediateSize: 64,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  numKeyValueHeads: 2,
  maxPositionEmbeddings: 48,
  ropeTheta: 1000,
  rmsNormEps: 1e-5,
  tieWordEmbeddings: true,
  initializerRange: 0.1,
}
export const ALPHABET = '0123456789+=;'

export const taskOf = (index: number, level = 2): Task => taskAt(env, { split: 'train', index, level })
export const solution = (task: Task): string[] => columnSums(task.params as { a: number; b: number })

/** The solution of a task, in half of the cases with another digit in one of the columns. */
export function attemptOf(index: number, level = 2): Attempt {
  const task = taskOf(index, level)
  const rng = rngAt('attempt', index, level)
  const actions = solution(task)
  if (rng.float() < 0.5) return { task, actions }
  const at = rng.int(0, actions.length - 1)
  const moved = (digit: string): string => String((Number(digit) + rng.int(1, 9)) % 10)
  return { task, actions: actions.map((column, k) => (k === at ? column[0]! + moved(column[1]!) : column)) }
}

export const exactOf = ({ task, actions }: Attempt): Promise<(number | null)[]> =>
  exactTargets(env, task, actions)

/** Small sums one behind the other, one of them wrong in two of three cases: `2+3=5;1+1=4;`. */
export function sums(index: number): LabelledTranscript {
  const rng = rngAt('sums', index)
  const wrong = rng.int(0, 2)
  const lines = [0, 1].map(k => {
    const [a, b] = [rng.int(0, 4), rng.int(0, 4)]
    const right = k !== wrong
    return { text: `${a}+${b}=${right ? a + b : (a + b + rng.int(1, 8)) % 9};`, right }
  })
  return {
    prompt: [{ role: 'user', content: '=' }],
    steps: lines.map(({ text }) => ({ text, reply: '' })),
    labels: cutBehindError(lines.map(({ right }) => Number(right))),
  }
}
