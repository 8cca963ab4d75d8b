/** @file The `ludus` command as a real process. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../arena/cli/ludus.js', import.meta.url))

export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

export interface LudusOptions {
  /** What the process reads on its standard input. */
  input?: string
  cwd?: string
  /** Called once the process runs. */
  onStart?: (child: ChildProcess) => void
}

let running = 0
const waiting: (() => void)[] = []

/**
 * Runs `ludus` with these arguments to its end. Neither stdout nor stderr is a terminal. Calls may be made all at once:
 * no more processes run than the machine has threads.
 */
export async function ludus(args: readonly string[], options: LudusOptions = {}): Promise<Ran> {
  if (running >= availableParallelism()) await new Promise<void>(resolve => waiting.push(resolve))
  running++
  try {
    return await run(args, options)
  } finally {
    running--
    waiting.shift()?.()
  }
}

function run(args: readonly string[], { input = '', cwd, onStart }: LudusOptions): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, ...args], { ...(cwd !== undefined && { cwd }) })
  const ran: Ran = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => void (ran.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => void (ran.stderr += chunk.toString()))
  child.stdin.end(input)
  onStart?.(child)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ ...ran, code }))
  })
}
