/** @file Files that stand beside a source for a moment and are removed whatever happens, short of a kill. */
import { rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { UsageError } from '../../../envs/errors.ts'

const standing = new Set<string>()
let number = 0

/** Calls `use` with a hidden file of this content in the same folder, so that relative imports hold. */
export async function withTemporary<V>(
  file: string,
  content: string,
  use: (path: string) => Promise<V>,
): Promise<V> {
  const extension = extname(file)
  const name = `.${basename(file, extension)}.mutant-${process.pid}-${number++}${extension}`
  const path = join(dirname(file), name)
  watchEnd()
  standing.add(path)
  try {
    write(path, content)
    return await use(path)
  } finally {
    remove(path)
  }
}

function write(path: string, content: string): void {
  try {
    writeFileSync(path, content)
  } catch (error) {
    throw new UsageError(`a changed copy cannot be written beside the file: ${(error as Error).message}`)
  }
}

function remove(path: string): void {
  rmSync(path, { force: true })
  standing.delete(path)
}

const removeAll = (): void => standing.forEach(remove)
let watched = false

function watchEnd(): void {
  if (watched) return
  watched = true
  process.on('exit', removeAll)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      removeAll()
      // Without a listener left, the signal does what it would have done.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
    })
}
