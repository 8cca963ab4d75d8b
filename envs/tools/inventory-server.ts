/** @file A small warehouse as an MCP server: bins with articles, written with the official server SDK. */
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { InProcessServer, McpTool } from './mcp-session.ts'

/** Pieces by bin and article; a bin with nothing in it is `{}`. */
export type Stock = { [bin: string]: { [article: string]: number } }

export const CAPACITY = 40

const name = z.string().min(1).max(40)
const pieces = z.number().int().min(1).max(1000)
const TOOLS = {
  list_bins: {
    about: `Shows every bin with its pieces and its free room; each holds ${CAPACITY} pieces.`,
    args: z.strictObject({}),
  },
  look_into: { about: 'Shows what is in a bin.', args: z.strictObject({ bin: name }) },
  move: {
    about: 'Moves pieces from one bin to another.',
    args: z.strictObject({ article: name, from: name, to: name, pieces }),
  },
  receive: {
    about: 'Puts pieces that have arrived into a bin.',
    args: z.strictObject({ article: name, bin: name, pieces }),
  },
  ship: {
    about: 'Takes pieces out of a bin, for good.',
    args: z.strictObject({ article: name, bin: name, pieces }),
  },
}
const CHECK = 'export_stock'

/** What the server offers to an agent. `export_stock`, with which the result is checked, is not among it. */
export const INVENTORY_TOOLS: readonly McpTool[] = Object.entries(TOOLS).map(([tool, { about, args }]) => ({
  name: tool,
  description: about,
  inputSchema: z.toJSONSchema(args) as Json,
}))

/** A server with that stock, not connected yet. Throws UsageError without the SDK. */
export async function inventoryServer(start: Stock): Promise<InProcessServer> {
  const { McpServer } = await import('@modelcontextprotocol/server').catch(() => {
    throw new UsageError(
      'expected the MCP SDK, which is not installed; run npm install @modelcontextprotocol/client @modelcontextprotocol/server',
    )
  })
  const server = new McpServer({ name: 'inventory', version: '1.0.0' })
  let stock = start
  const replied = (result: Json) => ({ content: [{ type: 'text' as const, text: JSON.stringify(result) }] })
  const refused = (error: string) => ({ isError: true, content: [{ type: 'text' as const, text: error }] })
  const changed = (next: Stock | string) => {
    if (typeof next === 'string') return refused(next)
    stock = next
    return replied('ok')
  }
  const config = (tool: keyof typeof TOOLS) => ({ description: TOOLS[tool].about })
  server.registerTool('list_bins', { ...config('list_bins'), inputSchema: TOOLS.list_bins.args }, () =>
    replied(
      Object.entries(stock).map(([bin, held]) => ({ bin, pieces: sum(held), free: CAPACITY - sum(held) })),
    ),
  )
  server.registerTool(
    'look_into',
    { ...config('look_into'), inputSchema: TOOLS.look_into.args },
    ({ bin }) => (Object.hasOwn(stock, bin) ? replied(stock[bin]!) : refused(`there is no bin ${bin}`)),
  )
  server.registerTool(
    'move',
    { ...config('move'), inputSchema: TOOLS.move.args },
    ({ article, from, to, pieces: count }) => {
      const taken = withPieces(stock, from, article, -count)
      return changed(typeof taken === 'string' ? taken : withPieces(taken, to, article, count))
    },
  )
  server.registerTool(
    'receive',
    { ...config('receive'), inputSchema: TOOLS.receive.args },
    ({ article, bin, pieces: count }) => changed(withPieces(stock, bin, article, count)),
  )
  server.registerTool(
    'ship',
    { ...config('ship'), inputSchema: TOOLS.ship.args },
    ({ article, bin, pieces: count }) => changed(withPieces(stock, bin, article, -count)),
  )
  server.registerTool(CHECK, { description: 'Shows everything.', inputSchema: z.strictObject({}) }, () =>
    replied(stock),
  )
  return server
}

/** The stock with that many pieces more or less in a bin, or why it cannot be. */
export function withPieces(stock: Stock, bin: string, article: string, count: number): Stock | string {
  if (!Object.hasOwn(stock, bin)) return `there is no bin ${bin}`
  const { [article]: before = 0, ...rest } = stock[bin]!
  const after = before + count
  if (after < 0) return `${bin} holds only ${before} of ${article}`
  if (sum(stock[bin]!) + count > CAPACITY) return `${bin} has no room for ${count} pieces more`
  const held = after === 0 ? rest : { ...rest, [article]: after }
  return {
    ...stock,
    [bin]: Object.fromEntries(Object.entries(held).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}

function sum(held: Stock[string]): number {
  return Object.values(held).reduce((total, count) => total + count, 0)
}
