/**
 * @file Rows of three public formats of programming tasks, checked and brought into one shape: HumanEval (a prompt to
 * complete and a `check` function), MBPP (a sentence and assertions), LiveCodeBench (a statement and input/output pairs).
 */
import { inflateSync } from 'node:zlib'
import { z } from 'zod'
import type { CallCheck } from './assertions.ts'
import { calledName, checkBody, readAssertions } from './assertions.ts'
import { readLiteral } from './python-literal.ts'

/** One test of a problem. Code is the weaker kind: its assertions run in the guest. */
export type ProblemTest =
  | { kind: 'call'; call: string; wanted: CallCheck['wanted'] }
  | { kind: 'method'; lines: string; wanted: CallCheck['wanted'] }
  | { kind: 'stdin'; input: string; output: string }
  | { kind: 'code'; source: string }

export interface Problem {
  /** What the row calls itself, for reports. */
  name: string
  request: string
  setup: string
  /** The function to write; empty: a program from standard input to standard output. */
  entry: string
  examples: ProblemTest[]
  tests: ProblemTest[]
  solution: string | null
}

/** A problem, or why there is none: the field, and what was expected of it. */
export type ReadRow = { problem: Problem } | { field: string; expected: string }

export const FORMATS = ['humaneval', 'mbpp', 'livecodebench'] as const
export type Format = (typeof FORMATS)[number]

export function readRow(format: Format, row: unknown): ReadRow {
  if (format === 'humaneval') return checked(humanEvalRow, row, fromHumanEval)
  return format === 'mbpp' ? checked(mbppRow, row, fromMbpp) : checked(liveCodeRow, row, fromLiveCode)
}

const name = z.union([z.string(), z.number()], { error: 'a text or a number' }).transform(String)
const identifier = z.string().regex(/^[A-Za-z_]\w*$/, 'expected the name of a function')
const humanEvalRow = z.object({
  task_id: name,
  prompt: z.string().min(1),
  entry_point: identifier,
  canonical_solution: z.string(),
  test: z.string().min(1),
})
const mbppRow = z.object({
  task_id: name,
  text: z.string().min(1).optional(),
  prompt: z.string().min(1).optional(),
  code: z.string().min(1),
  test_list: z.array(z.string().min(1)).min(1),
  test_setup_code: z.string().default(''),
  test_imports: z.array(z.string()).default([]),
})
const pair = z.object({ input: z.string(), output: z.string(), testtype: z.enum(['stdin', 'functional']) })
const liveCodeRow = z.object({
  question_id: name,
  question_content: z.string().min(1),
  starter_code: z.string().default(''),
  public_test_cases: z.string(),
  private_test_cases: z.string(),
  metadata: z.string().default('{}'),
})

function checked<T>(schema: z.ZodType<T>, row: unknown, read: (row: T) => ReadRow): ReadRow {
  const parsed = schema.safeParse(row)
  if (parsed.success) return read(parsed.data)
  const issue = parsed.error.issues[0]!
  return { field: issue.path.join('.') || 'row', expected: issue.message }
}

function fromHumanEval(row: z.infer<typeof humanEvalRow>): ReadRow {
  const body = checkBody(row.test)
  if (body === null) return { field: 'test', expected: 'a function check(candidate)' }
  const checks = readAssertions(body)
  if (checks?.length === 0) return { field: 'test', expected: 'at least one assertion' }
  return {
    problem: {
      name: row.task_id,
      request: row.prompt,
      setup: row.prompt,
      entry: row.entry_point,
      examples: [],
      tests: checks?.map(callTest) ?? [{ kind: 'code', source: row.test }],
      solution: row.prompt + row.canonical_solution,
    },
  }
}

function fromMbpp(row: z.infer<typeof mbppRow>): ReadRow {
  const request = row.text ?? row.prompt
  if (request === undefined) return { field: 'text', expected: 'the task in words, as text or prompt' }
  const read = row.test_list.map(source => ({ source, checks: readAssertions(source) }))
  const empty = read.findIndex(({ checks }) => checks?.length === 0)
  if (empty >= 0) return { field: `test_list.${empty}`, expected: 'an assertion' }
  const tests = read.flatMap(
    ({ source, checks }): ProblemTest[] => checks?.map(callTest) ?? [{ kind: 'code', source }],
  )
  const entry = read.map(({ source }) => testedName(source, row.code)).find(found => found !== null)
  if (!entry) return { field: 'test_list', expected: 'a call of a function that code defines' }
  const shown = tests.slice(0, tests.length > 1 && tests[0]!.kind === 'call' ? 1 : 0)
  return {
    problem: {
      name: row.task_id,
      request: `${request}\nThe function is called ${entry}.`,
      setup: [...row.test_imports, row.test_setup_code].filter(text => text !== '').join('\n'),
      entry,
      examples: shown,
      tests: tests.slice(shown.length),
      solution: row.code,
    },
  }
}

