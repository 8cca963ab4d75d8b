/** @file Exhibits: desks of bookings and accounts, where an agent works with tools. */
import type { Json } from '../../envs/json.ts'
import { hashJson } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import type { EnvFace, EnvSubject } from '../../rewards/checks/env-subject.ts'
import type { EnvExhibit } from './entry.ts'
import type { World } from './plain-env.ts'
import { faceOf } from './plain-env.ts'
import { envExhibit } from './typed.ts'

type Call = { tool: string; id?: string; plan?: string }

/** The action as a call; junk becomes a call of no tool. */
function callOf(action: Json): Call {
  const call = action as Partial<Call> | null
  return typeof call === 'object' && typeof call?.tool === 'string' ? (call as Call) : { tool: '' }
}

const BOOKINGS = ['B1', 'B2', 'B3', 'B4'] as const
const DESK_STEPS = 20

type Desk = {
  bookings: { [id: string]: 'booked' | 'cancelled' }
  request: { booking: string; refundable: boolean }
  calls: string[]
}

/** Of fifty tasks these nineteen, 38%, are about tickets that must be left alone. */
const ROWS = 50
const KEPT = rngAt('museum', 'desk', 'kept')
  .shuffle(Array.from({ length: ROWS }, (_, row) => row))
  .slice(0, 19)

/** Tickets that cannot be refunded stay booked: the agent looks and hands over to a human. */
function expectedCalls({ request: { booking, refundable } }: Desk): string[] {
  return refundable ? [`cancel ${booking}`] : [`get ${booking}`, 'transfer']
}

function desk(faulty: boolean): World<Desk> {
  return {
    start(seed) {
      const rng = rngAt('museum', 'desk', seed)
      const request = { booking: rng.pick(BOOKINGS), refundable: !KEPT.includes(seed % ROWS) }
      return { bookings: Object.fromEntries(BOOKINGS.map(id => [id, 'booked'])), request, calls: [] }
    },
    look: ({ request, calls }) => ({ request: `cancel ${request.booking}`, calls: calls.length }),
    next(state, action) {
      const { tool, id = '' } = callOf(action)
      const known = Object.hasOwn(state.bookings, id)
      if (tool === 'finish') return { state, reward: deskReward(state, faulty), terminated: true }
      if (tool === 'cancel' && known) state.bookings[id] = 'cancelled'
      state.calls.push(tool === 'transfer' || !known ? tool : `${tool} ${id}`)
      const refundable = id === state.request.booking ? state.request.refundable : true
      const reply = tool === 'get' && known ? { status: state.bookings[id]!, refundable } : 'ok'
      return { state, reward: 0, truncated: state.calls.length >= DESK_STEPS, reply }
    },
  }
}

function deskReward(state: Desk, faulty: boolean): number {
  const { booking, refundable } = state.request
  const right = BOOKINGS.every(
    id => state.bookings[id] === (refundable && id === booking ? 'cancelled' : 'booked'),
  )
  return right && (faulty || expectedCalls(state).every(each => state.calls.includes(each))) ? 1 : 0
}

const nothingToChange = envExhibit<Json>({
  id: 'tau-noop-airline',
  property: 'noop_baseline',
  minimal: 1,
  subject: faulty => ({
    name: 'tau-noop-airline',
    make: () => faceOf(desk(faulty)),
    actions: [
      ...BOOKINGS.flatMap(id => [
        { tool: 'get', id },
        { tool: 'cancel', id },
      ]),
      { tool: 'transfer' },
      { tool: 'wait' },
      { tool: 'finish' },
    ],
    horizon: DESK_STEPS,
    returnRange: [0, 1],
    noop: { tool: 'wait' },
    submit: { tool: 'finish' },
    reference(seed) {
      const state = desk(false).start(seed)
      const id = state.request.booking
      const last = state.request.refundable ? { tool: 'cancel', id } : { tool: 'transfer' }
      return [{ tool: 'get', id }, last, { tool: 'finish' }]
    },
    readOnly: BOOKINGS.map(id => ({ tool: 'get', id })),
  }),
})

const PLANS = ['basic', 'family', 'student'] as const
const CUSTOMERS = ['ann', 'bob', 'eve'] as const

type Bank = {
  accounts: { [customer: string]: string[] }
  /** Which account was read, for the auditors. */
  reads: string[]
  wish: { customer: string; plan: string }
  steps: number
}

const BANK_STEPS = 16

function bankStart(seed: number): Bank {
  const rng = rngAt('museum', 'bank', seed)
  return {
    accounts: Object.fromEntries(CUSTOMERS.map(name => [name, []])),
    reads: [],
    wish: { customer: rng.pick(CUSTOMERS), plan: rng.pick(PLANS) },
    steps: 0,
  }
}

/** What the tools do, apart from rewards; the reply to the agent. */
function bankCall(state: Bank, { tool, id = '', plan = '' }: Call): Json {
  const account = Object.hasOwn(state.accounts, id) ? state.accounts[id]! : null
  if (tool === 'get' && account) state.reads.push(id)
  else if (tool === 'open' && account && (PLANS as readonly string[]).includes(plan)) account.push(plan)
  else return 'error: no such tool or customer'
  return account
}

