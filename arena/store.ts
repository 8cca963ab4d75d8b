/**
 * @file What an arena keeps in its folder.
 *
 * `matches.jsonl` is the truth: results, appended and synced one by one. `trajectories.jsonl` holds the episodes that
 * prove them, in the format that `ludus replay` reads. `arena.json` is small and rewritten whole: who may play under
 * which name, and the last board. Ratings are never stored on their own; they follow from the matches.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Adapter } from 'lowdb'
import { Low } from 'lowdb'
import { link, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../envs/errors.ts'
import type { Trajectory } from '../envs/trajectory.ts'
import { trajectorySchema } from '../envs/trajectory.ts'
import type { Board } from './board.ts'
import { boardSchema, buildBoard } from './board.ts'
import { takeLock } from './lock.ts'
import { Log, readLog } from './log.ts'
import type { MatchResult } from './match.ts'
import { matchResultSchema } from './match.ts'

const registrySchema = z.object({
  v: z.literal(1),
  /** Names matches towards remote agents, who could enumerate plain hashes and so learn the coordinates. */
  secret: z.string(),
  agents: z.record(
    z.string(),
    z.object({ tokenHash: z.string(), description: z.string(), created: z.string() }),
  ),
  board: boardSchema.nullable(),
})
type Registry = z.infer<typeof registrySchema>

const recordSchema = matchResultSchema.extend({ at: z.string() })
const trajectoryRecord = trajectorySchema.extend({ id: z.string() })
type TrajectoryRecord = z.infer<typeof trajectoryRecord>

export interface Store {
  /** Every result in the log, once. */
  results(): readonly MatchResult[]
  has(id: string): boolean
  /** Resolves once the result is on the disk. A result that is there already is left as it is. */
  record(result: MatchResult, trajectory: Trajectory): Promise<void>
  /** Is this the agent's token? null: nobody registered that name. */
  authenticate(name: string, token: string): boolean | null
  /** Number of registered agents. */
  registered(): number
  /** Resolves once the name belongs to the token for good. */
  register(name: string, token: string, description: string): Promise<void>
  /** The name of a match towards remote agents. */
  ticket(matchId: string): string
  saveBoard(board: Board): Promise<void>
  close(): Promise<void>
}

/** Opens a folder for writing; makes it if it is not there. Throws UsageError if it is in use or damaged. */
export async function openStore(dir: string): Promise<Store> {
  await mkdir(dir, { recursive: true })
  const release = await takeLock(join(dir, 'lock'))
  try {
    return await FolderStore.open(dir, release)
  } catch (error) {
    await release()
    throw error
  }
}

/** The board of a folder, worked out from its log. Reads only, so that it may run beside the writer. */
export async function readBoard(dir: string): Promise<Board> {
  const file = join(dir, 'matches.jsonl')
  const written = await stat(file).catch(() => null)
  if (!written)
    throw new UsageError(`${dir}: expected the folder of an arena with matches.jsonl in it, found none`)
  const results: MatchResult[] = []
  for await (const result of readLog(file, recordSchema)) results.push(result)
  return buildBoard(results, written.mtime.toISOString())
}

class FolderStore implements Store {
  readonly #registry: Low<Registry>
  readonly #matches: Log<MatchResult & { at: string }>
  readonly #trajectories: Log<TrajectoryRecord>
  readonly #results: Map<string, MatchResult>
  readonly #release: () => Promise<void>
  #saving: Promise<void> = Promise.resolve()
  #queued: Promise<void> | null = null

  private constructor(
    logs: [Log<MatchResult & { at: string }>, Log<TrajectoryRecord>],
    registry: Low<Registry>,
    results: Map<string, MatchResult>,
    release: () => Promise<void>,
  ) {
    this.#registry = registry
    this.#matches = logs[0]
    this.#trajectories = logs[1]
    this.#results = results
    this.#release = release
  }

