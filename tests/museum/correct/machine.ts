/** @file An environment object from pure rules over plain state. */
import type { Json } from '../../../envs/json.ts'
import type { EnvFace, EnvStep } from '../../../rewards/checks/env-subject.ts'

export interface Rules<S extends { over: boolean }> {
  start(seed: number): S
  observe(state: S): Json
  step(state: S, action: unknown): Omit<EnvStep, 'observation'> & { state: S }
}

/** Acting before the first reset or after the end throws. */
export function machine<S extends { over: boolean }>(rules: Rules<S>, from: S | null = null): EnvFace<Json> {
  let state = from
  let total = 0
  const known = (): S => {
    if (!state) throw new Error('expected reset before anything else')
    return state
  }
  return {
    reset(seed) {
      state = rules.start(seed)
      total = 0
      return { observation: rules.observe(state) }
    },
    step(action) {
      if (known().over) throw new Error('the episode is over: call reset')
      const { state: next, ...rest } = rules.step(known(), action)
      state = next
      total += rest.reward
      return { observation: rules.observe(next), ...rest }
    },
    snapshot: () => structuredClone({ state: known(), total }),
    restore(snapshot: { state: S; total: number }) {
      ;({ state, total } = structuredClone(snapshot))
    },
    clone() {
      const other = machine(rules)
      void other.restore!(structuredClone({ state: known(), total }) as never)
      return other
    },
    state: () => structuredClone(known()) as unknown as Json,
    episodeReturn: () => total,
  }
}
