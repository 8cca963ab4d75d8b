/**
 * @file Python where there is no bubblewrap: Pyodide (CPython in WebAssembly) in a Deno process that may do nothing.
 *
 * One process per program, and per input where a program reads standard input; it is killed afterwards. Pyodide alone is
 * no boundary (`import js` reaches everything its host has), Deno's permissions are: the process can read one folder with
 * copies of Pyodide's own files, and nothing else; no network, environment, processes or writing. The interpreter's
 * memory is capped by a smaller maximum in a copy of its WebAssembly file, and the process's own by `ulimit` where there
 * is a shell. Never in Node: there the same interpreter runs commands of the host.
 *
 * Both packages are optional. Preparing the folder, with a memory image of a started interpreter, takes some seconds.
 */
import type { ChildProcessByStdio } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { Limits, Program, RunResult } from './program.ts'
import { CANCELLED, DEFAULT_LIMITS, stopped } from './program.ts'
import { DENO_DRIVER, DENO_START } from './python-deno-driver.ts'
import { GUEST } from './python-driver.ts'
import type { Stop } from './reply.ts'
import { OVERFLOW, joined, readReply } from './reply.ts'

const START_MS = 60_000
const IMAGE_MS = 120_000
const IMAGE_BYTES = 1 << 27
/** Of the process's data segment, in kibibytes: Deno and a full interpreter fit, a flood of JavaScript arrays does not. */
const PROCESS_KIB = 1_500_000
const PAGE_BYTES = 65_536
const READY = 'ready\n'

export interface DenoFiles {
  deno: string
  /** Pyodide's folder in node_modules. */
  pyodide: string
}

/** Where the two packages are, or which one is missing. */
export function findDeno(): DenoFiles | string {
  const require = createRequire(import.meta.url)
  const folderOf = (name: string, from = require): string | null => {
    try {
      return dirname(from.resolve(`${name}/package.json`))
    } catch {
      return null
    }
  }
  const [packaged, pyodide] = [folderOf('deno'), folderOf('pyodide')]
  if (packaged === null) return 'the package deno is not installed'
  if (pyodide === null) return 'the package pyodide is not installed'
  const platform = `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`
  const program = process.platform === 'win32' ? 'deno.exe' : 'deno'
  const folders = [packaged, folderOf(platform, createRequire(join(packaged, 'package.json')))]
  const deno = folders.map(folder => join(folder ?? '', program)).find(path => existsSync(path))
  return deno === undefined
    ? `the package deno has no program for this machine (${platform})`
    : { deno, pyodide }
}

/** Deno with a prepared folder; shared by all runs. */
export class DenoPython {
  readonly #deno: string
  readonly #folder: string
  readonly #running = new Set<Process>()

