/**
 * @file `tools/http-v1`: carry out orders on a ticket desk through its HTTP API.
 *
 * The API is described by itself (`GET /openapi.json`) and has what real ones have: a token to fetch first, pages, status
 * codes, ETags, a count of requests per token, Idempotency-Keys, and answers that get lost. What counts is the tickets.
 */
import { z } from 'zod'
import type { Json } from '../json.ts'
import type { Rng } from '../rng.ts'
import { boundedJson } from './bounded-json.ts'
import type { Agent, Desk, HttpRequest, Ticket } from './ticket-api.ts'
import { etag, exchange, PRIORITIES, tokenOf } from './ticket-api.ts'
import type { Call } from './call-form.ts'
import type { Reply } from './tool-env.ts'
import { finishCall } from './call-form.ts'
import { defineToolEnv, tool } from './tool-env.ts'

type Change = Partial<Pick<Ticket, 'status' | 'priority' | 'assignee'>>
type Draft = Pick<Ticket, 'customer' | 'title' | 'priority' | 'assignee'>
type Order =
  | { kind: 'change'; ids: string[]; change: Change }
  | { kind: 'delete'; ids: string[] }
  | { kind: 'create'; draft: Draft }
type Params = {
  secret: string
  quota: number
  lost: number
  agents: Agent[]
  tickets: Ticket[]
  /** Tickets that have to be read one by one to find out which are meant. */
  looked: string[]
  orders: Order[]
  words: string[]
}

const RULES =
  'You work for a ticket desk through its HTTP API. GET /openapi.json describes it and needs no token. Titles, customers and ' +
  'names have to fit exactly. Change nothing that the request does not ask for, and create nothing twice.'
const FIRST_NAMES = ['Kim', 'Robin', 'Sasha', 'Toni', 'Jona']
const LAST_NAMES = ['Berg', 'Berger', 'Bergen', 'Haller', 'Heller', 'Moser']
const TEAMS = ['billing', 'network', 'hardware']
const CUSTOMERS = [
  'Nord Bakery',
  'Nordic Bakery',
  'North Bakery',
  'Lake Clinic',
  'Lakeside Clinic',
  'Hill Press',
  'Hills Press',
  'Old Mill',
]
const TOPICS = ['Printer', 'Invoice', 'Login', 'Phone line', 'Backup', 'Mail box', 'Screen', 'Contract']
const TROUBLES = ['does not answer', 'is wrong', 'needs renewal', 'was stolen', 'is slow', 'has to be moved']
const LEVELS = [
  { tickets: 8, quota: 12, lost: 0, orders: ['single'] },
  { tickets: 16, quota: 20, lost: 0, orders: ['assign'] },
  { tickets: 14, quota: 12, lost: 1, orders: ['single', 'create'] },
  { tickets: 26, quota: 9, lost: 0, orders: ['close', 'delete'] },
  { tickets: 32, quota: 8, lost: 2, orders: ['assign', 'close', 'create', 'create'] },
] as const
type Kind = (typeof LEVELS)[number]['orders'][number]
const PAGE_SIZE = 8
const MAX_SENT = 4000
/** Tickets of the task have lower numbers, those created in the episode this one and up. */
const FIRST_CREATED = 900
const NEW = `T-${FIRST_CREATED}`

