/**
 * @file What the sandboxes run and what comes back: one contract for JavaScript and Python.
 *
 * With an `entry` a program defines a function that is called once per input. Without one it is a whole program that
 * reads standard input and writes standard output, and is run afresh once per input:
 * - Python has its real `sys.stdin` and `sys.stdout`;
 * - JavaScript has the globals `readLine()` (the next line without its line break, or null at the end) and `readAll()`
 *   (the rest), and writes with `console.log` or `write(text)`. `console.log` writes primitives as `String` does and
 *   anything else as JSON, one space between arguments.
 */

export type Language = 'javascript' | 'python'

/**
 * How a run went. All but `ok` and `sandbox-error` are the program's own doing; `sandbox-error` is ours (the sandbox
 * failed, the language is not available here, or the caller cancelled), and must never become a reward: not even 0.
 */
export type RunStatus =
  'ok' | 'exception' | 'timeout' | 'watchdog' | 'out-of-memory' | 'output-limit' | 'crash' | 'sandbox-error'

export interface Program {
  code: string
  /** JavaScript where absent. */
  language?: Language
  /** Name of the function that `code` defines and that is called once per input; absent: standard input and output. */
  entry?: string
  /**
   * Never the expected answers: comparing is the host's work. With an entry each is the JSON text of an **array of
   * arguments**: `[[1,2,3],5]` calls `entry([1,2,3], 5)`. Without one each is the text of standard input.
   */
  inputs: readonly string[]
  /**
   * Count the steps of each case. JavaScript: calls and jumps; Python: lines and calls. The same on every machine with
   * the same engine; not comparable between languages. Work inside one native operation counts as one step.
   */
  countSteps?: boolean
}

export interface Limits {
  /** JavaScript: of the engine's heap. Python: of the address space, of which an empty program needs 40 MB; 256 MB in Deno. */
  memoryBytes: number
  /** JavaScript only: calls and jumps of the whole run, in ten thousands; a measure of work that is the same everywhere. */
  interrupts: number
  /** Wall time of the whole run: loading, all cases and writing the results. */
  deadlineMs: number
  /** Sum of all outputs, in characters (Python: bytes of UTF-8). */
  outputChars: number
}

/**
 * `output` is the JSON text of what the call returned (`undefined` where that has none), or the text of standard output.
 * JSON is compact and keys keep their order in both languages. `error` begins with its class: `TypeError: …`.
 */
export type CaseResult = ({ output: string } | { error: string; errorClass: string }) & {
  /** Only with `countSteps`. */
  steps?: number
}

export interface RunResult {
  status: RunStatus
  /** What stopped the run, beginning with its class; null with status `ok`. */
  error: string | null
  errorClass: string | null
  /** One per input; fewer where the run was stopped early. */
  cases: CaseResult[]
  /** What the program printed, up to 10 000 characters; with no entry always empty, for then it is the output. */
  stdout: string
}

export interface RunOptions {
  /** Aborting ends the program at once; its result is then a `sandbox-error` of class AbortError. */
  signal?: AbortSignal
  limits?: Partial<Limits>
}

/**
 * JavaScript that loops is ended by its interrupts, after about a second on an idle machine and by the same step on a busy
 * one; its deadline is for what never looks at an interrupt. Python has only the deadline.
 */
export const DEFAULT_LIMITS: Record<Language, Limits> = {
  javascript: { memoryBytes: 64_000_000, interrupts: 4_000, deadlineMs: 6_000, outputChars: 65_536 },
  python: { memoryBytes: 256_000_000, interrupts: Infinity, deadlineMs: 4_000, outputChars: 65_536 },
}

/** A run that ended with no results. `error` begins with its class. */
export function stopped(status: RunStatus, error: string): RunResult {
  return { status, error, errorClass: classOf(error), cases: [], stdout: '' }
}

export const CANCELLED = 'AbortError: cancelled'

/** `TypeError` of `TypeError: no such function`. */
export function classOf(error: string): string {
  return /^[\w.]+(?=:)/.exec(error)?.[0] ?? 'Error'
}
