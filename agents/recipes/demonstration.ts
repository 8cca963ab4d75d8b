/** @file Demonstrations of a fallible expert, and the size of the texts that an environment makes a policy read. */
import type { EnvDef, Task } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { Coordinate } from '../../envs/rng.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import { tasksOf } from '../evaluate.ts'
import type { Demonstration } from '../policy.ts'
import { questionOf } from '../policies/question.ts'
import { firstPrompts } from '../prompt.ts'

/** Demonstration number `index`: a training task, solved by the reference with its typical mistake at chance `slip`. */
export function demonstration(
  env: EnvDef,
  {
    levels,
    index,
    slip,
    seed,
  }: { levels: readonly number[]; index: number; slip: number; seed: readonly Coordinate[] },
): Demonstration {
  const level = levels[index % levels.length]!
  const task = taskAt(env, { split: 'train', level, index: Math.floor(index / levels.length) })
  const state = env.start(task)
  if (state instanceof Promise)
    throw new UsageError(`${env.id} starts asynchronously; demonstrations need a synchronous start`)
  const prompt = env.text.prompt(env.observe(task, state))
  return { prompt, completion: solution(env, task, { slip, rng: rngAt(...seed, 'demonstration', index) }) }
}

function solution(env: EnvDef, task: Task, style: Parameters<NonNullable<EnvDef['solve']>>[1]): string {
  if (!env.solve) throw new UsageError(`${env.id} has no reference solutions, so there is no expert to clone`)
  const actions = env.solve(task, style)
  return actions.map(action => env.text.render(action)).join('')
}

/** Tasks per level that are looked at. */
const PROBE_TASKS = 200
/** Other tasks may have longer texts than those looked at. */
const HEADROOM = 1.25
const POSITION_STEP = 8

/** The alphabet and the longest texts of these levels, from a sample of training tasks with and without a slip. */
export async function textLimits(
  env: EnvDef,
  levels: readonly number[],
): Promise<{ alphabet: string; maxTokens: number; maxPositions: number }> {
  const tasks = tasksOf(env, { split: 'train', levels, count: PROBE_TASKS * levels.length })
  const questions = (await firstPrompts(env, tasks)).map(questionOf)
  const solutions = tasks.flatMap((task, i) => [
    solution(env, task, undefined),
    solution(env, task, { slip: 1, rng: rngAt(env.id, 'probe', i) }),
  ])
  const alphabet = [...new Set([...questions, ...solutions].join(''))].sort().join('')
  const longest = (texts: readonly string[]): number =>
    Math.ceil(HEADROOM * Math.max(...texts.map(text => text.length)))
  const maxTokens = longest(solutions) + 1
  const maxPositions = Math.ceil((longest(questions) + maxTokens) / POSITION_STEP) * POSITION_STEP
  return { alphabet, maxTokens, maxPositions }
}
