/** @file What can be earned without understanding anything: the best constant play of an environment. */
import { advance, begin } from '../envs/dynamics.ts'
import type { EnvDef, Split, Task } from '../envs/env.ts'
import { canonicalJson } from '../envs/json.ts'
import type { Json } from '../envs/json.ts'
import { taskAt } from '../envs/tasks.ts'

export interface Floor {
  /** Mean return of the best constant play. */
  mean: number
  /** What was played. */
  actions: Json[]
}

/** First actions of an agent that knows nothing which are tried. */
const NAIVE_ACTIONS = 8

/** Tasks on which the mean is taken, at least. */
const MEASURED_ON = 100

export interface FloorOptions {
  level: number
  split?: Split
  /** Tasks that every candidate plays. */
  tasks?: number
  /** Solutions of other tasks that are tried as constants. */
  candidates?: number
}

/**
 * The best of many constant plays: the solution of each of `candidates` other tasks, its last action alone (the bare
 * answer, where there is one), and what an agent that knows nothing would try first. It is chosen on `tasks` tasks and its
 * mean is taken on others, 100 or more, so that luck in the choice is not counted.
 */
export async function constantFloor(
  env: EnvDef,
  { level, split = 'train', tasks = 60, candidates = 60 }: FloorOptions,
): Promise<Floor> {
  const drawn = (from: number, count: number): Task[] =>
    range(count).map(i => taskAt(env, { split, index: from + i, level }))
  const chosenOn = drawn(0, tasks)
  let best: Floor = { mean: -Infinity, actions: [] }
  for (const actions of await constants(env, { level, split, from: tasks, count: candidates })) {
    const mean = await meanReturn(env, chosenOn, actions)
    if (mean > best.mean) best = { mean, actions }
  }
  return {
    ...best,
    mean: await meanReturn(env, drawn(tasks + candidates, Math.max(MEASURED_ON, 3 * tasks)), best.actions),
  }
}

async function meanReturn(env: EnvDef, tasks: readonly Task[], actions: readonly Json[]): Promise<number> {
  let sum = 0
  for (const task of tasks) sum += await blindReturn(env, task, actions)
  return sum / tasks.length
}

/** The return of playing these actions whatever is shown; what comes after the end is left out. */
export async function blindReturn(env: EnvDef, task: Task, actions: readonly Json[]): Promise<number> {
  let position = await begin(env, task)
  let sum = 0
  for (const action of actions) {
    if (position.end) break
    const taken = await advance(env, task, position, action)
    position = taken.position
    sum += taken.reward
  }
  return sum
}

type Range = { level: number; split: Split; from: number; count: number }

async function constants(env: EnvDef, { level, split, from, count }: Range): Promise<Json[][]> {
  const first = taskAt(env, { split, index: 0, level })
  const naive = (env.legalActions?.(first, (await begin(env, first)).state) ?? [])
    .slice(0, NAIVE_ACTIONS)
    .map(action => [action])
  const copied = range(count).flatMap(i => {
    const solution = env.solve?.(taskAt(env, { split, index: from + i, level })) ?? []
    return solution.length > 1 ? [solution, solution.slice(-1)] : [solution]
  })
  return [...new Map([...naive, ...copied].map(actions => [canonicalJson(actions), actions])).values()]
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}
