/** @file Correct environments: games, one of them with chance that no seed holds. */
import type { Json } from '../../../envs/json.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { EnvFace } from '../../../rewards/checks/env-subject.ts'
import type { Rules } from './machine.ts'
import { machine } from './machine.ts'
import { environment } from './subject.ts'

interface Bandit {
  seed: number
  chances: number[]
  pulls: number
  over: boolean
}

const PULLS = 20

/** What an arm pays depends on the seed and the number of the pull, so that it can be played again. */
const bandit: Rules<Bandit> = {
  start: seed => ({ seed, chances: rngAt('bandit', seed).shuffle([0.9, 0.4, 0.2]), pulls: 0, over: false }),
  observe: ({ pulls }) => ({ pulls }),
  step(state, action) {
    const chance = typeof action === 'number' ? (state.chances[action] ?? 0) : 0
    const pulls = state.pulls + 1
    const reward = Number(rngAt('pull', state.seed, pulls).float() < chance)
    const over = pulls === PULLS
    return { state: { ...state, pulls, over }, reward, terminated: false, truncated: over }
  },
}

const arms = environment<Json>({
  name: 'bandit with a horizon',
  make: () => machine(bandit),
  actions: [0, 1, 2],
  horizon: PULLS,
  returnRange: [0, PULLS],
  rewardRange: [0, 1],
  passMark: 15,
  guessable: 0.8,
})

interface Numbers {
  numbers: number[]
  target: number
  easy: boolean
  steps: number
  over: boolean
}

type Combine = { first: number; second: number; with: '+' | '-' | '*' }

function dealt(seed: number): Numbers & { way: Combine[] } {
  const rng = rngAt('countdown game', seed)
  const numbers = [rng.int(11, 20), rng.int(2, 9), rng.int(21, 40)]
  const [a, b, c] = numbers as [number, number, number]
  const easy = rng.int(0, 3) === 0
  const target = easy ? a * b : a * b - c
  const way: Combine[] = [
    { first: 0, second: 1, with: '*' },
    ...(easy ? [] : [{ first: 1, second: 0, with: '-' as const }]),
  ]
  return { numbers, target, easy, steps: 0, over: false, way }
}

function combine(numbers: readonly number[], action: unknown): number[] | null {
  const {
    first,
    second,
    with: operator,
  } = (typeof action === 'object' && action !== null ? action : {}) as Combine
  const [a, b] = [numbers[first], numbers[second]]
  if (first === second || a === undefined || b === undefined) return null
  const rest = numbers.filter((_, i) => i !== first && i !== second)
  if (operator === '+') return [...rest, a + b]
  if (operator === '-') return [...rest, a - b]
  return operator === '*' ? [...rest, a * b] : null
}

/** Two numbers become one until the target is there or one is left. */
const countdown: Rules<Numbers> = {
  start(seed) {
    const { way: _, ...state } = dealt(seed)
    return state
  },
  observe: ({ numbers, target }) => ({ numbers, target }),
  step(state, action) {
    const numbers = combine(state.numbers, action) ?? state.numbers
    const steps = state.steps + 1
    const reached = numbers.includes(state.target)
    const terminated = reached || numbers.length === 1
    const truncated = !terminated && steps >= 8
    return {
      state: { ...state, numbers, steps, over: terminated || truncated },
      reward: Number(reached),
      terminated,
      truncated,
    }
  },
}

const places = [0, 1, 2].flatMap(first => [0, 1, 2].map(second => ({ first, second })))

const countdownGame = environment<Combine>({
  name: 'countdown as a game',
  make: () => machine(countdown) as unknown as EnvFace<Combine>,
  actions: places.flatMap(place =>
    (['+', '-', '*'] as const).map(operator => ({ ...place, with: operator })),
  ),
  legalActions: state => {
    const { numbers } = state as unknown as Numbers
    return places
      .filter(({ first, second }) => first !== second && Math.max(first, second) < numbers.length)
      .flatMap(place => (['+', '-', '*'] as const).map(operator => ({ ...place, with: operator })))
  },
  horizon: 8,
  returnRange: [0, 1],
  reference: seed => dealt(seed).way,
  guessable: 0.6,
  goalReached: state => {
    const { numbers, target } = state as unknown as Numbers
    return numbers.includes(target)
  },
  distribution: { easy: { holds: state => (state as unknown as Numbers).easy, share: 0.25 } },
})

let shuffles = 0

interface Cards {
  deck: number[]
  round: number
  over: boolean
}

