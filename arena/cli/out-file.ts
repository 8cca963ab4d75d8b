/** @file A file that is there as a whole or not at all. */
import { existsSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open, rename, unlink } from 'node:fs/promises'
import { UsageError } from '../../envs/errors.ts'

export class OutFile {
  readonly #file: string
  readonly #temporary: string
  readonly #handle: FileHandle
  readonly #force: boolean

  private constructor(file: string, { force, handle }: { force: boolean; handle: FileHandle }) {
    this.#file = file
    this.#temporary = temporaryName(file)
    this.#force = force
    this.#handle = handle
  }

  /** Makes sure before the work that its result can be written. Throws UsageError if the file exists or cannot be made. */
  static async reserve(file: string, { force = false }: { force?: boolean } = {}): Promise<OutFile> {
    if (!force) refuseExisting(file)
    const handle = await open(temporaryName(file), 'w').catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`--out ${file}: cannot be written (${error.code}); choose another place`)
    })
    return new OutFile(file, { force, handle })
  }

  /** Writes beside the name, syncs, and only then takes the name. */
  async write(text: string): Promise<void> {
    await this.#handle.writeFile(text)
    await this.#handle.sync()
    if (!this.#force) refuseExisting(this.#file)
    await this.#handle.close()
    await rename(this.#temporary, this.#file)
  }

  /** Leaves nothing behind, unless the file has been written. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {})
    await unlink(this.#temporary).catch(() => {})
  }
}

function temporaryName(file: string): string {
  return `${file}.${process.pid}.tmp`
}

function refuseExisting(file: string): void {
  if (existsSync(file))
    throw new UsageError(`--out ${file}: exists already; choose another file, or add --force to replace it`)
}
