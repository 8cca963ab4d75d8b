/**
 * @file A ticket desk as an HTTP API: a hono router that is a pure function of the desk and the request.
 *
 * Everything the server knows is in `Desk`. An answer below 400 counts against the token; an answer of 4xx changes
 * nothing. A created ticket whose answer is lost is there all the same: its Idempotency-Key says so when sent again.
 */
import type { Context, Next } from 'hono'
import { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import type { Json } from '../json.ts'
import { canonicalJson } from '../json.ts'
import { murmur3 } from '../murmur.ts'

export const STATUSES = ['open', 'closed'] as const
export const PRIORITIES = ['low', 'normal', 'high'] as const

export type Ticket = {
  id: string
  customer: string
  title: string
  status: (typeof STATUSES)[number]
  priority: (typeof PRIORITIES)[number]
  assignee: string | null
  version: number
}
export type Agent = { id: string; name: string; team: string }
/** `lost` answers to creations are still to be lost; `next` is the number of the next ticket. */
export type Desk = {
  secret: string
  quota: number
  pageSize: number
  lost: number
  agents: Agent[]
  tickets: Ticket[]
  next: number
  grants: number
  token: { value: string; left: number } | null
  keys: { key: string; request: string; body: Json }[]
}
export type HttpRequest = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  query?: { [name: string]: string | number } | undefined
  headers?: { [name: string]: string } | undefined
  body?: Json | undefined
}
export type Exchange = {
  desk: Desk
  status: number
  headers: { [name: string]: string }
  body: Json
}

type Env = { Bindings: { desk: Desk; after: Desk | null } }
type Ctx = Context<Env>

const SHOWN_HEADERS = ['etag', 'location', 'x-ratelimit-remaining']
const MAX_BODY = 2000
const MAX_TICKETS = 200

const changes = z.strictObject({
  status: z.enum(STATUSES).optional(),
  priority: z.enum(PRIORITIES).optional(),
  assignee: z.string().nullable().optional(),
})
const creation = z.strictObject({
  customer: z.string().min(1).max(80),
  title: z.string().min(1).max(120),
  priority: z.enum(PRIORITIES).default('normal'),
  assignee: z.string().nullable().default(null),
})
const grant = z.strictObject({ client_id: z.literal('desk'), client_secret: z.string() })

/** What `GET /openapi.json` answers. */
const DESCRIPTION: Json = {
  openapi: '3.1.0',
  info: {
    title: 'Ticket desk',
    description:
      'Get a token with POST /token and send it as the header Authorization: Bearer <token>. A token is good for a number of ' +
      'requests, see the header X-RateLimit-Remaining; after that the answer is 429 until a new token is fetched, which ends ' +
      'the old one. Requests refused with 4xx change nothing and do not count. 503 means that the answer was lost: the request ' +
      'may have been carried out.',
  },
  paths: {
    '/token': {
      post: { body: z.toJSONSchema(grant) as Json, answers: '201 {token, requests}; 401 wrong secret' },
    },
    '/agents': { get: { query: ['page'], answers: '200 {items: [{id, name, team}], page, pages}' } },
    '/tickets': {
      get: {
        query: ['page', 'status', 'assignee'],
        answers: '200 {items: [{id, customer, status, assignee}], page, pages}',
      },
      post: {
        headers: { 'Idempotency-Key': 'required; the same key and body create one ticket only' },
        body: z.toJSONSchema(creation, { io: 'input' }) as Json,
        answers: '201 {ticket}; 422 the key was used for another body',
      },
    },
    '/tickets/{id}': {
      get: { answers: '200 {id, customer, title, status, priority, assignee} with the header ETag' },
      patch: {
        headers: { 'If-Match': 'required; the ETag of the ticket as last read' },
        body: z.toJSONSchema(changes) as Json,
        answers: '200 {ticket}; 412 the ticket has changed since; 428 no If-Match',
      },
      delete: { headers: { 'If-Match': 'required' }, answers: '200 {deleted}; for good' },
    },
  },
}

