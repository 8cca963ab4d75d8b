/**
 * @file Exact labels of steps, as process reward models are trained and tested on.
 *
 * A step is wrong if it says something false, or if the goal could be reached before it and cannot be reached after it.
 */
import { advance, begin, chain } from './dynamics.ts'
import type { EnvDef, MaybePromise, Task } from './env.ts'
import { isInvalid } from './env.ts'

export type StepLabel = 'right' | 'wrong' | 'unknown'

/** One label per step that was played; steps behind the end of the episode have none. */
export function stepLabels<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
  task: Task<P>,
  actions: readonly A[],
): MaybePromise<StepLabel[]> {
  const labels: StepLabel[] = []
  const from = (
    position: Parameters<typeof advance<P, S, O, A, F>>[2],
    at: number,
  ): MaybePromise<StepLabel[]> => {
    const action = actions[at]
    if (action === undefined || position.end) return labels
    return chain(advance(env, task, position, action), taken => {
      labels.push(labelOf(env, task, { before: position, action, after: taken.position }))
      return from(taken.position, at + 1)
    })
  }
  return chain(begin(env, task), position => from(position, 0))
}

/** The number of the first wrong step, from 0; -1 if none is wrong (ProcessBench, arXiv 2412.06559). */
export function firstWrongStep(labels: readonly StepLabel[]): number {
  return labels.indexOf('wrong')
}

type Stepped<S, A> = { before: { state: S; steps: number }; action: A; after: { state: S; steps: number } }

function labelOf<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
  task: Task<P>,
  { before, action, after }: Stepped<S, A>,
): StepLabel {
  if (isInvalid(action) || !env.action.safeParse(action).success) return 'wrong'
  const verdict = env.verifyStep?.(task, before.state, action)
  if (verdict !== null && verdict !== undefined) return verdict ? 'right' : 'wrong'
  const [reachable, still] = [before, after].map(({ state, steps }) =>
    env.stepLabel?.(task, state, env.maxSteps - steps),
  )
  if (still === true) return env.verifyStep ? 'unknown' : 'right'
  return still === false && reachable === true ? 'wrong' : 'unknown'
}
