/**
 * @file Running untrusted JavaScript: QuickJS in WebAssembly, in a worker thread, under a watchdog.
 *
 * Three limits, each outside the one before: the engine's own (memory, interrupts, stack), a deadline inside the
 * worker, and a watchdog here that ends the worker, because some native operations (`'a'.repeat(4e6).indexOf(…)`)
 * never look at an interrupt. Guest code can only compute; to get out it would need a hole in WebAssembly itself.
 * The worker shares this process: a crash of the JavaScript engine would take it along.
 */
import type { Worker } from 'node:worker_threads'
import { startWorker } from '../worker.ts'

/**
 * How a run went. All but `ok` and `sandbox-error` are the program's own doing; `sandbox-error` is ours, and must never
 * become a reward.
 */
export type RunStatus =
  'ok' | 'exception' | 'timeout' | 'watchdog' | 'out-of-memory' | 'output-limit' | 'crash' | 'sandbox-error'

export interface Program {
  code: string
  /** Name of the function that `code` defines and that is called once per input. */
  entry: string
  /** One JSON text per call. Never the expected answers: comparing is the host's work. */
  inputs: readonly string[]
}

export interface Limits {
  memoryBytes: number
  /** Calls of the engine's interrupt handler, a measure of work that is the same on every machine. */
  interrupts: number
  /** Wall time; only reached where a call of the interrupt handler takes unusually long. */
  deadlineMs: number
  /** Sum of the JSON texts of all outputs. */
  outputChars: number
}

/** `output` is the JSON text of what the call returned, or `undefined` where that has none. */
export type CaseResult = { output: string } | { error: string }

export interface RunResult {
  status: RunStatus
  error: string | null
  /** One per input; fewer where the run was stopped early. */
  cases: CaseResult[]
}

export const DEFAULT_LIMITS: Limits = {
  memoryBytes: 64_000_000,
  interrupts: 4_000,
  deadlineMs: 2_000,
  outputChars: 65_536,
}

const START_MS = 15_000
const WATCHDOG_SLACK_MS = 250

/** One sandbox worker: starts with the first program, runs one at a time, and never keeps the process alive when idle. */
export class Sandbox {
  readonly #limits: Limits
  #worker: Promise<Worker> | null = null
  #queue: Promise<unknown> = Promise.resolve()
  #jobs = 0

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  /** Never rejects: what goes wrong is a status. A failure of the sandbox itself is tried once more. */
  run(program: Program): Promise<RunResult> {
    const turn = this.#queue.then(async () => {
      const result = await this.#attempt(program)
      return result.status === 'sandbox-error' ? this.#attempt(program) : result
    })
    this.#queue = turn
    return turn
  }

  async close(): Promise<void> {
    const worker = await this.#worker?.catch(() => null)
    this.#worker = null
    await worker?.terminate()
  }

  async #attempt(program: Program): Promise<RunResult> {
    let worker: Worker
    try {
      worker = await (this.#worker ??= start())
    } catch (error) {
      this.#worker = null
      return { status: 'sandbox-error', error: String(error), cases: [] }
    }
    const id = this.#jobs++
    worker.ref()
    const result = await exchange(worker, { id, program, limits: this.#limits })
    worker.unref()
    if (result.status === 'watchdog' || result.status === 'crash' || result.status === 'sandbox-error') {
      this.#worker = null
      await worker.terminate()
    }
    return result
  }
}

let shared: Sandbox | null = null

/** The sandbox that environments share. */
export function sharedSandbox(): Sandbox {
  return (shared ??= new Sandbox())
}

function start(): Promise<Worker> {
  const worker = startWorker(import.meta.url, './sandbox-worker', {
    name: 'sandbox',
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 4 },
  })
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => fail(new Error(`the sandbox did not start within ${START_MS} ms`)),
      START_MS,
    )
    const fail = (error: Error): void => {
      clearTimeout(late)
      void worker.terminate()
      reject(error)
    }
    worker.once('error', fail)
    worker.once('message', () => {
      clearTimeout(late)
      worker.off('error', fail)
      resolve(worker)
    })
  })
}

type Job = { id: number; program: Program; limits: Limits }

/** One program there, one result back; or the watchdog's word, or the worker's end. */
function exchange(worker: Worker, job: Job): Promise<RunResult> {
  return new Promise(resolve => {
    const settle = (result: RunResult): void => {
      clearTimeout(watchdog)
      worker.off('message', answered).off('error', failed).off('exit', exited)
      resolve(result)
    }
    const stopped = (status: RunStatus, error: string): void => settle({ status, error, cases: [] })
    const answered = ({ id, result }: { id: number; result: RunResult }): void => {
      if (id === job.id) settle(result)
    }
    const failed = (error: Error): void =>
      stopped(
        'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out-of-memory' : 'crash',
        error.message,
      )
    const exited = (code: number): void => stopped('crash', `the worker ended with code ${code}`)
    const watchdog = setTimeout(
      () => stopped('watchdog', 'the program did not stop in time'),
      job.limits.deadlineMs + WATCHDOG_SLACK_MS,
    )
    worker.on('message', answered).on('error', failed).on('exit', exited)
    worker.postMessage(job)
  })
}
