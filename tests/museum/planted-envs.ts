/** @file Planted faults: for every property of environments a small one with exactly this fault, and its twin without. */
import type { Json } from '../../envs/json.ts'
import type { EnvFace, EnvStep, EnvSubject } from '../../rewards/checks/env-subject.ts'
import type { EnvExhibit } from './entry.ts'
import { desk, vault } from './planted-tools.ts'
import type { Inside, Rules, Twist, Walker } from './planted-worlds.ts'
import { anywhere, corridor, corridorRules, made, RIGHT, walked } from './planted-worlds.ts'

type Pair = [property: string, minimal: number, faulty: EnvSubject<never>, fixed: EnvSubject<never>]

function stepped(change: (step: EnvStep, inside: Inside<Walker>, action: Json) => EnvStep): Twist<Walker> {
  return (face, inside) => ({
    ...face,
    step: action => change(face.step(action) as EnvStep, inside, action),
  })
}

const fair = corridor()

const basics: Pair[] = [
  [
    'total_finite',
    1,
    corridor(
      {},
      {},
      stepped((step, { state }) => ({ ...step, reward: step.reward / Math.min(1, state.at) })),
    ),
    fair,
  ],
  [
    'bounded',
    3,
    corridor(
      {},
      {},
      stepped(step => ({ ...step, reward: 2 * step.reward })),
    ),
    fair,
  ],
  [
    'bounded_time',
    1,
    corridor({}, { timeoutMs: 100 }, (face, inside) => ({
      ...face,
      step(action) {
        while (action === '' && inside.seed >= 0);
        return face.step(action)
      },
    })),
    corridor({}, { timeoutMs: 100 }),
  ],
  [
    'seed_determinism',
    0,
    corridor({}, {}, (face, inside) => {
      const reset = (seed: number): { observation: Json } => {
        const { observation } = face.reset(seed) as { observation: Json }
        return { observation: [observation, resets++] }
      }
      let resets = inside.steps
      return { ...face, reset }
    }),
    fair,
  ],
  [
    'noop_baseline',
    0,
    corridor({ step: (state, action) => ({ state: walked(state, action), reward: 1, terminated: true }) }),
    fair,
  ],
]

/** Restores by playing the actions again, and then takes no nonsense. */
const strictReplay: Twist<Walker> = face => {
  let played: Json[] = []
  let from = 0
  return {
    ...face,
    reset(seed) {
      ;[played, from] = [[], seed]
      return face.reset(seed)
    },
    step(action) {
      played.push(action)
      return face.step(action)
    },
    snapshot: () => ({ from, played: [...played] }),
    restore(snapshot: { from: number; played: Json[] }) {
      const unknown = snapshot.played.find(action => !['L', RIGHT, 'wait'].includes(action as string))
      if (unknown !== undefined) throw new Error(`unknown action ${JSON.stringify(unknown)}`)
      void face.reset(snapshot.from)
      snapshot.played.forEach(action => void face.step(action))
      ;[played, from] = [[...snapshot.played], snapshot.from]
    },
  }
}

/** Tells every step how often it was asked; clones share the count. */
function counting(shared: { count: number }): Twist<Walker> {
  return face => ({
    ...face,
    reset(seed) {
      shared.count = 0
      return face.reset(seed)
    },
    step(action) {
      const step = face.step(action) as EnvStep
      return { ...step, observation: [step.observation, shared.count++] }
    },
  })
}

const snapshots: Pair[] = [
  ['restore_equals_replay', 1, corridor({}, {}, strictReplay), fair],
  [
    'snapshots_are_values',
    0,
    corridor({}, {}, (face, inside) => ({ ...face, snapshot: () => inside })),
    fair,
  ],
  [
    'clone_independent',
    0,
    {
      ...corridor(),
      make: () => {
        const shared = { count: 0 }
        return made(corridorRules, counting(shared))() as EnvFace<never>
      },
    },
    fair,
  ],
]

