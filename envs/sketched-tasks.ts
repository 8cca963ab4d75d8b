/**
 * @file Tasks in two stages: a sketch that names the task and decides its split, then the costly rest.
 *
 * Nine of ten candidates for the test split are thrown away because they belong elsewhere. Here that is found out before
 * inputs are drawn and checked, which makes such tasks several times cheaper than with `drawnTasks`.
 */
import type { EnvId, Level, TaskSource } from './env.ts'
import type { Rng } from './rng.ts'
import { rngAt } from './rng.ts'
import { splitOf } from './tasks.ts'

const MAX_DRAWS = 20_000

interface Sketched<S, P> {
  env: EnvId
  levels: readonly Level[]
  /** Null: nothing usable was drawn. */
  sketch(rng: Rng, level: number): S | null
  /** Equal tasks must have equal names; different ones may. */
  identity(sketch: S): string
  /** Null: no good task comes of this sketch. */
  complete(sketch: S, rng: Rng, level: number): P | null
}

export function sketchedTasks<S, P>(recipe: Sketched<S, P>): TaskSource<P> {
  const { env, levels } = recipe
  return {
    levels,
    at(split, index, level) {
      const rng = rngAt(env, split, level, index)
      for (let attempt = 0; attempt < MAX_DRAWS; attempt++) {
        const sketch = recipe.sketch(rng, level)
        if (sketch === null || splitOf(env, recipe.identity(sketch)) !== split) continue
        const params = recipe.complete(sketch, rng, level)
        if (params !== null) return params
      }
      throw new Error(
        `${env}: level ${level} has no ${split} task in ${MAX_DRAWS} draws; it is too small to split`,
      )
    },
  }
}
