/** @file An environment named on the command line: by id, as a file that exports one, or as a file of problems. */
import { createReadStream, existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Format } from '../../envs/code/dataset-rows.ts'
import { loadDataset } from '../../envs/code/datasets.ts'
import type { EnvDef } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { mathDataset } from '../../envs/math/datasets.ts'
import { findEnv } from '../../envs/registry.ts'
import type { RowProblem } from '../../envs/rows.ts'
import { importUserModule, isEnv } from '../../envs/user-module.ts'
import { note } from './output.ts'

export const MODULE_FILE = /^(.+\.[cm]?[jt]s)(?:#(\w+))?$/
const ROWS = /\.(jsonl|ndjson|csv)$/i
const PROBLEMS_SHOWN = 5

/**
 * `math/gcd-v1`; `./my-env.ts`, or `./my-envs.ts#second` where a file exports several; or `./problems.jsonl` (also CSV)
 * with a problem and its answer in each row.
 */
export async function envArgument(text: string): Promise<EnvDef> {
  const match = MODULE_FILE.exec(text)
  const env = match
    ? await envOfFile(match[1]!, match[2])
    : ROWS.test(text)
      ? await envOfRows(text)
      : findEnv(text)
  const missing = (await env.missing?.()) ?? null
  if (missing !== null) throw new UsageError(`${env.id} cannot run here: ${missing}`)
  return env
}

async function envOfFile(file: string, name: string | undefined): Promise<EnvDef> {
  const path = resolve(file)
  if (!existsSync(path))
    throw new UsageError(`${file}: expected a file that exports an environment, found none`)
  const found = Object.entries(await importUserModule(path)).filter(
    ([key, value]) => isEnv(value) && (name === undefined || key === name),
  ) as [string, EnvDef][]
  const [first, second] = found
  if (!first)
    throw new UsageError(
      `${file}: expected ${name === undefined ? 'an exported environment' : `an environment exported as ${name}`}, found none; see ludus new env --help`,
    )
  if (second)
    throw new UsageError(`${file} exports ${found.map(([key]) => key).join(', ')}; write ${file}#${first[0]}`)
  return first[1]
}

/** Rows that were left out are told, not hidden. */
async function envOfRows(file: string): Promise<EnvDef> {
  const name = basename(file)
    .replace(/\.\w+$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  const format = await codeFormat(file)
  if (format !== null) {
    const { env, report } = await loadDataset(file, { format, id: `code/${name}-v1` })
    tell(file, report.loaded, report.problems)
    if (report.weaker.length > 0)
      note(
        `  ${report.weaker.length} problems have tests that could only be run beside the program: weaker evidence`,
      )
    return env
  }
  const { env, rows, problems } = await mathDataset(file, {
    id: `math/${name}-v1`,
    title: `Problems of ${file}`,
  })
  tell(file, rows, problems)
  return env as unknown as EnvDef
}

/** What kind of programming problems the file holds, by the fields of its first row; null: none of them. */
async function codeFormat(file: string): Promise<Format | null> {
  const first = await firstLine(file)
  if (/"entry_point"\s*:/.test(first)) return 'humaneval'
  if (/"test_list"\s*:/.test(first)) return 'mbpp'
  return /"question_content"\s*:/.test(first) ? 'livecodebench' : null
}

async function firstLine(file: string): Promise<string> {
  const input = createReadStream(file, 'utf8')
  try {
    for await (const line of createInterface({ input })) if (line.trim() !== '') return line
    return ''
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    input.destroy()
  }
}

function tell(file: string, rows: number, problems: readonly RowProblem[]): void {
  note(`${file}: ${rows} problems${problems.length > 0 ? `, ${problems.length} rows left out` : ''}`)
  for (const { line, field, problem } of problems.slice(0, PROBLEMS_SHOWN))
    note(`  line ${line}, ${field}: ${problem}`)
}
