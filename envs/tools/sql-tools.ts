/** @file The tools of every environment whose world is a database: look at its tables, query it, and where allowed, write. */
import { z } from 'zod'
import type { Json } from '../json.ts'
import type { BatchReply, DatabaseImage, Rows } from './database.ts'
import { runBatch } from './database.ts'
import type { Call } from './call-form.ts'
import type { Reply } from './tool-env.ts'
import { tool } from './tool-env.ts'

const sql = z.string().min(1).max(5000).describe('SQL as SQLite understands it')
const SCHEMA = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"

/** Both only read. */
export function readingTools<P, S extends { image: string }>() {
  const read = async (image: string, text: string, signal?: AbortSignal): Promise<Reply<S>> =>
    replyOf(await runBatch({ image, sql: text, writes: false }, signal))
  return {
    describe_tables: tool<P, S, z.ZodObject>({
      about: 'Shows how every table was created.',
      args: z.strictObject({}),
      reads: true,
      run: ({ image }, _args, { signal }) => read(image, SCHEMA, signal),
    }),
    query: tool<P, S, z.ZodObject<{ sql: typeof sql }>>({
      about: 'Runs a SELECT and shows up to 100 rows.',
      args: z.strictObject({ sql }),
      reads: true,
      run: ({ image }, args, { signal }) => read(image, args.sql, signal),
    }),
  }
}

export function writingTools<P>() {
  return {
    ...readingTools<P, DatabaseImage>(),
    execute: tool<P, DatabaseImage, z.ZodObject<{ sql: typeof sql }>>({
      about:
        'Runs SQL statements, separated by semicolons, that change the database: all of them, or none if one fails. ' +
        'Foreign keys are checked after the last one.',
      args: z.strictObject({ sql }),
      async run({ image }, args, { signal }) {
        const reply = await runBatch({ image, sql: args.sql, writes: true }, signal)
        if (!('results' in reply) || !reply.image || !reply.content) return replyOf(reply)
        return { ...replyOf(reply), world: { image: reply.image, content: reply.content } }
      },
    }),
  }
}

/** What the agent is shown: the rows of the last statement that returned columns. */
function replyOf<S>(reply: BatchReply): Reply<S> {
  if (!('results' in reply)) return reply
  return { result: (reply.results.at(-1) as (Rows & Json) | undefined) ?? 'ok' }
}

export const describeCall: Call = { tool: 'describe_tables', args: {} }

export function queryCall(text: string): Call {
  return { tool: 'query', args: { sql: text } }
}

export function executeCall(text: string): Call {
  return { tool: 'execute', args: { sql: text } }
}

/** Looking at the tables, as somebody does who knows no better. */
export function firstLooks(tables: readonly string[]): Call[] {
  return [
    describeCall,
    ...tables.map(name => queryCall(`SELECT * FROM "${name.replaceAll('"', '""')}" LIMIT 5`)),
  ]
}
