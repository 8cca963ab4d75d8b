/** @file Jobs over two threads, results in the order of the jobs. */
import { startWorker } from '../../envs/worker.ts'
import type { Job, Result } from './jobs.ts'

const THREADS = 2

/** Rejects with the first job that broke. */
export async function results(
  jobs: readonly Job[],
  onResult: (result: Result) => void = () => {},
): Promise<Result[]> {
  const collected: Result[] = Array.from({ length: jobs.length })
  const queue = jobs.entries()
  const thread = async (): Promise<void> => {
    const worker = startWorker(import.meta.url, './museum-worker')
    try {
      for (const [at, job] of queue) {
        worker.postMessage(job)
        collected[at] = await new Promise<Result>((resolve, reject) => {
          worker.once('error', reject)
          worker.once('message', (message: Result | { broke: string }) => {
            worker.off('error', reject)
            if ('broke' in message) reject(new Error(`${JSON.stringify(job)}: ${message.broke}`))
            else resolve(message)
          })
        })
        onResult(collected[at])
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(THREADS, jobs.length) }, thread))
  return collected
}
