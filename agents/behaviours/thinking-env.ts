/**
 * @file Puzzles for those who think in writing: a whole trace is one action, and only the moves that are left of it are played.
 *
 * So an agent may try, check, drop and correct inside its text without paying for it, as in a stream of search (2404.03683).
 * What is no trace is played as it stands, line by line.
 */
import type { EnvDef } from '../../envs/env.ts'
import { isInvalid } from '../../envs/env.ts'
import { atSolution } from '../../envs/granularity.ts'
import { actionsOf, modeOf } from './emit.ts'
import { parseTrace } from './trace.ts'

/** The environment at the granularity of whole traces. Throws UsageError where its steps are not lines. */
export function atTrace(env: EnvDef): EnvDef {
  modeOf(env)
  const whole = atSolution(env) as unknown as EnvDef
  const played = (text: string): string => {
    const trace = parseTrace(text)
    if (isInvalid(trace)) return text
    return actionsOf(env, trace)
      .map(action => `${action}\n`)
      .join('')
  }
  const { solve, ...rest } = whole
  return {
    ...rest,
    id: `${env.id}@trace`,
    text: { ...whole.text, stepEnd: '' },
    step: (task, state, action, context) =>
      whole.step(task, state, typeof action === 'string' ? played(action) : action, context),
    ...(solve && { solve }),
  }
}
