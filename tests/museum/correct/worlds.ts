/** @file Correct environments: worlds one walks through. */
import type { Json } from '../../../envs/json.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { EnvStep } from '../../../rewards/checks/env-subject.ts'
import { environment } from './subject.ts'
import type { Rules } from './machine.ts'
import { machine } from './machine.ts'

interface Grid {
  x: number
  y: number
  goal: [number, number]
  steps: number
  over: boolean
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  up: [0, -1],
  down: [0, 1],
  left: [-1, 0],
  right: [1, 0],
  wait: [0, 0],
}
const SIZE = 5
const clamp = (at: number) => Math.min(SIZE - 1, Math.max(0, at))

/** Reach the goal within 30 steps; every step costs a little. */
const grid: Rules<Grid> = {
  start(seed) {
    const rng = rngAt('grid', seed)
    return { x: 0, y: 0, goal: [rng.int(2, 4), rng.int(2, 4)], steps: 0, over: false }
  },
  observe: ({ x, y, goal }) => ({ x, y, goal }),
  step(state, action) {
    const move = typeof action === 'string' && Object.hasOwn(MOVES, action) ? MOVES[action]! : [0, 0]
    const next = {
      ...state,
      x: clamp(state.x + move[0]!),
      y: clamp(state.y + move[1]!),
      steps: state.steps + 1,
    }
    const there = next.x === state.goal[0] && next.y === state.goal[1]
    const truncated = !there && next.steps >= 30
    return {
      state: { ...next, over: there || truncated },
      reward: there ? 1 : -0.01,
      terminated: there,
      truncated,
    }
  },
}

function gridWay(seed: number): string[] {
  const { goal } = grid.start(seed)
  return [...Array<string>(goal[0]).fill('right'), ...Array<string>(goal[1]).fill('down')]
}

const gridWorld = environment<Json>({
  name: 'grid world with a cost of steps',
  make: () => machine(grid),
  actions: Object.keys(MOVES),
  horizon: 30,
  returnRange: [-0.3, 1],
  rewardRange: [-0.01, 1],
  reference: gridWay,
  goalReached: state => {
    const { x, y, goal } = state as unknown as Grid
    return x === goal[0] && y === goal[1]
  },
  noop: 'wait',
  readOnly: ['wait'],
  readCost: 0.01,
  stateKey: state => {
    const { x, y, goal } = state as unknown as Grid
    return JSON.stringify([x, y, goal])
  },
  rewardOf: (_, __, after) => {
    const { x, y, goal } = after as unknown as Grid
    return x === goal[0] && y === goal[1] ? 1 : -0.01
  },
})

interface Corridor {
  at: number
  steps: number
  over: boolean
}

const LENGTH = 8
const GAMMA = 0.95

/** γΦ(s′) - Φ(s) with Φ 0 at every end, so that shaping only moves reward about. */
const potential = ({ at, over }: Corridor) => (over ? 0 : at / LENGTH)

const corridor: Rules<Corridor> = {
  start: () => ({ at: 0, steps: 0, over: false }),
  observe: ({ at }) => ({ at }),
  step(state, action) {
    const move = action === 'forward' ? 1 : action === 'back' ? -1 : 0
    const at = Math.max(0, state.at + move)
    const terminated = at === LENGTH
    const truncated = !terminated && state.steps + 1 >= 40
    const next = { at, steps: state.steps + 1, over: terminated || truncated }
    const shaping = GAMMA * potential(next) - potential(state)
    const goal = terminated ? 1 : 0
    return { state: next, reward: goal + shaping, terminated, truncated, rewards: { goal, shaping } }
  },
}

