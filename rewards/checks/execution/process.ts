/**
 * @file Calls in a process of their own, which is killed when it takes too long or too much memory, and started again.
 *
 * What the author's code does to that process (hangs after an await, `process.exit`, exhausted memory) is the outcome of
 * one call; the next call goes on in a new process.
 */
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../../../envs/errors.ts'
import type { Json } from '../../../envs/json.ts'
import type { Outcome } from '../probe.ts'
import type { Executor } from './executor.ts'
import { residentBytes } from './memory.ts'
import type { SubjectRef } from './subject-ref.ts'
import type { FromWorker, ToWorker } from './subject-worker.ts'

export interface Limits {
  /** Of the JavaScript heap. All memory of the process may be half as much more, but at least 256 MB more. */
  memoryMb?: number
  /** For loading the module. */
  startMs?: number
}

/** Beyond a call's own time, in which its answer must arrive. */
const GRACE_MS = 400
const LOOK_MS = 50
const LINGER_MS = 200
const STDERR_KEPT = 4000

/** Throws UsageError at the first call if the subject cannot be loaded. */
export function isolated(ref: SubjectRef, limits: Limits = {}): Executor {
  let child: Promise<Subprocess> | null = null
  let last: Promise<unknown> = Promise.resolve()

  async function call(operation: string, args: Json[], timeoutMs: number): Promise<Outcome> {
    child ??= Subprocess.start(ref, limits)
    const used = await child
    const outcome = await used.call(operation, args, timeoutMs)
    // What hangs in a process may go on in it and spoil the next call.
    if (!used.alive || outcome.how === 'hung') {
      used.kill()
      child = null
    }
    return outcome
  }

  return {
    // One after another: the time of a call must not count against its neighbours.
    call(operation, args, timeoutMs) {
      const next = last.then(() => call(operation, args, timeoutMs))
      last = next.catch(() => {})
      return next
    },
    async ready() {
      await (child ??= Subprocess.start(ref, limits))
    },
    fresh: () => isolated(ref, limits),
    async close() {
      await last
      await child?.then(each => each.kill()).catch(() => {})
      child = null
    },
  }
}

class Subprocess {
  readonly #process: ChildProcess
  readonly #bytes: number
  #calls = 0
  #stderr = ''
  alive = true

  private constructor(memoryMb: number) {
    this.#bytes = (memoryMb + Math.max(memoryMb / 2, 256)) * 2 ** 20
    const source = import.meta.url.endsWith('.ts')
    const file = new URL(`subject-worker.${source ? 'ts' : 'js'}`, import.meta.url)
    this.#process = fork(fileURLToPath(file), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [
        `--max-old-space-size=${memoryMb}`,
        ...(source ? ['--import', import.meta.resolve('tsx')] : []),
      ],
    })
    this.#process.stderr!.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_KEPT)
    })
    this.#process.on('error', () => (this.alive = false))
    this.#process.on('exit', () => (this.alive = false))
    this.#idle()
  }

  static async start(ref: SubjectRef, { memoryMb = 512, startMs = 60_000 }: Limits): Promise<Subprocess> {
    const started = new Subprocess(memoryMb)
    const answer = await started.#ask({ ref }, startMs, message => 'ready' in message || 'failed' in message)
    if ('message' in answer && 'ready' in answer.message) return started
    started.kill()
    const why =
      'message' in answer
        ? (answer.message as { failed: string }).failed
        : `loading it gave ${answer.outcome.how}\n${started.#stderr}`
    throw new UsageError(`the subject cannot be loaded in a process of its own: ${why}`)
  }

  async call(operation: string, args: Json[], timeoutMs: number): Promise<Outcome> {
    const id = this.#calls++
    const answer = await this.#ask(
      { id, operation, args, timeoutMs },
      timeoutMs + GRACE_MS,
      message => 'id' in message && message.id === id,
    )
    if ('message' in answer) return (answer.message as { outcome: Outcome }).outcome
    return answer.outcome.how === 'hung' ? { how: 'hung', afterMs: timeoutMs } : answer.outcome
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  /** The message that answers, or what became of the process instead. */
  async #ask(
    message: ToWorker,
    timeoutMs: number,
    answers: (message: FromWorker) => boolean,
  ): Promise<{ message: FromWorker } | { outcome: Outcome }> {
    if (!this.alive) return { outcome: this.#ended(null) }
    const child = this.#process
    let killedFor: Outcome | null = null
    const killFor = (outcome: Outcome): void => {
      killedFor ??= outcome
      this.kill()
    }
    this.#busy()
    const timer = setTimeout(() => killFor({ how: 'hung', afterMs: timeoutMs }), timeoutMs)
    const look = setInterval(() => {
      if (residentBytes(child.pid!) > this.#bytes) killFor({ how: 'out-of-memory' })
    }, LOOK_MS)
    try {
      return await new Promise(resolve => {
        const hear = (got: FromWorker): void => {
          if (answers(got)) settle({ message: got })
        }
        const end = (): void => settle({ outcome: this.#ended(killedFor) })
        const settle = (answer: { message: FromWorker } | { outcome: Outcome }): void => {
          child.off('message', hear).off('close', end).off('error', end).off('exit', linger)
          resolve(answer)
        }
        // `close` comes after the last of stderr, which tells exhausted memory from another death. It does not come while
        // a process that the author's code started lives on.
        const linger = (): void => void setTimeout(end, LINGER_MS)
        child.on('message', hear).on('close', end).on('error', end).on('exit', linger)
        child.send(message, error => error && this.alive && killFor({ how: 'threw', error: String(error) }))
      })
    } finally {
      clearTimeout(timer)
      clearInterval(look)
      this.#idle()
    }
  }

  #ended(killedFor: Outcome | null): Outcome {
    if (killedFor) return killedFor
    if (/out of memory|allocation failed/i.test(this.#stderr)) return { how: 'out-of-memory' }
    return { how: 'exited', code: this.#process.exitCode }
  }

  /** A process that nobody asks anything keeps nobody waiting, even if it is never closed. */
  #idle(): void {
    this.#process.unref()
    this.#process.channel?.unref()
    ;(this.#process.stderr as unknown as { unref?(): void }).unref?.()
  }

  #busy(): void {
    this.#process.ref()
    this.#process.channel?.ref()
  }
}