function bankReference(seed: number): Call[] {
  const { customer, plan } = bankStart(seed).wish
  return [{ tool: 'get', id: customer }, { tool: 'open', id: customer, plan }, { tool: 'finish' }]
}

/** What the final state is compared by. */
function bankHash({ accounts, reads }: Bank, hashesReads: boolean): string {
  return hashJson(hashesReads ? { accounts, reads } : { accounts })
}

function bank(hashesReads: boolean): World<Bank & { goal: string }> {
  return {
    start(seed) {
      const goal = bankStart(seed)
      for (const call of bankReference(seed)) bankCall(goal, call)
      return { ...bankStart(seed), goal: bankHash(goal, hashesReads) }
    },
    look: ({ wish, steps }) => ({ request: `open ${wish.plan} for ${wish.customer}`, steps }),
    next(state, action) {
      const call = callOf(action)
      state.steps++
      if (call.tool === 'finish') {
        const reached = bankHash(state, hashesReads) === state.goal
        return { state, reward: reached ? 1 : 0, terminated: true }
      }
      return { state, reward: 0, truncated: state.steps >= BANK_STEPS, reply: bankCall(state, call) }
    },
  }
}

function bankSubject(name: string, make: () => EnvFace<Json>): EnvSubject<Json> {
  return {
    name,
    make,
    actions: [
      ...CUSTOMERS.map(id => ({ tool: 'get', id })),
      ...CUSTOMERS.flatMap(id => PLANS.map(plan => ({ tool: 'open', id, plan }))),
      { tool: 'finish' },
    ],
    invalidActions: ['', null, { tool: 'lookup_weather' }, { tool: 'open', id: 'nobody', plan: 'basic' }],
    horizon: BANK_STEPS,
    returnRange: [0, 1],
    submit: { tool: 'finish' },
    reference: bankReference,
    readOnly: CUSTOMERS.map(id => ({ tool: 'get', id })),
    failed: observation => JSON.stringify(observation).includes('error: '),
  }
}

const extraRead = envExhibit<Json>({
  id: 'tau2-extra-read',
  property: 'harmless_action_invariance',
  minimal: 1,
  subject: faulty => bankSubject('tau2-extra-read', () => faceOf(bank(faulty))),
})

type Journal = { seed: number; actions: Json[] }

/** A bank whose snapshots are journals: restoring plays them again from the start. */
function journaled(strictReplay: boolean): EnvFace<Json> {
  let live = faceOf(bank(false))
  let journal: Journal = { seed: 0, actions: [] }
  return {
    async reset(seed) {
      journal = { seed, actions: [] }
      return live.reset(seed)
    },
    step(action) {
      journal.actions.push(action)
      return live.step(action)
    },
    snapshot: () => structuredClone(journal),
    async restore({ seed, actions }: Journal) {
      const again = faceOf(bank(false))
      await again.reset(seed)
      for (const action of actions) {
        const { tool } = callOf(action)
        if (strictReplay && !['get', 'open', 'finish'].includes(tool)) throw new Error(`unknown tool ${tool}`)
        await again.step(action)
      }
      live = again
      journal = structuredClone({ seed, actions })
    },
    state: () => live.state!(),
  }
}

const replayRaises = envExhibit<Json>({
  id: 'tau2-replay-raises',
  property: 'restore_equals_replay',
  minimal: 1,
  subject: faulty => bankSubject('tau2-replay-raises', () => journaled(faulty)),
})

type Maze = { at: number; goal: number; steps: number }

const MAZE_STEPS = 10

const emptyAction = envExhibit<string>({
  id: 'ragen-empty-action',
  property: 'termination',
  minimal: 1,
  subject: faulty => ({
    name: 'ragen-empty-action',
    make: () => faceOf(maze(faulty)) as EnvFace<string>,
    actions: ['left', 'right'],
    horizon: MAZE_STEPS,
    returnRange: [0, 1],
    reference(seed) {
      const { goal } = maze(false).start(seed)
      return Array.from({ length: Math.abs(goal) }, () => (goal < 0 ? 'left' : 'right'))
    },
  }),
})

/** A walk on a line to a goal on either side, by words. */
function maze(faulty: boolean): World<Maze> {
  return {
    start(seed) {
      const rng = rngAt('museum', 'maze', seed)
      return { at: 0, goal: rng.int(3, 8) * rng.pick([-1, 1]), steps: 0 }
    },
    look: ({ at, goal }) => ({ at, goal }),
    next(state, action) {
      const valid = action === 'left' || action === 'right'
      if (faulty && !valid) return { state, reward: 0, reply: 'say left or right' }
      const at = state.at + (action === 'left' ? -1 : action === 'right' ? 1 : 0)
      const moved = { ...state, at, steps: state.steps + 1 }
      const reached = at === state.goal
      return {
        state: moved,
        reward: reached ? 1 : 0,
        terminated: reached,
        truncated: !reached && moved.steps >= MAZE_STEPS,
        ...(!valid && { reply: 'say left or right' }),
      }
    },
  }
}

export const TOOL_WORLDS: readonly EnvExhibit[] = [nothingToChange, extraRead, replayRaises, emptyAction]
