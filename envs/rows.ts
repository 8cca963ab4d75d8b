/**
 * @file Data files as tasks: JSONL and CSV, read as a stream, checked row by row, split by content.
 *
 * A row that does not fit is a problem with its file, line and field; the others load all the same.
 */
import { parse } from 'csv-parse'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import type { EnvId, Level, Split, TaskSource } from './env.ts'
import { SPLITS } from './env.ts'
import { UsageError } from './errors.ts'
import type { Json } from './json.ts'
import { splitOf } from './tasks.ts'

/** A row that was left out, and why. */
export type RowProblem = { file: string; line: number; field: string; problem: string }

export interface Rows<R> {
  rows: R[]
  problems: RowProblem[]
}

const MAX_PROBLEMS = 1_000

/** Reads the rows of a `.jsonl`, `.ndjson` or `.csv` file. Throws UsageError if it cannot be read or holds no good row. */
export async function readRows<R>(file: string, schema: z.ZodType<R>): Promise<Rows<R>> {
  const found: Rows<R> = { rows: [], problems: [] }
  try {
    for await (const { line, value } of /\.csv$/i.test(file) ? csvRows(file) : jsonRows(file))
      take(found, schema, { file, line, value })
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (found.rows.length > 0) return found
  const [first] = found.problems
  throw new UsageError(
    `${file}: expected at least one row that fits, found none${first ? `; line ${first.line}, ${first.field}: ${first.problem}` : ''}`,
  )
}

type Raw = { line: number; value: unknown }

function take<R>(
  { rows, problems }: Rows<R>,
  schema: z.ZodType<R>,
  { file, line, value }: Raw & { file: string },
): void {
  const checked = value instanceof SyntaxError ? null : schema.safeParse(value)
  if (checked?.success) return void rows.push(checked.data)
  if (problems.length >= MAX_PROBLEMS) return
  const issue = checked?.error.issues[0]
  const problem = issue?.message ?? `is no JSON: ${(value as Error).message}`
  problems.push({ file, line, field: issue?.path.join('.') || 'row', problem })
}

async function* jsonRows(file: string): AsyncGenerator<Raw> {
  let line = 0
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    line++
    if (text.trim() !== '') yield { line, value: parsed(text) }
  }
}

async function* csvRows(file: string): AsyncGenerator<Raw> {
  const options = { columns: true, bom: true, info: true, relax_column_count: true, skip_empty_lines: true }
  const records = createReadStream(file).pipe(parse(options)) as AsyncIterable<{
    info: { lines: number }
    record: Record<string, string>
  }>
  for await (const { info, record } of records) yield { line: info.lines, value: record }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return error
  }
}

interface RowSource<R> {
  env: EnvId
  rows: readonly R[]
  /** What makes two rows the same task: it decides the split, and of equal rows one is kept. */
  identity(row: R): Json
  /** Names the level of a row; levels are in the order of their names. Default: one level. */
  level?(row: R): string
}

/** Rows as tasks: each in the split that its content hashes to, in the order of the file. */
export function rowTasks<R>({ env, rows, identity, level = () => 'all' }: RowSource<R>): TaskSource<R> {
  const titles = [...new Set(rows.map(level))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const levels: Level[] = titles.map((title, i) => ({ level: i + 1, title }))
  const parts = new Map<string, R[]>(SPLITS.flatMap(split => titles.map((_, i) => [`${split} ${i + 1}`, []])))
  const seen = new Set<string>()
  for (const row of rows) {
    const name = JSON.stringify(identity(row))
    if (seen.has(name)) continue
    seen.add(name)
    parts.get(`${splitOf(env, identity(row))} ${titles.indexOf(level(row)) + 1}`)!.push(row)
  }
  const part = (split: Split, number: number): R[] => parts.get(`${split} ${number}`) ?? []
  return {
    levels,
    at: (split, index, number) => part(split, number)[index]!,
    size: (split, number) => part(split, number).length,
  }
}
