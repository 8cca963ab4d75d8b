/**
 * @file Tasks by coordinates, with splits that are disjoint by construction.
 *
 * Candidates are drawn one after another from the stream at (env, split, level, index), and the first is kept whose
 * *content* hashes into the part of the hash space that belongs to the split. So equal tasks always land in the same
 * split, and a task is found in about 10, 10 and 1.25 draws for test, validation and train, whatever its index.
 */
import type { EnvDef, EnvId, Level, Split, Task, TaskSource } from './env.ts'
import { SPLITS } from './env.ts'
import { UsageError } from './errors.ts'
import type { Json } from './json.ts'
import { canonicalJson } from './json.ts'
import { murmur3 } from './murmur.ts'
import type { Rng } from './rng.ts'
import { rngAt } from './rng.ts'

const MAX_DRAWS = 10_000
const SPLIT_SEED = 0x510e527f

interface TaskRecipe<P> {
  env: EnvId
  levels: readonly Level[]
  draw: (rng: Rng, level: number) => P
  /** What makes two tasks the same task, e.g. operands in sorted order for a commutative operation. */
  identity: (params: P) => Json
}

/** A task source from a way to draw one task. */
export function drawnTasks<P>({ env, levels, draw, identity }: TaskRecipe<P>): TaskSource<P> {
  return {
    levels,
    at(split, index, level) {
      const rng = rngAt(env, split, level, index)
      for (let attempt = 0; attempt < MAX_DRAWS; attempt++) {
        const params = draw(rng, level)
        if (splitOf(env, identity(params)) === split) return params
      }
      throw new Error(
        `${env}: level ${level} has no ${split} task in ${MAX_DRAWS} draws; it is too small to split`,
      )
    },
  }
}

/** Levels from 1 on, from titles alone or from what each is in full. */
export function numberedLevels(entries: readonly (string | Level)[]): Level[] {
  return entries.map((entry, i) => (typeof entry === 'string' ? { level: i + 1, title: entry } : entry))
}

/** The split that owns this content: a tenth for test, a tenth for validation, the rest for train. */
export function splitOf(env: EnvId, identity: Json): Split {
  const name = typeof identity === 'string' ? identity : canonicalJson(identity)
  const tenth = murmur3(`${env} ${name}`, SPLIT_SEED) % 10
  if (tenth === 0) return 'test'
  return tenth === 1 ? 'validation' : 'train'
}

/** The task at these coordinates. Throws UsageError on a level, split or index that does not exist. */
export function taskAt<P>(
  env: Pick<EnvDef<P>, 'id' | 'tasks'>,
  { split, index, level }: { split: Split; index: number; level: number },
): Task<P> {
  const known = env.tasks.levels.map(entry => entry.level)
  if (!known.includes(level))
    throw new UsageError(`${env.id}: expected a level of ${known.join(', ')}, got ${level}`)
  if (!SPLITS.includes(split))
    throw new UsageError(`${env.id}: expected a split of ${SPLITS.join(', ')}, got ${JSON.stringify(split)}`)
  if (!Number.isSafeInteger(index) || index < 0)
    throw new UsageError(`${env.id}: expected a task index of 0 or more, got ${index}`)
  const size = env.tasks.size?.(split, level) ?? Infinity
  if (index >= size)
    throw new UsageError(
      `${env.id}: level ${level} has ${size} ${split} tasks, so there is none with index ${index}`,
    )
  return { env: env.id, split, index, level, params: env.tasks.at(split, index, level) }
}
