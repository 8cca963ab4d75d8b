/** @file Correct environments: work with tools, some of which fail, wait or are called at the same time. */
import type { Json } from '../../../envs/json.ts'
import { rngAt } from '../../../envs/rng.ts'
import type { EnvFace, EnvFault } from '../../../rewards/checks/env-subject.ts'
import type { Rules } from './machine.ts'
import { machine } from './machine.ts'
import { environment } from './subject.ts'

interface Desk {
  orders: Record<string, string>
  asked: string
  steps: number
  over: boolean
  reply: Json
}

type DeskAction = { tool: string; order?: string; code?: string }

function deskOf(seed: number): Desk {
  const rng = rngAt('desk', seed)
  const code = () =>
    Array.from({ length: 10 }, () => rng.pick('BCDFGHKLMNPQRTVWXZ23456789'.split(''))).join('')
  const orders = Object.fromEntries(['1001', '1002', '1003'].map(order => [order, code()]))
  return { orders, asked: rng.pick(Object.keys(orders)), steps: 0, over: false, reply: null }
}

/** `broken` says whether the store fails at this use. A failed tool changes nothing and earns nothing. */
function deskRules(broken: () => boolean): Rules<Desk> {
  return {
    start: deskOf,
    observe: ({ asked, reply, steps }) => ({ customer: `Where is my order ${asked}?`, reply, steps }),
    step(state, action) {
      const {
        tool,
        order = '',
        code,
      } = (typeof action === 'object' && action !== null ? action : {}) as DeskAction
      const steps = state.steps + 1
      const truncated = steps >= 15
      const go = (reply: Json, reward = 0, terminated = false) => ({
        state: { ...state, steps, reply, over: terminated || truncated },
        reward,
        terminated,
        truncated: truncated && !terminated,
      })
      const known = typeof order === 'string' && Object.hasOwn(state.orders, order)
      if (tool === 'list') return go(broken() ? { error: 'store unavailable' } : Object.keys(state.orders))
      if (tool === 'read' && broken()) return go({ error: 'store unavailable' })
      if (tool === 'read')
        return go(known ? { order, code: state.orders[order]! } : { error: 'no such order' })
      if (tool === 'reply') return go('sent', Number(code === state.orders[state.asked]), true)
      return go({ error: 'no such tool' })
    },
  }
}

function brokenDesk({ part, at }: EnvFault): EnvFace<Json> {
  let uses = 0
  return machine(deskRules(() => part === 'store' && uses++ === at))
}

const desk = environment<Json>({
  name: 'tool desk with reads that change nothing',
  make: () => machine(deskRules(() => false)),
  actions: [
    { tool: 'list' },
    ...['1001', '1002', '1003'].map(order => ({ tool: 'read', order })),
    { tool: 'reply', code: 'unknown' },
    { tool: 'reply', code: '' },
  ],
  horizon: 15,
  returnRange: [0, 1],
  rewardRange: [0, 1],
  reference(seed) {
    const { asked, orders } = deskOf(seed)
    return [{ tool: 'list' }, { tool: 'read', order: asked }, { tool: 'reply', code: orders[asked]! }]
  },
  readOnly: [{ tool: 'list' }, { tool: 'read', order: '1001' }, { tool: 'read', order: '1003' }],
  submit: { tool: 'reply', code: '' },
  failed: observation => Object.hasOwn(((observation as { reply?: Json }).reply ?? {}) as object, 'error'),
  makeFaulty: brokenDesk,
  parts: ['store'],
  secrets: seed => Object.values(deskOf(seed).orders),
})

interface Stock {
  shelves: Record<string, number>
  box: Record<string, number>
  order: Record<string, number>
  steps: number
  over: boolean
}

const ITEMS = ['cup', 'pan', 'jar']

function stockOf(seed: number): Stock {
  const rng = rngAt('stock', seed)
  const order = { cup: rng.int(1, 2), pan: rng.int(0, 2), jar: rng.int(0, 1) }
  return {
    shelves: { cup: 4, pan: 3, jar: 2 },
    box: { cup: 0, pan: 0, jar: 0 },
    order,
    steps: 0,
    over: false,
  }
}

/** Keeps its state in one object that it changes, and copies it for whoever asks; every call is a promise. */
class Warehouse implements EnvFace<string> {
  #stock: Stock | null = null