/** The deck is shuffled anew at every reset, whatever the seed. */
const cards: Rules<Cards> = {
  start: seed => ({
    deck: rngAt('cards', seed, shuffles++).shuffle(Array.from({ length: 52 }, (_, i) => i)),
    round: 0,
    over: false,
  }),
  observe: ({ deck, round }) => ({ card: deck[round]!, round }),
  step(state, action) {
    const [now, next] = [state.deck[state.round]!, state.deck[state.round + 1]!]
    const right = action === 'higher' ? next > now : action === 'lower' && next < now
    const round = state.round + 1
    const over = !right || round === 6
    return {
      state: { ...state, round, over },
      reward: Number(right && round === 6),
      terminated: over,
      truncated: false,
    }
  },
}

const cardGame = environment<Json>({
  name: 'higher or lower, shuffled by chance',
  make: () => machine(cards),
  actions: ['higher', 'lower'],
  horizon: 6,
  returnRange: [0, 1],
  rewardRange: [0, 1],
  nondeterministic: true,
  guessable: 0.3,
})

interface Draft {
  terms: number[]
  text: string
  steps: number
  over: boolean
}

/** One types a number and hands it in. Nothing is paid for typing. */
const typing: Rules<Draft> = {
  start(seed) {
    const rng = rngAt('typing', seed)
    return { terms: [rng.int(100, 999), rng.int(100, 999)], text: '', steps: 0, over: false }
  },
  observe: ({ terms, text }) => ({ ask: terms.join(' + '), text }),
  step(state, action) {
    const steps = state.steps + 1
    const key = typeof action === 'string' && /^\d$/.test(action) ? action : ''
    const text = action === 'clear' ? '' : state.text.length < 6 ? state.text + key : state.text
    const terminated = action === 'submit'
    const right = text === String(state.terms[0]! + state.terms[1]!)
    const truncated = !terminated && steps >= 30
    return {
      state: { ...state, text, steps, over: terminated || truncated },
      reward: Number(terminated && right),
      terminated,
      truncated,
    }
  },
}

const keypad = environment<Json>({
  name: 'sum typed on a keypad',
  make: () => machine(typing),
  actions: [...Array.from('0123456789'), 'clear', 'submit'],
  horizon: 30,
  returnRange: [0, 1],
  reference(seed) {
    const [a, b] = typing.start(seed).terms as [number, number]
    return [...Array.from(String(a + b)), 'submit']
  },
  submit: 'submit',
  stateKey: state => {
    const { terms, text, over } = state as unknown as Draft
    return JSON.stringify([terms, text, over])
  },
})

interface Field {
  at: number
  coins: number[]
  steps: number
  over: boolean
}

/** Coins pay once each; the state key holds those that are left. */
const field: Rules<Field> = {
  start: seed => ({
    at: 0,
    coins: rngAt('coins', seed)
      .shuffle([1, 2, 3, 4, 5, 6])
      .slice(0, 3)
      .sort((a, b) => a - b),
    steps: 0,
    over: false,
  }),
  observe: ({ at, coins }) => ({ at, coins }),
  step(state, action) {
    const at = (state.at + (action === 'right' ? 1 : action === 'left' ? 6 : 0)) % 7
    const found = state.coins.includes(at)
    const coins = state.coins.filter(coin => coin !== at)
    const steps = state.steps + 1
    const terminated = coins.length === 0
    const truncated = !terminated && steps >= 20
    return {
      state: { at, coins, steps, over: terminated || truncated },
      reward: Number(found) / 3,
      terminated,
      truncated,
      rewards: { coin: Number(found) / 3 },
    }
  },
}

const coins = environment<Json>({
  name: 'coins on a ring',
  make: () => machine(field),
  actions: ['left', 'right', 'stay'],
  horizon: 20,
  returnRange: [0, 1],
  rewardRange: [0, 0.34],
  passMark: 0.99,
  guessable: 1,
  noop: 'stay',
  reference: seed => Array<string>(Math.max(...field.start(seed).coins)).fill('right'),
  subGoals: state => 3 - (state as unknown as Field).coins.length,
  stateKey: state => {
    const { at, coins: left } = state as unknown as Field
    return JSON.stringify([at, left])
  },
  rewardOf: (before, _, after) =>
    ((before as unknown as Field).coins.length - (after as unknown as Field).coins.length) / 3,
})

export const GAMES = [arms, countdownGame, cardGame, keypad, coins]
