/** @file A small MCP server over stdio, with tools that misbehave. Writes its process id to the file it is given. */
import { McpServer } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { appendFileSync } from 'node:fs'
import { z } from 'zod'

const [pids] = process.argv.slice(2)
appendFileSync(pids, `${process.pid}\n`)

const notes = []
const text = value => ({ content: [{ type: 'text', text: value }] })
const server = new McpServer({ name: 'notes', version: '1.0.0' })

server.registerTool(
  'add',
  { description: 'Adds a note.', inputSchema: z.object({ note: z.string() }) },
  ({ note }) => {
    notes.push(note)
    return text(`${notes.length} notes`)
  },
)
server.registerTool('list', { description: 'Shows the notes.', inputSchema: z.object({}) }, () =>
  text(JSON.stringify(notes)),
)
server.registerTool('refuse', { description: 'Refuses.', inputSchema: z.object({}) }, () => ({
  ...text('never'),
  isError: true,
}))
server.registerTool('who', { description: 'Shows the process.', inputSchema: z.object({}) }, () =>
  text(String(process.pid)),
)
server.registerTool('flood', { description: 'Says much.', inputSchema: z.object({}) }, () =>
  text('x'.repeat(1_000_000)),
)
server.registerTool('drown', { description: 'Says far too much.', inputSchema: z.object({}) }, () =>
  text('x'.repeat(9_000_000)),
)
server.registerTool(
  'hang',
  { description: 'Never answers.', inputSchema: z.object({}) },
  () => new Promise(() => undefined),
)
server.registerTool(
  'babble',
  { description: 'Writes what is no message.', inputSchema: z.object({}) },
  () => {
    process.stdout.write('}{ not a message\n'.repeat(1000))
    return text('said')
  },
)
server.registerTool('die', { description: 'Ends the process.', inputSchema: z.object({}) }, () =>
  process.exit(1),
)

await server.connect(new StdioServerTransport())