const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\x20-\x7e]*$/, 'expected printable ASCII characters')
const request = tool<Params, Desk, z.ZodType<HttpRequest>>({
  about: 'Sends one HTTP request. The result has status, headers and body; an answer of 4xx is an error.',
  args: z.strictObject({
    method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']),
    path: z
      .string()
      .max(200)
      .regex(/^\/[ -"$->@-~]*$/, 'expected a path of printable ASCII that begins with / and has no query'),
    query: z.record(z.string().max(40), z.union([text(100), z.number()])).optional(),
    headers: z.record(z.string().regex(/^[A-Za-z][A-Za-z-]{0,39}$/), text(200)).optional(),
    body: boundedJson(2000).optional(),
  }),
  async run(desk, sent): Promise<Reply<Desk>> {
    if (JSON.stringify(sent).length > MAX_SENT) return { error: '413 the request is too large' }
    const { desk: world, status, headers, body } = await exchange(desk, sent)
    if (status >= 400 && status < 500) return { error: `${status} ${(body as { error: string }).error}` }
    return { ...(world !== desk && { world }), result: { status, headers, body } }
  },
})

export const http = defineToolEnv<Params, Desk>({
  id: 'tools/http-v1',
  title: 'Carry out orders through an HTTP API',
  group: 'web APIs',
  rules: RULES,
  levels: [
    'Change one ticket that is named by its number',
    'Find tickets over several pages',
    'Create a ticket once, though the answer gets lost',
    'Pick tickets by their details, with few requests per token',
    'Four orders, lost answers, few requests per token',
  ],
  maxSteps: 70,
  generate: drawTask,
  identity: ({ words, orders }) => [words, orders],
  request: ({ words, secret }) =>
    `${words.join(' ')} The client id of the API is desk, the client secret is ${secret}.`,
  world: ({ secret, quota, lost, agents, tickets }) => ({
    secret,
    quota,
    pageSize: PAGE_SIZE,
    lost,
    agents,
    tickets,
    next: FIRST_CREATED,
    grants: 0,
    token: null,
    keys: [],
  }),
  tools: { request },
  view: ({ tickets }) => viewOf(tickets),
  goals: params => [{ view: viewOf(wanted(params)) }],
  reachable(params, { tickets }, stepsLeft) {
    const known = new Map(tickets.map(each => [each.id, each]))
    const kept = wanted(params).filter(({ id }) => id !== NEW)
    if (kept.some(({ id }) => !known.has(id))) return false
    // Each call mends one ticket at most.
    const stale = kept.filter(each => content(known.get(each.id)!) !== content(each))
    return stale.length + 1 > stepsLeft ? false : null
  },
  solve,
  suggest,
})

/** Tickets by number, and those created in the episode by content: which numbers they get does not matter. */
function viewOf(tickets: readonly Ticket[]): Json {
  const kept: { [id: string]: Json } = {}
  const created: { [content: string]: number } = {}
  for (const ticket of tickets)
    if (Number(ticket.id.slice(2)) >= FIRST_CREATED)
      created[content(ticket)] = (created[content(ticket)] ?? 0) + 1
    else kept[ticket.id] = content(ticket)
  return { kept, created }
}

function content({ customer, title, status, priority, assignee }: Ticket): string {
  return [customer, title, status, priority, assignee ?? '-'].join(' | ')
}

/** The tickets when all orders are carried out. */
function wanted({ tickets, orders }: Params): Ticket[] {
  return orders.reduce<Ticket[]>(
    (rows, order) => {
      if (order.kind === 'create') return [...rows, { id: NEW, ...order.draft, status: 'open', version: 1 }]
      if (order.kind === 'delete') return rows.filter(({ id }) => !order.ids.includes(id))
      return rows.map(each => (order.ids.includes(each.id) ? { ...each, ...order.change } : each))
    },
    [...tickets],
  )
}

function drawTask(rng: Rng, level: number): Params {
  const { tickets: count, quota, lost, orders: kinds } = LEVELS[level - 1]!
  for (;;) {
    const agents = drawAgents(rng)
    const customers = rng.shuffle(CUSTOMERS).slice(0, kinds.length + 2)
    const tickets = drawTickets(rng, count, { agents, customers })
    const drawn = kinds.map((kind, i) => drawOrder(rng, kind, { agents, tickets, customer: customers[i]! }))
    if (drawn.some(each => each === null)) continue
    const orders = drawn.map(each => each!)
    return {
      secret: rng.next().toString(16).padStart(8, '0'),
      quota,
      lost,
      agents,
      tickets,
      looked: orders.flatMap(({ looked }) => looked),
      orders: orders.map(({ order }) => order),
      words: orders.map(({ words }) => words),
    }
  }
}

function drawAgents(rng: Rng): Agent[] {
  const people = FIRST_NAMES.flatMap(first =>
    LAST_NAMES.flatMap(last => TEAMS.map(team => ({ name: `${first} ${last}`, team }))),
  )
  const ids = rng.shuffle(Array.from({ length: 40 }, (_, i) => i + 10)).slice(0, 12)
  return ids.toSorted((a, b) => a - b).map(id => ({ id: `a${id}`, ...rng.pick(people) }))
}

function drawTickets(
  rng: Rng,
  count: number,
  { agents, customers }: { agents: Agent[]; customers: string[] },
): Ticket[] {
  let number = rng.int(100, 300)
  return Array.from({ length: count }, () => {
    number += rng.int(1, 9)
    return {
      id: `T-${number}`,
      customer: rng.pick(customers),
      title: `${rng.pick(TOPICS)} ${rng.pick(TROUBLES)}`,
      status: rng.pick(['open', 'open', 'closed']),
      priority: rng.pick(PRIORITIES),
      assignee: rng.float() < 0.5 ? null : rng.pick(agents).id,
      version: rng.int(1, 99),
    }
  })
}

type Drawn = { order: Order; words: string; looked: string[] }

/** An order about the tickets of one customer; null if there is nothing to do, or the words do not say whom they mean. */
function drawOrder(
  rng: Rng,
  kind: Kind,
  { agents, tickets, customer }: { agents: Agent[]; tickets: Ticket[]; customer: string },
): Drawn | null {
  const agent = rng.pick(agents)
  const named = `${agent.name} (${agent.team})`
  const alike = agents.filter(({ name, team }) => name === agent.name && team === agent.team).length > 1
  if (alike) return null
  const [topic, priority] = [rng.pick(TOPICS), rng.pick(PRIORITIES)]
  const mine = tickets.filter(each => each.customer === customer)
  const change = (found: Ticket[], made: Change, words: string, looked: Ticket[]): Drawn | null => {
    const stale = found.filter(each => content({ ...each, ...made }) !== content(each)).map(({ id }) => id)
    if (stale.length === 0 || stale.length > 5) return null
    return { order: { kind: 'change', ids: stale, change: made }, words, looked: looked.map(({ id }) => id) }
  }
  const open = mine.filter(({ status }) => status === 'open')
  switch (kind) {
    case 'single': {
      const ticket = mine[0]
      if (!ticket) return null
      const about = `ticket ${ticket.id}`
      const [made, words] = rng.pick<[Change, string]>([
        [
          { status: ticket.status === 'open' ? 'closed' : 'open' },
          `${ticket.status === 'open' ? 'Close' : 'Reopen'} ${about}.`,
        ],
        [{ priority }, `Set the priority of ${about} to ${priority}.`],
        [
          { assignee: agent.id, priority },
          `Assign ${about} to ${named} and set its priority to ${priority}.`,
        ],
      ])
      return change([ticket], made, words, [])
    }
    case 'assign':
      return change(open, { assignee: agent.id }, `Assign every open ticket of ${customer} to ${named}.`, [])
    case 'close': {
      const found = open.filter(each => each.priority === priority)
      const words = `Close every open ticket of ${customer} with ${priority} priority.`
      return change(found, { status: 'closed' }, words, open)
    }
    case 'delete': {
      const found = mine.filter(({ title }) => title.startsWith(`${topic} `)).map(({ id }) => id)
      if (found.length === 0) return null
      const words = `Delete every ticket of ${customer} whose title begins with "${topic}".`
      return { order: { kind: 'delete', ids: found }, words, looked: mine.map(({ id }) => id) }
    }
    case 'create': {
      const draft = { customer, title: `${topic} ${rng.pick(TROUBLES)}`, priority, assignee: agent.id }
      const words = `Create a ticket for ${customer} with the title "${draft.title}" and ${priority} priority, assigned to ${named}.`
      return { order: { kind: 'create', draft }, words, looked: [] }
    }
  }
}

/** Reads what has to be read, then writes, and fetches a new token before one is used up. */
function solve({ secret, quota, lost, agents, tickets, looked, orders }: Params): Call[] {
  const calls: Call[] = []
  let [grants, left, losses] = [0, 0, lost]
  const send = (sent: HttpRequest): void => {
    if (left === 0) {
      calls.push(tokenCall(secret))
      grants++
      left = quota
    }
    left--
    const headers = { Authorization: `Bearer ${tokenOf(secret, grants - 1)}`, ...sent.headers }
    calls.push(requestCall({ ...sent, headers }))
  }
  const pagesOf = (path: string, count: number): void => {
    for (let page = 1; page <= Math.ceil(count / PAGE_SIZE); page++)
      send({ method: 'GET', path, query: { page } })
  }
  if (orders.some(order => JSON.stringify(order).includes('"assignee":"'))) pagesOf('/agents', agents.length)
  if (orders.some(order => order.kind !== 'create' && (order.ids.length > 1 || looked.length > 0)))
    pagesOf('/tickets', tickets.length)
  const read = new Set(looked)
  for (const id of looked) send({ method: 'GET', path: `/tickets/${id}` })
  for (const [i, order] of orders.entries())
    if (order.kind === 'create') {
      const sent: HttpRequest = {
        method: 'POST',
        path: '/tickets',
        headers: { 'Idempotency-Key': `order-${i + 1}` },
        body: order.draft,
      }
      send(sent)
      if (losses-- > 0) send(sent)
    } else
      for (const ticket of tickets.filter(({ id }) => order.ids.includes(id))) {
        const path = `/tickets/${ticket.id}`
        if (!read.has(ticket.id)) send({ method: 'GET', path })
        const headers = { 'If-Match': etag(ticket) }
        if (order.kind === 'delete') send({ method: 'DELETE', path, headers })
        else send({ method: 'PATCH', path, headers, body: order.change })
      }
  return [...calls, finishCall()]
}

/** Requests that are not refused now: reading, and a few writes that look like work. */
function suggest({ secret, agents }: Params, { token, tickets }: Desk): Call[] {
  const free = [requestCall({ method: 'GET', path: '/openapi.json' }), tokenCall(secret)]
  if (!token || token.left === 0) return free
  const headers = { Authorization: `Bearer ${token.value}` }
  const reads = ['/agents', '/tickets'].map(path => requestCall({ method: 'GET', path, headers }))
  const [ticket] = tickets
  const draft = { customer: CUSTOMERS[0]!, title: 'Help', assignee: agents[0]!.id }
  const creation = { method: 'POST', path: '/tickets', body: draft } as const
  const keyed = requestCall({ ...creation, headers: { ...headers, 'Idempotency-Key': 'first' } })
  if (!ticket) return [...free, ...reads, keyed]
  const path = `/tickets/${ticket.id}`
  const matched = { ...headers, 'If-Match': etag(ticket) }
  return [
    ...free,
    ...reads,
    keyed,
    requestCall({ method: 'GET', path, headers }),
    requestCall({ method: 'PATCH', path, headers: matched, body: { status: 'closed' } }),
    requestCall({ method: 'DELETE', path, headers: matched }),
  ]
}

function tokenCall(secret: string): Call {
  return requestCall({ method: 'POST', path: '/token', body: { client_id: 'desk', client_secret: secret } })
}

function requestCall(sent: HttpRequest): Call {
  return { tool: 'request', args: sent as Call['args'] }
}
