/**
 * @file Python in bubblewrap: the system's python3 in kernel namespaces with no network, no processes, no writable file.
 *
 * Two ways to run a program. **Warm**, the default: a parent process inside the sandbox forks a child per program
 * (python-zygote.ts). **Fresh**: a sandbox of its own per program, started for it and ended after it, ten times slower.
 * Both run the same text with the same filter. Warm is no weaker against a program that wants to change another one's
 * result, because what a fork could inherit or reach is not there: the parent holds no program, input or result, the
 * filter forbids children to signal or trace, nothing can be written, and a child's end ends all its threads. Fresh
 * adds a new set of namespaces against holes in the kernel's or Python's own memory handling, which nobody has to rely on.
 *
 * The process outside is started with an empty environment and without root, for bubblewrap's own process is visible
 * from within. A sandbox that dies, or answers anything odd, is replaced; the run is then a `sandbox-error`.
 */
import type { ChildProcessByStdio } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import type { Limits, Program, RunResult } from './program.ts'
import { CANCELLED, stopped } from './program.ts'
import { GUEST } from './python-driver.ts'
import { guestFilter } from './python-seccomp.ts'
import { PRELOADED, ZYGOTE } from './python-zygote.ts'
import type { Stop } from './reply.ts'
import { joined, readReply } from './reply.ts'

const BWRAP = '/usr/bin/bwrap'
const PYTHON = '/usr/bin/python3'
/** The user `nobody`, inside, and outside where this process is root. */
const NOBODY = 65_534
const START_MS = 10_000
/** What the parent gets beyond the deadline to end a child and to answer. */
const SLACK_MS = 3_000
/** How large the file is that stands where /dev/urandom was. */
const ENTROPY_BYTES = 65_536

type Process = ChildProcessByStdio<Writable, Readable, Readable>

/** Why this machine cannot even try, or null. */
export function missingForBubblewrap(): string | null {
  if (process.platform !== 'linux') return 'needs Linux'
  for (const file of [BWRAP, PYTHON]) if (!existsSync(file)) return `${file} is not installed`
  return guestFilter({ threads: true }) === null ? `no system-call filter for ${process.arch}` : null
}

/** One sandbox with its parent process; starts with its first program. */
export class PythonSandbox {
  readonly #fresh: boolean
  #process: Process | null = null
  #received: Received | null = null

  constructor(fresh = false) {
    this.#fresh = fresh
  }

  /** Programs one at a time. Never rejects. */
  async run(program: Program, limits: Limits, signal?: AbortSignal): Promise<RunResult> {
    if (program.entry !== undefined) return this.#one(program, program.inputs, limits, signal)
    const started = performance.now()
    const runs: RunResult[] = []
    const left = { ...limits }
    for (const stdin of program.inputs) {
      left.deadlineMs = limits.deadlineMs - (performance.now() - started)
      const run = await this.#one(program, [stdin], left, signal)
      runs.push(run)
      if (run.status !== 'ok') break
      for (const entry of run.cases) if ('output' in entry) left.outputChars -= entry.output.length
    }
    return joined(runs)
  }

  /** Ends the sandbox and everything in it. */
  close(): void {
    this.#process?.kill('SIGKILL')
    this.#process = null
    this.#received = null
  }

  async #one(
    program: Program,
    inputs: readonly string[],
    limits: Limits,
    signal?: AbortSignal,
  ): Promise<RunResult> {
    const onAbort = (): void => this.close()
    try {
      signal?.throwIfAborted()
      signal?.addEventListener('abort', onAbort)
      await this.#start()
      return await this.#exchange(program, inputs, limits)
    } catch (error) {
      this.close()
      return stopped('sandbox-error', signal?.aborted ? CANCELLED : String(error).slice(0, 300))
    } finally {
      signal?.removeEventListener('abort', onAbort)
      if (this.#fresh) this.close()
      this.#idle(true)
    }
  }

  async #start(): Promise<void> {
    if (this.#process) return this.#idle(false)
    this.#process = launch(this.#fresh ? [] : PRELOADED)
    this.#received = new Received(this.#process)
    const greeting = await this.#received.take(5, START_MS)
    if (String(greeting) !== 'ready') throw new Error('the sandbox did not report that it is ready')
  }

  async #exchange(program: Program, inputs: readonly string[], limits: Limits): Promise<RunResult> {
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
    const body = Buffer.from(JSON.stringify(job))
    const deadlineMs = Math.max(1, Math.ceil(limits.deadlineMs))
    const header = Buffer.alloc(20)
    header.writeUInt32BE(body.length, 0)
    header.writeUInt32BE(deadlineMs, 4)
    header.writeBigUInt64BE(BigInt(limits.memoryBytes), 8)
    const fileBytes = Math.max(6 * limits.outputChars + 2_500 * inputs.length + 80_000, body.length)
    header.writeUInt32BE(fileBytes, 16)
    this.#process!.stdin.write(header)
    this.#process!.stdin.write(body)
    const answer = await this.#received!.take(10, deadlineMs + SLACK_MS)
    const [begun, late, status, length] = [
      answer[0],
      answer[1],
      answer.readInt32BE(2),
      answer.readUInt32BE(6),
    ]
    const text = await this.#received!.take(Math.min(length, fileBytes), SLACK_MS)
    if (begun === 0) throw new Error('the sandbox could not begin with the program')
    return readReply(text.toString('utf8'), nonce, inputs.length, limits, stopOf(late === 1, status))
  }

  /** An idle sandbox must not keep this process alive; a busy one must. */
  #idle(idle: boolean): void {
    const child = this.#process
    if (!child) return
    // The pipes are sockets, though their types do not say so.
    const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as {
      ref(): void
      unref(): void
    }[]
    for (const handle of handles) {
      if (idle) handle.unref()
      else handle.ref()
    }
  }
}

