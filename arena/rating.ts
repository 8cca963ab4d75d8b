/**
 * @file Ratings of agents and of task levels on one scale, with honest error bars.
 *
 * The Rasch model P(agent a solves item i) = σ(θ_a − b_i) is the Bradley–Terry model with task levels as players: a
 * solved task is a win of the agent, a failed one a win of the level. With players x = (θ, b) we maximise
 *
 *     ℓ(x) = Σ y·ln σ(d) + (1−y)·ln σ(−d) − (λ/2)·Σ x²,   d = θ_a − b_i,   y in [0, 1].
 *
 * The likelihood does not change when all players are shifted, so the ridge also centres them. The covariance is the
 * sandwich H⁻¹ (Σ_c u_c u_cᵀ) H⁻¹ · G/(G−1), where u_c is the score of one *task* over all agents that played it:
 * agents that meet the same task are not independent. N players: A agents, then I items.
 */
import { UsageError } from '../envs/errors.ts'
import { choleskyInverse, normalTail, solveNewton } from './numeric.ts'

/** One match as the rating sees it. `task` names the task itself, shared by all agents that played it. */
export interface Outcome {
  agent: string
  item: string
  task: string
  /** In [0, 1]. */
  score: number
}

export interface Interval {
  rating: number
  /** 95 % interval. */
  low: number
  high: number
}

export interface RatedAgent extends Interval {
  name: string
  /** Ranks that cannot be excluded at 5 %, with all pairs tested together. */
  rankLow: number
  rankHigh: number
  /** Never failed or never solved: the rating is a bound set by the ridge, not yet a measurement. */
  provisional: boolean
}

export interface RatedItem extends Interval {
  id: string
  provisional: boolean
  /** Mean squared standardised residual: about 1; far above, the level holds tasks that behave against its difficulty. */
  misfit: number
}

export interface Rating {
  /** Best first. */
  agents: RatedAgent[]
  /** Hardest first. */
  items: RatedItem[]
  /** Rating of the first agent minus that of the second. */
  difference(first: string, second: string): Interval
}

/** Strength of the ridge: about what a twentieth of an evenly matched win does, so that undefeated agents stay finite. */
export const RIDGE = 0.05
const SCALE = 400 / Math.LN10
const CENTRE = 1000
const Z95 = 1.959963984540054
const ALPHA = 0.05
/** Below this many tasks, a level's own scores sum to nearly zero and the sandwich would call it certain. */
const FEW_TASKS = 10

/** Fit agents and items together. Order of the outcomes does not matter. */
export function rate(outcomes: readonly Outcome[], { ridge = RIDGE }: { ridge?: number } = {}): Rating {
  const league = tabulate(outcomes)
  const players = fitRasch(league, ridge)
  const { robust, naive } = covariances(league, players, ridge)
  const spread = contrasts(league, robust, naive)
  const ratings = scaled(league, players)
  const interval = (player: number): Interval => around(ratings[player]!, SCALE * spread.centred(player))
  const ranks = rankRanges(ratings.subarray(0, league.agents.length), (i, j) => SCALE * spread.pair(i, j))
  const agents = league.agents.map((name, i) => ({
    name,
    ...interval(i),
    ...ranks[i]!,
    provisional: league.extreme[i] === 1,
  }))
  const items = league.items.map((id, i) => ({
    id,
    ...interval(league.agents.length + i),
    provisional: league.extreme[league.agents.length + i] === 1,
    misfit: misfit(league, players, i),
  }))
  return {
    agents: agents.sort(bestFirst),
    items: items.sort(bestFirst),
    difference(first, second) {
      const [i, j] = [league.agents.indexOf(first), league.agents.indexOf(second)]
      if (i < 0 || j < 0)
        throw new UsageError(`expected agents of ${league.agents.join(', ')}, got ${i < 0 ? first : second}`)
      return around(ratings[i]! - ratings[j]!, SCALE * spread.pair(i, j))
    },
  }
}

/** Outcomes as columns `[R]`; `agent`, `item` and `task` are indices. */
interface League {
  agents: string[]
  items: string[]
  agent: Int32Array
  item: Int32Array
  task: Int32Array
  score: Float64Array
  tasks: number
  /** `[N]` 1: this player has only won or only lost. */
  extreme: Uint8Array
  /** `[N]` 1: the robust variance of this player may be trusted. */
  firm: Uint8Array
}