/** The function that the row's code defines and the test calls. */
function testedName(source: string, code: string): string | null {
  const defined = [...code.matchAll(/^def\s+([A-Za-z_]\w*)/gm)].map(match => match[1]!)
  const called = calledName(source.replace(/^\s*assert\s+\(?(?:not\s+)?/, ''))
  if (called !== null && defined.includes(called)) return called
  return defined.find(found => new RegExp(`\\b${found}\\(`).test(source)) ?? null
}

function fromLiveCode(row: z.infer<typeof liveCodeRow>): ReadRow {
  const shown = readPairs(row.public_test_cases)
  if (shown === null)
    return { field: 'public_test_cases', expected: 'JSON of input/output pairs of one testtype' }
  const hidden = readPairs(row.private_test_cases)
  if (hidden === null || hidden.length === 0)
    return {
      field: 'private_test_cases',
      expected: 'one or more input/output pairs, as JSON or as compressed base64',
    }
  const functional = hidden[0]!.testtype === 'functional'
  if ([...shown, ...hidden].some(({ testtype }) => (testtype === 'functional') !== functional))
    return { field: 'private_test_cases', expected: 'one testtype for all pairs' }
  const entry = functional ? functionName(row) : ''
  if (entry === null) return { field: 'metadata', expected: 'func_name, or starter code with one method' }
  const examples = shown.map(pairTest)
  const tests = hidden.map(pairTest)
  if (examples.includes(null) || tests.includes(null))
    return { field: 'private_test_cases', expected: 'outputs that are JSON where the testtype is functional' }
  return {
    problem: {
      name: row.question_id,
      request: [
        row.question_content,
        ...(row.starter_code === '' ? [] : ['Start from:', row.starter_code]),
      ].join('\n'),
      setup: functional ? 'from typing import *' : '',
      entry,
      examples: examples as ProblemTest[],
      tests: tests as ProblemTest[],
      solution: null,
    },
  }
}

function functionName({ metadata, starter_code: starter }: z.infer<typeof liveCodeRow>): string | null {
  const parsed = z.object({ func_name: identifier }).safeParse(parsedJson(metadata))
  if (parsed.success) return parsed.data.func_name
  const methods = [...starter.matchAll(/^\s*def\s+([A-Za-z_]\w*)/gm)].map(match => match[1]!)
  return methods.length === 1 ? methods[0]! : null
}

function pairTest({ input, output, testtype }: z.infer<typeof pair>): ProblemTest | null {
  if (testtype === 'stdin') return { kind: 'stdin', input, output }
  const value = readLiteral(output)
  return value && { kind: 'method', lines: input, wanted: { kind: 'equal', value, text: output.trim() } }
}

function callTest({ call, wanted }: CallCheck): ProblemTest {
  return { kind: 'call', call, wanted }
}

const MAX_UNPACKED = 64_000_000

/** Pairs as JSON, or as base64 of zlib of a pickled JSON text, which is how the hidden ones are published. */
function readPairs(text: string): z.infer<typeof pair>[] | null {
  const read = z.array(pair).safeParse(parsedJson(text) ?? parsedJson(unpacked(text) ?? ''))
  return read.success ? read.data : null
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unpacked(text: string): string | null {
  try {
    return pickledText(inflateSync(Buffer.from(text, 'base64'), { maxOutputLength: MAX_UNPACKED }))
  } catch {
    return null
  }
}

/** The text of a pickle that holds one text and nothing else; nothing in it is ever run. */
function pickledText(bytes: Buffer): string | null {
  // PROTO and its number; from protocol 4 on a FRAME with its length of 8 bytes; then BINUNICODE or a kin of it.
  let at = bytes[0] === 0x80 ? 2 : 0
  if (bytes[at] === 0x95) at += 9
  const opcode = bytes[at++]
  if (opcode === 0x8c) return bytes.toString('utf8', at + 1, at + 1 + bytes.readUInt8(at))
  if (opcode === 0x58) return bytes.toString('utf8', at + 4, at + 4 + bytes.readUInt32LE(at))
  if (opcode !== 0x8d) return null
  return bytes.toString('utf8', at + 8, at + 8 + Number(bytes.readBigUInt64LE(at)))
}
