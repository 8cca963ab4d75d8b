/**
 * @file Searches of many problems at once, one call of the policy for all of them.
 *
 * Each search is written as if it were alone. Calls that were made in the same turn of the event loop and agree in their
 * options are joined into one, in the order in which they came; the policy's contract (same coordinates, same sample) makes
 * every answer what it would have been alone.
 */
import { setImmediate } from 'node:timers'
import type { Completion, Policy, Prompt, SampleOptions } from '../policy.ts'

interface Call {
  prompts: readonly Prompt[]
  options: SampleOptions
  resolve(completions: Completion[]): void
  reject(error: unknown): void
}

export function batched(policy: Pick<Policy, 'sample'>): Pick<Policy, 'sample'> {
  let calls: Call[] = []
  const flush = (): void => {
    const groups = new Map<string, Call[]>()
    for (const call of calls) {
      const { seeds: _, ...shared } = call.options
      const key = JSON.stringify(shared)
      const group = groups.get(key)
      if (group) group.push(call)
      else groups.set(key, [call])
    }
    calls = []
    // One after another: the policy is one resource, and its ledger reads in the order of the calls.
    void [...groups.values()].reduce(
      (before, group) => before.then(() => answer(policy, group)),
      Promise.resolve(),
    )
  }
  return {
    sample: (prompts, options) =>
      new Promise((resolve, reject) => {
        if (calls.length === 0) setImmediate(flush)
        calls.push({ prompts, options, resolve, reject })
      }),
  }
}

async function answer(policy: Pick<Policy, 'sample'>, group: readonly Call[]): Promise<void> {
  try {
    const completions = await policy.sample(
      group.flatMap(({ prompts }) => [...prompts]),
      { ...group[0]!.options, seeds: group.flatMap(({ options }) => [...options.seeds]) },
    )
    let start = 0
    for (const { prompts, resolve } of group) resolve(completions.slice(start, (start += prompts.length)))
  } catch (error) {
    for (const { reject } of group) reject(error)
  }
}
