/** @file Files of checkpoints: read as something untrusted, written whole or not at all. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import type { z } from 'zod'
import { UsageError } from '../../envs/errors.ts'

/** A single call reads or writes less than 2 GiB. */
const SLICE_BYTES = 1 << 28

/** A regular file, open for reading. */
export interface OpenFile {
  file: string
  handle: number
  size: number
}

/** Throws UsageError if the file cannot be read. */
export function withFile<T>(file: string, use: (open: OpenFile) => T): T {
  const handle = orUsageError(file, () => openSync(file, 'r'))
  try {
    const stats = fstatSync(handle)
    if (!stats.isFile()) throw new UsageError(`${file}: expected a file, found something else`)
    return use({ file, handle, size: stats.size })
  } finally {
    closeSync(handle)
  }
}

/** Fills `bytes` from this position on. Throws UsageError if the file ends before. */
export function readFully({ file, handle }: OpenFile, bytes: Uint8Array, position: number): void {
  for (let filled = 0; filled < bytes.length;) {
    const length = Math.min(SLICE_BYTES, bytes.length - filled)
    const read = orUsageError(file, () => readSync(handle, bytes, filled, length, position + filled))
    if (read === 0) throw new UsageError(`${file}: cut off at byte ${position + filled}; copy it again`)
    filled += read
  }
}

export function readText(file: string): string {
  return orUsageError(file, () => readFileSync(file, 'utf8'))
}

/** Throws UsageError naming the file and the first field that is wrong. */
export function readJson<T>(file: string, schema: z.ZodType<T>): T {
  const text = readText(file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UsageError(`${file}: expected JSON; the file is damaged or half-written`)
  }
  return checked(file, schema, value)
}

export function checked<T>(file: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const path = issue.path.map(key => String(key).replaceAll(/\s/g, ' ')).join('.')
  throw new UsageError(`${file}: ${path || 'document'}: ${issue.message}`)
}

/** Written beside its name, synced and renamed: under that name stands the old file or the whole new one. */
export function writeWhole(file: string, write: (handle: number) => void): void {
  const temporary = `${file}.tmp`
  const handle = openSync(temporary, 'w')
  try {
    write(handle)
    fsyncSync(handle)
  } catch (error) {
    closeSync(handle)
    rmSync(temporary, { force: true })
    throw error
  }
  closeSync(handle)
  renameSync(temporary, file)
}

export function writeFully(handle: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;)
    written += writeSync(handle, bytes, written, Math.min(SLICE_BYTES, bytes.length - written))
}

export function writeText(file: string, text: string): void {
  writeWhole(file, handle => writeFully(handle, new TextEncoder().encode(text)))
}

export function writeJson(file: string, value: unknown): void {
  writeText(file, JSON.stringify(value, null, 2) + '\n')
}

function orUsageError<T>(file: string, attempt: () => T): T {
  try {
    return attempt()
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}
