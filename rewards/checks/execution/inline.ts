/** @file Calls in this very process: for subjects that are plain objects, e.g. in an author's own tests. */
import type { Executor } from './executor.ts'
import { guarded } from './guard.ts'

type Operations<S> = Readonly<Record<string, (subject: S, args: never) => unknown>>

export function inline<S>(subject: S, operations: Operations<S>): Executor {
  return {
    call: (operation, args, timeoutMs) =>
      guarded(() => operations[operation]!(subject, structuredClone(args) as never), timeoutMs),
    fresh: () => inline(subject, operations),
    close: async () => {},
  }
}
