/**
 * @file Small environments to plant faults in, with every optional method and all of them right: rules of plain values, and
 * a corridor that is walked to its end.
 */
import type { Json } from '../../envs/json.ts'
import type { EnvFace, EnvStep, EnvSubject } from '../../rewards/checks/env-subject.ts'

/** The rules of a small environment: plain values in, plain values out. */
export interface Rules<S extends Json> {
  start(seed: number): S
  step(state: S, action: Json): { state: S; reward: number; terminated?: boolean }
  horizon: number
  look?(state: S): Json
}

export type Twist<S extends Json> = (face: EnvFace<Json>, inside: Inside<S>) => EnvFace<Json>

/** What faults reach into. */
export interface Inside<S extends Json> {
  state: S
  steps: number
  ended: boolean
  total: number
  seed: number
}

/** An environment with every optional method, all of them right; `twist` replaces some. */
export function made<S extends Json>(rules: Rules<S>, twist: Twist<S> = face => face): () => EnvFace<Json> {
  return () => faceAt(rules, { state: rules.start(0), steps: 0, ended: false, total: 0, seed: 0 }, twist)
}

function faceAt<S extends Json>(rules: Rules<S>, inside: Inside<S>, twist: Twist<S>): EnvFace<Json> {
  const look = (): Json => rules.look?.(inside.state) ?? inside.state
  const face: EnvFace<Json> = {
    reset(seed) {
      Object.assign(inside, { state: rules.start(seed), steps: 0, ended: false, total: 0, seed })
      return { observation: look() }
    },
    step(action): EnvStep {
      if (inside.ended) throw new Error('the episode is over')
      const { state, reward, terminated = false } = rules.step(inside.state, action)
      inside.state = state
      inside.steps++
      inside.total += reward
      const truncated = !terminated && inside.steps >= rules.horizon
      inside.ended = terminated || truncated
      return { observation: look(), reward, terminated, truncated }
    },
    snapshot: () => structuredClone(inside),
    restore: snapshot => void Object.assign(inside, structuredClone(snapshot)),
    clone: () => faceAt(rules, structuredClone(inside), twist),
    state: () => inside.state,
    episodeReturn: () => inside.total,
  }
  return twist(face, inside)
}

export type Walker = { at: number; goal: number }
export const RIGHT = 'R'

export function walked({ at, goal }: Walker, action: Json): Walker {
  if (action === RIGHT) return { at: at + 1, goal }
  return { at: action === 'L' ? Math.max(0, at - 1) : at, goal }
}

/** Pays 1 at the end of the corridor. */
export const corridorRules: Rules<Walker> = {
  horizon: 12,
  start: seed => ({ at: 0, goal: 3 + (seed % 3) }),
  step(before, action) {
    const state = walked(before, action)
    const there = state.at >= state.goal
    return { state, reward: Number(there), terminated: there }
  },
}

const goalOf = (seed: number): number => 3 + (seed % 3)

export function corridor(
  rules: Partial<Rules<Walker>> = {},
  facts: Partial<EnvSubject<Json>> = {},
  twist?: Twist<Walker>,
): EnvSubject<never> {
  return {
    name: 'corridor',
    make: made({ ...corridorRules, ...rules }, twist),
    actions: ['L', RIGHT],
    legalActions: () => ['L', RIGHT],
    horizon: 12,
    returnRange: [0, 1],
    rewardRange: [0, 1],
    passMark: 1,
    reference: seed => Array.from({ length: goalOf(seed) }, () => RIGHT),
    goalReached: state => (state as Walker).at >= (state as Walker).goal,
    noop: 'wait',
    stateKey: state => String((state as Walker).at),
    rewardOf: (_before, _action, after) => Number((after as Walker).at >= (after as Walker).goal),
    subGoals: state => (state as Walker).at,
    ...facts,
  } as EnvSubject<Json> as EnvSubject<never>
}

export const anywhere = { returnRange: [-20, 20], rewardRange: [-20, 20] } as const
