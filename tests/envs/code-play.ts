/** @file Playing code environments in tests: actions in, rewards and feedback out. */
import type { Position } from '../../envs/dynamics.ts'
import { advance, begin } from '../../envs/dynamics.ts'
import type { EnvDef, Rewards, Task } from '../../envs/env.ts'

export interface Played {
  rows: Rewards[]
  total: number
  end: Position['end']
  state: unknown
}

/** Plays the actions until they or the episode end. */
export async function playCode<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
  task: Task<P>,
  actions: readonly unknown[],
  signal?: AbortSignal,
): Promise<Played> {
  let position = await begin(env, task)
  const rows: Rewards[] = []
  let total = 0
  for (const action of actions) {
    if (position.end) break
    const taken = await advance(env, task, position, action, signal)
    position = taken.position
    rows.push(taken.rewards)
    total += taken.reward
  }
  return { rows, total, end: position.end, state: position.state }
}
