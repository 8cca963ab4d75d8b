/** @file Ctrl-C as a signal that work can listen to. */

/** The person at the terminal stopped the command. The message says what has become of the work. */
export class InterruptedError extends Error {
  override name = 'InterruptedError'
}

/**
 * Runs `work` with a signal that Ctrl-C or SIGTERM aborts; `left` says what then remains. A second Ctrl-C ends the
 * process at once.
 */
export async function interruptible<T>(left: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  const stop = (): void => {
    release()
    abort.abort(new InterruptedError(left))
  }
  const release = (): void => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
  }
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop)
  try {
    return await work(abort.signal)
  } finally {
    release()
  }
}
