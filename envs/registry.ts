/** @file Environments by id: the built-in ones, and those that a program registers. */
import { codeEnvs } from './code/catalogue.ts'
import { ENV_ID } from './define-env.ts'
import type { EnvDef } from './env.ts'
import { UsageError } from './errors.ts'
import { Gym } from './gym.ts'
import { mathEnvs } from './math/catalogue.ts'
import { toolEnvs } from './tools/catalogue.ts'

const registry = new Map<string, EnvDef>()

/** Make an environment known under its id. Throws UsageError on a malformed or taken id. */
export function registerEnv(env: EnvDef): void {
  if (!ENV_ID.test(env.id))
    throw new UsageError(`expected an environment id like math/addition-v1, got ${JSON.stringify(env.id)}`)
  if (registry.has(env.id))
    throw new UsageError(`${env.id} is registered already; a change needs a new version number`)
  registry.set(env.id, env)
}

/** The environment of that id. Throws UsageError listing the known ones. */
export function findEnv(id: string): EnvDef {
  const env = registry.get(id)
  if (env) return env
  throw new UsageError(
    `unknown environment ${JSON.stringify(id)}; known are ${listEnvs()
      .map(known => known.id)
      .join(', ')}`,
  )
}

export function listEnvs(): EnvDef[] {
  return [...registry.values()]
}

/** A Gym of the environment of that id. */
export function make(id: string): Gym {
  return new Gym(findEnv(id))
}

for (const env of [...mathEnvs, ...codeEnvs, ...toolEnvs]) registerEnv(env)
