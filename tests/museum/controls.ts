/** @file Exhibits: balls, pistons, arms and walks, whose rewards pay more, earlier or longer than they say. */
import { rngAt } from '../../envs/rng.ts'
import type { EnvFace } from '../../rewards/checks/env-subject.ts'
import type { EnvExhibit } from './entry.ts'
import type { World } from './plain-env.ts'
import { faceOf } from './plain-env.ts'
import { envExhibit } from './typed.ts'

function between(low: number, value: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}

/** Beam of length 1 around 0; `angle` in tenths. */
type Beam = { x: number; speed: number; angle: number; setpoint: number; steps: number }

const BEAM_STEPS = 60

function beam(faulty: boolean): World<Beam> {
  return {
    start(seed) {
      const rng = rngAt('museum', 'beam', seed)
      const x = (rng.float() - 0.5) / 2
      return { x, speed: (rng.float() - 0.5) / 10, angle: 0, setpoint: 0.2, steps: 0 }
    },
    look: ({ x, speed, angle, setpoint }) => ({ x, speed, angle, setpoint }),
    next({ x, speed, angle, setpoint, steps }, action) {
      const tilted = between(-5, angle + (action === 1 || action === -1 ? action : 0), 5)
      const faster = speed + tilted * 0.004
      const next = {
        x: between(-0.5, x + faster, 0.5),
        speed: faster,
        angle: tilted,
        setpoint,
        steps: steps + 1,
      }
      const off = faulty ? setpoint - next.x : Math.abs(setpoint - next.x)
      const fallen = Math.abs(next.x) === 0.5
      return {
        state: next,
        reward: (1 - off) ** 2,
        terminated: fallen,
        truncated: !fallen && next.steps >= BEAM_STEPS,
      }
    },
  }
}

const beyondSetpoint = envExhibit<number>({
  id: 'ballbeam-over-one',
  property: 'bounded',
  // From a usual start; some start beyond the set point.
  minimal: 6,
  subject: faulty => ({
    name: 'ballbeam-over-one',
    make: () => faceOf(beam(faulty)) as EnvFace<number>,
    actions: [0, 1, -1],
    horizon: BEAM_STEPS,
    rewardRange: [0, 1],
  }),
})

/** A ball rolls left over pistons 40 wide. */
type Pistons = { pistons: number; start: number; x: number; steps: number }

const PISTON = 40
const PISTON_STEPS = 60
const ROLL = 16

function pistonStart(seed: number): Pistons {
  const rng = rngAt('museum', 'pistons', seed)
  const pistons = rng.int(5, 20)
  const start = pistons * PISTON - 56 - rng.int(0, 4)
  return { pistons, start, x: start, steps: 0 }
}

/** Lifting the piston right of the ball rolls it left; lifting the one under it or left of it rolls it back a little. */
function rolled({ pistons, x }: Pistons, action: unknown): number {
  const under = Math.floor(x / PISTON)
  if (typeof action !== 'number' || action >= pistons) return x
  const by = action === under + 1 ? -ROLL : action === under || action === under - 1 ? ROLL / 2 : 0
  return between(PISTON, x + by, pistons * PISTON - PISTON)
}

function pistonball(faulty: boolean): World<Pistons> {
  return {
    start: pistonStart,
    look: ({ pistons, x }) => ({ pistons, x }),
    next(state, action) {
      const x = rolled(state, action)
      const steps = state.steps + 1
      // The way from the usual start to the wall, though balls start up to eight further to the right.
      const way = faulty ? state.pistons * PISTON - 104 : state.start - PISTON
      const arrived = x === PISTON
      return {
        state: { ...state, x, steps },
        reward: (100 * (state.x - x)) / way - 0.1,
        terminated: arrived,
        truncated: !arrived && steps >= PISTON_STEPS,
      }
    },
  }
}

const fewPistons = envExhibit<number>({
  id: 'pistonball-100',
  property: 'bounded',
  minimal: 7,
  subject: faulty => ({
    name: 'pistonball-100',
    make: () => faceOf(pistonball(faulty)) as EnvFace<number>,
    actions: Array.from({ length: 20 }, (_, at) => at),
    horizon: PISTON_STEPS,
    returnRange: [-60, 100],
    passMark: 90,
    reference(seed) {
      const lifted: number[] = []
      for (let state = pistonStart(seed); state.x > PISTON;) {
        const action = Math.floor(state.x / PISTON) + 1
        lifted.push(action)
        state = { ...state, x: rolled(state, action) }
      }
      return lifted
    },
  }),
})

/** A finger on a grid and a target. */
type Reach = { x: number; y: number; target: [number, number]; steps: number }

const REACH_STEPS = 30
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  stay: [0, 0],
  left: [-1, 0],
  right: [1, 0],
  up: [0, 1],
  down: [0, -1],
}

function distance({ x, y, target: [tx, ty] }: Reach): number {
  return Math.abs(tx - x) + Math.abs(ty - y)
}

