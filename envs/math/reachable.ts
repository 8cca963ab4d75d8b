/**
 * @file Can a target be made from a pool of numbers? Exact, by enumeration.
 *
 * Every pool is cut down pair by pair, so an expression over any two or more of its numbers is found. Minus signs are
 * free in an expression, so only absolute values matter. Numerator plus denominator of any value stay below the product
 * of (number + 1) over the numbers it is made of: doubles are exact here, and no BigInt is needed.
 */

/** num / den with both at least 0, den at least 1; not necessarily in lowest terms. */
export type Ratio = readonly [num: number, den: number]

const MAX_REMEMBERED = 100_000
const remembered = new Map<string, boolean>()

/** Whether two or more of `pool` (at most 6 numbers) can be combined to ±`target`; with `integers`, passing only integers. */
export function reachable(pool: readonly Ratio[], target: number, integers: boolean): boolean {
  if (pool.length > 6) throw new RangeError(`reachable: expected at most 6 numbers, got ${pool.length}`)
  if (pool.length < 4) return search(pool, target, integers)
  const key = `${target}${integers ? 'i' : 'q'}${pool
    .map(ratio => ratio.join(':'))
    .sort()
    .join(' ')}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  const found = search(pool, target, integers)
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(key, found)
  return found
}

function search(pool: readonly Ratio[], target: number, integers: boolean): boolean {
  for (let i = 0; i < pool.length; i++)
    for (let j = 0; j < i; j++) {
      const values = combinations(pool[i]!, pool[j]!, integers)
      if (values.some(([num, den]) => num === target * den)) return true
      if (pool.length === 2) continue
      const rest = pool.filter((_, at) => at !== i && at !== j)
      if (values.some(value => reachable([...rest, value], target, integers))) return true
    }
  return false
}

function combinations([a, b]: Ratio, [c, d]: Ratio, integers: boolean): Ratio[] {
  const values = [lowest(a * d + c * b, b * d), lowest(Math.abs(a * d - c * b), b * d), lowest(a * c, b * d)]
  if (c !== 0) values.push(lowest(a * d, b * c))
  if (a !== 0) values.push(lowest(c * b, d * a))
  return integers ? values.filter(([, den]) => den === 1) : values
}

function lowest(num: number, den: number): Ratio {
  let [x, y] = [num, den]
  while (y !== 0) [x, y] = [y, x % y]
  return [num / x, den / x]
}
