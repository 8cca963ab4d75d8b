/** @file What operators of single responses draw: a task by its place among the sorted ones, and two dials of an edit. */
import type { Json } from '../../../envs/json.ts'
import type { Draw } from '../fast-check.ts'
import { draws } from '../fast-check.ts'
import type { Scene } from '../scene.ts'

/** One of the tasks; invented ones, if any, behind the author's own, which shrinking therefore prefers. */
export function taskDraw({ tasks, invented }: Scene): Draw<Json> {
  return draws.oneof(
    ...[tasks, invented]
      .filter(each => each.length > 0)
      .map(each => draws.nat(each.length - 1).map(at => each[at]!)),
  )
}

/** One of the author's own tasks. */
export function ownTaskDraw({ tasks }: Scene): Draw<Json> {
  return draws.nat(tasks.length - 1).map(at => tasks[at]!)
}

/** Small numbers are likelier; 0 is the simplest. */
export const dial: Draw<number> = draws.oneof(
  { weight: 2, arbitrary: draws.nat(7) },
  { weight: 1, arbitrary: draws.nat(200) },
)

export const taskAndDials = (scene: Scene): Draw<[Json, number, number]> =>
  draws.tuple(taskDraw(scene), dial, dial)

/** One of a list; the first is the simplest. */
export function oneOf<V>(values: readonly V[]): Draw<V> {
  return draws.nat(values.length - 1).map(at => values[at]!)
}