function tabulate(outcomes: readonly Outcome[]): League {
  for (const { agent, score } of outcomes)
    if (!(score >= 0 && score <= 1))
      throw new RangeError(`rate: expected scores in [0, 1], got ${score} for ${agent}`)
  const agents = [...new Set(outcomes.map(row => row.agent))].sort()
  const items = [...new Set(outcomes.map(row => row.item))].sort()
  const tasks = [...new Set(outcomes.map(row => row.task))].sort()
  const column = (names: string[], key: 'agent' | 'item' | 'task'): Int32Array => {
    const index = new Map(names.map((name, i) => [name, i]))
    return Int32Array.from(outcomes, row => index.get(row[key])!)
  }
  const league = {
    agents,
    items,
    agent: column(agents, 'agent'),
    item: column(items, 'item'),
    task: column(tasks, 'task'),
    score: Float64Array.from(outcomes, row => row.score),
    tasks: tasks.length,
    extreme: new Uint8Array(agents.length + items.length),
    firm: new Uint8Array(agents.length + items.length),
  }
  markExtremes(league)
  return league
}

function markExtremes(league: League): void {
  const players = league.extreme.length
  const scored = new Float64Array(players)
  const played = new Float64Array(players)
  const tasksOf = Array.from({ length: players }, () => new Set<number>())
  for (const [row, score] of league.score.entries())
    for (const player of [league.agent[row]!, league.agents.length + league.item[row]!]) {
      scored[player]! += score
      played[player]! += 1
      tasksOf[player]!.add(league.task[row]!)
    }
  for (let player = 0; player < players; player++) {
    const extreme = scored[player] === 0 || scored[player] === played[player]
    league.extreme[player] = Number(extreme)
    league.firm[player] = Number(!extreme && tasksOf[player]!.size >= FEW_TASKS)
  }
}

/** The maximum of ℓ, `[N]`, by Newton's method from 0. */
export function fitRasch(league: League, ridge: number): Float64Array {
  const A = league.agents.length
  const N = A + league.items.length
  const { count, sum } = cells(league)
  return solveNewton(N, x => {
    let value = 0
    const gradient = x.map(player => -ridge * player)
    const hessian = ridgeMatrix(N, ridge)
    for (const player of x) value -= (ridge / 2) * player * player
    for (let a = 0; a < A; a++)
      for (let i = A; i < N; i++) {
        const n = count[a * N + i]!
        if (n === 0) continue
        const d = x[a]! - x[i]!
        const p = sigmoid(d)
        const residual = sum[a * N + i]! - n * p
        value += sum[a * N + i]! * d - n * softplus(d)
        gradient[a]! += residual
        gradient[i]! -= residual
        addEdge(hessian, N, a, i, n * p * (1 - p))
      }
    return { value, gradient, hessian }
  })
}

/** Matches and summed scores of each agent on each item, `[N, N]`, so that one Newton step costs A·I and not R. */
function cells(league: League): { count: Float64Array; sum: Float64Array } {
  const N = league.agents.length + league.items.length
  const count = new Float64Array(N * N)
  const sum = new Float64Array(N * N)
  for (const [row, score] of league.score.entries()) {
    const cell = league.agent[row]! * N + league.agents.length + league.item[row]!
    count[cell]! += 1
    sum[cell]! += score
  }
  return { count, sum }
}

/** `naive` = H⁻¹ and `robust` = the sandwich clustered on tasks, both `[N, N]`. */
function covariances(league: League, players: Float64Array, ridge: number) {
  const N = players.length
  const hessian = ridgeMatrix(N, ridge)
  const scores = new Float64Array(league.tasks * N) // u_c, [G, N]
  for (const [row, score] of league.score.entries()) {
    const [a, i, c] = [league.agent[row]!, league.agents.length + league.item[row]!, league.task[row]!]
    const p = sigmoid(players[a]! - players[i]!)
    addEdge(hessian, N, a, i, p * (1 - p))
    scores[c * N + a]! += score - p
    scores[c * N + i]! -= score - p
  }
  const naive = choleskyInverse(hessian, N)
  const meat = outerSum(scores, league.tasks, N)
  const correction = league.tasks > 1 ? league.tasks / (league.tasks - 1) : 1
  const robust = sandwich(naive, meat, N).map(entry => entry * correction)
  return { naive, robust }
}

/**
 * Standard deviations of differences. Where a player is not firm, the residuals say little (an undefeated agent's are
 * nearly 0), so the larger of the two variances is taken.
 */
