/** @file Held-out bugs of environments: seeds, snapshots, ends of episodes, returns. */
import type { Json } from '../../envs/json.ts'
import type { EnvFace, EnvStep, EnvSubject } from '../../rewards/checks/env-subject.ts'
import type { EnvExhibit } from './entry.ts'

/** A corridor of cells 0..5 with a coin; collect the coin, then reach the end. */
interface Place {
  at: number
  goal: number
  steps: number
  bag: string[]
  ended: 'no' | 'reached' | 'late'
  paid: number
}

interface Faults {
  /** Draws from a stream that goes on over resets. */
  unseeded?: boolean
  /** Noise that is not part of the snapshot. */
  hiddenStream?: boolean
  /** Snapshots share the bag. */
  shallow?: boolean
  /** Clones share the bag. */
  sharedBag?: boolean
  /** Waiting takes no time. */
  freeWait?: boolean
  /** The time limit is a terminal state. */
  limitTerminates?: boolean
  /** Goes on paying at the goal. */
  paysOn?: boolean
  /** The last reward is not in the return. */
  lastLost?: boolean
  /** Rewards the place before the move. */
  lateReward?: boolean
  /** Looking is counted as a move. */
  lookCosts?: boolean
  /** The goal is where one starts. */
  atGoal?: boolean
  /** Picking up pays, putting down is free. */
  pickPays?: boolean
}

const LIMIT = 12
let stream = 1

function corridor(faults: Faults, from?: Place): EnvFace<Json> {
  let here: Place = from ?? { at: 0, goal: 0, steps: 0, bag: [], ended: 'no', paid: 0 }
  let noise = 0
  const copy = (place: Place): Place => (faults.shallow ? { ...place } : structuredClone(place))
  const look = (): Json => ({ at: here.at, goal: here.goal, bag: [...here.bag], left: LIMIT - here.steps })
  const take = (reward: number): EnvStep => {
    const lost = faults.lastLost && here.ended !== 'no'
    here.paid += lost ? 0 : reward
    const late = here.ended === 'late'
    const terminated = here.ended === 'reached' || (late && faults.limitTerminates === true)
    return { observation: look(), reward, terminated, truncated: late && !terminated }
  }
  const move = (action: Json): void => {
    if (action === 'right') here.at = Math.min(5, here.at + 1)
    if (action === 'left') here.at = Math.max(0, here.at - 1)
    if (action === 'pick' && !here.bag.includes('coin')) here.bag.push('coin')
    else if (action === 'drop') here.bag.length = 0
  }
  return {
    reset(seed) {
      stream = (stream * 5 + 3) % 97
      noise = seed % 7
      const goal = faults.atGoal ? 0 : 3 + ((faults.unseeded ? stream : seed) % 3)
      here = { at: 0, goal, steps: 0, bag: [], ended: 'no', paid: 0 }
      return { observation: look() }
    },
    step(action) {
      if (here.ended !== 'no') return take(faults.paysOn && here.ended === 'reached' ? 1 : 0)
      const before = here.at
      noise = (noise * 3 + 1) % 7
      move(action)
      const holds = action === 'pick' && here.bag.includes('coin')
      const still = (action === 'wait' && faults.freeWait) || (action === 'look' && !faults.lookCosts)
      if (!still) here.steps += 1
      const slips = faults.hiddenStream === true && noise === 2
      if (slips) here.at = Math.max(0, here.at - 1)
      if (here.at === here.goal) here.ended = 'reached'
      else if (here.steps >= LIMIT) here.ended = 'late'
      if (faults.lateReward) return take(before === here.goal ? 1 : 0)
      const wasted = faults.lookCosts ? here.steps / 20 : 0
      const bonus = faults.pickPays && holds ? 0.2 : 0
      return take((here.ended === 'reached' ? 1 - wasted : 0) + bonus)
    },
    snapshot: () => copy(here),
    restore(snapshot: Place) {
      here = copy(snapshot)
    },
    clone() {
      const kept = structuredClone(here)
      return corridor(faults, faults.sharedBag ? { ...kept, bag: here.bag } : kept)
    },
    state: () => structuredClone(here) as unknown as Json,
    episodeReturn: () => here.paid,
  }
}

const at = (state: Json): Place => state as unknown as Place

const FACTS: Omit<EnvSubject<Json>, 'name' | 'make'> = {
  actions: ['right', 'left', 'wait', 'look', 'pick', 'drop'],
  horizon: LIMIT,
  returnRange: [0, 1],
  reference: seed => Array.from({ length: 3 + (seed % 3) }, () => 'right'),
  goalReached: state => at(state).at === at(state).goal,
  noop: 'wait',
}

function env(
  entry: { id: string; property: string; minimal: number },
  faults: Faults,
  more: Partial<EnvSubject<Json>> = {},
): EnvExhibit {
  const subject = (name: string, with_: Faults): EnvSubject<never> =>
    ({ ...FACTS, ...more, name, make: () => corridor(with_) }) as unknown as EnvSubject<never>
  return { ...entry, faultyEnv: subject(entry.id, faults), fixedEnv: subject(`${entry.id}, fixed`, {}) }
}

const TIMED = { actions: ['right', 'left', 'wait', 'pick', 'drop'] }

export const HELDOUT_ENVS: readonly EnvExhibit[] = [
  env(
    { id: 'heldout-stream-over-resets', property: 'seed_determinism', minimal: 0 },
    { unseeded: true },
    TIMED,
  ),
  env(
    { id: 'heldout-stream-outside-snapshot', property: 'restore_equals_replay', minimal: 2 },
    { hiddenStream: true },
    TIMED,
  ),
  env({ id: 'heldout-nested-bag', property: 'snapshots_are_values', minimal: 1 }, { shallow: true }, TIMED),
  env({ id: 'heldout-clone-bag', property: 'clone_independent', minimal: 1 }, { sharedBag: true }, TIMED),
  env({ id: 'heldout-free-wait', property: 'termination', minimal: 12 }, { freeWait: true }, TIMED),
  env(
    { id: 'heldout-limit-is-terminal', property: 'truncation_not_termination', minimal: 12 },
    { limitTerminates: true },
    TIMED,
  ),
  env({ id: 'heldout-pays-at-goal', property: 'no_reward_after_done', minimal: 4 }, { paysOn: true }, TIMED),
  env(
    { id: 'heldout-last-reward-lost', property: 'return_equals_sum', minimal: 3 },
    { lastLost: true },
    TIMED,
  ),
  env(
    { id: 'heldout-place-before', property: 'reward_uses_next_state', minimal: 3 },
    { lateReward: true },
    { ...TIMED, rewardOf: (_before, _action, after) => Number(at(after).at === at(after).goal) },
  ),
  env(
    { id: 'heldout-look-is-a-move', property: 'harmless_action_invariance', minimal: 4 },
    { lookCosts: true },
    { readOnly: ['look'], horizon: null },
  ),
  env({ id: 'heldout-starts-solved', property: 'noop_baseline', minimal: 1 }, { atGoal: true }, TIMED),
  env(
    { id: 'heldout-pick-drop', property: 'cycle_gain', minimal: 4 },
    { pickPays: true },
    { ...TIMED, stateKey: state => `${at(state).at} ${at(state).bag.join()}` },
  ),
]