const app = new Hono<Env>()
app.get('/openapi.json', c => c.json(DESCRIPTION))
app.post('/token', async c => {
  const body = grant.safeParse(await bodyOf(c))
  if (!body.success) return malformed(c, body.error)
  const { desk } = c.env
  if (body.data.client_secret !== desk.secret) return problem(c, 401, 'the client secret is wrong')
  const value = tokenOf(desk.secret, desk.grants)
  c.env.after = { ...desk, grants: desk.grants + 1, token: { value, left: desk.quota } }
  return c.json({ token: value, requests: desk.quota }, 201)
})
for (const path of ['/agents', '/tickets', '/tickets/*']) app.use(path, charged)
app.get('/agents', c => page(c, c.env.desk.agents))
app.get('/tickets', c => {
  const [status, assignee] = [c.req.query('status'), c.req.query('assignee')]
  const items = c.env.desk.tickets
    .filter(each => status === undefined || each.status === status)
    .filter(each => assignee === undefined || (each.assignee ?? '') === assignee)
  return page(
    c,
    items.map(({ id, customer, status: state, assignee: agent }) => ({
      id,
      customer,
      status: state,
      assignee: agent,
    })),
  )
})
app.post('/tickets', create)
app.get('/tickets/:id', c => {
  const ticket = ticketOf(c)
  if (!ticket) return problem(c, 404, `there is no ticket ${c.req.param('id')}`)
  return c.json(shown(ticket), 200, { etag: etag(ticket) })
})
app.patch('/tickets/:id', async c => {
  const body = changes.safeParse(await bodyOf(c))
  if (!body.success) return malformed(c, body.error)
  const { desk } = c.env
  const ticket = ticketOf(c)
  const refusal = unmatched(c, ticket) ?? unknownAgent(c, body.data.assignee)
  if (refusal || !ticket) return refusal ?? problem(c, 404, 'there is no such ticket')
  const { status = ticket.status, priority = ticket.priority, assignee = ticket.assignee } = body.data
  const changed: Ticket = { ...ticket, status, priority, assignee, version: ticket.version + 1 }
  c.env.after = { ...desk, tickets: desk.tickets.map(each => (each === ticket ? changed : each)) }
  return c.json(shown(changed), 200, { etag: etag(changed) })
})
app.delete('/tickets/:id', c => {
  const ticket = ticketOf(c)
  const refusal = unmatched(c, ticket)
  if (refusal || !ticket) return refusal ?? problem(c, 404, 'there is no such ticket')
  c.env.after = { ...c.env.desk, tickets: c.env.desk.tickets.filter(each => each !== ticket) }
  return c.json({ deleted: ticket.id })
})
app.notFound(c => problem(c, 404, `there is no ${c.req.path.slice(0, 60)}; see GET /openapi.json`))

/** One request and its answer, with the desk after it. */
export async function exchange(
  desk: Desk,
  { method, path, query = {}, headers = {}, body }: HttpRequest,
): Promise<Exchange> {
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  )
  const bindings: Env['Bindings'] = { desk, after: null }
  const init = {
    method,
    headers,
    ...(body !== undefined && method !== 'GET' && { body: JSON.stringify(body) }),
  }
  const response = await app.request(`${path}?${search}`, init, bindings)
  const came = SHOWN_HEADERS.flatMap(name => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  return {
    desk: bindings.after ?? desk,
    status: response.status,
    headers: Object.fromEntries(came),
    body: (await response.json()) as Json,
  }
}

/** The token that the desk grants for the nth time. */
export function tokenOf(secret: string, grants: number): string {
  return `tok-${murmur3(`${secret}/${grants}`, 0).toString(16).padStart(8, '0')}`
}

