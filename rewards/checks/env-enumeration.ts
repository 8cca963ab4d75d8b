/** @file All of a small instance: every state that can be reached, and what every action does in it. */
import type { Json } from '../../envs/json.ts'
import type { Routine } from './env-routine.ts'
import { wait } from './env-routine.ts'
import type { EnvFace, EnvStep, EnvSubject } from './env-subject.ts'

/** What an action does in a state; `to` is null where the task ends there. */
export interface Edge {
  from: number
  action: Json
  to: number | null
  reward: number
  shaping: number
}

export interface Enumeration {
  keys: string[]
  edges: Edge[]
}

/** null: there are more states than allowed, or the limit of the episode comes into the way. */
export function* enumerated(
  subject: EnvSubject<Json>,
  seed: number,
  maxStates: number,
): Routine<Enumeration | null> {
  const face = yield* wait(subject.make())
  yield* wait(face.reset(seed))
  const start = yield* stateOf(face)
  const [keys, paths, states, edges] = [[subject.stateKey!(start)], [[]] as Json[][], [start], [] as Edge[]]
  for (let from = 0; from < keys.length; from++)
    for (const action of actionsIn(subject, states[from]!)) {
      const step = yield* arrive(face, seed, [...paths[from]!, action])
      if (step.truncated) return null
      const common = { from, action, reward: step.reward, shaping: subject.shaping?.part(step) ?? 0 }
      if (step.terminated) {
        edges.push({ ...common, to: null })
        continue
      }
      const state = yield* stateOf(face)
      const key = subject.stateKey!(state)
      if (!keys.includes(key)) {
        if (keys.length >= maxStates) return null
        keys.push(key)
        paths.push([...paths[from]!, action])
        states.push(state)
      }
      edges.push({ ...common, to: keys.indexOf(key) })
    }
  yield* wait(face.close?.())
  return { keys, edges }
}

function actionsIn({ legalActions, actions }: EnvSubject<Json>, state: Json): readonly Json[] {
  return legalActions?.(state) ?? (actions as readonly Json[])
}

function* arrive(face: EnvFace<Json>, seed: number, path: readonly Json[]): Routine<EnvStep> {
  yield* wait(face.reset(seed))
  let last: EnvStep | null = null
  for (const action of path) last = structuredClone(yield* wait(face.step(action)))
  return last!
}

function* stateOf(face: EnvFace<Json>): Routine<Json> {
  return structuredClone(face.state ? yield* wait(face.state()) : ((yield* wait(face.snapshot!())) as Json))
}
