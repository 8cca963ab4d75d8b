/**
 * @file A pool of sandbox workers and the watchdog over each: JavaScript programs, one worker each, as many at once as
 * there are cores.
 *
 * Three limits, each outside the one before: the engine's own (memory, interrupts, stack), a deadline inside the
 * worker, and the watchdog here that ends the worker, because some native operations (`'a'.repeat(4e6).indexOf(…)`)
 * never look at an interrupt.
 */
import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { ask, ready } from '../watched-worker.ts'
import { startWorker } from '../worker.ts'
import type { Limits, Program, RunResult } from './program.ts'
import { CANCELLED, stopped } from './program.ts'
import { Slots } from '../slots.ts'

export interface Job {
  program: Program
  limits: Limits
  signal?: AbortSignal
}

/** What the worker gets beyond the deadline to end by itself and to answer. */
const WATCHDOG_SLACK_MS = 100

export class WorkerPool {
  readonly #slots: Slots<Slot>

  constructor(size = availableParallelism()) {
    this.#slots = new Slots(Array.from({ length: size }, () => new Slot()))
  }

  /** @throws the signal's reason if it aborts before the program has begun. */
  run(job: Job): Promise<RunResult> {
    return this.#slots.use(slot => slot.run(job), job.signal)
  }

  async close(): Promise<void> {
    await Promise.all(this.#slots.all.map(slot => slot.close()))
  }
}

/** A place for one worker, which starts with its first program and is replaced when it had to be ended. */
class Slot {
  #worker: Promise<Worker> | null = null
  #ending: Promise<unknown> | null = null
  #jobs = 0

  async run(job: Job): Promise<RunResult> {
    let worker: Worker
    try {
      worker = await (this.#worker ??= start())
    } catch (error) {
      this.#worker = null
      return stopped('sandbox-error', String(error))
    }
    const result = await exchange(worker, this.#jobs++, job)
    if (result.status === 'watchdog' || result.status === 'crash' || result.status === 'sandbox-error') {
      this.#worker = null
      // The caller need not wait until the thread has come to its end; the next program gets another one.
      this.#ending = worker.terminate()
    }
    return result
  }

  async close(): Promise<void> {
    const worker = await this.#worker?.catch(() => null)
    this.#worker = null
    await Promise.all([worker?.terminate(), this.#ending])
  }
}

function start(): Promise<Worker> {
  const worker = startWorker(import.meta.url, './sandbox-worker', {
    name: 'sandbox',
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 4 },
  })
  return ready(worker, 'the sandbox')
}

/** One program there, one result back; or the watchdog's word, the caller's, or the worker's end. */
async function exchange(worker: Worker, id: number, { program, limits, signal }: Job): Promise<RunResult> {
  const came = await ask(worker, {
    message: { id, program, limits },
    take: (message: { id: number; result: RunResult }) => (message.id === id ? message.result : undefined),
    deadlineMs: limits.deadlineMs + WATCHDOG_SLACK_MS,
    signal,
  })
  if ('answer' in came) return came.answer
  if (came.how === 'late') return stopped('watchdog', 'TimeoutError: the program did not stop in time')
  if (came.how === 'cancelled') return stopped('sandbox-error', CANCELLED)
  const { error } = came
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? stopped('out-of-memory', `MemoryError: ${error.message}`)
    : stopped('crash', String(error))
}