/** Asks for the token and counts the request against it, unless it was refused. */
async function charged(c: Ctx, next: Next): Promise<Response | void> {
  const { token } = c.env.desk
  if (token === null || c.req.header('authorization') !== `Bearer ${token.value}`)
    return problem(c, 401, 'expected the header Authorization: Bearer <token>, with the latest token')
  if (token.left === 0) return problem(c, 429, 'the requests of this token are used up; get a new token')
  await next()
  if (c.res.status >= 400 && c.res.status < 500) return
  const left = token.left - 1
  c.env.after = { ...(c.env.after ?? c.env.desk), token: { ...token, left } }
  c.res.headers.set('x-ratelimit-remaining', String(left))
}

async function create(c: Ctx): Promise<Response> {
  const body = creation.safeParse(await bodyOf(c))
  if (!body.success) return malformed(c, body.error)
  const { desk } = c.env
  const key = c.req.header('idempotency-key') ?? ''
  if (!/^[\w-]{1,60}$/.test(key))
    return problem(c, 400, 'expected a header Idempotency-Key of 1 to 60 letters and digits')
  const request = canonicalJson(body.data)
  const known = desk.keys.find(each => each.key === key)
  if (known && known.request !== request) return problem(c, 422, `the key ${key} was used for another body`)
  if (known) return c.json(known.body, 201)
  const refusal = unknownAgent(c, body.data.assignee)
  if (refusal) return refusal
  if (desk.tickets.length >= MAX_TICKETS)
    return problem(c, 409, `the desk holds ${MAX_TICKETS} tickets, and no more`)
  const ticket: Ticket = { id: `T-${desk.next}`, ...body.data, status: 'open', version: 1 }
  c.env.after = {
    ...desk,
    tickets: [...desk.tickets, ticket],
    next: desk.next + 1,
    lost: Math.max(0, desk.lost - 1),
    keys: [...desk.keys, { key, request, body: shown(ticket) }],
  }
  if (desk.lost > 0) return problem(c, 503, 'the answer was lost; the request may have been carried out')
  return c.json(shown(ticket), 201, { location: `/tickets/${ticket.id}` })
}

function page(c: Ctx, items: readonly Json[]): Response {
  const { pageSize } = c.env.desk
  const pages = Math.max(1, Math.ceil(items.length / pageSize))
  const at = Number(c.req.query('page') ?? 1)
  if (!Number.isInteger(at) || at < 1 || at > pages)
    return problem(c, 400, `expected a page of 1 to ${pages}`)
  return c.json({ items: items.slice((at - 1) * pageSize, at * pageSize), page: at, pages })
}

function ticketOf(c: Ctx): Ticket | undefined {
  return c.env.desk.tickets.find(({ id }) => id === c.req.param('id'))
}

/** Why a write does not fit the ticket as it is; null if it does. */
function unmatched(c: Ctx, ticket: Ticket | undefined): Response | null {
  const match = c.req.header('if-match')
  if (!ticket) return problem(c, 404, `there is no ticket ${c.req.param('id')}`)
  if (match === undefined) return problem(c, 428, 'expected a header If-Match with the ETag of the ticket')
  return match === etag(ticket) ? null : problem(c, 412, 'the ETag is not the one of the ticket as it is now')
}

function unknownAgent(c: Ctx, id: string | null | undefined): Response | null {
  if (id === null || id === undefined || c.env.desk.agents.some(agent => agent.id === id)) return null
  return problem(c, 400, `there is no agent with the id ${id.slice(0, 40)}`)
}

/** The body as JSON; null if it is none, or too long. */
async function bodyOf(c: Ctx): Promise<unknown> {
  const text = await c.req.text()
  if (text.length > MAX_BODY) return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function shown({ version: _version, ...ticket }: Ticket): Omit<Ticket, 'version'> {
  return ticket
}

/** The tag of this version, which nobody can count up to. */
export function etag({ id, version }: Ticket): string {
  return `"${murmur3(id, version).toString(16).padStart(8, '0').slice(0, 6)}"`
}

function problem(c: Ctx, status: ContentfulStatusCode, error: string): Response {
  return c.json({ error }, status)
}

function malformed(c: Ctx, { issues }: z.ZodError): Response {
  const [issue] = issues
  return problem(
    c,
    400,
    `expected a JSON body as described, ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  )
}
