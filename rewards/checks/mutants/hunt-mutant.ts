/** @file One mutant against the properties: the first that finds something has killed it. */
import type { Json } from '../../../envs/json.ts'
import { murmur3 } from '../../../envs/murmur.ts'
import type { Executor } from '../execution/executor.ts'
import { hunt } from '../fast-check.ts'
import type { Outcome, Probe } from '../probe.ts'
import type { Property } from '../property.ts'
import type { Scene } from '../scene.ts'

export interface Hunting {
  scene: Scene
  properties: readonly Property<Scene>[]
  seed: number
  /** Runs per property, shared among its operators. */
  runs: number
  timeoutMs: number
  late(): boolean
}

/** A call and what came of it. */
export interface Call {
  operation: string
  args: Json[]
  outcome: Outcome
}

/** Few runs of everything first: most mutants die at once. */
const FIRST = 3
const LEAST_RUNS = 12

/** Id of the first property that finds something; null if none does. */
export async function killer(hunting: Hunting, probe: Probe): Promise<string | null> {
  for (const round of [0, 1])
    for (const property of hunting.properties)
      if (await finds(property, round, hunting, probe)) return property.id
  return null
}

/** Does this property find anything in one round? */
async function finds(
  property: Property<Scene>,
  round: number,
  { scene, seed, runs, late }: Hunting,
  probe: Probe,
): Promise<boolean> {
  const operators = property.operators(scene, probe)
  const each = Math.max(LEAST_RUNS, Math.ceil(runs / operators.length))
  for (const { id, draw, input, runs: most = each } of operators) {
    const planned = Math.min(each, most)
    const now = round === 0 ? Math.min(FIRST, planned) : planned - FIRST
    if (now <= 0 || late()) continue
    const { found } = await hunt<unknown>({
      draw: draw as never,
      judge: async drawn => {
        const made = await input(drawn as never)
        const verdict = made === null ? 'skip' : await property.judge(made, scene, probe)
        if (verdict === 'skip') return 'skip'
        return verdict === null ? 'kept' : 'broken'
      },
      runs: now,
      seed: murmur3(JSON.stringify([property.id, id, round]), seed >>> 0) | 0,
      shrinks: 0,
      late,
    })
    if (found) return true
  }
  return false
}

/** A probe that remembers its calls. */
export function recording(executor: Executor, timeoutMs: number): { probe: Probe; calls: Call[] } {
  const calls: Call[] = []
  const within = (limit: number): Probe => {
    const call = async (operation: string, ...args: Json[]): Promise<Outcome> => {
      const outcome = await executor.call(operation, args, limit)
      calls.push({ operation, args, outcome })
      return outcome
    }
    return {
      score: (task, response, options) =>
        call('score', task, response, (options ?? {}) as unknown as Json) as never,
      call: call as never,
      within,
    }
  }
  return { probe: within(timeoutMs), calls }
}

/** The same value, or no value for the same reason. */
export function sameOutcome(a: Outcome, b: Outcome): boolean {
  if (a.how !== 'returned' || b.how !== 'returned') return a.how === b.how
  return shown(a.value) === shown(b.value)
}

/** NaN and infinities differ from null here. */
function shown(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? `number ${each}` : each,
  ) as string
}