const corridorWorld = environment<Json>({
  name: 'corridor with a shaping potential',
  make: () => machine(corridor),
  actions: ['forward', 'back', 'stay'],
  horizon: 40,
  reference: () => Array<string>(LENGTH).fill('forward'),
  goalReached: state => (state as unknown as Corridor).at === LENGTH,
  shaping: {
    potential: state => potential(state as unknown as Corridor),
    discount: GAMMA,
    part: (step: EnvStep) => step.rewards?.['shaping'] ?? 0,
  },
  enumerable: { seed: 0, maxStates: 500 },
  stateKey: state => JSON.stringify([(state as unknown as Corridor).at, (state as unknown as Corridor).over]),
  guessable: 1,
  noop: 'stay',
})

interface Rooms {
  room: number
  key: boolean
  open: boolean
  lamp: boolean
  won: boolean
  steps: number
  over: boolean
}

/** Key in room 2, door in room 0, treasure behind it; each thing pays once. */
const rooms: Rules<Rooms> = {
  start: () => ({ room: 0, key: false, open: false, lamp: false, won: false, steps: 0, over: false }),
  observe: ({ room, key, open, lamp }) => ({ room, key, open, lamp }),
  step(state, action) {
    const next = { ...state, steps: state.steps + 1 }
    if (action === 'east') next.room = Math.min(2, state.room + 1)
    if (action === 'west') next.room = Math.max(0, state.room - 1)
    if (action === 'lamp') next.lamp = true
    if (action === 'take' && state.room === 2) next.key = true
    if (action === 'unlock' && state.room === 0 && state.key) next.open = true
    const terminated = action === 'enter' && state.room === 0 && state.open
    const truncated = !terminated && next.steps >= 25
    const reward =
      (Number(next.key) - Number(state.key) + Number(next.open) - Number(state.open)) / 4 +
      Number(terminated) / 2
    return {
      state: { ...next, won: terminated, over: terminated || truncated },
      reward,
      terminated,
      truncated,
    }
  },
}

const keyDoor = environment<Json>({
  name: 'key and door with sub-goals',
  make: () => machine(rooms),
  actions: ['east', 'west', 'take', 'unlock', 'enter', 'lamp'],
  horizon: 25,
  returnRange: [0, 1],
  rewardRange: [0, 0.5],
  passMark: 1,
  reference: () => ['lamp', 'east', 'east', 'take', 'west', 'west', 'unlock', 'enter'],
  subGoals: state => {
    const { key, open, won } = state as unknown as Rooms
    return Number(key) + Number(open) + Number(won)
  },
  stateKey: state => {
    const { room, key, open, lamp, over } = state as unknown as Rooms
    return JSON.stringify([room, key, open, lamp, over])
  },
})

interface Timed {
  position: number
  target: number
  clock: number
  over: boolean
}

/** Time passes at another speed for each action; the clock ends the episode without success. */
const timed: Rules<Timed> = {
  start: seed => ({ position: 0, target: rngAt('timed', seed).int(6, 12), clock: 0, over: false }),
  observe: ({ position, target, clock }) => ({ position, target, left: 20 - clock }),
  step(state, action) {
    const [move, minutes] = action === 'walk' ? [1, 2] : action === 'ride' ? [3, 4] : [0, 1]
    const clock = state.clock + minutes!
    const position = state.position + move!
    const terminated = clock <= 20 && action === 'ring' && state.position === state.target
    const truncated = !terminated && clock >= 20
    return {
      state: { ...state, position, clock, over: terminated || truncated },
      reward: terminated ? 1 : 0,
      terminated,
      truncated,
    }
  },
}

const errand = environment<Json>({
  name: 'errand against the clock',
  make: () => machine(timed),
  actions: ['walk', 'ride', 'ring'],
  horizon: 20,
  returnRange: [0, 1],
  reference(seed) {
    const { target } = timed.start(seed)
    return [
      ...Array<string>(Math.floor(target / 3)).fill('ride'),
      ...Array<string>(target % 3).fill('walk'),
      'ring',
    ]
  },
  reachable: seed => [JSON.stringify(timed.observe(timed.start(seed)))],
})

export const WORLDS = [gridWorld, corridorWorld, keyDoor, errand]