const endings: Pair[] = [
  [
    'termination',
    1,
    corridor({}, {}, (face, inside) => ({
      ...face,
      step: action =>
        action === ''
          ? { observation: inside.state, reward: 0, terminated: false, truncated: false }
          : face.step(action),
    })),
    fair,
  ],
  [
    'truncation_not_termination',
    1,
    corridor(
      {},
      {},
      stepped(step => ({ ...step, terminated: step.terminated || step.truncated, truncated: false })),
    ),
    fair,
  ],
  [
    'timeout_not_pass',
    1,
    corridor(
      {},
      { noop: undefined as never, rewardOf: undefined as never },
      stepped((step, { state }) => (step.truncated && state.at > 0 ? { ...step, reward: 1 } : step)),
    ),
    corridor({}, { noop: undefined as never, rewardOf: undefined as never }),
  ],
  [
    'no_reward_after_done',
    3,
    corridor({}, {}, (face, inside) => ({
      ...face,
      step: action =>
        inside.ended
          ? { observation: inside.state, reward: 1, terminated: true, truncated: false }
          : face.step(action),
    })),
    fair,
  ],
  [
    'return_equals_sum',
    3,
    corridor({}, {}, (face, inside) => ({ ...face, episodeReturn: () => (inside.ended ? 0 : inside.total) })),
    fair,
  ],
  [
    'reward_uses_next_state',
    3,
    corridor({}, {}, (face, inside) => ({
      ...face,
      step(action) {
        const reward = Number(inside.state.at + 1 >= inside.state.goal)
        return { ...(face.step(action) as EnvStep), reward }
      },
    })),
    fair,
  ],
]

/** Pays for steps in the right direction. `charged`: steps back cost as much. */
function directional(charged: boolean): EnvSubject<never> {
  const step: Rules<Walker>['step'] = (before, action) => {
    const state = walked(before, action)
    const there = state.at >= state.goal
    const moved = state.at - before.at
    return { state, reward: 0.1 * (charged ? moved : Math.max(0, moved)) + Number(there), terminated: there }
  }
  return corridor({ step }, { ...anywhere, rewardOf: undefined as never })
}

const DISCOUNT = 0.9
const potential = (state: Json): number => (state as Walker).at

/** Shaping by the distance walked: `right` follows the potential, the others forget the discount or the end. */
function shaped(part: 'right' | 'no-discount' | 'bonus'): EnvSubject<never> {
  const step: Rules<Walker>['step'] = (before, action) => {
    const state = walked(before, action)
    const there = state.at >= state.goal
    const after = there ? 0 : potential(state)
    const bonus = {
      right: DISCOUNT * after - potential(before),
      'no-discount': after - potential(before),
      bonus: action === 'L' ? 2 : 0,
    }[part]
    return { state, reward: Number(there) + bonus, terminated: there }
  }
  const twist = stepped(each => {
    const shaping = each.reward - Number(each.terminated)
    return { ...each, rewards: { shaping, goal: Number(each.terminated) } }
  })
  return corridor(
    { step },
    {
      ...anywhere,
      passMark: undefined as never,
      goalReached: undefined as never,
      reference: undefined as never,
      rewardOf: undefined as never,
      enumerable: { seed: 0, maxStates: 20 },
      shaping: { potential, discount: DISCOUNT, part: ({ rewards }) => rewards!['shaping']! },
    },
    twist,
  )
}

const rewards: Pair[] = [
  ['cycle_gain', 3, directional(false), directional(true)],
  ['shaping_telescopes', 1, shaped('no-discount'), shaped('right')],
  ['shaping_keeps_optimum', 0, shaped('bonus'), shaped('right')],
  [
    'monotone_progress',
    2,
    corridor(
      {},
      { ...anywhere, rewardOf: undefined as never, passMark: 0.5 },
      stepped((step, { state }) => ({ ...step, reward: step.terminated ? 1 : state.at === 2 ? -0.3 : 0 })),
    ),
    fair,
  ],
  [
    'partial_le_full',
    0,
    corridor(
      {},
      { ...anywhere, passMark: 5, rewardOf: undefined as never, stateKey: undefined as never },
      stepped((step, { state }) => ({ ...step, reward: step.reward + (state.at === 1 ? 0.2 : 0) })),
    ),
    fair,
  ],
]

const desks: Pair[] = [
  ['tool_failure_is_not_success', 1, desk({ failOpen: true }), desk()],
  ['harmless_action_invariance', 1, desk({ looksCount: true }), desk()],
  ['unsubmitted_is_not_success', 3, desk({ unsubmitted: true }), desk()],
  ['answer_reachability', 0, desk({ leaks: true }), desk()],
  ['alternative_route', 0, desk({ order: true }), desk()],
  ['concurrency', 2, vault(true, 0.2), vault(false, 0.2)],
  ['declared_distribution', 0, vault(false, 0.35), vault(false, 0.2)],
]

export const PLANTED_ENVS: readonly EnvExhibit[] = [
  ...basics,
  ...snapshots,
  ...endings,
  ...rewards,
  ...desks,
].map(([property, minimal, faultyEnv, fixedEnv]) => ({
  id: `planted-env-${property.replaceAll('_', '-')}`,
  property,
  minimal,
  faultyEnv,
  fixedEnv,
}))
