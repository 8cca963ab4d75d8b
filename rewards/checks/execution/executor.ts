/** @file The contract of executors: they run operations on a subject, and survive what those do. */
import type { Json } from '../../../envs/json.ts'
import type { Outcome } from '../probe.ts'

export interface Executor {
  call(operation: string, args: Json[], timeoutMs: number): Promise<Outcome>
  /** Settles once calls are not held up by starting anything. */
  ready?(): Promise<void>
  /** Another one like it, in a process of its own where this one has one. */
  fresh(): Executor
  close(): Promise<void>
}

/** Where a subject can be found again from another process. */
export interface ModuleRef {
  /** `file:` URL of the module. */
  url: string
  /** Name under which the module exports the subject. */
  name: string
}
