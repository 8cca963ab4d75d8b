/** @file How properties play episodes and read what came of them. */
import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../../envs/json.ts'
import type { Journey, Move, Played, Seen, Taken } from '../env-operations.ts'
import type { EnvFault, EnvStep } from '../env-subject.ts'
import type { Probe } from '../probe.ts'

export type Step = EnvStep & { action: Json }

export const EPS = 1e-6

/** What each move gave; null where the script as a whole hung or threw. */
export async function play(
  probe: Probe,
  moves: readonly Move[],
  fault: EnvFault | null = null,
): Promise<Played[] | null> {
  const outcome = await probe.call<Played[]>('play', moves as unknown as Json, fault as unknown as Json)
  return outcome.how === 'returned' ? outcome.value : null
}

/** One episode; null where it could not be started. */
export async function episode(
  probe: Probe,
  plan: Journey,
  fault: EnvFault | null = null,
): Promise<Seen | null> {
  return seenIn((await play(probe, [{ do: 'go', ...plan }], fault))?.[0])
}

export function seenIn(played: Played | undefined): Seen | null {
  return played && 'value' in played ? (played.value as unknown as Seen) : null
}

export function errorIn(played: Played | undefined): string | null {
  return played && 'error' in played ? played.error : null
}

/** Steps that did not throw. */
export function stepsOf({ steps }: Pick<Seen, 'steps'>): Step[] {
  return steps.filter((taken): taken is Step => taken.threw === undefined)
}

export function totalOf(seen: Pick<Seen, 'steps'>): number {
  return stepsOf(seen).reduce((sum, { reward }) => sum + reward, 0)
}

export function lastOf(seen: Pick<Seen, 'steps'>): Step | null {
  return stepsOf(seen).at(-1) ?? null
}

export function threw(seen: Pick<Seen, 'steps'>): boolean {
  return seen.steps.some(taken => taken.threw !== undefined)
}

export const same: (a: unknown, b: unknown) => boolean = isDeepStrictEqual

/** Where two courses of an episode first differ, in words; null if they do not. */
export function difference(a: readonly Taken[], b: readonly Taken[]): string | null {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [one, other] = [a[at], b[at]]
    if (same(one, other)) continue
    if (!one || !other) return `one of them is over after ${Math.min(a.length, b.length)} steps`
    return `step ${at + 1} gives ${shown(one, other)} and ${shown(other, one)}`
  }
  return null
}

/** Of a step, the parts that another step has not. */
function shown(taken: Taken, other: Taken): string {
  if (taken.threw !== undefined) return `the error ${brief(taken.threw)}`
  if (other.threw !== undefined) return `no error`
  const names = ['reward', 'terminated', 'truncated', 'observation', 'rewards'] as const
  const name = names.find(each => !same(taken[each], other[each]))!
  return `${name} ${brief(taken[name])}`
}

export function brief(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
