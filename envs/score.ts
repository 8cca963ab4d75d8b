/** @file What the environment says of a finished text: played at solution granularity, its terms summed. */
import { advance, begin } from './dynamics.ts'
import type { EnvDef, Task } from './env.ts'
import { atSolution } from './granularity.ts'

export interface Score {
  /** Raw value of the outcome term in [0, 1], the largest if there are several; null: it could not be judged. */
  outcome: number | null
  /** Weighted sum of all terms over the episode. */
  return: number
  /** Steps that were played. */
  steps: number
}

/** Play `text` as a whole solution of the task. */
export async function scoreText<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
  task: Task<P>,
  text: string,
): Promise<Score> {
  const solution = atSolution(env)
  const { position, rewards, reward } = await advance(solution, task, await begin(solution, task), text)
  const outcomes = Object.entries(env.rewards)
    .filter(([, term]) => term.kind === 'outcome')
    .map(([name]) => rewards[name] ?? null)
    .filter(value => value !== null)
  return {
    outcome: outcomes.length > 0 ? Math.max(...outcomes) : null,
    return: reward,
    steps: position.state.position.steps,
  }
}
