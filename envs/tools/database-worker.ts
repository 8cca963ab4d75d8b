/**
 * @file The inside of the database worker: one batch of SQL statements on one database image, and what came of it.
 *
 * Every batch begins on a database freshly opened from its image, so nothing stays behind: a batch that fails is simply
 * not exported. Statements reach this database only; those that would open files or change settings are refused.
 */
import { parentPort } from 'node:worker_threads'
import type { Database, SqlValue, Statement } from 'sql.js'
import type { Cell, Column, Table } from './content.ts'
import { contentOf } from './content.ts'
import type { BatchReply, BatchRequest, Rows } from './database.ts'
import { openDatabase, startSqlite } from './sqlite.ts'

const MAX_ROWS = 100
const MAX_CELL = 1000
/** Characters of all rows of one reply together. */
const MAX_CHARS = 8000
const MAX_STATEMENTS = 100

const GAP = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)`
const FIRST_WORDS = new RegExp(`^(?:${GAP}|;)*([a-z]+)(?:${GAP}+([a-z]+))?`, 'i')
const READING = new Set(['SELECT', 'WITH', 'VALUES', 'EXPLAIN', 'PRAGMA'])
const WRITING = new Set(
  'INSERT REPLACE UPDATE DELETE CREATE DROP ALTER BEGIN COMMIT END ROLLBACK SAVEPOINT RELEASE'.split(' '),
)
const PRAGMA =
  /^PRAGMA\s+(table_info|table_xinfo|table_list|foreign_key_list|foreign_key_check|index_list|index_info)\s*(\([\w\s'"]*\))?\s*;?$/i

const sqlite = await startSqlite()

function runBatch({ image, sql, writes }: BatchRequest): BatchReply {
  const database = openDatabase(sqlite, Buffer.from(image, 'base64'))
  try {
    if (!writes) database.exec('PRAGMA query_only = ON')
    const before = writes ? version(database) : ''
    const results = runStatements(database, sql, writes)
    if (!writes) return { results }
    closeTransaction(database)
    if (version(database) === before) return { results }
    const broken = database.exec('PRAGMA foreign_key_check')[0]?.values[0]
    if (broken)
      throw new Error(`FOREIGN KEY constraint failed: ${String(broken[0])} refers to ${String(broken[2])}`)
    const content = contentOf(tablesIn(database), othersIn(database))
    return { results, content, image: Buffer.from(database.export()).toString('base64') }
  } finally {
    database.close()
  }
}

function runStatements(database: Database, sql: string, writes: boolean): Rows[] {
  const results: Rows[] = []
  const room = { chars: MAX_CHARS }
  let count = 0
  for (const statement of database.iterateStatements(sql)) {
    if (++count > MAX_STATEMENTS) throw new Error(`expected at most ${MAX_STATEMENTS} statements`)
    const refused = refusal(statement.getSQL(), writes)
    if (refused !== null) throw new Error(refused)
    const rows = runStatement(statement, room)
    if (rows) results.push(rows)
  }
  if (count === 0) throw new Error('expected an SQL statement')
  return results
}

/** Why a statement must not run; null if it may. */
function refusal(sql: string, writes: boolean): string | null {
  const [, first = '', second = ''] = (FIRST_WORDS.exec(sql) ?? []).map(word => word?.toUpperCase())
  if (first === 'PRAGMA')
    return PRAGMA.test(sql.trim()) ? null : 'of PRAGMA only table_info and the like are available'
  if (first === 'CREATE' && second === 'VIRTUAL') return 'virtual tables are not available'
  if (/random/i.test(sql)) return 'random() and its like are not available: results have to be repeatable'
  if (READING.has(first)) return null
  if (WRITING.has(first)) return writes ? null : `${first} is not available: this tool only reads`
  return `${first || 'this statement'} is not available`
}

/** What the statement returns, as far as there is room; null where it returns no columns. */
function runStatement(statement: Statement, room: { chars: number }): Rows | null {
  const rows: Cell[][] = []
  let whole = true
  while (statement.step()) {
    const row = statement.get().map(shownCell)
    room.chars -= JSON.stringify(row).length
    whole = rows.length < MAX_ROWS && room.chars >= 0
    if (!whole) break
    rows.push(row)
  }
  const columns = statement.getColumnNames()
  statement.free()
  if (columns.length === 0) return null
  return whole ? { columns, rows } : { columns, rows, note: `more rows are left out after ${rows.length}` }
}

function shownCell(value: SqlValue): Cell {
  const cell = cellOf(value)
  return typeof cell === 'string' && cell.length > MAX_CELL ? `${cell.slice(0, MAX_CELL)}…` : cell
}

function cellOf(value: SqlValue): Cell {
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

/** Changes of this connection and of the schema. */
function version(database: Database): string {
  const counts = ['SELECT total_changes()', 'PRAGMA schema_version'].map(sql => database.exec(sql)[0]!.values)
  return JSON.stringify(counts)
}

/** Finding out is trying: SQLite has one transaction at a time. */
function closeTransaction(database: Database): void {
  try {
    database.exec('BEGIN; COMMIT')
  } catch {
    throw new Error('the transaction was not ended: add COMMIT, or leave BEGIN out')
  }
}

/** One row for each column of each table, with the tables that it refers to. */
const COLUMNS = `
  SELECT m.name, c.name, c.type, c."notnull", c.pk, (
    SELECT group_concat(f."table", ' ') FROM pragma_foreign_key_list(m.name) f WHERE f."from" = c.name COLLATE NOCASE)
  FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
  WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.rowid, c.cid`

function tablesIn(database: Database): Table[] {
  const columns = new Map<string, Column[]>()
  for (const [table, name, type, required, key, references] of rowsOf(database, COLUMNS)) {
    const own = columns.get(String(table)) ?? []
    columns.set(String(table), own)
    own.push({
      name: String(name),
      type: String(type),
      required: required === 1,
      key: Number(key) > 0,
      ...(typeof references === 'string' && { references }),
    })
  }
  return [...columns].map(([name, own]) => {
    const quoted = `main."${name.replaceAll('"', '""')}"`
    return { name, columns: own, rows: rowsOf(database, `SELECT * FROM ${quoted}`) }
  })
}

function othersIn(database: Database): string[] {
  const sql = "SELECT type || ' ' || name FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL"
  return rowsOf(database, sql).map(([name]) => String(name))
}

function rowsOf(database: Database, sql: string): Cell[][] {
  const statement = database.prepare(sql)
  const rows: Cell[][] = []
  while (statement.step()) rows.push(statement.get().map(cellOf))
  statement.free()
  return rows
}

parentPort!.on('message', ({ id, request }: { id: number; request: BatchRequest }) => {
  let reply: BatchReply
  try {
    reply = runBatch(request)
  } catch (error) {
    reply = { error: (error instanceof Error ? error.message : String(error)).slice(0, 300) }
  }
  parentPort!.postMessage({ id, reply })
})
parentPort!.postMessage('ready')
