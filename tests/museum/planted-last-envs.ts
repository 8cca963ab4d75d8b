/** @file Faults planted so that every operator of environments finds one: a few more, each beside its twin. */
import type { Json } from '../../envs/json.ts'
import type { EnvStep, EnvSubject } from '../../rewards/checks/env-subject.ts'
import type { EnvExhibit } from './entry.ts'
import type { Rules, Walker } from './planted-worlds.ts'
import { corridor, made, RIGHT } from './planted-worlds.ts'

type Pair = [name: string, property: string, minimal: number, subject: (faulty: boolean) => EnvSubject<never>]

/** Does not say what may be done, so that nothing is walked before it is judged. Who walks into the wall stays there. */
const wall = (faulty: boolean): EnvSubject<never> => {
  const open = { legalActions: undefined as never }
  if (!faulty) return corridor({}, open)
  return corridor({}, { ...open, timeoutMs: 5 }, (face, inside) => ({
    ...face,
    step: action =>
      action === 'L' && inside.state.at === 0 ? new Promise<EnvStep>(() => {}) : face.step(action),
  }))
}

/** A draw of the length that allows none. */
const atOnce = (faulty: boolean): EnvSubject<never> => {
  const goalOf = (seed: number): number => (seed % 4) + (faulty ? 0 : 1)
  return corridor(
    { start: seed => ({ at: 0, goal: goalOf(seed) }) },
    { reference: seed => Array.from({ length: goalOf(seed) }, () => RIGHT) },
  )
}

/** Puts back where the walker was, and not how long it has been walking or whether it has arrived. */
const onlyThePlace = (faulty: boolean): EnvSubject<never> =>
  corridor({}, {}, (face, inside) => ({
    ...face,
    restore: faulty
      ? (snapshot: { state: Walker }) => void (inside.state = structuredClone(snapshot.state))
      : face.restore!,
  }))

const limitPays = (faulty: boolean): EnvSubject<never> =>
  corridor({}, {}, face => ({
    ...face,
    step(action) {
      const step = face.step(action) as EnvStep
      return faulty && step.truncated ? { ...step, reward: 1 } : step
    },
  }))

type Box = { key: boolean; failed: boolean }

/** A box that a key opens. Each call of a tool is paid, or each that comes to something. */
const box = (faulty: boolean): EnvSubject<never> => {
  const rules: Rules<Box> = {
    horizon: 8,
    start: () => ({ key: false, failed: false }),
    step({ key }, action) {
      const taken = action === 'take' && !key
      const opened = action === 'open' && key
      const failed = !taken && !opened
      const reward = opened ? 0.8 : taken || faulty ? 0.2 : 0
      return { state: { key: key || taken, failed }, reward, terminated: opened }
    },
  }
  return {
    name: 'box',
    make: made(rules),
    actions: ['take', 'open'],
    horizon: rules.horizon,
    returnRange: [0, 2],
    passMark: 1,
    reference: () => ['take', 'open'],
    failed: (observation: Json) => (observation as Box).failed,
  } as EnvSubject<Json> as EnvSubject<never>
}

const PAIRS: readonly Pair[] = [
  ['stuck-at-the-wall', 'bounded_time', 1, wall],
  ['there-at-the-start', 'noop_baseline', 0, atOnce],
  ['only-the-place-restored', 'restore_equals_replay', 1, onlyThePlace],
  ['limit-pays', 'timeout_not_pass', 1, limitPays],
  ['calls-are-paid', 'tool_failure_is_not_success', 1, box],
]

export const PLANTED_LAST_ENVS: readonly EnvExhibit[] = PAIRS.map(([name, property, minimal, subject]) => ({
  id: `planted-env-${name}`,
  property,
  minimal,
  faultyEnv: subject(true),
  fixedEnv: subject(false),
}))
