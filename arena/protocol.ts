/**
 * @file What the arena and a remote agent say to each other.
 *
 *     agent                                  arena
 *     hello {agent, token?, resume?}    →
 *                                       ←    welcome {sid, resumeToken, epoch, agentToken?}
 *                                       ←    matchStart {match, env, actionSchema, maxSteps}
 *                                       ←    turn {match, turn, observation, messages, stepEnd, deadlineMs}
 *     act {match, turn, actId, …}       →
 *                                       ←    acked {match, turn, actId, status}
 *                                       ←    matchEnd {match, result}      once the result is on the disk
 *     ack {seq}                         →
 *     bye                               →
 *
 * An action is either `action`, a value of `actionSchema`, or `text`, what a language model wrote, which the
 * environment parses. The messages are the same in JSON text frames and in MessagePack binary frames.
 *
 * Every message of the arena has a `seq`, counted per session from 1; those outside the stream (`welcome`, `refused`,
 * `shutdown`) have 0. After a drop the agent says hello with `resume` and is sent again what it has not acknowledged;
 * the clock runs on meanwhile. An agent never learns a task's coordinates: `match` is a name made with a secret.
 */
import { z } from 'zod'
import type { Json } from '../envs/json.ts'
import { matchResultSchema } from './match.ts'

export const SUBPROTOCOLS = { json: 'arena.v1.json', msgpack: 'arena.v1.msgpack' } as const
export type Format = keyof typeof SUBPROTOCOLS
export const WATCH_PROTOCOL = 'arena.v1.watch'
/** Where the arena takes WebSocket connections. */
export const SOCKET_PATH = '/socket'
/** Where the page gets its changing part. */
export const BOARD_PART_PATH = '/board'

/** Why the arena closes a connection. */
export const CLOSE = {
  bye: 1000,
  goingAway: 1001,
  /** A text frame on arena.v1.msgpack, or a binary one on arena.v1.json. */
  wrongFrame: 1003,
  tooBig: 1009,
  /** Does not read what it is sent. */
  tooSlow: 1013,
  malformed: 4000,
  /** Another connection took over the session. */
  superseded: 4001,
  /** No hello in time, or something else before it. */
  helloExpected: 4002,
  refused: 4003,
} as const

const json: z.ZodType<Json> = z.json() as z.ZodType<Json>
const count = z.number().int().nonnegative()
const name = z.string().min(1).max(64)
const secret = z.string().min(16).max(256)

/** Shown to people: one line, no control or invisible characters. */
export const agentNameSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, 'expected a name without control characters')
  .refine(text => text.trim() === text, 'expected a name without spaces around it')

export const usageSchema = z.object({ tokens: count.optional() })

const hello = z.object({
  type: z.literal('hello'),
  agent: agentNameSchema,
  /** Proves the name. A new name belongs to the token it first comes with; without one, the arena makes one. */
  token: secret.optional(),
  resume: z.object({ sid: name, resumeToken: secret, lastSeq: count }).optional(),
})

const act = z
  .object({
    type: z.literal('act'),
    match: name,
    turn: count,
    /** Chosen by the agent. Sent again with the same actId, an action is acknowledged again and not played twice. */
    actId: name,
    action: json.optional(),
    text: z.string().optional(),
    usage: usageSchema.optional(),
  })
  .refine(({ action, text }) => (action === undefined) !== (text === undefined), 'expected action or text')

export const clientMessageSchema = z.discriminatedUnion('type', [
  hello,
  act,
  z.object({ type: z.literal('ack'), seq: count }),
  z.object({ type: z.literal('bye') }),
])

/** What an agent is told about its match: everything but where the task comes from. */
export const publicResultSchema = matchResultSchema.pick({
  score: true,
  return: true,
  steps: true,
  cause: true,
  detail: true,
  tokens: true,
  latencyMs: true,
  clock: true,
})

const message = z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })
export const ACT_STATUSES = ['accepted', 'stale-turn', 'too-late', 'unknown-match'] as const
export const REFUSALS = ['bad-token', 'name-taken', 'full', 'malformed'] as const

export const serverMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    seq: count,
    sid: name,
    resumeToken: secret,
    /** Counts the connections of the session; older ones are closed. */
    epoch: count,
    /** Only when the arena made the token: it is not shown again. */
    agentToken: secret.optional(),
  }),
  z.object({
    type: z.literal('matchStart'),
    seq: count,
    match: name,
    env: z.string(),
    /** JSON Schema of `action`. */
    actionSchema: json,
    maxSteps: count,
  }),
  z.object({
    type: z.literal('turn'),
    seq: count,
    match: name,
    turn: count,
    observation: json,
    /** The same as chat messages, for language models. */
    messages: z.array(message),
    /** The string that ends the text of one step. */
    stepEnd: z.string(),
    /** Time left for this action when it was sent. */
    deadlineMs: count,
  }),
  z.object({
    type: z.literal('acked'),
    seq: count,
    match: name,
    turn: count,
    actId: name,
    status: z.enum(ACT_STATUSES),
  }),
  z.object({ type: z.literal('matchEnd'), seq: count, match: name, result: publicResultSchema }),
  z.object({ type: z.literal('refused'), seq: count, code: z.enum(REFUSALS), message: z.string() }),
  /** null: the league is over, do not come back. */
  z.object({ type: z.literal('shutdown'), seq: count, reconnectAfterMs: count.nullable() }),
])

export type ClientMessage = z.infer<typeof clientMessageSchema>
export type ServerMessage = z.infer<typeof serverMessageSchema>
export type Hello = Extract<ClientMessage, { type: 'hello' }>
export type Act = Extract<ClientMessage, { type: 'act' }>
export type Refusal = Extract<ServerMessage, { type: 'refused' }>['code']
export type PublicResult = z.infer<typeof publicResultSchema>