/** `status` as waitpid gives it. */
function stopOf(late: boolean, status: number): Stop | undefined {
  const [signal, code] = [status & 0x7f, status >> 8]
  if (late || signal === SIGXCPU)
    return { status: 'timeout', error: 'TimeoutError: the program took too long' }
  if (signal !== 0) return { status: 'crash', error: `CrashError: the program was ended by signal ${signal}` }
  return code === 0
    ? undefined
    : { status: 'crash', error: `ExitError: the program ended itself with code ${code}` }
}

const SIGXCPU = 24

/** Bytes from the sandbox, taken in known lengths. */
class Received {
  #chunks: Buffer[] = []
  #length = 0
  #ended: Error | null = null
  #wake: () => void = () => {}
  readonly #complaint: Buffer[] = []

  constructor(child: Process) {
    child.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.#length += chunk.length
      this.#wake()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (this.#complaint.length < 8) this.#complaint.push(chunk.subarray(0, 500))
    })
    child.on('error', error => this.#end(error))
    // A write to a sandbox that is gone; its exit says the same.
    child.stdin.on('error', () => {})
    child.on('close', code => {
      const words = String(Buffer.concat(this.#complaint)).trim().split('\n').at(-1)
      this.#end(new Error(`the sandbox ended with code ${code}${words ? `: ${words.slice(0, 200)}` : ''}`))
    })
  }

  /** @throws when the sandbox ends first, or the time is up. */
  async take(length: number, timeoutMs: number): Promise<Buffer> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#wake()
    }, timeoutMs)
    while (this.#length < length && !this.#ended && !late)
      await new Promise<void>(resolve => (this.#wake = resolve))
    clearTimeout(timer)
    if (this.#length < length)
      throw this.#ended ?? new Error(`the sandbox did not answer within ${timeoutMs} ms`)
    const all = Buffer.concat(this.#chunks)
    this.#chunks = [all.subarray(length)]
    this.#length -= length
    return all.subarray(0, length)
  }

  #end(error: Error): void {
    this.#ended ??= error
    this.#wake()
  }
}

function launch(preloaded: readonly string[]): Process {
  const python = realpathSync(PYTHON)
  const filters = [true, false].map(threads => guestFilter({ threads })!.toString('hex'))
  const root = process.getuid?.() === 0
  const child = spawn(
    BWRAP,
    [...sandboxArguments(python), python, '-s', '-P', '-S', '-c', ZYGOTE, ...filters, GUEST, ...preloaded],
    { cwd: '/', env: {}, stdio: ['pipe', 'pipe', 'pipe', 'pipe'], ...(root && { uid: NOBODY, gid: NOBODY }) },
  ) as unknown as Process
  const entropy = child.stdio[3] as Writable
  entropy.on('error', () => {})
  entropy.end(fixedBytes(ENTROPY_BYTES))
  return child
}

function sandboxArguments(python: string): string[] {
  const ids = `--uid ${NOBODY} --gid ${NOBODY} --cap-drop ALL --hostname sandbox`
  return [
    ...`--unshare-all --unshare-user --die-with-parent --new-session --clearenv ${ids}`.split(' '),
    ...['PYTHONHASHSEED=0', 'PYTHONUTF8=1', 'PYTHONDONTWRITEBYTECODE=1'].flatMap(pair => [
      '--setenv',
      ...pair.split('='),
    ]),
    // Python, its library and what it is linked with; no /proc, no other programs, nothing of /etc, /home or /var.
    ...['/usr/lib', '/usr/lib64'].flatMap(folder =>
      existsSync(folder) ? ['--ro-bind', folder, folder] : [],
    ),
    ...['/lib', '/lib64'].flatMap(library),
    '--ro-bind',
    python,
    python,
    // Where the filter forbids to ask the kernel for entropy, Python reads it from descriptor 3: the same for every program.
    ...'--dev-bind /dev/null /dev/null --perms 0444 --ro-bind-data 3 /dev/urandom --remount-ro / --chdir /'.split(
      ' ',
    ),
  ]
}

function library(folder: string): string[] {
  if (!existsSync(folder)) return []
  if (lstatSync(folder).isSymbolicLink()) return ['--symlink', readlinkSync(folder), folder]
  return ['--ro-bind', folder, folder]
}

function fixedBytes(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`entropy ${i}`).digest(),
  )
  return Buffer.concat(blocks).subarray(0, length)
}
