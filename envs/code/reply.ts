/** @file What comes out of a guest, in either language: a nonce and one JSON text, from memory that the guest could touch. */
import { z } from 'zod'
import type { CaseResult, Limits, RunResult, RunStatus } from './program.ts'
import { classOf, stopped } from './program.ts'

/** An error's class and message, each already clipped by an honest driver. */
const MAX_ERROR = 400
/** Standard output where it is not the result. */
const MAX_STDOUT = 10_000

const errorText = z.string().transform(text => text.slice(0, MAX_ERROR))
const steps = z.int().nonnegative().optional()
const caseLine = z.union([z.object({ output: z.string(), steps }), z.object({ error: errorText, steps })])
const lastLine = z.object({
  status: z.enum(['ok', 'exception', 'out-of-memory', 'output-limit']),
  error: errorText.nullable(),
  stdout: z.string().transform(text => text.slice(0, MAX_STDOUT)),
})

/** Why the host, not the guest, says that a run is over. */
export interface Stop {
  status: RunStatus
  error: string
}

/**
 * The result in `text`: one line per case, then one for the whole run, each behind the nonce; a `crash` where that is not
 * there. With a `stop` the cases that were finished before it are kept.
 */
export function readReply(
  text: string,
  nonce: string,
  expected: number,
  limits: Limits,
  stop?: Stop,
): RunResult {
  const lines = text.split('\n').filter(line => line.startsWith(nonce))
  const values = lines.map(line => parsed(line.slice(nonce.length)))
  const last = lastLine.safeParse(values.at(-1))
  const cases = z.array(caseLine).safeParse(last.success ? values.slice(0, -1) : values)
  const lost = stop ?? LOST
  if (!cases.success || cases.data.length > expected) return stopped(lost.status, lost.error)
  const { status, error } = stop ?? (last.success ? last.data : LOST)
  if (status === 'ok' && cases.data.length < expected) return stopped(LOST.status, LOST.error)
  const chars = cases.data.reduce((sum, entry) => sum + ('output' in entry ? entry.output.length : 0), 0)
  if (chars > limits.outputChars) return stopped('output-limit', OVERFLOW)
  return {
    status,
    error,
    errorClass: error === null ? null : classOf(error),
    cases: cases.data.map(caseResult),
    stdout: last.success ? last.data.stdout : '',
  }
}

const LOST: Stop = {
  status: 'crash',
  error: 'ReplyError: the program ended without the answer of its driver',
}

export const OVERFLOW = 'OutputLimit: the output is longer than allowed'

/** One result of runs that each answered one input; it ends with the first that was stopped. */
export function joined(runs: readonly RunResult[]): RunResult {
  const last = runs.at(-1) ?? { status: 'ok', error: null, errorClass: null }
  const { status, error, errorClass } = last
  return { status, error, errorClass, cases: runs.flatMap(({ cases }) => cases), stdout: '' }
}

function caseResult({ steps: counted, ...entry }: z.output<typeof caseLine>): CaseResult {
  const result = 'error' in entry ? { ...entry, errorClass: classOf(entry.error) } : entry
  return counted === undefined ? result : { ...result, steps: counted }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
