/**
 * @file `tools/ledger-v1`: carry out a request on an account database through tool calls.
 *
 * One step is one call. Reading costs nothing but a step; a call that breaks a rule (overdraft, unknown account, closing
 * one with money in it) changes nothing and is penalised. What counts is the database when `finish` is called, not the
 * way there. A closed account never opens again, so some mistakes cannot be made good.
 */
import { z } from 'zod'
import type { EnvDef } from '../env.ts'
import { isInvalid, outcome, penalty, process } from '../env.ts'
import type { Json } from '../json.ts'
import type { Rng } from '../rng.ts'
import { drawnTasks } from '../tasks.ts'
import type { Accounts } from './settlement.ts'
import { callsToGoal } from './settlement.ts'

const ID = 'tools/ledger-v1'
const LEVELS = 6
const HOLDERS = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank']
const PURPOSES = ['savings', 'travel', 'rent', 'gifts', 'taxes', 'reserve']
const RULES =
  'Carry out the request with the tools. Answer with one call per line, as JSON: {"tool":"get_balance","args":' +
  '{"account":"alice"}}. Amounts are whole cents. No account may be overdrawn, only an empty account can be closed, and a ' +
  'closed account cannot be opened again. Call finish when the request is carried out.'

type Params = { accounts: Accounts; goal: Accounts; request: string; calls: Action[] }
type State = { accounts: Accounts; closed: string[]; result: Json; finished: boolean }
type Facts = {
  understood: boolean
  /** Why the call was refused; null if it was not. */
  fault: string | null
  solved: boolean
  potentialBefore: number
  potentialAfter: number
}

const account = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'expected a name of small letters, digits and hyphens')
  .describe('The name of an account')
const cents = z.number().int().positive().max(1_000_000_000).describe('An amount in whole cents')

const TOOLS = {
  list_accounts: { about: 'Names all accounts.', args: z.strictObject({}) },
  get_balance: { about: 'Shows the balance of an account in cents.', args: z.strictObject({ account }) },
  transfer: {
    about: 'Moves money from one account to another.',
    args: z.strictObject({ from: account, to: account, cents }),
  },
  open_account: { about: 'Opens an account with a balance of 0.', args: z.strictObject({ account }) },
  close_account: {
    about: 'Closes an account whose balance is 0, for good.',
    args: z.strictObject({ account }),
  },
  finish: { about: 'Says that the request is carried out.', args: z.strictObject({}) },
}

const action = z
  .discriminatedUnion('tool', [
    z.strictObject({ tool: z.literal('list_accounts'), args: TOOLS.list_accounts.args }),
    z.strictObject({ tool: z.literal('get_balance'), args: TOOLS.get_balance.args }),
    z.strictObject({ tool: z.literal('transfer'), args: TOOLS.transfer.args }),
    z.strictObject({ tool: z.literal('open_account'), args: TOOLS.open_account.args }),
    z.strictObject({ tool: z.literal('close_account'), args: TOOLS.close_account.args }),
    z.strictObject({ tool: z.literal('finish'), args: TOOLS.finish.args }),
  ])
  .describe('One tool call')
type Action = z.infer<typeof action>

const json: z.ZodType<Json> = z.json() as z.ZodType<Json>
const observation = z.object({
  request: z.string().describe('What has to be carried out'),
  tools: z.array(z.object({ name: z.string(), description: z.string(), arguments: json })),
  result: json.describe('What the last call gave; null before the first'),
})
type Observation = z.infer<typeof observation>

const SHOWN_TOOLS: Observation['tools'] = Object.entries(TOOLS).map(([name, { about, args }]) => ({
  name,
  description: about,
  arguments: z.toJSONSchema(args) as Json,
}))

