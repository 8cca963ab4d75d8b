/** @file Rollouts: an agent plays tasks to their ends, and every episode is recorded. */
import { setImmediate } from 'node:timers/promises'
import type { EnvDef, Task } from '../envs/env.ts'
import { rngAt } from '../envs/rng.ts'
import type { Trajectory } from '../envs/trajectory.ts'
import { recordEpisode } from '../envs/trajectory.ts'
import type { Action, Agent, AgentSession, Turn } from './agent.ts'

export interface RolloutOptions {
  /** Seeds the agent's randomness: the same seed, agent and tasks give the same trajectories. */
  seed?: number
  /** Episodes played at the same time; more than one pays only with agents that answer in batches or over a wire. */
  concurrency?: number
  onEpisode?: (trajectory: Trajectory, index: number) => void
  /** Stops the rollout, which then rejects with the signal's reason. */
  signal?: AbortSignal
}

/** Play every task once; trajectories come back in the order of the tasks. The agent is shown the hidden task: see Episode. */
export async function rollout(
  env: EnvDef,
  agent: Agent,
  tasks: readonly Task[],
  { seed = 0, concurrency = 1, onEpisode, signal: outer }: RolloutOptions = {},
): Promise<Trajectory[]> {
  const failure = new AbortController()
  const signal = outer ? AbortSignal.any([outer, failure.signal]) : failure.signal
  const trajectories: Trajectory[] = Array.from({ length: tasks.length })
  const attempts = countAttempts(tasks)
  const queue = tasks.entries()
  const playNext = async (): Promise<void> => {
    for (const [i, task] of queue) {
      // Synchronous agents and environments never leave the microtask queue; signals and timers need a turn.
      await setImmediate()
      signal.throwIfAborted()
      trajectories[i] = await playEpisode(env, agent, task, { seed, attempt: attempts[i]!, signal })
      onEpisode?.(trajectories[i], i)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.max(1, concurrency) }, playNext))
    return trajectories
  } catch (error) {
    failure.abort(error)
    throw error
  }
}

async function playEpisode(
  env: EnvDef,
  agent: Agent,
  task: Task,
  { seed, attempt, signal }: { seed: number; attempt: number; signal: AbortSignal },
): Promise<Trajectory> {
  const rng = rngAt('rollout', env.id, task.split, task.level, task.index, attempt, seed)
  const session = await agent.open({ env, task, rng })
  try {
    return await recordEpisode(env, task, agent.name, (observation, step) => {
      // A copy: an agent that changes what it is shown must not change the state or the record.
      const shown = structuredClone(observation)
      return answer(session, { observation: shown, step, deadlineMs: null, signal })
    })
  } finally {
    session.close?.()
  }
}

/** The agent's action, or the signal's reason as soon as it aborts. */
async function answer(session: AgentSession, turn: Turn): Promise<Action> {
  const { signal } = turn
  signal.throwIfAborted()
  let stop = (): void => {}
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([session.act(turn), stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** How often each task has stood in the list before: two plays of one task must not share their randomness. */
function countAttempts(tasks: readonly Task[]): number[] {
  const seen = new Map<string, number>()
  return tasks.map(({ split, level, index }) => {
    const key = `${split} ${level} ${index}`
    const attempt = seen.get(key) ?? 0
    seen.set(key, attempt + 1)
    return attempt
  })
}
