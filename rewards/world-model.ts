/**
 * @file A world model: something that says what an environment would do. It stands in for the environment in a search, and is
 * compared with it, as the environment is an exact simulator.
 *
 * A prediction is of the next state, the reward and the end. The observation follows from the state (`EnvDef.observe`), so that
 * a model that is fed its own predictions goes on without ever asking the environment.
 */
import { advance, begin } from '../envs/dynamics.ts'
import type { EnvDef, End, MaybePromise, Task } from '../envs/env.ts'
import { canonicalJson } from '../envs/json.ts'
import type { Json } from '../envs/json.ts'

export interface Move {
  task: Task
  state: Json
  action: Json
}

export interface Prediction {
  state: Json
  reward: number
  end: End | null
}

export interface WorldModel {
  readonly name: string
  /** One per move, in order; null: what was predicted cannot be read. */
  predict(moves: readonly Move[]): MaybePromise<(Prediction | null)[]>
}

/** The facts of an imagined step: the reward that was predicted, null where nothing could be read. */
export type ImaginedFacts = { reward: number | null }

/** Why an episode ends whose next state cannot be read. */
export const UNREADABLE = 'unreadable-prediction'

/**
 * The environment with the model's dynamics and rewards in place of its own: what searches and plays environments does so in
 * the model. Tasks, first states, observations and texts are the environment's. The predicted reward is one term; its
 * verdicts (`stepLabel`, `verifyStep`, `solve`) are left out, for they know more than the model.
 */
export function imagined(env: EnvDef, world: WorldModel): EnvDef<Json, Json, Json, Json, ImaginedFacts> {
  const { solve: _solve, stepLabel: _stepLabel, verifyStep: _verifyStep, rewards: _rewards, ...rest } = env
  return {
    ...rest,
    id: `${env.id}@imagined`,
    step: async (task, state, action) => {
      const [predicted] = await world.predict([
        { task: { ...task, env: env.id }, state, action: action as Json },
      ])
      if (!predicted)
        return { state, facts: { reward: null }, end: { kind: 'truncated', reason: UNREADABLE } }
      const { state: next, reward, end } = predicted
      return { state: next, facts: { reward }, ...(end && { end }) }
    },
    rewards: { predicted: { kind: 'process', weight: 1, value: ({ reward }) => reward } },
  }
}

/** What really happened in one step. */
export interface Transition extends Move {
  next: Json
  reward: number
  end: End | null
}

/** The transitions of an attempt in the environment. */
export async function transitionsOf(
  env: EnvDef,
  task: Task,
  actions: readonly Json[],
): Promise<Transition[]> {
  const found: Transition[] = []
  let position = await begin(env, task)
  for (const action of actions) {
    if (position.end) break
    const taken = await advance(env, task, position, action)
    const { state, end } = taken.position
    found.push({ task, state: position.state, action, next: state, reward: taken.reward, end })
    position = taken.position
  }
  return found
}

export interface WorldComparison {
  transitions: number
  /** Share of single steps whose observation, state, end and reward are predicted exactly (rewards up to `tolerance`). */
  observation: number
  state: number
  end: number
  reward: number
  /** Mean absolute error of the reward where one could be read. */
  rewardError: number
  unreadable: number
  /** By h from 1: share of attempts whose state after h steps is right when the model is fed its own predictions. */
  horizon: { steps: number; attempts: number; state: number; observation: number }[]
}

/** Compares a model with the environment on these attempts: step by step from true states, and h steps ahead from the first. */
export async function compareWorlds(
  env: EnvDef,
  world: WorldModel,
  attempts: readonly { task: Task; actions: readonly Json[] }[],
  { horizon, tolerance = 0.005 }: { horizon: number; tolerance?: number },
): Promise<WorldComparison> {
  const episodes = await Promise.all(attempts.map(({ task, actions }) => transitionsOf(env, task, actions)))
  const all = episodes.flat()
  const predicted = await world.predict(all)
  const share = (holds: (real: Transition, said: Prediction) => boolean): number =>
    all.filter((real, i) => predicted[i] && holds(real, predicted[i])).length / all.length
  const errors = all.flatMap((real, i) => (predicted[i] ? [Math.abs(predicted[i].reward - real.reward)] : []))
  return {
    transitions: all.length,
    observation: share((real, said) => sameObservation(env, real, said.state)),
    state: share((real, said) => same(real.next, said.state)),
    end: share((real, said) => real.end?.kind === said.end?.kind),
    reward: share((real, said) => Math.abs(real.reward - said.reward) <= tolerance),
    rewardError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    unreadable: predicted.filter(each => !each).length,
    horizon: await ahead(env, world, episodes, horizon),
  }
}

/** All attempts go on side by side, each from what was predicted for it; one that cannot be read stays wrong. */
async function ahead(
  env: EnvDef,
  world: WorldModel,
  episodes: readonly Transition[][],
  horizon: number,
): Promise<WorldComparison['horizon']> {
  const states: (Json | null)[] = episodes.map(([first]) => first?.state ?? null)
  const curve: WorldComparison['horizon'] = []
  for (let h = 0; h < horizon; h++) {
    const going = episodes.flatMap((episode, i) => (episode[h] ? [i] : []))
    if (going.length === 0) break
    const known = going.filter(i => states[i] !== null)
    const moves = known.map(i => ({ ...episodes[i]![h]!, state: states[i]! }))
    const said = await world.predict(moves)
    for (const [k, i] of known.entries()) states[i] = said[k]?.state ?? null
    const right = (holds: (real: Transition, state: Json) => boolean): number =>
      going.filter(i => states[i] !== null && holds(episodes[i]![h]!, states[i]!)).length / going.length
    curve.push({
      steps: h + 1,
      attempts: going.length,
      state: right((real, state) => same(real.next, state)),
      observation: right((real, state) => sameObservation(env, real, state)),
    })
  }
  return curve
}

function sameObservation(env: EnvDef, { task, next }: Transition, state: Json): boolean {
  return same(env.observe(task, next), env.observe(task, state))
}

function same(a: Json, b: Json): boolean {
  return canonicalJson(a) === canonicalJson(b)
}
