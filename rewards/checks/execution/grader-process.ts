/** @file The process of a grader: one line in, one line out, killed when it is late or too large, started again. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { Outcome } from '../probe.ts'
import { residentBytes } from './memory.ts'

/** Python with its libraries may take a while to start. */
const START_MS = 60_000
const LOOK_MS = 50
const MAX_BYTES = 2 * 2 ** 30
/** Characters of one line. */
const MAX_LINE = 4_000_000
const DESCRIBE = '{"describe": true}'

export class Grader {
  readonly startMs = START_MS
  readonly #command: readonly string[]
  #process: ChildProcessWithoutNullStreams | null = null
  #received = ''
  #dead = false
  #hear: () => void = () => {}
  /** Whether it answers a question it need not know; if not, it is not asked again. */
  #describes = true

  constructor(command: readonly string[]) {
    this.#command = command
  }

  /** The same command in another process. */
  another(): Grader {
    const other = new Grader(this.#command)
    other.#describes = this.#describes
    return other
  }

  /** Its answer to the question what it is. `threw`: it cannot be started at all. */
  async describe(): Promise<Outcome<string>> {
    this.#start()
    const outcome = await this.#exchange(DESCRIBE, START_MS)
    if (outcome.how !== 'returned') this.#describes = false
    return outcome
  }

  /** Sends one line and waits for one; a process that died before is started again first. */
  async ask(line: string, timeoutMs: number): Promise<Outcome<string>> {
    const starting = this.#process === null || this.#dead
    if (starting) this.#start()
    // An answer shows that it is ready, and its time to start is not charged to a response.
    if (starting && this.#describes) await this.#exchange(DESCRIBE, START_MS)
    return this.#exchange(line, starting && !this.#describes ? START_MS : timeoutMs)
  }

  kill(): void {
    this.#process?.kill('SIGKILL')
    this.#process = null
  }

  #start(): void {
    this.kill()
    const [program, ...args] = this.#command
    const child = spawn(program!, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      // A Python grader that forgets to flush would look as if it hung.
      env: { ...process.env, PYTHONUNBUFFERED: '1' },
    })
    ;[this.#process, this.#received, this.#dead] = [child, '', false]
    const mine = (act: () => void): void => {
      if (this.#process === child) act()
      this.#hear()
    }
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => mine(() => (this.#received += chunk)))
    child.stderr.resume()
    child.stdin.on('error', () => {})
    child.on('error', () => mine(() => (this.#dead = true)))
    child.on('exit', () => setTimeout(() => mine(() => (this.#dead = true)), LOOK_MS))
    child.on('close', () => mine(() => (this.#dead = true)))
    // A grader that nobody asks anything keeps nobody waiting.
    for (const part of [child, child.stdin, child.stdout, child.stderr] as { unref?(): void }[])
      part.unref?.()
  }

  async #exchange(line: string, timeoutMs: number): Promise<Outcome<string>> {
    const child = this.#process!
    if (this.#received !== '') {
      const extra = this.#received.split('\n')[0]!
      this.kill()
      return {
        how: 'threw',
        error: `wrote a line that nobody asked for: ${JSON.stringify(extra.slice(0, 80))}`,
      }
    }
    const started = performance.now()
    child.stdin.write(`${line}\n`)
    let timers: NodeJS.Timeout[] = []
    try {
      return await new Promise<Outcome<string>>(resolve => {
        const killed = (outcome: Outcome<string>): void => {
          this.kill()
          resolve(outcome)
        }
        this.#hear = () => {
          const end = this.#received.indexOf('\n')
          if (end >= 0) {
            const value = this.#received.slice(0, end)
            this.#received = this.#received.slice(end + 1)
            resolve({ how: 'returned', value, ms: performance.now() - started })
          } else if (this.#received.length > MAX_LINE)
            killed({ how: 'threw', error: `wrote a line of more than ${MAX_LINE} characters` })
          else if (this.#dead) resolve(this.#ended(child))
        }
        timers = [
          setTimeout(() => killed({ how: 'hung', afterMs: timeoutMs }), timeoutMs),
          setInterval(() => {
            if (residentBytes(child.pid ?? 0) > MAX_BYTES) killed({ how: 'out-of-memory' })
          }, LOOK_MS),
        ]
        this.#hear()
      })
    } finally {
      timers.forEach(clearTimeout)
      this.#hear = () => {}
    }
  }

  #ended(child: ChildProcessWithoutNullStreams): Outcome<string> {
    return child.pid === undefined
      ? { how: 'threw', error: `${this.#command[0]} cannot be run` }
      : { how: 'exited', code: child.exitCode }
  }
}
