/** @file Worker threads that are asked one thing at a time, and watched from outside: what does not answer can be ended. */
import type { Worker } from 'node:worker_threads'

const START_MS = 15_000

/** The worker, once it has sent its first message. It is ended, and an error thrown, if it does not within 15 s. */
export function ready(worker: Worker, what: string): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      clearTimeout(late)
      void worker.terminate()
      reject(error)
    }
    const late = setTimeout(() => fail(new Error(`${what} did not start within ${START_MS} ms`)), START_MS)
    worker.once('error', fail)
    worker.once('message', () => {
      clearTimeout(late)
      // Without a listener, a worker that breaks while idle would take the process along.
      worker.off('error', fail).on('error', () => {})
      worker.unref()
      resolve(worker)
    })
  })
}

/** Why there is no answer. */
export type Unanswered = { how: 'late' | 'cancelled' | 'failed'; error: Error }

export interface Question<M, R> {
  message: unknown
  /** Looks at each message that comes: the answer, or undefined where more is to come. */
  take(message: M): R | undefined
  deadlineMs: number
  /** This thread may have been busy past the deadline, with the answer waiting to be read: it gets this much longer. */
  graceMs?: number
  signal?: AbortSignal | undefined
}

/** Asks, and keeps the process alive until there is an answer or none can come. Ending the worker is the caller's matter. */
export function ask<M, R>(
  worker: Worker,
  { message, take, deadlineMs, graceMs = 0, signal }: Question<M, R>,
): Promise<{ answer: R } | Unanswered> {
  return new Promise(resolve => {
    const settle = (result: { answer: R } | Unanswered): void => {
      clearTimeout(watchdog)
      worker.off('message', came).off('error', failed).off('exit', exited)
      signal?.removeEventListener('abort', cancelled)
      worker.unref()
      resolve(result)
    }
    const came = (each: M): void => {
      const answer = take(each)
      if (answer !== undefined) settle({ answer })
    }
    const failed = (error: Error): void => settle({ how: 'failed', error })
    const exited = (code: number): void => failed(new Error(`the worker ended with code ${code}`))
    const cancelled = (): void => settle({ how: 'cancelled', error: new Error('cancelled') })
    const late = (): void => settle({ how: 'late', error: new Error(`no answer within ${deadlineMs} ms`) })
    let watchdog = setTimeout(() => (watchdog = setTimeout(late, graceMs)), deadlineMs)
    if (signal?.aborted) return cancelled()
    worker.on('message', came).on('error', failed).on('exit', exited)
    signal?.addEventListener('abort', cancelled, { once: true })
    worker.ref()
    worker.postMessage(message)
  })
}
