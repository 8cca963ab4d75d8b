/** @file Which Python sandbox this machine can offer, found out once by running a program in it. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import type { Limits, Program, RunResult } from './program.ts'
import { DEFAULT_LIMITS, stopped } from './program.ts'
import { PythonSandbox, missingForBubblewrap } from './python-bubblewrap.ts'
import { DenoPython, findDeno } from './python-deno.ts'
import { Slots } from '../slots.ts'

export interface PythonBackend {
  kind: 'bubblewrap' | 'deno-pyodide' | 'none'
  /** What it is, and why not the ones before it. */
  detail: string
}

interface Job {
  program: Program
  limits: Limits
  signal?: AbortSignal
}

/** Programs in parallel; a job that is cancelled before its turn throws the signal's reason. */
export class PythonPool {
  readonly #size: number
  #slots: Promise<Slots<Runner>> | null = null

  constructor(size = availableParallelism()) {
    this.#size = size
  }

  async run({ program, limits, signal }: Job): Promise<RunResult> {
    const { kind, detail } = await pythonBackend()
    if (kind === 'none') return stopped('sandbox-error', `Unavailable: no Python sandbox here: ${detail}`)
    const slots = await (this.#slots ??= runners(kind, this.#size))
    return slots.use(runner => runner.run(program, limits, signal), signal)
  }

  async close(): Promise<void> {
    const slots = await this.#slots
    this.#slots = null
    for (const runner of slots?.all ?? []) runner.close()
  }
}

interface Runner {
  run(program: Program, limits: Limits, signal?: AbortSignal): Promise<RunResult>
  close(): void
}

async function runners(kind: 'bubblewrap' | 'deno-pyodide', size: number): Promise<Slots<Runner>> {
  if (kind === 'bubblewrap') return new Slots<Runner>(Array.from({ length: size }, () => new PythonSandbox()))
  const deno = await preparedDeno()
  return new Slots<Runner>(
    Array.from({ length: size }, () => ({ run: deno.run.bind(deno), close: () => {} })),
  )
}

const choice = z.enum(['bubblewrap', 'deno', 'none']).optional()
let found: Promise<PythonBackend> | null = null
let prepared: Promise<DenoPython> | null = null

/**
 * Probed once per process. The environment variable LUDUS_PYTHON (`bubblewrap`, `deno` or `none`) allows that one only.
 * @throws {UsageError} if it says anything else.
 */
export function pythonBackend(): Promise<PythonBackend> {
  return (found ??= probe(process.env['LUDUS_PYTHON'] || undefined))
}

async function probe(asked: string | undefined): Promise<PythonBackend> {
  const only = choice.safeParse(asked)
  if (!only.success)
    throw new UsageError(`expected LUDUS_PYTHON to be bubblewrap, deno or none, got ${JSON.stringify(asked)}`)
  if (only.data === 'none') return { kind: 'none', detail: 'LUDUS_PYTHON=none' }
  const problems: string[] = []
  if (only.data !== 'deno') {
    const tried = await tryBubblewrap()
    if ('works' in tried) return { kind: 'bubblewrap', detail: tried.works }
    problems.push(`bubblewrap: ${tried.problem}`)
  }
  if (only.data !== 'bubblewrap') {
    const tried = await tryDeno()
    if ('works' in tried) return { kind: 'deno-pyodide', detail: [tried.works, ...problems].join('; ') }
    problems.push(`deno: ${tried.problem}`)
  }
  return { kind: 'none', detail: problems.join('; ') }
}

type Tried = { works: string } | { problem: string }

/** Says its version, and proves that what has to be out of reach is. */
const PROBE = `
import os, sys
def refused(action):
    try:
        action()
    except OSError:
        return True
    return False
def solve():
    import socket
    return [sys.version.split()[0],
        refused(lambda: os.fork() or os._exit(0)) if hasattr(os, 'fork') else True,
        refused(lambda: open('/etc/passwd')),
        refused(lambda: open('/tmp/ludus', 'w')) or sys.platform == 'emscripten',
        refused(lambda: socket.create_connection(('127.0.0.1', 1), 1))]
`

async function tryBubblewrap(): Promise<Tried> {
  const missing = missingForBubblewrap()
  if (missing !== null) return { problem: missing }
  const sandbox = new PythonSandbox()
  try {
    return await prove(sandbox, version => `CPython ${version} in bubblewrap`)
  } finally {
    sandbox.close()
  }
}

async function tryDeno(): Promise<Tried> {
  try {
    return await prove(await preparedDeno(), version => `CPython ${version} (Pyodide) in Deno`)
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

async function prove(runner: Runner, describe: (version: string) => string): Promise<Tried> {
  const program: Program = { language: 'python', code: PROBE, entry: 'solve', inputs: ['[]'] }
  const { error, cases } = await runner.run(program, { ...DEFAULT_LIMITS.python, deadlineMs: 10_000 })
  const [result] = cases
  if (result === undefined || 'error' in result) return { problem: error ?? result?.error ?? 'no answer' }
  const [version, ...proofs] = JSON.parse(result.output) as [string, ...boolean[]]
  return proofs.every(proof => proof === true)
    ? { works: describe(String(version)) }
    : { problem: `the sandbox is open (${proofs.join()})` }
}

function preparedDeno(): Promise<DenoPython> {
  const files = findDeno()
  if (typeof files === 'string') return Promise.reject(new Error(files))
  return (prepared ??= DenoPython.prepare(files))
}
