/** @file `tools/mcp-inventory-v1`: move, receive and ship goods through the MCP server of a warehouse. */
import type { Json } from '../json.ts'
import { canonicalJson } from '../json.ts'
import type { Rng } from '../rng.ts'
import type { Stock } from './inventory-server.ts'
import { CAPACITY, INVENTORY_TOOLS, inventoryServer, withPieces } from './inventory-server.ts'
import { mcpEnv } from './mcp.ts'
import type { Call } from './call-form.ts'
import { finishCall } from './call-form.ts'

type Params = { stock: Stock; goal: Stock; words: string[]; calls: Call[] }
type Order = { words: string; calls: Call[] }

const ARTICLES = ['bolt', 'bolt long', 'nut', 'nut wide', 'washer', 'hinge', 'hinge left', 'bracket']
const ORDERS = [['move'], ['gather'], ['ship', 'receive'], ['gather', 'ship', 'receive', 'move']] as const
type Kind = (typeof ORDERS)[number][number]

export const mcpInventory = mcpEnv<Params>({
  id: 'tools/mcp-inventory-v1',
  title: 'Keep a warehouse through its MCP server',
  group: 'MCP servers',
  rules:
    'You work in a warehouse through its tools. Carry out the orders one after another, and nothing else.',
  levels: [
    'Move some pieces',
    'Gather an article from all bins',
    'Ship by rule, and receive',
    'Four orders in a row',
  ],
  maxSteps: 32,
  generate: drawTask,
  identity: ({ stock, words }) => [stock, words],
  request: ({ words }) => words.join(' '),
  server: ({ stock }) => ({ open: () => inventoryServer(stock) }),
  tools: INVENTORY_TOOLS,
  checks: () => [{ tool: 'export_stock', args: {} }],
  solved: ({ goal }, { replies: [reply] }) =>
    reply?.error === false && canonicalJson(JSON.parse(reply.text) as Json) === canonicalJson(goal),
  solve: ({ stock, calls }) => [
    { tool: 'list_bins', args: {} },
    ...Object.keys(stock).map(bin => ({ tool: 'look_into', args: { bin } })),
    ...calls,
    finishCall(),
  ],
  suggest: ({ stock }) => [
    { tool: 'list_bins', args: {} },
    ...Object.keys(stock).map(bin => ({ tool: 'look_into', args: { bin } })),
    { tool: 'receive', args: { article: 'bolt', bin: 'A1', pieces: 1 } },
    { tool: 'ship', args: { article: 'bolt', bin: 'A1', pieces: 1 } },
  ],
})

function drawTask(rng: Rng, level: number): Params {
  for (;;) {
    const stock = drawStock(rng, level + 3)
    let goal = stock
    const orders: Order[] = []
    for (const kind of ORDERS[level - 1]!)
      for (let attempt = 0; attempt < 30; attempt++) {
        const order = drawOrder(rng, kind, goal)
        const after = order?.calls.reduce<Stock | string>(carriedOut, goal)
        if (!order || after === undefined || typeof after === 'string') continue
        goal = after
        orders.push(order)
        break
      }
    if (orders.length < ORDERS[level - 1]!.length || canonicalJson(goal) === canonicalJson(stock)) continue
    return {
      stock,
      goal,
      words: orders.map(({ words }) => words),
      calls: orders.flatMap(({ calls }) => calls),
    }
  }
}

function drawStock(rng: Rng, bins: number): Stock {
  const names = ['A1', 'A2', 'A3', 'B1', 'B2', 'B3', 'C1'].slice(0, bins)
  return Object.fromEntries(
    names.map(bin => {
      const articles = rng
        .shuffle(ARTICLES)
        .slice(0, rng.int(1, 4))
        .toSorted((a, b) => (a < b ? -1 : 1))
      return [bin, Object.fromEntries(articles.map(article => [article, rng.int(1, 9)]))]
    }),
  )
}

/** An order on that stock; null if it has no single meaning there. */
function drawOrder(rng: Rng, kind: Kind, stock: Stock): Order | null {
  const article = rng.pick(ARTICLES)
  const holders = Object.keys(stock).filter(bin => (stock[bin]![article] ?? 0) > 0)
  const held = (bin: string): number => stock[bin]![article] ?? 0
  const [first] = holders
  switch (kind) {
    case 'move': {
      if (first === undefined) return null
      const to = rng.pick(Object.keys(stock).filter(bin => bin !== first))
      const pieces = rng.int(1, held(first))
      return {
        words: `Move ${pieces} pieces of "${article}" from ${first} to ${to}.`,
        calls: [{ tool: 'move', args: { article, from: first, to, pieces } }],
      }
    }
    case 'gather': {
      const to = rng.pick(Object.keys(stock))
      const others = holders.filter(bin => bin !== to)
      if (others.length < 2) return null
      return {
        words: `Move all pieces of "${article}" to ${to}.`,
        calls: others.map(from => ({ tool: 'move', args: { article, from, to, pieces: held(from) } })),
      }
    }
    case 'ship': {
      const sorted = holders.toSorted((a, b) => held(a) - held(b))
      if (sorted.length < 2 || new Set(sorted.map(held)).size < sorted.length) return null
      const pieces = held(sorted[0]!) + rng.int(1, held(sorted[1]!))
      const calls = sorted.slice(0, 2).map((bin, i) => ({
        tool: 'ship',
        args: { article, bin, pieces: i === 0 ? held(bin) : pieces - held(sorted[0]!) },
      }))
      return {
        words: `Ship ${pieces} pieces of "${article}", from the bins with the fewest of them first.`,
        calls,
      }
    }
    case 'receive': {
      const free = (bin: string): number =>
        CAPACITY - Object.values(stock[bin]!).reduce((sum, count) => sum + count, 0)
      const [roomiest, second] = Object.keys(stock).toSorted((a, b) => free(b) - free(a))
      if (free(roomiest!) === free(second!)) return null
      const pieces = rng.int(2, 12)
      return {
        words: `Put ${pieces} pieces of "${article}" that have arrived into the bin with the most free room.`,
        calls: [{ tool: 'receive', args: { article, bin: roomiest!, pieces } }],
      }
    }
  }
}

function carriedOut(stock: Stock | string, { tool, args }: Call): Stock | string {
  if (typeof stock === 'string') return stock
  const { article, pieces } = args as { article: string; pieces: number }
  if (tool !== 'move')
    return withPieces(stock, args['bin'] as string, article, tool === 'ship' ? -pieces : pieces)
  const taken = withPieces(stock, args['from'] as string, article, -pieces)
  return typeof taken === 'string' ? taken : withPieces(taken, args['to'] as string, article, pieces)
}
