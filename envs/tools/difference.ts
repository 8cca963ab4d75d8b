/** @file How far two JSON values are apart: the number of leaves in which they differ. */
import type { Json } from '../json.ts'

/** Leaves by path. Empty lists and objects count as leaves of their own. */
export type Leaves = ReadonlyMap<string, Json>

export function leavesOf(value: Json): Leaves {
  const leaves = new Map<string, Json>()
  collect(value, '', leaves)
  return leaves
}

/** Leaves that only one of the two has, or that differ. 0 exactly for equal values. */
export function difference(a: Leaves, b: Leaves): number {
  let count = 0
  for (const [path, value] of a) if (!b.has(path) || b.get(path) !== value) count++
  for (const path of b.keys()) if (!a.has(path)) count++
  return count
}

function collect(value: Json, path: string, leaves: Map<string, Json>): void {
  if (typeof value !== 'object' || value === null) {
    leaves.set(path, value)
    return
  }
  const entries = Object.entries(value)
  if (entries.length === 0) leaves.set(`${path}/${Array.isArray(value) ? '[]' : '{}'}`, null)
  for (const [name, item] of entries) collect(item, `${path}/${name}`, leaves)
}
