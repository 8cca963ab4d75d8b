/** @file One writer per folder: a lock file naming the process that holds it. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { open, readFile, unlink } from 'node:fs/promises'
import { z } from 'zod'
import { UsageError } from '../envs/errors.ts'

const holderSchema = z.object({ pid: z.number().int(), started: z.string().nullable(), nonce: z.string() })
type Holder = z.infer<typeof holderSchema>

/** Held by this very process: its pid alone would make the lock look stale. */
const held = new Set<string>()

/**
 * Takes the lock file, also from a process that is no longer there. Returns the function that gives it back.
 * Throws UsageError naming the holder while it lives.
 */
export async function takeLock(file: string): Promise<() => Promise<void>> {
  const mine: Holder = { pid: process.pid, started: startOf(process.pid), nonce: randomUUID() }
  if (!(await create(file, mine))) {
    const holder = await read(file)
    if (held.has(file) || (holder && isAlive(holder)))
      throw new UsageError(
        `${file}: another arena (process ${holder?.pid ?? process.pid}) writes into this folder; ` +
          'stop it, or choose another --dir',
      )
    await unlink(file).catch(ignoreMissing)
    await create(file, mine)
  }
  // Two processes may have found the same stale lock: the file says who came last.
  if ((await read(file))?.nonce !== mine.nonce)
    throw new UsageError(`${file}: another arena took this folder at the same moment; try again`)
  held.add(file)
  return async () => {
    held.delete(file)
    await unlink(file).catch(ignoreMissing)
  }
}

async function create(file: string, holder: Holder): Promise<boolean> {
  try {
    const handle = await open(file, 'wx')
    await handle.writeFile(JSON.stringify(holder))
    await handle.close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function read(file: string): Promise<Holder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return null // A lock file cut off by a crash belongs to nobody.
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const now = startOf(pid)
  return now === null ? pid !== process.pid : now === started
}

/** When the process started, so that a reused pid is not taken for the holder. null: cannot be known, or it is a zombie. */
function startOf(pid: number): string | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields[0] === 'Z' ? 'dead' : (fields[19] ?? null)
  } catch {
    return null
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
