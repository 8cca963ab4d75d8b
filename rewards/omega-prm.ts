/**
 * @file OmegaPRM (Luo et al. 2024, arXiv 2406.06592): the first error of a wrong solution by binary search over its prefixes,
 * O(log T) sets of rollouts instead of T; and a tree of rollouts in which the most instructive of them is searched next.
 *
 * MC(s), the share of right rollouts from prefix s, is 0 from the first error on and above 0 before it, as far as rollouts
 * tell. A rollout r from s is chosen by `Q(s, r) + U(s)`, `Q = α^{1−MC(s)} · β^{len(r)/L}`, `U = c_puct √ΣN / (1 + N(s))`.
 */
import type { MaybePromise } from '../envs/env.ts'
import type { Json } from '../envs/json.ts'
import type { Coordinate } from '../envs/rng.ts'
import type { Rollout, RolloutSampler } from './monte-carlo.ts'
import { successRate } from './monte-carlo.ts'
import type { Attempt } from './reward.ts'

export interface FirstError {
  /** Number of the first wrong step, from 0. */
  firstError: number
  /** MC of the prefixes that were asked for, by their number of steps. */
  asked: Map<number, number>
}

/**
 * The first wrong step of a solution of `steps` steps that is wrong as a whole. `from` steps are known to be right.
 * `rate(k)` is MC of the first k steps; null (not judged) counts as no success seen. Asks at most ⌈log₂(steps − from)⌉ times.
 */
export async function firstErrorByBisection(
  steps: number,
  rate: (k: number) => MaybePromise<number | null>,
  from = 0,
): Promise<FirstError> {
  const asked = new Map<number, number>()
  let [right, wrong] = [from, steps]
  while (wrong - right > 1) {
    const middle = Math.floor((right + wrong) / 2)
    const share = (await rate(middle)) ?? 0
    asked.set(middle, share)
    if (share > 0) right = middle
    else wrong = middle
  }
  return { firstError: wrong - 1, asked }
}

export interface OmegaOptions {
  /** k: rollouts per prefix. */
  rollouts: number
  /** N: how many wrong rollouts are searched. */
  searches: number
  alpha: number
  beta: number
  /** L: the length, in the unit of `Rollout.tokens`, that is penalised by β. */
  length: number
  cPuct: number
  pass: number
}

export const OMEGA_DEFAULTS: OmegaOptions = {
  rollouts: 16,
  searches: 10,
  alpha: 0.5,
  beta: 0.9,
  length: 500,
  cPuct: 0.125,
  pass: 1,
}

/** A prefix in the tree with its estimate. */
export interface OmegaState {
  actions: readonly Json[]
  /** MC; null: no rollout could be judged. */
  rate: number | null
}

export interface OmegaResult {
  /** Every prefix that was estimated, the empty one first. */
  states: OmegaState[]
  searches: number
  rollouts: number
  tokens: number
}

interface Node extends OmegaState {
  visits: number
  /** Wrong rollouts from here that were not searched yet. */
  pool: Rollout[]
}

/** Builds the tree of one task. */
export async function omegaPrm(
  task: Attempt['task'],
  sample: RolloutSampler,
  { seed, ...given }: Partial<OmegaOptions> & { seed: readonly Coordinate[] },
): Promise<OmegaResult> {
  const options = { ...OMEGA_DEFAULTS, ...given }
  const nodes = new Map<string, Node>()
  const spent = { rollouts: 0, tokens: 0 }
  const visit = async (actions: readonly Json[]): Promise<Node> => {
    const key = JSON.stringify(actions)
    const known = nodes.get(key)
    if (known) return known
    const [drawn] = await sample([{ task, actions }], options.rollouts, [...seed, nodes.size])
    spent.rollouts += drawn!.length
    spent.tokens += drawn!.reduce((sum, { tokens }) => sum + tokens, 0)
    const node: Node = {
      actions,
      rate: successRate(drawn!, options.pass),
      visits: 0,
      pool: wrongOf(drawn!, options),
    }
    nodes.set(key, node)
    return node
  }
  await visit([])
  let searches = 0
  for (; searches < options.searches; searches++) {
    const chosen = select([...nodes.values()], options)
    if (!chosen) break
    const { node, rollout } = chosen
    node.visits += 1
    node.pool = node.pool.filter(each => each !== rollout)
    const whole = [...node.actions, ...rollout.actions]
    const rate = async (k: number): Promise<number | null> => (await visit(whole.slice(0, k))).rate
    await firstErrorByBisection(whole.length, rate, node.actions.length)
  }
  const states = [...nodes.values()].map(({ actions, rate }) => ({ actions, rate }))
  return { states, searches, ...spent }
}

/** A rollout that has no step behind its prefix has none to search. */
function wrongOf(rollouts: readonly Rollout[], { pass }: OmegaOptions): Rollout[] {
  return rollouts.filter(({ outcome, actions }) => outcome !== null && outcome < pass && actions.length > 0)
}

/** The wrong rollout with the largest Q + U, from a prefix whose rollouts are neither all right nor all wrong. */
function select(nodes: readonly Node[], { alpha, beta, length, cPuct }: OmegaOptions) {
  const visits = nodes.reduce((sum, node) => sum + node.visits, 0)
  let best: { node: Node; rollout: Rollout; value: number } | null = null
  for (const node of nodes) {
    if (node.rate === null || node.rate <= 0 || node.rate >= 1) continue
    const bonus = (cPuct * Math.sqrt(visits)) / (1 + node.visits)
    for (const rollout of node.pool) {
      const value = alpha ** (1 - node.rate) * beta ** (rollout.tokens / length) + bonus
      if (!best || value > best.value) best = { node, rollout, value }
    }
  }
  return best
}
