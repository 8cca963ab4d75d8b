/**
 * @file The process in which an author's code runs: finds the subject, then makes one call per message.
 *
 * It is killed from outside when a call takes too long or too much memory; nothing here may be relied on for that.
 */
import { Worker } from 'node:worker_threads'
import type { Json } from '../../../envs/json.ts'
import { envOperations } from '../env-operations.ts'
import type { Outcome } from '../probe.ts'
import { rewardOperations } from '../reward-operations.ts'
import type { Executor } from './executor.ts'
import { inline } from './inline.ts'
import type { SubjectRef } from './subject-ref.ts'
import { subjectAt } from './subject-ref.ts'

export type ToWorker =
  { ref: SubjectRef } | { id: number; operation: string; args: Json[]; timeoutMs: number }
export type FromWorker = { ready: true } | { failed: string } | { id: number; outcome: Outcome }

const send = process.send!.bind(process) as (message: FromWorker) => boolean
// The author's code gets no way to answer for itself.
delete process.send

let executor: Executor | null = null
let current = -1

process.on('message', (message: ToWorker) => void receive(message))
process.on('disconnect', () => process.exit())
// A process that hangs does not hear that its parent is gone; this thread does.
new Worker(
  `setInterval(() => process.ppid !== ${process.ppid} && process.kill(process.pid, 'SIGKILL'), 500)`,
  { eval: true, execArgv: [] },
).unref()
// A throw in a timer or a promise that nobody awaits belongs to the call under way.
process.on('uncaughtException', error => answer(current, { how: 'threw', error: worded(error) }))

async function receive(message: ToWorker): Promise<void> {
  if ('ref' in message) return send(await prepared(message.ref)) as unknown as void
  const { id, operation, args, timeoutMs } = message
  current = id
  answer(id, await executor!.call(operation, args, timeoutMs))
}

async function prepared(ref: SubjectRef): Promise<FromWorker> {
  try {
    const found = await subjectAt(ref)
    executor =
      found.as === 'reward' ? inline(found.subject, rewardOperations) : inline(found.subject, envOperations)
    return { ready: true }
  } catch (error) {
    return { failed: worded(error) }
  }
}

/** The first answer to a call counts; later ones are dropped by the other side. */
function answer(id: number, outcome: Outcome): void {
  try {
    send({ id, outcome })
  } catch (error) {
    send({ id, outcome: { how: 'threw', error: worded(error) } })
  }
}

function worded(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
