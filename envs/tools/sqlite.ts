/**
 * @file SQLite (WebAssembly) as it is here: memory with a ceiling, a clock that stands still and no files.
 *
 * It belongs into a worker of its own: nothing inside it stops an endless query, and the clock is the whole thread's.
 */
import { readFile } from 'node:fs/promises'
import type { Database, SqlJsStatic } from 'sql.js'
import initSqlJs from 'sql.js'

/** What the engine may take, the database itself included. It starts with 338 pages of 64 KiB. */
const MEMORY_PAGES = 1024
const PAGE_BYTES = 1024
/** The largest database, in pages of `PAGE_BYTES`. */
const MAX_PAGES = 256
/** 2024-01-01T00:00:00Z. */
const CLOCK_MS = 1_704_067_200_000

/** Nothing goes to files of the engine's own: they would lie outside the memory that has a ceiling. */
const SETTINGS = `
  PRAGMA page_size = ${PAGE_BYTES}; PRAGMA max_page_count = ${MAX_PAGES};
  PRAGMA journal_mode = MEMORY; PRAGMA temp_store = MEMORY; PRAGMA synchronous = OFF;`

/** Stops this thread's clock and starts the engine. */
export async function startSqlite(): Promise<SqlJsStatic> {
  standStill()
  const file = await readFile(new URL(import.meta.resolve('sql.js/dist/sql-wasm.wasm')))
  return initSqlJs({ wasmBinary: withCeiling(file, MEMORY_PAGES).buffer })
}

/** A database from an image; an empty one where the image is empty. */
export function openDatabase(sqlite: SqlJsStatic, image: Uint8Array): Database {
  const database = new sqlite.Database(image.length > 0 ? image : null)
  database.run(SETTINGS)
  return database
}

function standStill(): void {
  Object.defineProperty(Date, 'now', { value: () => CLOCK_MS })
  for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds'])
    Reflect.set(Date.prototype, `get${part}`, Reflect.get(Date.prototype, `getUTC${part}`))
  Date.prototype.getTimezoneOffset = () => 0
}

const HEADER_BYTES = 8
const MEMORY_SECTION = 5
const HAS_MAXIMUM = 1

/** The module with another maximum for its one memory. Throws where the module is built differently. */
export function withCeiling(module: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  const patched = new Uint8Array(module)
  let at = HEADER_BYTES
  while (at < patched.length) {
    const section = patched[at]
    const size = unsigned(patched, at + 1)
    if (section === MEMORY_SECTION && patched[size.end] === 1 && patched[size.end + 1] === HAS_MAXIMUM) {
      const maximum = unsigned(patched, unsigned(patched, size.end + 2).end)
      writeUnsigned(patched.subarray(maximum.start, maximum.end), pages)
      return patched
    }
    at = size.end + size.value
  }
  throw new Error('expected a WebAssembly module that declares one memory with a maximum')
}

/** LEB128: seven bits a byte, the lowest first, the top bit set on all but the last. */
function unsigned(bytes: Uint8Array, start: number): { value: number; start: number; end: number } {
  let [value, end, byte] = [0, start, 0x80]
  for (let shift = 0; byte & 0x80; shift += 7) {
    byte = bytes[end++]!
    value += (byte & 0x7f) * 2 ** shift
  }
  return { value, start, end }
}

/** In exactly the bytes that are there. */
function writeUnsigned(bytes: Uint8Array, value: number): void {
  if (value >= 2 ** (7 * bytes.length)) throw new RangeError(`${value} does not fit in ${bytes.length} bytes`)
  bytes.forEach((_, i) => {
    bytes[i] = (Math.floor(value / 2 ** (7 * i)) & 0x7f) | (i < bytes.length - 1 ? 0x80 : 0)
  })
}
