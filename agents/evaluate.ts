/** @file Accuracy on held-out tasks, with its interval. */
import type { EnvDef, Split, Task } from '../envs/env.ts'
import { atSolution } from '../envs/granularity.ts'
import { taskAt } from '../envs/tasks.ts'
import type { Coordinate } from '../envs/rng.ts'
import { verifierReward } from '../rewards/reward.ts'
import { wilson } from '../rewards/shares.ts'
import type { Policy } from './policy.ts'
import { firstPrompts } from './prompt.ts'

export interface Accuracy {
  /** Share of tasks whose outcome is 1. */
  accuracy: number
  /** 95 % Wilson interval. */
  low: number
  high: number
  tasks: number
  solved: number
}

/** One finished text per task. */
export type Completer = (tasks: readonly Task[]) => Promise<readonly string[]>

/** Every text is judged by the environment's own outcome. A task that could not be judged counts as unsolved. */
export async function evaluate(env: EnvDef, tasks: readonly Task[], complete: Completer): Promise<Accuracy> {
  const texts = await complete(tasks)
  const attempts = tasks.map((task, i) => ({ task, actions: [texts[i] ?? ''] }))
  const judgements = await verifierReward(atSolution(env)).judge(attempts)
  return accuracyOf(judgements.filter(({ outcome }) => outcome === 1).length, tasks.length)
}

export function accuracyOf(solved: number, tasks: number): Accuracy {
  return { accuracy: solved / tasks, ...wilson(solved, tasks), tasks, solved }
}

/** `count` tasks of a split, spread evenly over the levels, by index from `first`. */
export function tasksOf(
  env: EnvDef,
  {
    split,
    levels,
    count,
    first = 0,
  }: { split: Split; levels: readonly number[]; count: number; first?: number },
): Task[] {
  return Array.from({ length: count }, (_, i) =>
    taskAt(env, { split, level: levels[i % levels.length]!, index: first + Math.floor(i / levels.length) }),
  )
}

/** The policy's own completions: greedy at temperature 0, sampled above. */
export function policyCompleter(
  policy: Policy,
  env: EnvDef,
  { temperature, maxTokens, seed }: { temperature: number; maxTokens: number; seed: readonly Coordinate[] },
): Completer {
  return async tasks => {
    const prompts = await firstPrompts(env, tasks)
    const seeds = tasks.map(task => [...seed, task.split, task.level, task.index])
    const completions = await policy.sample(prompts, { temperature, maxTokens, seeds })
    return completions.map(completion => completion.text)
  }
}
