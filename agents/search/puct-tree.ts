/**
 * @file The tree of PUCT as a struct of arrays: 40 bytes per node, at most twice that while it grows.
 *
 *   a* = argmaxₐ Q(s,a) + P(a|s)·[c_init + ln((N_s + c_base + 1)/c_base)]·√N_s/(1 + N(s,a))
 *
 * with Q the mean of what was backed up and N_s the visits of s (Silver et al. 2017, 2018; constants of AlphaZero's pseudocode).
 * Selecting adds a virtual loss along the path, a visit worth 0, so that leaves of one batch differ; backing up takes it away.
 * Children of a node stand next to each other, in the order in which they were given.
 */
import type { Rng } from '../../envs/rng.ts'

/** The first node. */
export const ROOT = 0
/** Parent of the root. */
export const NO_PARENT = -1
/** First child of a node that has not been expanded. */
export const UNVISITED = -1

export interface PuctOptions {
  cBase?: number
  cInit?: number
  /** Q of an action that was never taken. */
  unvisitedValue?: number
}

export class PuctTree {
  parents = new Int32Array(0)
  firstChild = new Int32Array(0)
  childCount = new Int32Array(0)
  visits = new Int32Array(0)
  /** Visits that were selected and are not backed up yet. */
  inFlight = new Int32Array(0)
  /** Sum of the values backed up. */
  valueSums = new Float64Array(0)
  priors = new Float64Array(0)
  #size = 0
  readonly #cBase: number
  readonly #cInit: number
  readonly #unvisitedValue: number

  constructor({ cBase = 19652, cInit = 1.25, unvisitedValue = 0 }: PuctOptions = {}) {
    this.#cBase = cBase
    this.#cInit = cInit
    this.#unvisitedValue = unvisitedValue
    this.#grow(64)
    this.#append(NO_PARENT, 1)
  }

  get size(): number {
    return this.#size
  }

  /** What the arrays take. */
  get bytes(): number {
    return this.#arrays().reduce((sum, array) => sum + array.byteLength, 0)
  }

  /** Mean of what was backed up; `otherwise` where nothing was. */
  value(node: number, otherwise: number = this.#unvisitedValue): number {
    const visits = this.visits[node]!
    return visits === 0 ? otherwise : this.valueSums[node]! / visits
  }

  /** Appends one child per prior; gives the first. A node is expanded once. */
  expand(node: number, priors: ArrayLike<number>): number {
    if (this.firstChild[node] !== UNVISITED) throw new Error(`node ${node} is expanded already`)
    const first = this.#size
    for (let i = 0; i < priors.length; i++) this.#append(node, priors[i]!)
    this.firstChild[node] = first
    this.childCount[node] = priors.length
    return first
  }

  /** Walks from the root to a node without children, leaving a virtual loss on the way. */
  select(): number {
    let node = ROOT
    this.inFlight[node]! += 1
    while (this.childCount[node]! > 0) {
      node = this.#bestChild(node)
      this.inFlight[node]! += 1
    }
    return node
  }

  /** Adds a visit of this value to the node and all above it, for the virtual one. */
  backup(leaf: number, value: number): void {
    const { parents, inFlight, visits, valueSums } = this
    for (let node = leaf; node !== NO_PARENT; node = parents[node]!) {
      inFlight[node]! -= 1
      visits[node]! += 1
      valueSums[node]! += value
    }
  }

  /** Takes a selection back. */
  release(leaf: number): void {
    for (let node = leaf; node !== NO_PARENT; node = this.parents[node]!) this.inFlight[node]! -= 1
  }

  /** The child of most visits, of equals the one of higher value, then the earlier; the node itself where it has none. */
  mostVisited(node: number): number {
    const first = this.firstChild[node]!
    let best = node
    for (let child = first; child < first + this.childCount[node]!; child++) {
      const more = best === node || this.visits[child]! > this.visits[best]!
      const equal = best !== node && this.visits[child] === this.visits[best]
      if (more || (equal && this.value(child) > this.value(best))) best = child
    }
    return best
  }

  /** Mixes Dirichlet noise into the priors of the root's children: P ← (1 − ε)·P + ε·Dir(α). */
  addNoise(rng: Rng, { epsilon = 0.25, alpha = 0.3 }: { epsilon?: number; alpha?: number } = {}): void {
    const first = this.firstChild[ROOT]!
    const noise = dirichlet(rng, alpha, this.childCount[ROOT]!)
    for (const [i, part] of noise.entries())
      this.priors[first + i] = (1 - epsilon) * this.priors[first + i]! + epsilon * part
  }

  #bestChild(node: number): number {
    const { visits, inFlight, valueSums, priors } = this
    const total = visits[node]! + inFlight[node]! - 1
    const exploration = (this.#cInit + Math.log((total + this.#cBase + 1) / this.#cBase)) * Math.sqrt(total)
    const first = this.firstChild[node]!
    const end = first + this.childCount[node]!
    let best = first
    let highest = -Infinity
    for (let child = first; child < end; child++) {
      const count = visits[child]! + inFlight[child]!
      const q = count === 0 ? this.#unvisitedValue : valueSums[child]! / count
      const score = q + (priors[child]! * exploration) / (1 + count)
      if (score > highest) {
        highest = score
        best = child
      }
    }
    return best
  }

  #append(parent: number, prior: number): void {
    const node = this.#size
    if (node === this.parents.length) this.#grow(2 * node)
    this.parents[node] = parent
    this.firstChild[node] = UNVISITED
    this.priors[node] = prior
    this.#size += 1
  }

  #grow(capacity: number): void {
    const ints = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(capacity)
      larger.set(old)
      return larger
    }
    const floats = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(capacity)
      larger.set(old)
      return larger
    }
    this.parents = ints(this.parents)
    this.firstChild = ints(this.firstChild)
    this.childCount = ints(this.childCount)
    this.visits = ints(this.visits)
    this.inFlight = ints(this.inFlight)
    this.valueSums = floats(this.valueSums)
    this.priors = floats(this.priors)
  }

  #arrays(): (Int32Array | Float64Array)[] {
    const { parents, firstChild, childCount, visits, inFlight, valueSums, priors } = this
    return [parents, firstChild, childCount, visits, inFlight, valueSums, priors]
  }
}

/** A draw from the symmetric Dirichlet distribution of dimension `count`: Gamma(α) draws over their sum. */
export function dirichlet(rng: Rng, alpha: number, count: number): number[] {
  // log of each draw, because at small α most are below the smallest number.
  const logs = Array.from({ length: count }, () => logGammaDraw(rng, alpha))
  const highest = Math.max(...logs)
  const draws = logs.map(log => Math.exp(log - highest))
  const sum = draws.reduce((total, draw) => total + draw, 0)
  return draws.map(draw => draw / sum)
}

/** log of a Gamma(α, 1) draw (Marsaglia & Tsang 2000; α below 1 by Gamma(α + 1)·U^{1/α}). */
function logGammaDraw(rng: Rng, alpha: number): number {
  if (alpha < 1) return logGammaDraw(rng, alpha + 1) + Math.log(positive(rng)) / alpha
  const d = alpha - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(positive(rng))) * Math.cos(2 * Math.PI * rng.float())
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(positive(rng)) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return Math.log(d * v)
  }
}

/** Uniform in (0, 1]. */
function positive(rng: Rng): number {
  return 1 - rng.float()
}
