/**
 * @file Running untrusted programs: the one door to both languages. The contract is in program.ts.
 *
 * JavaScript runs in QuickJS inside a pool of worker threads (sandbox-pool.ts). Python runs in what this machine has
 * (python-backend.ts); where it has nothing safe, every Python run is a `sandbox-error` that says why.
 */
import type { Limits, Program, RunOptions, RunResult } from './program.ts'
import { CANCELLED, DEFAULT_LIMITS, stopped } from './program.ts'
import { PythonPool } from './python-backend.ts'
import { WorkerPool } from './sandbox-pool.ts'

export interface SandboxOptions {
  /** Programs of one language that run at once; as many as there are cores where absent. */
  workers?: number
  /** In place of the defaults of both languages; a run's own limits come before these. */
  limits?: Partial<Limits>
}

/** Starts with the first program and never keeps the process alive when idle. */
export class Sandbox {
  readonly #limits: Partial<Limits>
  readonly #javascript: WorkerPool
  readonly #python: PythonPool

  constructor({ workers, limits = {} }: SandboxOptions = {}) {
    this.#limits = limits
    this.#javascript = new WorkerPool(workers)
    this.#python = new PythonPool(workers)
  }

  /**
   * What goes wrong in a run is a status. A failure of the sandbox itself is tried once more.
   * @throws {TypeError} only for what no sandbox could run: inputs that are no argument lists, an entry that is no name.
   */
  async run(program: Program, { signal, limits = {} }: RunOptions = {}): Promise<RunResult> {
    checkProgram(program)
    const job = { program, limits: this.#limitsOf(program, limits), ...(signal && { signal }) }
    try {
      const result = await this.#attempt(job)
      return result.status === 'sandbox-error' && !signal?.aborted ? await this.#attempt(job) : result
    } catch (error) {
      return stopped('sandbox-error', signal?.aborted ? CANCELLED : String(error))
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#javascript.close(), this.#python.close()])
  }

  #limitsOf({ language = 'javascript' }: Program, own: Partial<Limits>): Limits {
    return { ...DEFAULT_LIMITS[language], ...this.#limits, ...own }
  }

  #attempt(job: { program: Program; limits: Limits; signal?: AbortSignal }): Promise<RunResult> {
    return (job.program.language === 'python' ? this.#python : this.#javascript).run(job)
  }
}

let shared: Sandbox | null = null

/** The sandbox that environments share. */
export function sharedSandbox(): Sandbox {
  return (shared ??= new Sandbox())
}

/** These come from our own code, and would else look like a fault of the guest. */
function checkProgram({ entry, inputs }: Program): void {
  if (entry === undefined) return
  if (!/^[A-Za-z_]\w*$/.test(entry)) throw new TypeError(`expected the name of a function, got ${entry}`)
  for (const input of inputs)
    if (!Array.isArray(JSON.parse(input)))
      throw new TypeError(`expected the JSON text of an array of arguments, got ${input.slice(0, 80)}`)
}