  async reset(seed: number) {
    this.#stock = stockOf(seed)
    return { observation: this.#seen() }
  }

  async step(action: string) {
    const stock = this.#known()
    if (stock.over) throw new Error('shipped already: call reset')
    stock.steps++
    const [verb, item] = typeof action === 'string' ? action.split(' ') : []
    const terminated = verb === 'ship'
    if (verb === 'pack') this.#move(stock.shelves, stock.box, item ?? '')
    if (verb === 'unpack') this.#move(stock.box, stock.shelves, item ?? '')
    const truncated = !terminated && stock.steps >= 20
    stock.over = terminated || truncated
    const complete = ITEMS.every(each => stock.box[each] === stock.order[each])
    return { observation: this.#seen(), reward: Number(terminated && complete), terminated, truncated }
  }

  async snapshot() {
    return structuredClone(this.#known())
  }

  async restore(snapshot: Stock) {
    this.#stock = structuredClone(snapshot)
  }

  async clone() {
    const other = new Warehouse()
    await other.restore(this.#known())
    return other
  }

  #known(): Stock {
    if (!this.#stock) throw new Error('call reset first')
    return this.#stock
  }

  #move(from: Record<string, number>, to: Record<string, number>, item: string): void {
    if (!ITEMS.includes(item) || from[item] === 0) return
    from[item]!--
    to[item]!++
  }

  #seen(): Json {
    const { shelves, box, order } = this.#known()
    return structuredClone({ shelves, box, order })
  }
}

const inventory = environment<string>({
  name: 'warehouse with snapshots and clones',
  make: () => new Warehouse() as EnvFace<string>,
  actions: [...ITEMS.flatMap(item => [`pack ${item}`, `unpack ${item}`]), 'ship'],
  horizon: 20,
  returnRange: [0, 1],
  reference(seed) {
    const { order } = stockOf(seed)
    return [...ITEMS.flatMap(item => Array<string>(order[item]!).fill(`pack ${item}`)), 'ship']
  },
  commuting: true,
  submit: 'ship',
  stateKey: state => {
    const { box, order, over } = state as unknown as Stock
    return JSON.stringify([box, order, over])
  },
  goalReached: state => {
    const { box, order, over, steps } = state as unknown as Stock
    return over && steps < 20 && ITEMS.every(each => box[each] === order[each])
  },
})

interface Bids {
  best: Record<string, number>
  worth: number
  sent: number
  over: boolean
}

type Bid = { bidder: string; amount: number }
const BIDDERS = ['ada', 'bob', 'cyd']
const ROUNDS = 12

/** The highest bid of each counts, so it does not matter which of several arrives first. */
const auction: Rules<Bids> = {
  start: seed => ({ best: {}, worth: rngAt('auction', seed).int(5, 9), sent: 0, over: false }),
  observe: ({ best, worth }) => ({ best, worth }),
  step(state, action) {
    const { bidder, amount } = (typeof action === 'object' && action !== null ? action : {}) as Bid
    const valid = BIDDERS.includes(bidder) && Number.isInteger(amount) && amount > 0 && amount <= 10
    const best = valid ? { ...state.best, [bidder]: Math.max(state.best[bidder] ?? 0, amount) } : state.best
    const sent = state.sent + 1
    const terminated = sent === ROUNDS
    const others = Math.max(0, ...BIDDERS.slice(1).map(each => best[each] ?? 0))
    const wins = (best['ada'] ?? 0) > others && (best['ada'] ?? 0) <= state.worth
    return {
      state: { ...state, best, sent, over: terminated },
      reward: Number(terminated && wins),
      terminated,
      truncated: false,
    }
  },
}

/** Calls are numbered when they are sent; those beyond the last round are turned away, whatever order they end in. */
async function overlapping(
  face: EnvFace<Bid>,
  actions: readonly Bid[],
  order: readonly number[],
): Promise<Json> {
  const left = ROUNDS - ((await face.state!()) as unknown as Bids).sent
  const admitted = order.filter(at => at < left)
  for (const at of admitted) await face.step(actions[at]!)
  return face.state!()
}

const auctionHouse = environment<Bid>({
  name: 'auction with bids at the same time',
  make: () => machine(auction) as unknown as EnvFace<Bid>,
  actions: BIDDERS.flatMap(bidder => [1, 4, 8].map(amount => ({ bidder, amount }))),
  horizon: ROUNDS,
  returnRange: [0, 1],
  rewardRange: [0, 1],
  reference: () => Array.from({ length: ROUNDS }, (_, i) => ({ bidder: 'ada', amount: i < 6 ? 1 : 4 })),
  finiteHorizon: true,
  concurrent: overlapping,
  guessable: 1,
})

export const DESKS = [desk, inventory, auctionHouse]
