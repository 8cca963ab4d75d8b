/** @file Small environments from a pure transition: snapshots are copies, and nothing is paid after the end. */
import type { Json } from '../../envs/json.ts'
import type { EnvFace, EnvStep } from '../../rewards/checks/env-subject.ts'

export interface World<S extends Json> {
  start(seed: number): S
  /** The state after any action, also one that is none. */
  next(state: S, action: Json): Turn<S>
  look(state: S): Json
}

export interface Turn<S> {
  state: S
  reward: number
  terminated?: boolean
  truncated?: boolean
  /** What the agent is told beside what it sees. */
  reply?: Json
}

interface Kept {
  state: Json
  ended: null | { terminated: boolean; truncated: boolean }
}

export function faceOf<S extends Json>(world: World<S>): EnvFace<Json> {
  let kept: Kept = { state: null, ended: null }
  return {
    reset(seed) {
      const state = world.start(seed)
      kept = { state, ended: null }
      return { observation: world.look(state) }
    },
    step(action) {
      if (kept.ended) return { observation: world.look(kept.state as S), reward: 0, ...kept.ended }
      const turn = world.next(structuredClone(kept.state as S), action)
      const { state, reward, terminated = false, truncated = false, reply } = turn
      kept = { state, ended: terminated || truncated ? { terminated, truncated } : null }
      const seen = world.look(state)
      const observation: Json = reply === undefined ? seen : { seen, reply }
      return { observation, reward, terminated, truncated } satisfies EnvStep
    },
    snapshot: () => structuredClone(kept),
    restore(snapshot: Kept) {
      kept = structuredClone(snapshot)
    },
    clone() {
      const other = faceOf(world)
      const copy = structuredClone(kept)
      return Promise.resolve(other.restore!(copy as never)).then(() => other)
    },
    state: () => kept.state,
  }
}