  static async prepare({ deno, pyodide }: DenoFiles): Promise<DenoPython> {
    const folder = await mkdtemp(join(tmpdir(), 'ludus-pyodide-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const prepared = new DenoPython(deno, folder)
    for (const name of ['pyodide.mjs', 'pyodide.asm.mjs', 'python_stdlib.zip', 'pyodide-lock.json'])
      await copyFile(join(pyodide, name), join(folder, name))
    const wasm = await readFile(join(pyodide, 'pyodide.asm.wasm'))
    const pages = Math.floor(DEFAULT_LIMITS.python.memoryBytes / PAGE_BYTES)
    await writeFile(join(folder, 'pyodide.asm.wasm'), withMemoryLimit(wasm, pages))
    await writeFile(join(folder, 'guest.py'), GUEST)
    const driver = `const START = ${JSON.stringify(DENO_START)}\n${DENO_DRIVER}`
    await writeFile(join(folder, 'main.mjs'), driver)
    await writeFile(join(folder, 'image.bin'), await prepared.#image())
    return prepared
  }

  private constructor(deno: string, folder: string) {
    this.#deno = deno
    this.#folder = folder
  }

  /** Never rejects. */
  async run(program: Program, limits: Limits, signal?: AbortSignal): Promise<RunResult> {
    if (program.entry !== undefined) return this.#one(program, program.inputs, limits, signal)
    const runs: RunResult[] = []
    const left = { ...limits }
    for (const stdin of program.inputs) {
      const run = await this.#one(program, [stdin], left, signal)
      runs.push(run)
      if (run.status !== 'ok') break
      for (const entry of run.cases) if ('output' in entry) left.outputChars -= entry.output.length
    }
    return joined(runs)
  }

  close(): void {
    for (const child of this.#running) child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #one(
    program: Program,
    inputs: readonly string[],
    limits: Limits,
    signal?: AbortSignal,
  ): Promise<RunResult> {
    const nonce = randomBytes(16).toString('hex')
    const job = {
      nonce,
      code: program.code,
      entry: program.entry ?? null,
      inputs: program.entry === undefined ? [] : inputs,
      stdin: program.entry === undefined ? inputs[0] : '',
      room: limits.outputChars,
      countSteps: program.countSteps === true,
    }
    const child = this.#launch()
    const maxBytes = 6 * limits.outputChars + 2_500 * inputs.length + 80_000
    const ended = finish(child, limits.deadlineMs, maxBytes, signal)
    child.stdin.end(JSON.stringify(job))
    const { bytes, stop, began } = await ended
    if (signal?.aborted) return stopped('sandbox-error', CANCELLED)
    if (!began) return stopped('sandbox-error', `SandboxError: ${stop?.error ?? 'Python did not start'}`)
    return readReply(bytes.toString('utf8').slice(READY.length), nonce, inputs.length, limits, stop)
  }

  async #image(): Promise<Buffer> {
    const child = this.#launch('image')
    child.stdin.end()
    const { bytes, stop } = await finish(child, IMAGE_MS, IMAGE_BYTES)
    if (stop || bytes.length < PAGE_BYTES)
      throw new Error(stop?.error ?? 'Pyodide could not be started in Deno')
    return bytes
  }

  #launch(...more: string[]): Process {
    const deno = [
      ...'run --no-prompt --no-config --no-lock --no-remote --no-npm --seed=1'.split(' '),
      `--allow-read=${this.#folder}`,
      '--v8-flags=--stack-size=7000,--disallow-code-generation-from-strings',
      join(this.#folder, 'main.mjs'),
      ...more,
    ]
    const limited = existsSync('/bin/sh')
    const [program, words] = limited
      ? ['/bin/sh', ['-c', `ulimit -d ${PROCESS_KIB}; exec "$0" "$@"`, this.#deno, ...deno]]
      : [this.#deno, deno]
    const env = { DENO_DIR: join(this.#folder, 'cache'), DENO_NO_UPDATE_CHECK: '1' }
    const child = spawn(program, words, { cwd: this.#folder, env, stdio: ['pipe', 'pipe', 'pipe'] })
    this.#running.add(child)
    child.once('close', () => this.#running.delete(child))
    return child
  }
}

type Process = ChildProcessByStdio<Writable, Readable, Readable>
type Ended = { bytes: Buffer; began: boolean; stop: Stop | undefined }

/** Everything the process wrote. It is killed when the program has run for `deadlineMs`, or has written too much. */
function finish(child: Process, deadlineMs: number, maxBytes: number, signal?: AbortSignal): Promise<Ended> {
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let length = 0
    let stop: Stop | undefined
    let complaint = ''
    const end = (why: Stop): void => {
      stop ??= why
      child.kill('SIGKILL')
    }
    const cancel = (): void => end({ status: 'sandbox-error', error: CANCELLED })
    let timer = setTimeout(
      () => end({ status: 'sandbox-error', error: `no start within ${START_MS} ms` }),
      START_MS,
    )
    child.stdout.on('data', (chunk: Buffer) => {
      if (length === 0) {
        clearTimeout(timer)
        timer = setTimeout(
          () => end({ status: 'timeout', error: 'TimeoutError: the program took too long' }),
          deadlineMs,
        )
      }
      length += chunk.length
      if (length > maxBytes) end({ status: 'output-limit', error: OVERFLOW })
      else chunks.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < 2_000) complaint += String(chunk)
    })
    child.stdin.on('error', () => {})
    child.on('error', error => {
      complaint = error.message
    })
    signal?.addEventListener('abort', cancel)
    if (signal?.aborted) cancel()
    child.on('close', code => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
      const bytes = Buffer.concat(chunks)
      if (code !== 0)
        stop ??= { status: 'crash', error: `CrashError: ${complaint.trim().slice(0, 200) || code}` }
      resolve({ bytes, began: bytes.subarray(0, READY.length).toString() === READY, stop })
    })
  })
}

const MEMORY_SECTION = 5

/** A copy of a WebAssembly file whose own memory may not grow beyond `pages`. @throws where it has no maximum of its own. */
function withMemoryLimit(wasm: Buffer, pages: number): Buffer {
  let at = 8
  while (at < wasm.length) {
    const section = wasm[at]!
    const [size, start] = leb128(wasm, at + 1)
    if (section === MEMORY_SECTION) {
      // One memory, flags with a maximum, the initial size, then the maximum, which is written over in the same length.
      const [flags, initialAt] = leb128(wasm, start + 1)
      const [initial, maximumAt] = leb128(wasm, initialAt)
      const [, end] = leb128(wasm, maximumAt)
      if (wasm[start] !== 1 || (flags & 1) === 0 || initial > pages) break
      const copy = Buffer.from(wasm)
      for (let i = maximumAt, rest = pages; i < end; i++, rest >>>= 7)
        copy[i] = (rest & 0x7f) | (i < end - 1 ? 0x80 : 0)
      return copy
    }
    at = start + size
  }
  throw new Error('expected a WebAssembly memory with a maximum')
}

/** The number at `at` and the position after it. */
function leb128(bytes: Buffer, at: number): [number, number] {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return [value >>> 0, at]
  }
}
