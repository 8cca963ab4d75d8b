/** @file Small Markov decision processes as tables, and their optimal values by value iteration (Bellman 1957). */
import { UsageError } from '../envs/errors.ts'

/** What an action may lead to. `next: null`: the episode terminates, and what follows is worth 0. */
export interface Outcome {
  probability: number
  next: number | null
  reward: number
}

export interface Dynamics {
  /** How many actions each state has. */
  states: readonly number[]
  /** Probabilities of one action sum to 1. */
  outcomes(state: number, action: number): readonly Outcome[]
}

const SWEEPS = 100_000
const PRECISION = 1e-12

/** V*, one per state, up to 10⁻¹². Throws UsageError where values grow for ever. */
export function valuesOf(mdp: Dynamics, gamma: number): number[] {
  let values = mdp.states.map(() => 0)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const better = actionValues(mdp, values, gamma).map(row => (row.length === 0 ? 0 : Math.max(...row)))
    const moved = Math.max(0, ...better.map((value, state) => Math.abs(value - values[state]!)))
    values = better
    if (moved < PRECISION) return values
  }
  throw new UsageError(
    `value iteration: expected values that settle, got none after ${SWEEPS} sweeps at gamma ${gamma}; use gamma below 1 or an MDP that ends`,
  )
}

/** Q by state and action: the expectation of `r + γV(s′)`. */
export function actionValues(
  { states, outcomes }: Dynamics,
  values: readonly number[],
  gamma: number,
): number[][] {
  return states.map((actions, state) =>
    Array.from({ length: actions }, (_, action) =>
      outcomes(state, action).reduce(
        (sum, { probability, next, reward }) =>
          sum + probability * (reward + (next === null ? 0 : gamma * values[next]!)),
        0,
      ),
    ),
  )
}
