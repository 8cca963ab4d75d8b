/**
 * @file `mcpEnv`: any MCP server as an environment.
 *
 * A server keeps its state to itself, so the state here is the list of calls with the hashes of their replies. A live
 * server is used again where it has heard exactly these calls; otherwise a new one is started and they are made once more,
 * and a server that then replies differently makes the step unavailable. So servers have to be deterministic from their
 * start, and whatever they write outside has to be fresh for each start. The goal is judged from replies, after `finish`.
 */
import { z } from 'zod'
import { defineEnv } from '../define-env.ts'
import type { EnvDef, EnvId, Level, Style, Task } from '../env.ts'
import { isInvalid, outcome, penalty } from '../env.ts'
import { UsageError } from '../errors.ts'
import type { Json } from '../json.ts'
import { hashJson } from '../json.ts'
import type { Rng } from '../rng.ts'
import { drawnTasks, numberedLevels } from '../tasks.ts'
import { boundedJson } from './bounded-json.ts'
import type { Call, ShownTool, ToolObservation } from './call-form.ts'
import { callForm, callSchema, describeTools, finishCall, finishTool, toolObservation } from './call-form.ts'
import type { McpLimits, McpReply, McpServerSource, McpTool, Session } from './mcp-session.ts'
import { missingMcp, openSession, ServerFault } from './mcp-session.ts'

interface McpEnvDef<P> {
  id: EnvId
  title: string
  group?: string
  /** House rules for the agent, above the list of tools. */
  rules: string
  levels: readonly (string | Level)[]
  maxSteps: number
  generate(rng: Rng, level: number): P
  /** What makes two tasks the same. */
  identity(params: P): Json
  request(params: P): string
  /** The server of a task, as it is before the first call. */
  server(params: P): McpServerSource
  /** What the server offers, from `discoverTools`. */
  tools: readonly McpTool[]
  /** The schema of the answer that `finish` takes; absent: it takes none. */
  answer?: z.ZodType<Json>
  /** Calls that the environment makes after `finish`; their replies are judged. They may be of tools that are not in `tools`. */
  checks?(params: P): Call[]
  /** Is the request carried out? */
  solved(params: P, found: { replies: readonly McpReply[]; answer: Json }): boolean
  /** A reference solution, `finish` included. */
  solve?(params: P): Call[]
  /** Calls that the request suggests. */
  suggest?(params: P): Call[]
  limits?: Partial<McpLimits>
}

type State = {
  calls: { call: Call; reply: string }[]
  result: Json
  finished: 'solved' | 'wrong' | null
}
type Facts = { understood: boolean; unavailable: boolean; solved: boolean }

const LIMITS: McpLimits = { startMs: 15_000, callMs: 10_000, replyChars: 8000 }
const MAX_ARGS = 20_000
const MAX_LIVE = 4
const IDLE_MS = 30_000
/** Starts the server once and asks for its tools. Throws UsageError where it cannot be had. */
export async function discoverTools(
  source: McpServerSource,
  limits: Partial<McpLimits> = {},
): Promise<McpTool[]> {
  try {
    const session = await openSession(source, { ...LIMITS, ...limits })
    try {
      return await session.tools()
    } finally {
      await session.close()
    }
  } catch (error) {
    if (!(error instanceof ServerFault)) throw error
    throw new UsageError(`expected an MCP server that lists its tools, got: ${error.message}`)
  }
}

/** The environment of an MCP server. */
export function mcpEnv<P extends object>(def: McpEnvDef<P>): EnvDef<P, State, ToolObservation, Call, Facts> {
  const tools = offered(def)
  const action = callSchema(tools)
  const sessions = new Sessions<P>(def)
  const shown = describeTools(tools)

  const failed = (state: State, error: unknown) => {
    if (!(error instanceof ServerFault)) throw error
    const message = `the server failed, which is no fault of the call: ${error.message}`
    return {
      state: { ...state, result: { ok: false, error: message } },
      facts: { understood: true, unavailable: true, solved: false },
    }
  }
  const finish = async (task: Task<P>, state: State, answer: Json, signal?: AbortSignal) => {
    const checks = def.checks?.(task.params) ?? []
    const replies: McpReply[] = []
    if (checks.length > 0) {
      const session = await sessions.take(task.params, state, signal)
      try {
        for (const { tool, args } of checks) replies.push(await session.call(tool, args, signal))
      } finally {
        await session.close()
      }
    }
    const solved = def.solved(task.params, { replies, answer })
    const reason = solved ? ('solved' as const) : ('wrong' as const)
    return {
      state: { ...state, result: { ok: true }, finished: reason },
      facts: { understood: true, unavailable: false, solved },
      end: { kind: 'terminated' as const, reason },
    }
  }

  return defineEnv<P, State, ToolObservation, Call, Facts>({
    id: def.id,
    title: def.title,
    ...(def.group !== undefined && { group: def.group }),
    snapshot: 'replay',
    missing: missingMcp,
    close: () => sessions.close(),
    action,
    observation: toolObservation,
    tasks: drawnTasks({
      env: def.id,
      levels: numberedLevels(def.levels),
      draw: (rng, level) => def.generate(rng, level),
      identity: params => def.identity(params),
    }),
    maxSteps: def.maxSteps,
    start: () => ({ calls: [], result: null, finished: null }),
    observe: ({ params }, { result }) => ({ request: def.request(params), tools: shown, result }),

    async step(task, state, call, { signal }) {
      const fault = isInvalid(call)
        ? call.invalid
        : boundedJson(MAX_ARGS).safeParse(call.args).error?.issues[0]?.message
      if (fault !== undefined || isInvalid(call)) {
        const error = `not understood: ${(fault ?? '').slice(0, 200)}`
        return {
          state: { ...state, result: { ok: false, error } },
          facts: { understood: false, unavailable: false, solved: false },
        }
      }
      try {
        if (call.tool === 'finish') return await finish(task, state, call.args['answer'] ?? null, signal)
        const session = await sessions.take(task.params, state, signal)
        const reply = await heard(session, call, signal)
        const result = reply.error ? { ok: false, error: reply.text } : { ok: true, result: reply.text }
        const next: State = { ...state, calls: [...state.calls, { call, reply: hashJson(reply) }], result }
        sessions.keep(task.params, next, session)
        return { state: next, facts: { understood: true, unavailable: false, solved: false } }
      } catch (error) {
        return failed(state, error)
      }
    },

    rewards: {
      // An episode that a failing server ran out of steps was not judged.
      correct: outcome(({ solved, unavailable }: Facts, { end }) =>
        !end || unavailable ? null : Number(solved),
      ),
      invalid: penalty(({ understood }: Facts) => (understood ? 0 : -1), 0.05),
    },

    text: callForm(action, def.rules),

    ...(def.solve && { solve: ({ params }: Task<P>, style?: Style) => slipped(def.solve!(params), style) }),
    legalActions: ({ params }) => [...(def.suggest?.(params) ?? []), ...(def.answer ? [] : [finishCall()])],
    stepLabel: (_, { finished }, stepsLeft) =>
      finished === null ? (stepsLeft < 1 ? false : null) : finished === 'solved',
  })

  async function heard(session: Session, { tool, args }: Call, signal?: AbortSignal): Promise<McpReply> {
    try {
      return await session.call(tool, args, signal)
    } catch (error) {
      void session.close().catch(() => undefined)
      throw error
    }
  }
}

