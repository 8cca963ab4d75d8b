/**
 * @file What choosing the best of n by a model earns, estimated from a pool of M >= n by order statistics rather than by
 * drawing: the i-th lowest of the pool is the best of n drawn ones with probability `C(i-1, n-1) / C(M, n)`.
 */
import { logChoose } from '../../shares.ts'

export interface Candidate {
  /** By the model. */
  proxy: number
  /** By the truth, e.g. 1 where right. */
  gold: number
}

/** Expected proxy and gold value of the candidate that the model likes best among n; ties are broken at random. */
export function bestOfN(pool: readonly Candidate[], n: number): Candidate {
  if (n < 1 || n > pool.length)
    throw new RangeError(`bestOfN: expected n in [1, ${pool.length}], the size of the pool, got ${n}`)
  const sorted = [...pool].sort((a, b) => a.proxy - b.proxy)
  let [proxy, gold] = [0, 0]
  for (let from = 0; from < sorted.length;) {
    let to = from
    while (to < sorted.length && sorted[to]!.proxy === sorted[from]!.proxy) to++
    const weight = chance(to, n, sorted.length) - chance(from, n, sorted.length)
    const tied = sorted.slice(from, to)
    proxy += weight * sorted[from]!.proxy
    gold += (weight * tied.reduce((sum, each) => sum + each.gold, 0)) / tied.length
    from = to
  }
  return { proxy, gold }
}

/** Probability that all n drawn are among the `lowest`. */
function chance(lowest: number, n: number, size: number): number {
  return lowest < n ? 0 : Math.exp(logChoose(lowest, n) - logChoose(size, n))
}

/** How far choosing the best of n moves a policy, in nats, at most: `ln n - (n - 1) / n`. */
export function divergence(n: number): number {
  return Math.log(n) - (n - 1) / n
}
