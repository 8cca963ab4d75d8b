/** @file P1, P2 and P3 for environments: finite numbers, in time, within the declared bounds. */
import type { Json } from '../../../envs/json.ts'
import type { Taken } from '../env-operations.ts'
import { stepTimeout, STEPS_PER_CALL } from '../env-scene.ts'
import type { EnvScene } from '../env-scene.ts'
import { draws } from '../fast-check.ts'
import type { Property, Violation } from '../property.ts'
import { operator } from '../property.ts'
import { brief, EPS, episode, errorIn, play, rounded, same, seenIn, stepsOf, totalOf } from './plays.ts'
import { anyAction, fewerActions, scripted, seedDraw, walks } from './scripts.ts'

export const envTotalFinite: Property<EnvScene> = {
  id: 'total_finite',
  number: 'P1',
  title: 'every step gives a finite reward and two flags',
  severity: 'high',
  missing: () => null,
  operators: scene => walks(scene),
  async judge({ seed, actions }, scene, probe) {
    const [played] = (await play(probe, [
      { do: 'go', seed: seed as number, actions: actions as Json[] },
    ])) ?? [undefined]
    const error = errorIn(played)
    if (error !== null) return { says: `starting an episode throws ${brief(error)}`, scores: ['threw'] }
    const seen = seenIn(played)
    if (!seen) return 'skip'
    const allowed = (await scene.reference(seed as number)) ?? []
    for (const [at, taken] of seen.steps.entries()) {
      // Only where an action is certain to be allowed is a throw a fault.
      if (
        taken.threw !== undefined &&
        seen.steps
          .slice(0, at + 1)
          .every((each, i) => allowed[i] !== undefined && same(each.action, allowed[i]))
      )
        return { says: `step ${at + 1} of the reference throws ${brief(taken.threw)}`, scores: ['threw'] }
      const fault = taken.threw === undefined ? faultOf(taken) : null
      if (fault) return { says: `step ${at + 1} gives ${fault}`, scores: [fault] }
    }
    return null
  },
  smaller: fewerActions,
}

function faultOf(taken: Taken & { threw?: never }): string | null {
  if (!Number.isFinite(taken.reward)) return `the reward ${brief(taken.reward)}; expected a finite number`
  for (const flag of ['terminated', 'truncated'] as const)
    if (typeof taken[flag] !== 'boolean') return `${flag} ${brief(taken[flag])}; expected true or false`
  const part = Object.entries(taken.rewards ?? {}).find(
    ([, value]) => value !== null && !Number.isFinite(value),
  )
  return part ? `the reward part ${part[0]} as ${brief(part[1])}; expected a finite number or null` : null
}

export const envBounded: Property<EnvScene> = {
  id: 'bounded',
  number: 'P3',
  title: 'rewards and returns keep within their declared ranges',
  severity: 'high',
  missing: ({ subject }) =>
    subject.rewardRange || subject.returnRange
      ? null
      : 'declare returnRange or rewardRange, the lowest and highest return of an episode and reward of a step',
  operators: scene => walks(scene),
  async judge({ seed, actions }, { subject }, probe) {
    const seen = await episode(probe, { seed: seed as number, actions: actions as Json[] })
    if (!seen) return 'skip'
    for (const { reward } of stepsOf(seen))
      if (outside(reward, subject.rewardRange)) return outOf('a step', reward, subject.rewardRange!)
    const total = totalOf(seen)
    return seen.ended && outside(total, subject.returnRange)
      ? outOf('an episode', total, subject.returnRange!)
      : null
  },
  smaller: fewerActions,
}

function outside(value: number, range: readonly [number, number] | undefined): boolean {
  return range !== undefined && (value < range[0] - EPS || value > range[1] + EPS)
}

function outOf(what: string, value: number, [low, high]: readonly [number, number]): Violation {
  return {
    says: `${what} is worth ${rounded(value)}; expected ${low} to ${high}`,
    scores: [rounded(value)],
  }
}

/** So few that, if the call as a whole is given up, one step has taken longer than a step may. */
const FEW = STEPS_PER_CALL - 1

export const envBoundedTime: Property<EnvScene> = {
  id: 'bounded_time',
  number: 'P2',
  title: 'every step comes back in time',
  severity: 'high',
  missing: () => null,
  operators: scene => [
    // Nothing is walked to draw these: what hangs would hang there already.
    operator<[number, number, Json[]]>({
      id: 'few-steps',
      draw: draws.tuple(
        seedDraw(scene),
        draws.nat(FEW),
        draws.array(draws.oneof(anyAction(scene.subject.actions), draws.constantFrom(...scene.invalid)), {
          maxLength: FEW,
        }),
      ),
      input: async ([seed, gold, others]) => {
        const reference = (await scene.reference(seed)) ?? []
        return { seed, actions: [...reference.slice(0, gold), ...others].slice(0, FEW) }
      },
      runs: 40,
    }),
    { ...scripted(scene, 'first-actions', {}), runs: 12 },
  ],
  async judge({ seed, actions }, { subject }, probe) {
    const moves = [{ do: 'go', seed, actions: (actions as Json[]).slice(0, FEW) }] as unknown as Json
    const outcome = await probe.call('play', moves, null)
    if (outcome.how === 'returned' || outcome.how === 'threw') return null
    const came = outcome.how === 'hung' ? `no answer within ${stepTimeout(subject)} ms a step` : outcome.how
    return { says: `after ${(actions as Json[]).length} actions: ${came}`, scores: [outcome.how] }
  },
  smaller: fewerActions,
}