/** Live servers by what they have heard. Each is in one hand at a time: taken out for a step, kept again after it. */
class Sessions<P> {
  readonly #live = new Map<string, { session: Session; idle: NodeJS.Timeout }>()
  readonly #def: McpEnvDef<P>
  readonly #limits: McpLimits

  constructor(def: McpEnvDef<P>) {
    this.#def = def
    this.#limits = { ...LIMITS, ...def.limits }
  }

  /** A server that has heard exactly the calls of this state. */
  async take(params: P, state: State, signal?: AbortSignal): Promise<Session> {
    const key = keyOf(params, state)
    const found = this.#live.get(key)
    if (!found) return this.#replayed(params, state, signal)
    clearTimeout(found.idle)
    this.#live.delete(key)
    return found.session
  }

  keep(params: P, state: State, session: Session): void {
    const key = keyOf(params, state)
    this.#drop(key)
    const [oldest] = this.#live.keys()
    if (this.#live.size >= MAX_LIVE && oldest !== undefined) this.#drop(oldest)
    const idle = setTimeout(() => this.#drop(key), IDLE_MS)
    idle.unref()
    this.#live.set(key, { session, idle })
  }

  async close(): Promise<void> {
    const open = [...this.#live.values()]
    this.#live.clear()
    for (const { idle } of open) clearTimeout(idle)
    await Promise.all(open.map(({ session }) => session.close().catch(() => undefined)))
  }

  async #replayed(params: P, { calls }: State, signal?: AbortSignal): Promise<Session> {
    const session = await openSession(this.#def.server(params), this.#limits, signal)
    try {
      for (const [at, { call, reply }] of calls.entries()) {
        const again = await session.call(call.tool, call.args, signal)
        if (hashJson(again) !== reply)
          throw new ServerFault(`call ${at + 1} (${call.tool}) got another reply than the first time`)
      }
      return session
    } catch (error) {
      await session.close().catch(() => undefined)
      throw error
    }
  }

  #drop(key: string): void {
    const found = this.#live.get(key)
    if (!found) return
    clearTimeout(found.idle)
    this.#live.delete(key)
    void found.session.close().catch(() => undefined)
  }
}

function keyOf<P>(params: P, { calls }: State): string {
  return hashJson([params as Json, calls])
}

function offered<P>({ id, tools, answer }: McpEnvDef<P>): ShownTool[] {
  const names = new Set(['finish', ...tools.map(({ name }) => name)])
  if (names.size !== tools.length + 1)
    throw new UsageError(
      `${id}: expected tools of different names, none of them finish, got ${tools.map(({ name }) => name).join(', ')}`,
    )
  const own = tools.map(({ name, description, inputSchema }) => ({
    name,
    description,
    args: argsSchema(inputSchema),
    schema: inputSchema,
  }))
  return [...own, finishTool(answer)]
}

/** The schema of a tool's arguments; any object where the JSON Schema uses what zod does not read. */
function argsSchema(inputSchema: Json): z.ZodType {
  const schema = inputSchema as Parameters<typeof z.fromJSONSchema>[0]
  try {
    if (typeof schema === 'object' && schema.type === 'object') return z.fromJSONSchema(schema)
  } catch {
    // Checked by the server alone.
  }
  return z.record(z.string(), z.unknown())
}

/** The last call before the end forgotten: what comes last is what changes something. */
function slipped(calls: Call[], style: Style | undefined): Call[] {
  if (style === undefined || calls.length < 2 || style.rng.float() >= style.slip) return calls
  return calls.toSpliced(-2, 1)
}
