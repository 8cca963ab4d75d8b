/** @file Calls in this very process: for subjects that are plain objects, e.g. in an author's own tests. */
import type { Executor } from './executor.ts'
import { withCanaries } from './canaries.ts'
import { guarded } from './guard.ts'

type Operations<S> = Readonly<Record<string, (subject: S, args: never) => unknown>>

export function inline<S>(subject: S, operations: Operations<S>): Executor {
  return {
    call: async (operation, args, timeoutMs) => {
      const { result, tampered } = await withCanaries(args, placed =>
        guarded(() => operations[operation]!(subject, structuredClone(placed) as never), timeoutMs),
      )
      const told = result.how === 'returned' || result.how === 'threw'
      return told && tampered.length > 0 ? { ...result, tampered } : result
    },
    fresh: () => inline(subject, operations),
    close: async () => {},
  }
}
