/** @file Where a subject is found again from another process: an export of a module, or a registered environment. */
import { fileURLToPath } from 'node:url'
import type { EnvDef } from '../../../envs/env.ts'
import { UsageError } from '../../../envs/errors.ts'
import type { Json } from '../../../envs/json.ts'
import { importUserModule, isEnv } from '../../../envs/user-module.ts'
import { envSubject } from '../env-def-subject.ts'
import { rewardSubjectOf } from '../env-reward-subject.ts'
import type { EnvSubject } from '../env-subject.ts'
import type { RewardSubject } from '../subject.ts'
import type { ModuleRef } from './executor.ts'

/** `name` of a list of subjects has the place behind a dot: `rewards.2`. Environment definitions give both kinds. */
export type SubjectRef = { as: 'reward' | 'env' } & (ModuleRef | { registered: string })

export type Found = { as: 'reward'; subject: RewardSubject<Json> } | { as: 'env'; subject: EnvSubject<Json> }

/** Throws UsageError if nothing of that kind is there. */
export async function subjectAt(ref: SubjectRef): Promise<Found> {
  const value = 'registered' in ref ? await registered(ref.registered) : await exported(ref)
  const found = subjectsOf(value).find(({ as }) => as === ref.as)
  if (!found)
    throw new UsageError(
      `expected ${ref.as === 'env' ? 'an environment' : 'a reward'} at ${JSON.stringify(ref)}`,
    )
  return found
}

/** All environments there are take a second to load, which a process that needs one module should not spend. */
async function registered(id: string): Promise<EnvDef> {
  const { findEnv } = await import('../../../envs/registry.ts')
  return findEnv(id)
}

async function exported({ url, name }: ModuleRef): Promise<unknown> {
  const [key, at] = name.split('.')
  const value = (await importUserModule(fileURLToPath(url)))[key!]
  return at === undefined ? value : (value as unknown[])[Number(at)]
}

/** What can be checked of this value; empty where it is no subject. */
export function subjectsOf(value: unknown): Found[] {
  if (isEnv(value)) return subjectsOfEnv(value)
  if (isRewardSubject(value)) return [{ as: 'reward', subject: value }]
  return isEnvSubject(value) ? [{ as: 'env', subject: value }] : []
}

function subjectsOfEnv(env: EnvDef): Found[] {
  return [
    { as: 'reward', subject: rewardSubjectOf(env) },
    { as: 'env', subject: envSubject(env) },
  ]
}

function isRewardSubject(value: unknown): value is RewardSubject<Json> {
  const { name, score, tasks } = fieldsOf(value)
  return typeof name === 'string' && typeof score === 'function' && tasks !== undefined
}

function isEnvSubject(value: unknown): value is EnvSubject<Json> {
  const { name, make, actions } = fieldsOf(value)
  return typeof name === 'string' && typeof make === 'function' && actions !== undefined
}

function fieldsOf(value: unknown): Partial<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
