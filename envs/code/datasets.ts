/**
 * @file Environments from files that users bring: JSON Lines in the formats of HumanEval, MBPP and LiveCodeBench.
 *
 * Rows are read one by one and checked; a bad row is reported and the others still load. Wherever a test can be rewritten
 * as a call and an expected value, the value stays on the host, so that a forged exit, a patched `assert` or an object
 * that equals everything proves nothing. What cannot be rewritten is run in the guest and named in the report as weaker.
 */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { EnvDef, EnvId, Split } from '../env.ts'
import { SPLITS } from '../env.ts'
import { UsageError } from '../errors.ts'
import type { Json } from '../json.ts'
import { hashJson } from '../json.ts'
import type { RowProblem } from '../rows.ts'
import { rowTasks } from '../rows.ts'
import type { CallCheck } from './assertions.ts'
import { GUEST_ENTRY, guestProgram } from './dataset-guest.ts'
import type { Format, Problem, ProblemTest } from './dataset-rows.ts'
import { readRow } from './dataset-rows.ts'
import type { ProgrammingFacts, ProgrammingState, Check } from './programming.ts'
import { defineProgramming } from './programming.ts'
import { numeric, readEncoded, samePython, truthOf } from './python-value.ts'
import { trimmed } from './stdio.ts'

export interface DatasetReport {
  rows: number
  loaded: number
  /** How many tasks each split has. */
  splits: Record<Split, number>
  problems: RowProblem[]
  /** Names of the rows some of whose assertions run in the guest, where a determined program could forge them. */
  weaker: string[]
}

/** A problem with the hash of its content, by which it is known and by which its split is decided. */
type Params = Problem & { id: string }
type DatasetEnv = EnvDef<Params, ProgrammingState, never, never, ProgrammingFacts>

const LIMITS = { deadlineMs: 10_000, outputChars: 1_000_000 }

/**
 * The environment of one file. Throws UsageError if no row of it could be used.
 */
export async function loadDataset(
  file: string,
  { format, id }: { format: Format; id: EnvId },
): Promise<{ env: EnvDef; report: DatasetReport }> {
  const problems: Params[] = []
  const report: DatasetReport = {
    rows: 0,
    loaded: 0,
    splits: { train: 0, validation: 0, test: 0 },
    problems: [],
    weaker: [],
  }
  const seen = new Map<string, number>()
  let line = 0
  for await (const text of linesOf(file)) {
    line++
    if (text.trim() === '') continue
    report.rows++
    const read = readLine(format, text)
    if ('expected' in read) {
      report.problems.push({ file, line, field: read.field, problem: `expected ${read.expected}` })
      continue
    }
    const problem = { ...read.problem, id: hashJson({ ...read.problem, name: '' } as unknown as Json) }
    const before = seen.get(problem.id)
    if (before !== undefined) {
      report.problems.push({
        file,
        line,
        field: 'row',
        problem: `expected a task other than that of line ${before}`,
      })
      continue
    }
    seen.set(problem.id, line)
    problems.push(problem)
    if (hasCode(problem)) report.weaker.push(problem.name)
  }
  if (problems.length === 0)
    throw new UsageError(
      `${file}: expected rows in the format of ${format}, got none that could be used; ${first(report)}`,
    )
  const env = environment(id, problems) as unknown as EnvDef
  for (const split of SPLITS) report.splits[split] = env.tasks.size!(split, 1)
  report.loaded = problems.length
  return { env, report }
}

function first({ rows, problems: [problem] }: DatasetReport): string {
  if (!problem) return `it has ${rows} rows`
  return `line ${problem.line}, ${problem.field}: ${problem.problem}`
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file, 'utf8')
  try {
    yield* createInterface({ input: stream, crlfDelay: Infinity })
  } catch (error) {
    throw new UsageError(`${file}: expected a file that can be read, got ${String(error)}`)
  } finally {
    stream.destroy()
  }
}