export const ledger: EnvDef<Params, State, Observation, Action, Facts> = {
  id: ID,
  title: 'Carry out a request on accounts through tool calls',
  group: 'accounts',
  action,
  observation,
  tasks: drawnTasks({
    env: ID,
    levels: Array.from({ length: LEVELS }, (_, i) => ({
      level: i + 1,
      title: `${i + 1} call${i ? 's' : ''} needed`,
    })),
    draw: drawTask,
    identity: ({ accounts, goal }) => [accounts, goal],
  }),
  maxSteps: 16,
  start: ({ params }) => ({ accounts: params.accounts, closed: [], result: null, finished: false }),
  observe: ({ params }, { result }) => ({ request: params.request, tools: SHOWN_TOOLS, result }),

  step({ params }, state, move) {
    const refused = isInvalid(move) ? `not understood: ${move.invalid.slice(0, 200)}` : refusal(state, move)
    const after: State =
      isInvalid(move) || refused !== null
        ? { ...state, result: { ok: false, error: refused } }
        : carriedOut(state, move)
    const facts = {
      understood: !isInvalid(move),
      fault: refused,
      solved: after.finished && callsToGoal(after.accounts, after.closed, params.goal) === 0,
      potentialBefore: potential(params, state),
      potentialAfter: potential(params, after),
    }
    if (!after.finished) return { state: after, facts }
    return { state: after, facts, end: { kind: 'terminated', reason: facts.solved ? 'solved' : 'wrong' } }
  },

  rewards: {
    correct: outcome((facts, { end }) => (end ? Number(facts.solved) : null)),
    progress: process(facts => facts.potentialAfter - facts.potentialBefore, 0.2),
    invalid: penalty(facts => (facts.fault === null ? 0 : -1), 0.05),
  },

  text: {
    prompt: ({ request, tools, result }) => [
      { role: 'system', content: `${RULES}\nTools: ${JSON.stringify(tools)}` },
      { role: 'user', content: request },
      ...(result === null ? [] : [{ role: 'user' as const, content: JSON.stringify(result) }]),
    ],
    parse: reply => {
      const checked = action.safeParse(parsedJson(reply))
      return checked.success ? checked.data : { invalid: reply }
    },
    render: call => `${JSON.stringify(call)}\n`,
    stepEnd: '\n',
    respond: ({ result }) => `${JSON.stringify(result)}\n`,
  },

  solve({ params }, style) {
    const finish: Action = { tool: 'finish', args: {} }
    const slips = style !== undefined && style.rng.float() < style.slip
    const forgotten = slips ? style.rng.int(0, params.calls.length - 1) : -1
    return [...params.calls.filter((_, i) => i !== forgotten), finish]
  },
  legalActions: ({ params }, state) =>
    mentioned(params.request, state).filter(call => refusal(state, call) === null),
  stepLabel({ params }, state, stepsLeft) {
    const calls = callsToGoal(state.accounts, state.closed, params.goal)
    return state.finished ? calls === 0 : calls !== null && calls + 1 <= stepsLeft
  },
}

/** Why the database refuses this call; null if it does not. */
function refusal({ accounts, closed }: State, { tool, args }: Action): string | null {
  const missing = (name: string): string | null =>
    Object.hasOwn(accounts, name) ? null : `there is no account ${name}`
  switch (tool) {
    case 'list_accounts':
    case 'finish':
      return null
    case 'get_balance':
      return missing(args.account)
    case 'transfer': {
      if (args.from === args.to) return 'expected two different accounts'
      const unknown = missing(args.from) ?? missing(args.to)
      if (unknown !== null) return unknown
      return accounts[args.from]! < args.cents ? `${args.from} holds only ${accounts[args.from]} cents` : null
    }
    case 'open_account':
      if (closed.includes(args.account)) return `${args.account} was closed and cannot be opened again`
      return missing(args.account) === null ? `${args.account} is open already` : null
    case 'close_account':
      return missing(args.account) ?? (accounts[args.account] === 0 ? null : `${args.account} is not empty`)
  }
}

/** The state after a call that is not refused. */
function carriedOut(state: State, { tool, args }: Action): State {
  const { accounts, closed } = state
  const ok = (changes: Partial<State>, result: { [key: string]: Json } = {}): State => ({
    ...state,
    ...changes,
    result: { ok: true, ...result },
  })
  switch (tool) {
    case 'list_accounts':
      return ok({}, { accounts: Object.keys(accounts).toSorted() })
    case 'get_balance':
      return ok({}, { account: args.account, cents: accounts[args.account]! })
    case 'transfer': {
      const { from, to, cents: moved } = args
      return ok({ accounts: { ...accounts, [from]: accounts[from]! - moved, [to]: accounts[to]! + moved } })
    }
    case 'open_account':
      return ok({ accounts: { ...accounts, [args.account]: 0 } })
    case 'close_account': {
      const { [args.account]: _gone, ...rest } = accounts
      return ok({ accounts: rest, closed: [...closed, args.account].toSorted() })
    }
    case 'finish':
      return ok({ finished: true })
  }
}