function contrasts(league: League, robust: Float64Array, naive: Float64Array) {
  const N = league.firm.length
  const anchor = anchorWeights(league)
  const deviation = (weights: Float64Array): number => {
    const firm = weights.every((weight, player) => Math.abs(weight) < 0.5 || league.firm[player] === 1)
    const clustered = quadratic(robust, weights)
    return Math.sqrt(Math.max(0, firm ? clustered : Math.max(clustered, quadratic(naive, weights))))
  }
  return {
    /** Of the player minus the anchor. */
    centred(player: number): number {
      const weights = anchor.map(weight => -weight)
      weights[player]! += 1
      return deviation(weights)
    },
    pair(i: number, j: number): number {
      const weights = new Float64Array(N)
      weights[i]! += 1
      weights[j]! -= 1
      return deviation(weights)
    },
  }
}

/** Ranks that pairwise tests under Holm's procedure cannot exclude, best and worst, per agent. */
function rankRanges(ratings: Float64Array, deviation: (i: number, j: number) => number) {
  const n = ratings.length
  const tests: { better: number; worse: number; p: number }[] = []
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const difference = ratings[i]! - ratings[j]!
      const [better, worse] = difference > 0 ? [i, j] : [j, i]
      const spread = deviation(i, j)
      tests.push({ better, worse, p: spread > 0 ? 2 * normalTail(Math.abs(difference) / spread) : 1 })
    }
  tests.sort((a, b) => a.p - b.p)
  const accepted = tests.findIndex(({ p }, k) => p > ALPHA / (tests.length - k))
  const ranges = Array.from({ length: n }, () => ({ rankLow: 1, rankHigh: n }))
  for (const { better, worse } of accepted < 0 ? tests : tests.slice(0, accepted)) {
    ranges[better]!.rankHigh--
    ranges[worse]!.rankLow++
  }
  return ranges
}

function misfit(league: League, players: Float64Array, item: number): number {
  let [sum, count] = [0, 0]
  for (const [row, score] of league.score.entries()) {
    if (league.item[row] !== item) continue
    const p = sigmoid(players[league.agent[row]!]! - players[league.agents.length + item]!)
    sum += (score - p) ** 2 / (p * (1 - p))
    count++
  }
  return sum / count
}

/**
 * `[N]` What 1000 stands for: the mean of the agents. Provisional ones are left out while there are others, because
 * where the ridge stops them is arbitrary and must not shift everybody.
 */
function anchorWeights(league: League): Float64Array {
  const A = league.agents.length
  const measured = A - league.extreme.subarray(0, A).reduce((sum, flag) => sum + flag, 0)
  return Float64Array.from(league.extreme, (extreme, player) => {
    if (player >= A) return 0
    if (measured === 0) return 1 / A
    return extreme === 1 ? 0 : 1 / measured
  })
}

/** Display scale: 1000 is the anchor, 400 points are odds of 10 to 1. */
function scaled(league: League, players: Float64Array): Float64Array {
  const mean = anchorWeights(league).reduce((sum, weight, player) => sum + weight * players[player]!, 0)
  return players.map(player => CENTRE + SCALE * (player - mean))
}

function around(rating: number, deviation: number): Interval {
  return { rating, low: rating - Z95 * deviation, high: rating + Z95 * deviation }
}

function bestFirst(a: Interval & { name?: string; id?: string }, b: typeof a): number {
  return b.rating - a.rating || ((a.name ?? a.id ?? '') < (b.name ?? b.id ?? '') ? -1 : 1)
}

function ridgeMatrix(n: number, ridge: number): Float64Array {
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) matrix[i * n + i] = ridge
  return matrix
}

function addEdge(matrix: Float64Array, n: number, i: number, j: number, weight: number): void {
  matrix[i * n + i]! += weight
  matrix[j * n + j]! += weight
  matrix[i * n + j]! -= weight
  matrix[j * n + i]! -= weight
}

function outerSum(rows: Float64Array, count: number, n: number): Float64Array {
  const sum = new Float64Array(n * n)
  for (let row = 0; row < count; row++)
    for (let i = 0; i < n; i++) {
      const factor = rows[row * n + i]!
      if (factor !== 0) for (let j = 0; j < n; j++) sum[i * n + j]! += factor * rows[row * n + j]!
    }
  return sum
}

function sandwich(bread: Float64Array, meat: Float64Array, n: number): Float64Array {
  return product(product(bread, meat, n), bread, n)
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++)
      for (let j = 0; j < n; j++) result[i * n + j]! += a[i * n + k]! * b[k * n + j]!
  return result
}

function quadratic(matrix: Float64Array, weights: Float64Array): number {
  const n = weights.length
  let sum = 0
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) sum += weights[i]! * weights[j]! * matrix[i * n + j]!
  return sum
}

function sigmoid(d: number): number {
  return 1 / (1 + Math.exp(-d))
}

function softplus(d: number): number {
  return Math.max(0, d) + Math.log1p(Math.exp(-Math.abs(d)))
}
