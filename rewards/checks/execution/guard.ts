/**
 * @file One guarded call: an endless loop, a promise that never settles and a throw all become outcomes.
 *
 * A synchronous loop is ended from outside by the watchdog of `node:vm`, which also ends regular expressions that
 * backtrack. Memory is not bounded here: that needs a process of its own.
 */
import { Script } from 'node:vm'
import type { Outcome } from '../probe.ts'

const SLOT = Symbol.for('ludus.checks.guarded-call')
const enter = new Script(`globalThis[Symbol.for('ludus.checks.guarded-call')]()`, {
  filename: 'guarded-call',
})

/** Calls `f`, for `timeoutMs` at most. */
export async function guarded(f: () => unknown, timeoutMs: number): Promise<Outcome> {
  const started = performance.now()
  const slots = globalThis as unknown as Record<symbol, () => unknown>
  try {
    slots[SLOT] = f
    const value = enter.runInThisContext({ timeout: timeoutMs, breakOnSigint: false }) as unknown
    const settled = value instanceof Promise ? await within(value, timeoutMs) : value
    if (settled === LATE) return { how: 'hung', afterMs: timeoutMs }
    return { how: 'returned', value: settled, ms: performance.now() - started }
  } catch (error) {
    if ((error as { code?: string } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      return { how: 'hung', afterMs: timeoutMs }
    return { how: 'threw', error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  }
}

const LATE = Symbol('late')

function within(promise: Promise<unknown>, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(LATE), timeoutMs)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
