/**
 * @file Databases as values: a batch of SQL statements on an image gives rows and, if it wrote, a new image.
 *
 * The engine is SQLite inside worker threads (database-worker.ts). A batch that does not stop in time is ended together
 * with its worker; one that takes too much memory fails by itself, and its worker is replaced as well. The same image
 * and the same statements give the same rows, the same image and the same content, in every process.
 */
import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { Slots } from '../slots.ts'
import { ask, ready } from '../watched-worker.ts'
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
    const { reply, spent } = await exchange(worker, this.#batches++, request, signal)
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
  return ready(worker, 'the database')
}

/** One batch there, one reply back. `spent`: the worker cannot be used again. */
async function exchange(
  worker: Worker,
  id: number,
  request: BatchRequest,
  signal: AbortSignal | undefined,
): Promise<{ reply: BatchReply; spent: boolean }> {
  const came = await ask(worker, {
    message: { id, request },
    take: (message: { id: number; reply: BatchReply }) => (message.id === id ? message.reply : undefined),
    deadlineMs: DEADLINE_MS,
    graceMs: GRACE_MS,
    signal,
  })
  if ('answer' in came) {
    const spent = 'error' in came.answer && OUT_OF_MEMORY.test(came.answer.error)
    return { reply: came.answer, spent }
  }
  if (came.how === 'late')
    return { reply: { error: `stopped after ${DEADLINE_MS} ms: does it have an end?` }, spent: true }
  const why = came.how === 'cancelled' ? 'cancelled' : String(came.error)
  return { reply: { unavailable: why }, spent: true }
}
