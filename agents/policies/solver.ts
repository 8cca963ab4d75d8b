/** @file `solver`: plays the environment's reference solution, or with a slip the typical mistake of its environment. */
import type { Task } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import type { Agent } from '../agent.ts'

/** `slip` is the chance per episode of making the environment's typical mistake: 0 is perfect. */
export function solverAgent({ slip = 0 }: { slip?: number } = {}): Agent {
  if (!(slip >= 0 && slip <= 1)) throw new UsageError(`solver: expected a slip from 0 to 1, got ${slip}`)
  return {
    name: slip === 0 ? 'solver' : `solver(slip=${slip})`,
    open({ env, task, rng }) {
      if (!env.solve)
        throw new UsageError(`solver: ${env.id} has no reference solution to play; use another agent`)
      const actions = env.solve(shown(task), slip === 0 ? undefined : { slip, rng })
      return {
        act: ({ step }) => ({ action: actions[step] ?? { invalid: 'the reference solution has ended' } }),
      }
    },
  }
}

function shown(task: Task | null): Task {
  if (task) return task
  throw new UsageError(
    'solver: expected to be shown the hidden task, got none: the reference solver plays only inside the program that ' +
      'holds the task, never as a remote agent; use it in ludus rollout or as a seat of the arena itself',
  )
}
