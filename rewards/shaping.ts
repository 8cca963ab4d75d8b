/**
 * @file Potential-based shaping: `F(s, a, s′) = γΦ(s′) − Φ(s)`, with Φ = 0 where the episode has terminated.
 *
 * Ng, Harada & Russell 1999: no other shaping leaves the optimal policies of every MDP as they are. Along an episode it
 * telescopes to `−Φ(s₀)` in discounted sum. A cut (truncation) is no terminal state: Φ(s′) stands there.
 */
import type { EnvDef, End, RewardTerm, Task } from '../envs/env.ts'
import type { Dynamics } from './tabular.ts'
import { actionValues, valuesOf } from './tabular.ts'

export interface Transition {
  /** Φ(s) and Φ(s′). */
  before: number
  after: number
  end: End | null
}

/** F of one transition. */
export function shapingReward({ before, after, end }: Transition, gamma: number): number {
  return gamma * (end?.kind === 'terminated' ? 0 : after) - before
}

/** F of each step of an episode from the potentials of its states `[T + 1]`, the first before any step. */
export function shapingRewards(potentials: readonly number[], end: End | null, gamma: number): number[] {
  return potentials.slice(1).map((after, t) => {
    const last = t === potentials.length - 2
    return shapingReward({ before: potentials[t]!, after, end: last ? end : null }, gamma)
  })
}

/** Φ as a reward term of kind `shaping`. */
export function shapingTerm<F, P, S>(
  potential: (task: Task<P>, state: S) => number,
  { gamma = 1, weight = 1 }: { gamma?: number; weight?: number } = {},
): RewardTerm<F, P, S> {
  return {
    kind: 'shaping',
    weight,
    value: (_facts, { task, before, after, end }) =>
      shapingReward({ before: potential(task, before), after: potential(task, after), end }, gamma),
  }
}

/** The environment with one more reward term, the shaping by Φ. Its own terms stay. */
export function shapedEnv<P, S, O, A, F>(
  env: EnvDef<P, S, O, A, F>,
  potential: (task: Task<P>, state: S) => number,
  options: { gamma?: number; weight?: number } = {},
): EnvDef<P, S, O, A, F> {
  return { ...env, rewards: { ...env.rewards, shaping: shapingTerm(potential, options) } }
}

export interface Invariance {
  /** In every state the same actions are best with and without shaping. */
  samePolicies: boolean
  /** Largest `|Q′(s, a) − (Q(s, a) − Φ(s))|`: 0 up to rounding for potential-based shaping. */
  deviation: number
}

/** Compares the optimal action values of two rewards on the same small MDP, both found by value iteration. */
export function shapingInvariance(
  plain: Dynamics,
  shaped: Dynamics,
  potential: (state: number) => number,
  gamma: number,
): Invariance {
  const [before, after] = [plain, shaped].map(mdp => actionValues(mdp, valuesOf(mdp, gamma), gamma))
  let deviation = 0
  let samePolicies = true
  for (const [state, values] of before!.entries()) {
    const others = after![state]!
    for (const [action, value] of values.entries())
      deviation = Math.max(deviation, Math.abs(others[action]! - (value - potential(state))))
    samePolicies &&= best(values).join() === best(others).join()
  }
  return { samePolicies, deviation }
}

/** The MDP with F added to the reward of every transition. */
export function shapedDynamics(
  { states, outcomes }: Dynamics,
  potential: (state: number) => number,
  gamma: number,
): Dynamics {
  return {
    states,
    outcomes: (state, action) =>
      outcomes(state, action).map(outcome => {
        const { next } = outcome
        const after = next === null ? 0 : gamma * potential(next)
        return { ...outcome, reward: outcome.reward + after - potential(state) }
      }),
  }
}

/** Values this close are ties. */
const TIE = 1e-7

function best(values: readonly number[]): number[] {
  const most = Math.max(...values)
  return values.flatMap((value, action) => (value > most - TIE ? [action] : []))
}
