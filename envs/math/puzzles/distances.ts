/** @file Breadth-first search over numbered positions. */

/**
 * The number of steps from the nearest source to each of `size` positions, -1 where there is no way. To get distances to
 * the goals, give the goals as sources, and as `neighbours` the positions from which one move leads to the given one.
 */
export function distancesFrom(
  size: number,
  sources: readonly number[],
  neighbours: (position: number) => readonly number[],
): Int16Array {
  const distances = new Int16Array(size).fill(-1)
  const queue = [...sources]
  for (const source of sources) distances[source] = 0
  for (const position of queue)
    for (const next of neighbours(position))
      if (distances[next] === -1) {
        distances[next] = distances[position]! + 1
        queue.push(next)
      }
  return distances
}
