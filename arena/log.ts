/**
 * @file An append-only log: one JSON record per line, each with its own checksum.
 *
 * `append` resolves only when the record is on the disk; records that come within a few milliseconds share one
 * `fdatasync`. A line that a crash cut off was never acknowledged and is removed on open; anything else that does not
 * check out stops with the file and the line, because it means that acknowledged results were damaged.
 */
import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { z } from 'zod'
import { UsageError } from '../envs/errors.ts'

const GROUP_MS = 4
const GROUP_RECORDS = 64
const CHUNK_BYTES = 1 << 20
const NEWLINE = 10

type Identified = { id: string }
type Pending = { line: string; resolve: () => void; reject: (error: unknown) => void }

/** Whole records of a log in order, a repeated id only once. A missing file has none. Changes nothing. */
export async function* readLog<T extends Identified>(file: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const seen = new Set<string>()
  for await (const { text, number, whole } of lines(file)) {
    if (!whole) return
    const record = parseLine(text, schema, `${file}: line ${number}`)
    if (!seen.has(record.id)) yield record
    seen.add(record.id)
  }
}

/** The one writer of a log. The caller holds the lock of the folder. */
export class Log<T extends Identified> {
  readonly #file: string
  readonly #handle: FileHandle
  #pending: Pending[] = []
  #timer: NodeJS.Timeout | null = null
  #flushing: Promise<void> = Promise.resolve()
  #broken: Error | null = null

  private constructor(file: string, handle: FileHandle) {
    this.#file = file
    this.#handle = handle
  }

  /** Opens for appending; cuts off a torn last line and says so. Throws UsageError if the log is damaged. */
  static async open<T extends Identified>(
    file: string,
    schema: z.ZodType<T>,
    visit: (record: T) => void = () => {},
  ): Promise<Log<T>> {
    for await (const record of readLog(file, schema)) visit(record)
    const handle = await open(file, 'a')
    try {
      await cutTornLine(file, handle)
      return new Log<T>(file, handle)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Resolves when the record is on the disk. */
  append(record: T): Promise<void> {
    if (this.#broken) return Promise.reject(this.#unwritable(this.#broken))
    return new Promise((resolve, reject) => {
      this.#pending.push({ line: formatLine(record), resolve, reject })
      if (this.#pending.length >= GROUP_RECORDS) this.#flush()
      else this.#timer ??= setTimeout(() => this.#flush(), GROUP_MS)
    })
  }

  async close(): Promise<void> {
    this.#flush()
    await this.#flushing
    await this.#handle.close()
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const group = this.#pending
    this.#pending = []
    if (group.length > 0) this.#flushing = this.#flushing.then(() => this.#write(group))
  }

  async #write(group: readonly Pending[]): Promise<void> {
    try {
      // After a failed write the file may end in half a line; more records behind it would hide that.
      if (this.#broken) throw this.#broken
      await this.#handle.appendFile(group.map(entry => entry.line).join(''))
      await this.#handle.datasync()
      for (const entry of group) entry.resolve()
    } catch (error) {
      this.#broken = error instanceof Error ? error : new Error(String(error))
      for (const entry of group) entry.reject(this.#unwritable(this.#broken))
    }
  }

  #unwritable({ message }: Error): Error {
    return new UsageError(
      `${this.#file}: cannot be written (${message}); free space or fix its rights, then start again`,
    )
  }
}

/** The record as one line, its checksum as the last key. */
export function formatLine(record: Identified): string {
  const text = JSON.stringify(record)
  return `${text.slice(0, -1)},"crc32":${crc32(text)}}\n`
}

function parseLine<T>(line: string, schema: z.ZodType<T>, where: string): T {
  const cut = line.lastIndexOf(',"crc32":')
  const text = `${line.slice(0, cut)}}`
  if (cut < 0 || line.slice(cut) !== `,"crc32":${crc32(text)}}`)
    throw new UsageError(
      `${where}: the checksum does not fit, so the file was damaged or edited; restore it from a backup, ` +
        'or delete the line to have its match played again',
    )
  const parsed = schema.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw new UsageError(
    `${where}: expected a record of this version, got another at ${issue.path.join('.') || 'the top'} ` +
      `(${issue.message}); open the folder with the version that wrote it`,
  )
}

interface Line {
  text: string
  number: number
  /** Ends in a newline. Only the last line may not. */
  whole: boolean
  /** Offset of its first byte. */
  start: number
}

async function* lines(file: string): AsyncGenerator<Line> {
  if (!(await exists(file))) return
  const handle = await open(file, 'r')
  try {
    let rest: Buffer = Buffer.alloc(0)
    let [number, start] = [1, 0]
    for await (const chunk of handle.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false })) {
      rest = Buffer.concat([rest, chunk as Buffer])
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
        yield { text: rest.toString('utf8', 0, end), number: number++, whole: true, start }
        rest = rest.subarray(end + 1)
        start += end + 1
      }
    }
    if (rest.length > 0) yield { text: rest.toString('utf8'), number, whole: false, start }
  } finally {
    await handle.close()
  }
}

async function cutTornLine(file: string, handle: FileHandle): Promise<void> {
  for await (const { number, whole, start } of lines(file)) {
    if (whole) continue
    await handle.truncate(start)
    await handle.datasync()
    process.stderr.write(
      `${file}: line ${number} was cut off by a crash before it was acknowledged; removed\n`,
    )
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
