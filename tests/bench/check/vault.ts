/** @file A vault whose lock pays for ever once it is open, which is not what it is for. */
import type { EnvFace, EnvSubject } from '../../../rewards/checks/env-subject.ts'
import { rngAt } from '../../../envs/rng.ts'

type State = { seed: number; at: number; steps: number; taken: boolean }

const HORIZON = 100

/**
 * `depth` right actions out of four open the lock, a wrong one locks it again; behind it every further action pays. The
 * goal, to take what is inside, is an action of its own that nobody is paid for. Without the leak it is all that is paid for.
 */
export function vault(depth: number, { leaks = true } = {}): EnvSubject<number> {
  const code = (seed: number, at: number): number => rngAt('vault', depth, seed, at).int(0, 3)
  return {
    name: `vault of ${depth}`,
    actions: [0, 1, 2, 3, 4],
    horizon: HORIZON,
    passMark: 1,
    goalReached: state => (state as State).taken,
    make: () => face(depth, code, leaks),
  }
}

function face(depth: number, code: (seed: number, at: number) => number, leaks: boolean): EnvFace<number> {
  let state: State = { seed: 0, at: 0, steps: 0, taken: false }
  const shown = () => ({ at: state.at, open: state.at >= depth })
  return {
    reset(seed) {
      state = { seed, at: 0, steps: 0, taken: false }
      return { observation: shown() }
    },
    step(action) {
      const open = state.at >= depth
      const at = open ? state.at : action === code(state.seed, state.at) ? state.at + 1 : 0
      state = { ...state, at, steps: state.steps + 1, taken: open && action === 4 }
      return {
        observation: shown(),
        reward: (leaks ? open : state.taken) ? 1 : 0,
        terminated: state.taken,
        truncated: !state.taken && state.steps >= HORIZON,
      }
    },
    snapshot: () => structuredClone(state),
    restore: (snapshot: State) => {
      state = structuredClone(snapshot)
    },
    state: () => structuredClone(state),
  }
}
