/**
 * @file The rows of public benchmarks of reward models, read from files that nobody has checked: ProcessBench, RewardBench
 * and RewardBench 2. JSON (a list), JSON lines and CSV; what does not fit is named with its file and line.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { UsageError } from '../envs/errors.ts'
import type { RowProblem, Rows } from '../envs/rows.ts'
import { readRows } from '../envs/rows.ts'

const text = z.string().max(1_000_000)

export const processBenchRow = z
  .object({
    id: z.string().max(1_000),
    generator: z.string().max(1_000).optional(),
    problem: text,
    steps: z.array(text).min(1).max(10_000),
    final_answer_correct: z.boolean().optional(),
    /** Number of the first wrong step, from 0; -1 if none is wrong. */
    label: z.number().int().min(-1),
  })
  .refine(({ steps, label }) => label < steps.length, {
    message: 'expected a label below the number of steps',
    path: ['label'],
  })
export type ProcessBenchRow = z.infer<typeof processBenchRow>

export const rewardBenchRow = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  prompt: text,
  chosen: text,
  rejected: text,
  subset: z.string().max(1_000).optional(),
})
export type RewardBenchRow = z.infer<typeof rewardBenchRow>

export const rewardBench2Row = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  prompt: text,
  chosen: z.array(text).min(1).max(1_000),
  rejected: z.array(text).min(1).max(1_000),
  subset: z.string().max(1_000).optional(),
})
export type RewardBench2Row = z.infer<typeof rewardBench2Row>

export const readProcessBench = (file: string): Promise<Rows<ProcessBenchRow>> =>
  readAny(file, processBenchRow)
export const readRewardBench = (file: string): Promise<Rows<RewardBenchRow>> => readAny(file, rewardBenchRow)
export const readRewardBench2 = (file: string): Promise<Rows<RewardBench2Row>> =>
  readAny(file, rewardBench2Row)

/** Rows that do not fit are left out and named. */
async function readAny<R>(file: string, schema: z.ZodType<R>): Promise<Rows<R>> {
  return /\.json$/i.test(file) ? jsonList(file, schema) : readRows(file, schema)
}

/** All rows, or a UsageError that names the first that does not fit. */
export function strictly<R>({ rows, problems }: Rows<R>): R[] {
  const [first] = problems
  if (first) throw new UsageError(`${named(first)}; ${problems.length} of the file's rows do not fit`)
  return rows
}

function named({ file, line, field, problem }: RowProblem): string {
  return `${file}:${line}: ${field}: ${problem}`
}

function jsonList<R>(file: string, schema: z.ZodType<R>): Rows<R> {
  const source = contents(file)
  const list = z.array(z.unknown()).safeParse(source.value)
  if (!list.success) throw new UsageError(`${file}:1: expected a list of rows, got ${typeof source.value}`)
  const lines = elementLines(source.text)
  const found: Rows<R> = { rows: [], problems: [] }
  for (const [i, value] of list.data.entries()) {
    const checked = schema.safeParse(value)
    const issue = checked.error?.issues[0]
    if (checked.success) found.rows.push(checked.data)
    else
      found.problems.push({
        file,
        line: lines[i] ?? 1,
        field: issue?.path.join('.') || 'row',
        problem: issue?.message ?? 'does not fit',
      })
  }
  if (found.rows.length > 0) return found
  const [first] = found.problems
  throw new UsageError(
    `${first ? named(first) : file}: expected at least one row that fits, found none in ${list.data.length}`,
  )
}

function contents(file: string): { text: string; value: unknown } {
  let source: string
  try {
    source = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${(error as Error).message}`)
  }
  try {
    return { text: source, value: JSON.parse(source) as unknown }
  } catch (error) {
    const at = /position (\d+)/.exec((error as Error).message)?.[1]
    const line = at === undefined ? source.split('\n').length : source.slice(0, Number(at)).split('\n').length
    throw new UsageError(`${file}:${line}: is no JSON: ${(error as Error).message}`)
  }
}

/** The line on which each element of a list begins, in text that is known to be one. */
function elementLines(source: string): number[] {
  const lines: number[] = []
  let [line, depth, inside, awaited] = [1, 0, false, false]
  for (let at = 0; at < source.length; at++) {
    const character = source[at]!
    if (character === '\n') line++
    if (inside) {
      if (character === '\\') at++
      else if (character === '"') inside = false
      continue
    }
    if (/\s/.test(character)) continue
    if (awaited && character !== ']') lines.push(line)
    awaited = false
    if (character === '"') inside = true
    else if (character === '[' || character === '{') awaited = ++depth === 1
    else if (character === ']' || character === '}') depth--
    else if (character === ',') awaited = depth === 1
  }
  return lines
}