function readLine(format: Format, text: string): ReturnType<typeof readRow> {
  try {
    return readRow(format, JSON.parse(text))
  } catch {
    return { field: 'row', expected: 'one JSON object on one line' }
  }
}

function hasCode({ examples, tests }: Problem): boolean {
  return [...examples, ...tests].some(({ kind }) => kind === 'code')
}

function environment(id: EnvId, problems: readonly Params[]): DatasetEnv {
  const solved = problems.every(({ solution }) => solution !== null)
  const env = defineProgramming<Params>({
    id,
    title: `Python problems from a file (${id})`,
    group: 'data sets',
    language: 'python',
    tasks: rowTasks({ env: id, rows: problems, identity: problem => problem.id }),
    rules: 'Write the Python program or function that is asked for, whole and with its imports.',
    request: ({ request }) => request,
    examples: ({ examples }) => examples.map(checkOf),
    tests: ({ tests }) => tests.map(checkOf),
    accepts,
    assemble: (code, { setup, entry, tests }) =>
      tests[0]!.kind === 'stdin'
        ? { code }
        : { code: guestProgram({ code, setup, entry }), entry: GUEST_ENTRY },
    limits: LIMITS,
    ...(solved && { solve: ({ solution }) => solution! }),
    guesses: ({ entry }) =>
      entry === ''
        ? ['print(0)', 'print(input())']
        : ['None', '0', '[]', 'args[0]'].map(result => constant(entry, result)),
  })
  return env as unknown as DatasetEnv
}

function constant(entry: string, result: string): string {
  return `def ${entry}(*args):\n    return ${result}`
}

/** What the host expects of one check; the guest never has it. */
type Wanted = CallCheck['wanted'] | { kind: 'stdout'; text: string } | { kind: 'word'; word: string }

function checkOf(test: ProblemTest): Check {
  switch (test.kind) {
    case 'stdin':
      return {
        ...check(test.input, { kind: 'stdout', text: test.output }),
        shown: `the output for ${JSON.stringify(test.input)}`,
        answer: JSON.stringify(test.output),
      }
    case 'call':
      return {
        ...check(guestInput('call', test.call), test.wanted),
        shown: test.call,
        answer: answerOf(test.wanted),
      }
    case 'method':
      return {
        ...check(guestInput('method', test.lines), test.wanted),
        shown: `the result for ${test.lines.split('\n').join(', ')}`,
        answer: answerOf(test.wanted),
      }
    case 'code': {
      // A new word each time: what one program found out is of no use to the next.
      const word = randomUUID()
      return {
        ...check(JSON.stringify(['code', test.source, word]), { kind: 'word', word }),
        shown: 'a check',
      }
    }
  }
}

function check(input: string, wanted: Wanted): Check {
  return { input, expected: JSON.stringify(wanted), shown: '' }
}

function guestInput(kind: 'call' | 'method', text: string): string {
  return JSON.stringify([kind, text, ''])
}

function answerOf(wanted: CallCheck['wanted']): string {
  if (wanted.kind === 'equal') return wanted.text
  return wanted.kind === 'near' ? `about ${wanted.value}` : wanted.value ? 'true' : 'false'
}

function accepts(output: string, expected: string): boolean {
  const wanted = JSON.parse(expected) as Wanted
  if (wanted.kind === 'stdout') return trimmed(output) === trimmed(wanted.text)
  if (wanted.kind === 'word') return output === JSON.stringify(wanted.word)
  const value = readEncoded(output)
  if (value === null) return false
  if (wanted.kind === 'equal') return samePython(value, wanted.value)
  if (wanted.kind === 'truth') return truthOf(value) === wanted.value
  const number = numeric(value)
  if (number === null) return false
  const slack = Math.max(
    wanted.relative * Math.max(Math.abs(number), Math.abs(wanted.value)),
    wanted.absolute,
  )
  return Number.isFinite(number) && Math.abs(number - wanted.value) <= slack
}
