/**
 * @file Loops that pay: in one walk, by the smallest sum of rewards at each state, and in the graph of many walks, by a
 * negative cycle of negated rewards (Bellman-Ford); ranked by mean gain (Karp 1978).
 */

export interface Loop {
  /** Steps before the loop, and steps of the loop. */
  from: number
  length: number
  gain: number
}

/** The loop of a walk with the largest gain; `keys` has one entry more than `rewards`. null: none pays more than `eps`. */
export function loopInWalk(keys: readonly string[], rewards: readonly number[], eps: number): Loop | null {
  const least = new Map<string, { at: number; sum: number }>([[keys[0]!, { at: 0, sum: 0 }]])
  let [sum, best]: [number, Loop | null] = [0, null]
  for (const [i, reward] of rewards.entries()) {
    sum += reward
    const at = i + 1
    const before = least.get(keys[at]!)
    const gain = before ? sum - before.sum : 0
    if (before && gain > eps && (!best || gain / (at - before.at) > best.gain / best.length))
      best = { from: before.at, length: at - before.at, gain }
    if (!before || sum < before.sum) least.set(keys[at]!, { at, sum })
  }
  return best
}

/** `reward` is the least that was seen for this step. */
export interface Arc {
  from: number
  to: number
  reward: number
}

/** Places in `arcs` of a cycle whose rewards sum to more than `eps`; null if there is none. O(nodes · arcs). */
export function payingCycle(nodes: number, arcs: readonly Arc[], eps: number): number[] | null {
  // From a virtual source every node is 0 away.
  const distance = new Float64Array(nodes)
  const via = new Int32Array(nodes).fill(-1)
  let relaxed = -1
  for (let round = 0; round < nodes; round++) {
    relaxed = -1
    for (const [at, { from, to, reward }] of arcs.entries()) {
      const length = distance[from]! - reward
      if (length >= distance[to]! - eps / nodes) continue
      distance[to] = length
      via[to] = at
      relaxed = to
    }
    if (relaxed < 0) return null
  }
  const cycle = cycleThrough(relaxed, via, arcs, nodes)
  return cycle && cycle.reduce((sum, at) => sum + arcs[at]!.reward, 0) > eps ? cycle : null
}

function cycleThrough(start: number, via: Int32Array, arcs: readonly Arc[], nodes: number): number[] | null {
  let node = start
  for (let i = 0; i < nodes; i++) {
    if (via[node]! < 0) return null
    node = arcs[via[node]!]!.from
  }
  const cycle: number[] = []
  for (let at = node; ;) {
    cycle.unshift(via[at]!)
    at = arcs[via[at]!]!.from
    if (at === node) return cycle
  }
}

/** The largest mean reward per step of any cycle (Karp); -Infinity without a cycle. */
export function maxCycleMean(nodes: number, arcs: readonly Arc[]): number {
  const best = [new Float64Array(nodes)]
  for (let k = 1; k <= nodes; k++) {
    const row = new Float64Array(nodes).fill(-Infinity)
    for (const { from, to, reward } of arcs) row[to] = Math.max(row[to]!, best[k - 1]![from]! + reward)
    best.push(row)
  }
  let mean = -Infinity
  for (let node = 0; node < nodes; node++) {
    if (best[nodes]![node] === -Infinity) continue
    let least = Infinity
    for (let k = 0; k < nodes; k++)
      if (best[k]![node] !== -Infinity)
        least = Math.min(least, (best[nodes]![node]! - best[k]![node]!) / (nodes - k))
    mean = Math.max(mean, least)
  }
  return mean
}