function reacher(faulty: boolean): World<Reach> {
  return {
    start(seed) {
      const rng = rngAt('museum', 'reacher', seed)
      return { x: 0, y: 0, target: [rng.int(1, 5), rng.int(-5, 5)], steps: 0 }
    },
    look: ({ x, y, target }) => ({ x, y, target }),
    next(state, action) {
      const [dx, dy] = (typeof action === 'string' && Object.hasOwn(MOVES, action) && MOVES[action]) || [0, 0]
      const next = {
        ...state,
        x: between(-6, state.x + dx, 6),
        y: between(-6, state.y + dy, 6),
        steps: state.steps + 1,
      }
      const reached = distance(next) === 0
      return {
        state: next,
        reward: -distance(faulty ? state : next),
        terminated: reached,
        truncated: !reached && next.steps >= REACH_STEPS,
      }
    },
  }
}

const previousState = envExhibit<string>({
  id: 'reacher-previous-state',
  property: 'reward_uses_next_state',
  minimal: 1,
  subject: faulty => ({
    name: 'reacher-previous-state',
    make: () => faceOf(reacher(faulty)) as EnvFace<string>,
    actions: Object.keys(MOVES),
    horizon: REACH_STEPS,
    noop: 'stay',
    rewardRange: [-22, 0],
    rewardOf: (_before, _action, after) => -distance(after as Reach),
    goalReached: state => distance(state as Reach) === 0,
  }),
})

/** A walk along a corridor to the exit at its end. */
type Walk = { at: number; exit: number; steps: number }

const WALK_STEPS = 40

function corridor(faulty: boolean): World<Walk> {
  return {
    start(seed) {
      const rng = rngAt('museum', 'corridor', seed)
      const exit = rng.int(5, 12)
      return { at: rng.int(1, 3), exit, steps: 0 }
    },
    look: ({ at, exit }) => ({ at, exit }),
    next(state, action) {
      const by = action === 'right' ? 1 : action === 'left' ? -1 : 0
      const at = between(0, state.at + by, state.exit)
      const next = { ...state, at, steps: state.steps + 1 }
      const forward = at - state.at
      const left = at === state.exit
      return {
        state: next,
        reward: (faulty ? Math.max(forward, 0) : forward) * 0.125 + (left ? 1 : 0),
        terminated: left,
        truncated: !left && next.steps >= WALK_STEPS,
      }
    },
  }
}

const directional = envExhibit<string>({
  id: 'triforce-directional',
  property: 'cycle_gain',
  minimal: 2,
  subject: faulty => ({
    name: 'triforce-directional',
    make: () => faceOf(corridor(faulty)) as EnvFace<string>,
    actions: ['left', 'right'],
    horizon: WALK_STEPS,
    stateKey: state => String((state as Walk).at),
    goalReached: state => (state as Walk).at === (state as Walk).exit,
    reference(seed) {
      const { at, exit } = corridor(false).start(seed)
      return Array.from({ length: exit - at }, () => 'right')
    },
  }),
})

/** Guess a number from 1 to 40 in eight turns. */
type Guessing = { secret: number; turns: number }

const TURNS = 8

function guessing(): World<Guessing> {
  return {
    start: seed => ({ secret: rngAt('museum', 'guessing', seed).int(1, 40), turns: 0 }),
    look: () => ({ range: [1, 40] }),
    next(state, action) {
      const turns = state.turns + 1
      const right = action === state.secret
      const reply = typeof action !== 'number' ? 'name a number' : action < state.secret ? 'more' : 'less'
      return {
        state: { ...state, turns },
        reward: right ? 1 : 0,
        terminated: right,
        truncated: !right && turns >= TURNS,
        reply: right ? 'right' : reply,
      }
    },
  }
}

/** The environment of another version of the interface, seen through this one. */
function bridged(inner: EnvFace<number>, faulty: boolean): EnvFace<number> {
  return {
    ...inner,
    async step(action) {
      const { terminated, truncated, ...step } = await inner.step(action)
      // The other version has one flag for both.
      return faulty
        ? { ...step, terminated: terminated || truncated, truncated: false }
        : { ...step, terminated, truncated }
    },
    clone: async () => bridged((await inner.clone!()) as EnvFace<number>, faulty),
  }
}

const truncationLost = envExhibit<number>({
  id: 'vf-truncation-lost',
  property: 'truncation_not_termination',
  minimal: 1,
  subject: faulty => ({
    name: 'vf-truncation-lost',
    make: () => bridged(faceOf(guessing()) as EnvFace<number>, faulty),
    actions: Array.from({ length: 40 }, (_, at) => at + 1),
    horizon: TURNS,
    returnRange: [0, 1],
    reference: seed => [20, 10, guessing().start(seed).secret],
  }),
})

export const CONTROLS: readonly EnvExhibit[] = [
  beyondSetpoint,
  fewPistons,
  previousState,
  directional,
  truncationLost,
]