/** Part of the way that is behind: 1 at the goal, 0 as far from it as the start or where it cannot be reached. */
function potential({ accounts, goal }: Params, state: State): number {
  const [whole, left] = [callsToGoal(accounts, [], goal)!, callsToGoal(state.accounts, state.closed, goal)]
  return left === null ? 0 : Math.max(0, 1 - left / whole)
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Calls that the request and the open accounts suggest, whether or not the database allows them. */
function mentioned(request: string, { accounts }: State): Action[] {
  const open = Object.keys(accounts)
  const amounts = [...request.matchAll(/\d+/g)].map(([digits]) => Number(digits)).filter(amount => amount > 0)
  const transfers = open.flatMap(from =>
    open.flatMap(to =>
      [...new Set([...amounts, accounts[from]!])]
        .filter(amount => amount > 0)
        .map((amount): Action => ({ tool: 'transfer', args: { from, to, cents: amount } })),
    ),
  )
  return [
    { tool: 'list_accounts', args: {} },
    ...open.map((name): Action => ({ tool: 'get_balance', args: { account: name } })),
    ...transfers,
    ...PURPOSES.filter(name => request.includes(name)).map((name): Action => ({
      tool: 'open_account',
      args: { account: name },
    })),
    ...open.map((name): Action => ({ tool: 'close_account', args: { account: name } })),
    { tool: 'finish', args: {} },
  ]
}

type Order = { words: string; calls: Action[] }

function drawTask(rng: Rng, level: number): Params {
  for (;;) {
    const accounts = drawAccounts(rng)
    let state: State = { accounts, closed: [], result: null, finished: false }
    const orders: Order[] = []
    const count = () => orders.reduce((sum, { calls }) => sum + calls.length, 0)
    while (count() < level) {
      const order = drawOrder(rng, state)
      if (count() + order.calls.length > level) continue
      for (const call of order.calls) state = carriedOut(state, call)
      orders.push(order)
    }
    // Orders can cancel or shorten each other; only a request that really needs them all is of this level.
    if (callsToGoal(accounts, [], state.accounts) !== level) continue
    const request = orders.map(({ words }) => words).join(' ')
    return { accounts, goal: state.accounts, request, calls: orders.flatMap(({ calls }) => calls) }
  }
}

function drawAccounts(rng: Rng): Accounts {
  const names = rng.shuffle(HOLDERS).slice(0, rng.int(3, 5))
  return Object.fromEntries(names.map((name, i) => [name, i === 0 ? 0 : rng.int(500, 20_000)]))
}

/** One sentence of the request with the calls that carry it out in this state. */
function drawOrder(rng: Rng, { accounts }: State): Order {
  const [from, to] = rng.shuffle(Object.keys(accounts))
  const held = accounts[from!]!
  const transfer = (amount: number): Action => ({
    tool: 'transfer',
    args: { from: from!, to: to!, cents: amount },
  })
  const close: Action = { tool: 'close_account', args: { account: from! } }
  const kind = rng.pick(['move', 'move', 'empty', 'open', 'dissolve'])
  if (kind === 'open' || to === undefined || from === undefined) {
    const name = rng.pick(PURPOSES.filter(purpose => !Object.hasOwn(accounts, purpose)))
    return {
      words: `Open an account called ${name}.`,
      calls: [{ tool: 'open_account', args: { account: name } }],
    }
  }
  if (held === 0) return { words: `Close ${from}, which is empty.`, calls: [close] }
  if (kind === 'empty')
    return { words: `Move everything that ${from} holds to ${to}.`, calls: [transfer(held)] }
  if (kind === 'dissolve')
    return {
      words: `Move everything that ${from} holds to ${to} and close ${from}.`,
      calls: [transfer(held), close],
    }
  const amount = rng.int(1, held)
  return { words: `Transfer ${amount} cents from ${from} to ${to}.`, calls: [transfer(amount)] }
}
