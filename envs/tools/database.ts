/**
 * @file Databases as values: a batch of SQL statements on an image gives rows and, if it wrote, a new image.
 *
 * The engine is SQLite inside worker threads (database-worker.ts). A batch that does not stop in time is ended together
 * with its worker; one that takes too much memory fails by itself, and its worker is replaced as well. The same image
 * and the same statements give the same rows, the same image and the same content, in every process.
 */
import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { Slots } from '../code/slots.ts'
import { startWorker } from '../worker.ts'
import type { Content, Table } from './content.ts'
import { scriptOf } from './content.ts'

/** One SQLite database file in base64, and what it holds. */
export type DatabaseImage = { image: string; content: Content }

/** `image` is empty for a new database. Without `writes` the database is only read. */
export type BatchRequest = { image: string; sql: string; writes: boolean }

/** What one statement returned; `note` says that more was left out. */
export type Rows = { columns: string[]; rows: (string | number | null)[][]; note?: string }

/** The new database only where the batch changed it. `error`: the batch was refused and changed nothing. */
export type BatchReply =
  ({ results: Rows[] } & Partial<DatabaseImage>) | { error: string } | { unavailable: string }

/** A batch takes about a millisecond; only one that has no end takes this long. */
const DEADLINE_MS = 2000
/** This thread may itself have been busy past the deadline, with the answer waiting to be read. */
const GRACE_MS = 100
const START_MS = 15_000
/** How the engine says that its memory is used up. */
const OUT_OF_MEMORY = /out of memory|memory access out of bounds|Aborted|unreachable/

/** Never rejects. A cancelled batch is `unavailable`, and so is one whose worker failed. */
export async function runBatch(request: BatchRequest, signal?: AbortSignal): Promise<BatchReply> {
  try {
    return await workers.use(slot => slot.run(request, signal), signal)
  } catch (error) {
    return { unavailable: String(error) }
  }
}

/** A new database with these tables. Throws where they contradict each other or the engine is not available. */
export async function createDatabase(tables: readonly Table[]): Promise<DatabaseImage> {
  const reply = await runBatch({ image: '', sql: `BEGIN;\n${scriptOf(tables)}COMMIT`, writes: true })
  if (!('results' in reply)) throw new Error('error' in reply ? reply.error : reply.unavailable)
  if (reply.image === undefined || reply.content === undefined) throw new Error('expected at least one table')
  return { image: reply.image, content: reply.content }
}

/** Ends the workers; the next batch starts them again. */
export async function closeDatabases(): Promise<void> {
  await Promise.all(workers.all.map(slot => slot.close()))
}

/** A place for one worker, which starts with its first batch. */
class Slot {
  #worker: Promise<Worker> | null = null
  #batches = 0

  async run(request: BatchRequest, signal: AbortSignal | undefined): Promise<BatchReply> {
    const worker = await (this.#worker ??= this.#start())
    worker.ref()
    const { reply, spent } = await exchange(worker, this.#batches++, request, signal)
    worker.unref()
    if (spent) await this.close()
    return reply
  }

  #start(): Promise<Worker> {
    const starting = start()
    const forget = (): void => {
      if (this.#worker === starting) this.#worker = null
    }
    starting.then(worker => worker.once('exit', forget), forget)
    return starting
  }

  async close(): Promise<void> {
    const worker = await this.#worker?.catch(() => null)
    this.#worker = null
    await worker?.terminate()
  }
}

const workers = new Slots(Array.from({ length: availableParallelism() }, () => new Slot()))

function start(): Promise<Worker> {
  const worker = startWorker(import.meta.url, './database-worker', {
    name: 'database',
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      clearTimeout(late)
      void worker.terminate()
      reject(error)
    }
    const late = setTimeout(() => fail(new Error(`the database did not start in ${START_MS} ms`)), START_MS)
    worker.once('error', fail)
    worker.once('message', () => {
      clearTimeout(late)
      // A worker that fails while idle ends, and its slot starts another.
      worker.off('error', fail).on('error', () => {})
      resolve(worker)
    })
  })
}

/** One batch there, one reply back. `spent`: the worker cannot be used again. */
function exchange(
  worker: Worker,
  id: number,
  request: BatchRequest,
  signal: AbortSignal | undefined,
): Promise<{ reply: BatchReply; spent: boolean }> {
  return new Promise(resolve => {
    const settle = (reply: BatchReply, spent = true): void => {
      clearTimeout(watchdog)
      worker.off('message', answered).off('error', failed).off('exit', exited)
      signal?.removeEventListener('abort', cancelled)
      resolve({ reply, spent })
    }
    const answered = (answer: { id: number; reply: BatchReply }): void => {
      if (answer.id !== id) return
      settle(answer.reply, 'error' in answer.reply && OUT_OF_MEMORY.test(answer.reply.error))
    }
    const failed = (error: Error): void => settle({ unavailable: String(error) })
    const exited = (code: number): void => settle({ unavailable: `the worker ended with code ${code}` })
    const cancelled = (): void => settle({ unavailable: 'cancelled' })
    const late = (): void => settle({ error: `stopped after ${DEADLINE_MS} ms: does it have an end?` })
    let watchdog = setTimeout(() => (watchdog = setTimeout(late, GRACE_MS)), DEADLINE_MS)
    worker.on('message', answered).on('error', failed).on('exit', exited)
    signal?.addEventListener('abort', cancelled)
    if (signal?.aborted) return cancelled()
    worker.postMessage({ id, request })
  })
}
