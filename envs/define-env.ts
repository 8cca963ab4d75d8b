/** @file `defineEnv`: an environment written out in full, with its parts checked where types cannot. */
import type { EnvDef } from './env.ts'
import { UsageError } from './errors.ts'

/** `domain/name-vN`, in small letters. */
export const ENV_ID = /^[a-z]+\/[a-z0-9-]+-v\d+$/

/** Returns `env` as it is, its types inferred from its parts. Throws UsageError on a malformed id, no levels or no outcome. */
export function defineEnv<P, S, O, A, F>(env: EnvDef<P, S, O, A, F>): EnvDef<P, S, O, A, F> {
  if (!ENV_ID.test(env.id))
    throw new UsageError(`expected an environment id like math/addition-v1, got ${JSON.stringify(env.id)}`)
  const levels = env.tasks.levels.map(({ level }) => level)
  if (levels.length === 0 || new Set(levels).size !== levels.length)
    throw new UsageError(`${env.id}: expected one or more different levels, got ${JSON.stringify(levels)}`)
  if (!Number.isSafeInteger(env.maxSteps) || env.maxSteps < 1)
    throw new UsageError(`${env.id}: expected maxSteps of 1 or more, got ${env.maxSteps}`)
  const terms = Object.values(env.rewards)
  if (!terms.some(({ kind }) => kind === 'outcome'))
    throw new UsageError(`${env.id}: expected at least one outcome term among its rewards`)
  if (terms.some(({ weight }) => !(weight > 0)))
    throw new UsageError(
      `${env.id}: expected reward weights above 0; a price is a penalty with a positive weight`,
    )
  return env
}