  static async open(dir: string, release: () => Promise<void>): Promise<Store> {
    const fresh: Registry = { v: 1, secret: randomBytes(16).toString('hex'), agents: {}, board: null }
    const registry = new Low(new DurableJson(join(dir, 'arena.json'), registrySchema), fresh)
    await registry.read()
    await registry.write() // The secret must outlive the first ticket made with it.
    const results = new Map<string, MatchResult>()
    const matches = await Log.open(join(dir, 'matches.jsonl'), recordSchema, record =>
      results.set(record.id, matchResultSchema.parse(record)),
    )
    const trajectories = await Log.open(join(dir, 'trajectories.jsonl'), trajectoryRecord)
    await syncFolder(dir)
    return new FolderStore([matches, trajectories], registry, results, release)
  }

  results(): readonly MatchResult[] {
    return [...this.#results.values()]
  }

  has(id: string): boolean {
    return this.#results.has(id)
  }

  async record(result: MatchResult, trajectory: Trajectory): Promise<void> {
    if (this.has(result.id)) return
    await this.#trajectories.append({ id: result.trajectory, ...trajectory })
    await this.#matches.append({ ...result, at: new Date().toISOString() })
    this.#results.set(result.id, result)
  }

  authenticate(name: string, token: string): boolean | null {
    const agent = Object.hasOwn(this.#registry.data.agents, name) ? this.#registry.data.agents[name] : null
    if (!agent) return null
    return timingSafeEqual(Buffer.from(agent.tokenHash, 'hex'), Buffer.from(hashToken(token), 'hex'))
  }

  register(name: string, token: string, description: string): Promise<void> {
    const created = new Date().toISOString()
    this.#registry.data.agents[name] = { tokenHash: hashToken(token), description, created }
    return this.#save()
  }

  registered(): number {
    return Object.keys(this.#registry.data.agents).length
  }

  ticket(matchId: string): string {
    return createHmac('sha256', this.#registry.data.secret).update(matchId).digest('hex').slice(0, 16)
  }

  saveBoard(board: Board): Promise<void> {
    this.#registry.data.board = board
    return this.#save()
  }

  async close(): Promise<void> {
    await this.#saving
    await this.#matches.close()
    await this.#trajectories.close()
    await this.#release()
  }

  /** Writes that wait for the same write become one; everybody resolves when theirs is on the disk. */
  #save(): Promise<void> {
    this.#queued ??= this.#saving = this.#saving
      .catch(() => {}) // its own callers have been told
      .then(() => {
        this.#queued = null
        return this.#registry.write()
      })
    return this.#queued
  }
}

/** A JSON file that is replaced as a whole or not at all, and never overwritten when it could not be understood. */
class DurableJson<T> implements Adapter<T> {
  readonly #file: string
  readonly #schema: z.ZodType<T>
  #understood = false

  constructor(file: string, schema: z.ZodType<T>) {
    this.#file = file
    this.#schema = schema
  }

  async read(): Promise<T | null> {
    const text = await readFile(this.#file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (text !== null) return this.#parse(text)
    this.#understood = true
    return null
  }

  async write(content: T): Promise<void> {
    if (!this.#understood) throw this.#unreadable('it has not been read')
    const temporary = `${this.#file}.tmp`
    const handle = await open(temporary, 'w')
    await handle.writeFile(JSON.stringify(content))
    await handle.sync()
    await handle.close()
    await unlink(`${this.#file}.bak`).catch(() => {})
    await link(this.#file, `${this.#file}.bak`).catch(() => {}) // the first write has nothing to keep
    await rename(temporary, this.#file)
    await syncFolder(dirname(this.#file))
  }

  #parse(text: string): T {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw this.#unreadable('it is not JSON')
    }
    const parsed = this.#schema.safeParse(value)
    if (!parsed.success)
      throw this.#unreadable(`${parsed.error.issues[0]!.path.join('.')} is not as expected`)
    this.#understood = true
    return parsed.data
  }

  #unreadable(why: string): UsageError {
    return new UsageError(
      `${this.#file}: expected an arena's registry, but ${why}; it is left as it is: ` +
        `put ${this.#file}.bak in its place, or move it away to start with no registered agents`,
    )
  }
}

async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r')
  await handle.sync()
  await handle.close()
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
