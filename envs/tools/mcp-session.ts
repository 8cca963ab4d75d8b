/**
 * @file Live MCP servers, in this process or as child processes, and what they reply, cut to size.
 *
 * The official client is loaded only when a server is used. Whatever goes wrong between us and a server (it cannot be
 * started, dies, hangs, talks nonsense) is a `ServerFault`; a tool that reports an error has replied.
 */
import type { Client } from '@modelcontextprotocol/client'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { MaybePromise } from '../env.ts'

/** How to get a server: a command to run, or one of our own process that connects to the transport it is given. */
export type McpServerSource =
  | { command: string; args?: string[]; env?: Record<string, string>; cwd?: string }
  | { open(): MaybePromise<InProcessServer> }

export interface InProcessServer {
  connect(transport: never): Promise<void>
  close(): Promise<void>
}

/** What a server says about one of its tools; the input schema is JSON Schema. */
export type McpTool = { name: string; description: string; inputSchema: Json }

/** What a tool replied, as the agent sees it. */
export type McpReply = { error: boolean; text: string }

/** Milliseconds to start a server, and for one call; characters of a reply that are kept. */
export type McpLimits = { startMs: number; callMs: number; replyChars: number }

/** The server failed, which is nobody's fault and never a score. */
export class ServerFault extends Error {
  override name = 'ServerFault'
}

export interface Session {
  tools(): Promise<McpTool[]>
  call(name: string, args: Json, signal?: AbortSignal): Promise<McpReply>
  close(): Promise<void>
}

const INSTALL = 'npm install @modelcontextprotocol/client @modelcontextprotocol/server'
const MAX_MESSAGE = 4 << 20
const MAX_PAGES = 20

const toolList = z.object({
  tools: z
    .array(
      z.object({ name: z.string().max(200), description: z.string().default(''), inputSchema: z.json() }),
    )
    .max(500),
  nextCursor: z.string().optional(),
})
const toolReply = z.object({
  isError: z.boolean().optional(),
  content: z.array(z.looseObject({ type: z.string() })).default([]),
  structuredContent: z.unknown().optional(),
})

/** What has to be installed before MCP servers can be used; null if nothing. */
export async function missingMcp(): Promise<string | null> {
  try {
    await Promise.all([import('@modelcontextprotocol/client'), import('@modelcontextprotocol/server')])
    return null
  } catch {
    return `the MCP SDK is not installed; run ${INSTALL}`
  }
}

/** Starts or connects to a server. Throws UsageError without the SDK, ServerFault where the server does not answer. */
export async function openSession(
  source: McpServerSource,
  limits: McpLimits,
  signal?: AbortSignal,
): Promise<Session> {
  const sdk = await loadClient()
  const client = new sdk.Client({ name: 'ludus', version: '1' }, { capabilities: {} })
  const options = { timeout: limits.startMs, ...(signal && { signal }) }
  try {
    const close = await connected(client, { source, options, sdk })
    return {
      tools: () => faulted(() => listTools(client, limits)),
      call: (name, args, stop) => faulted(() => callTool(client, { name, args, limits, signal: stop })),
      close,
    }
  } catch (error) {
    await client.close().catch(() => undefined)
    throw asFault(error)
  }
}

type Sdk = Awaited<ReturnType<typeof loadClient>>
type Options = { timeout: number; signal?: AbortSignal }

async function loadClient() {
  try {
    const [{ Client: ClientClass, InMemoryTransport }, { StdioClientTransport }] = await Promise.all([
      import('@modelcontextprotocol/client'),
      import('@modelcontextprotocol/client/stdio'),
    ])
    return { Client: ClientClass, InMemoryTransport, StdioClientTransport }
  } catch {
    throw new UsageError(`expected the MCP SDK, which is not installed; run ${INSTALL}`)
  }
}

/** Connects, and says how to close both ends. */
async function connected(
  client: Client,
  { source, options, sdk }: { source: McpServerSource; options: Options; sdk: Sdk },
): Promise<() => Promise<void>> {
  if ('command' in source) {
    const transport = new sdk.StdioClientTransport({
      ...source,
      stderr: 'ignore',
      maxBufferSize: MAX_MESSAGE,
    })
    await client.connect(transport, options)
    return () => client.close()
  }
  const [near, far] = sdk.InMemoryTransport.createLinkedPair()
  const server = await source.open()
  await server.connect(far as never)
  await client.connect(near, options)
  return async () => {
    await client.close()
    await server.close()
  }
}

async function listTools(client: Client, { callMs }: McpLimits): Promise<McpTool[]> {
  const found: McpTool[] = []
  let cursor: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const { tools, nextCursor } = toolList.parse(
      await client.listTools(cursor === undefined ? {} : { cursor }, { timeout: callMs }),
    )
    found.push(
      ...tools.map(({ name, description, inputSchema }) => ({
        name,
        description,
        inputSchema: inputSchema as Json,
      })),
    )
    cursor = nextCursor
    if (cursor === undefined) return found
  }
  throw new ServerFault(`the server lists more than ${MAX_PAGES} pages of tools`)
}

async function callTool(
  client: Client,
  {
    name,
    args,
    limits,
    signal,
  }: { name: string; args: Json; limits: McpLimits; signal: AbortSignal | undefined },
): Promise<McpReply> {
  const options = { timeout: limits.callMs, maxTotalTimeout: limits.callMs, ...(signal && { signal }) }
  const came = toolReply.parse(
    await client.callTool({ name, arguments: args as Record<string, unknown> }, options),
  )
  const texts = came.content.map(block => {
    const { type } = block
    if (type === 'text' && typeof block['text'] === 'string') return block['text']
    return `[${type.slice(0, 40)} left out]`
  })
  if (texts.length === 0 && came.structuredContent !== undefined)
    texts.push(JSON.stringify(came.structuredContent))
  return { error: came.isError === true, text: cut(texts.join('\n'), limits.replyChars) }
}

function cut(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${text.slice(0, most)} … (${text.length - most} more characters left out)`
}

async function faulted<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw asFault(error)
  }
}

function asFault(error: unknown): Error {
  if (error instanceof ServerFault || error instanceof UsageError) return error
  return new ServerFault((error instanceof Error ? error.message : String(error)).slice(0, 300), {
    cause: error,
  })
}
