/** @file E5, E6, E7 and what a timeout earns: episodes end in time, in the right way, and then are over. */
import type { Json } from '../../../envs/json.ts'
import type { Seen } from '../env-operations.ts'
import type { EnvScene } from '../env-scene.ts'
import { draws } from '../fast-check.ts'
import type { Probe } from '../probe.ts'
import type { Input, Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import { standsStill } from './clocks.ts'
import { brief, episode, lastOf, rounded, same, stepsOf, threw, totalOf } from './plays.ts'
import type { Script } from './scripts.ts'
import { actionsOf, choiceDraw, fewerActions, scriptDraw, seedDraw } from './scripts.ts'

/** Longer limits are not run into. */
const LONGEST = 2000

export const termination: Property<EnvScene> = {
  id: 'termination',
  number: 'E5',
  title: 'every episode ends within the limit, whatever is done',
  severity: 'high',
  missing: withHorizon,
  operators: scene => untilTheLimit(scene),
  async judge(input, { subject }, probe) {
    const horizon = subject.horizon!
    const seen = await episode(probe, { ...read(input), most: 2 * horizon })
    if (!seen) return 'skip'
    const steps = stepsOf(seen).length
    if (steps < horizon || (seen.ended && steps <= horizon)) return null
    const came = seen.ended ? `ends after ${steps} steps` : `has not ended after ${steps} steps`
    return {
      says: `the episode ${came}; expected ${horizon} at most`,
      scores: [seen.ended ? 'late' : 'never'],
    }
  },
  smaller: fewerActions,
}

export const truncationNotTermination: Property<EnvScene> = {
  id: 'truncation_not_termination',
  number: 'E6',
  title: 'running into the limit truncates; only the task itself terminates',
  severity: 'medium',
  missing: scene =>
    scene.subject.finiteHorizon
      ? 'running out of steps is declared to be a rule of the task (finiteHorizon)'
      : withHorizon(scene),
  operators: scene => untilTheLimit(scene),
  async judge(input, scene, probe) {
    const { subject, can } = scene
    const horizon = subject.horizon!
    const states = !!subject.stateKey && (can.state || can.snapshot)
    const seen = await episode(probe, { ...read(input), most: horizon, states })
    if (!seen || !seen.ended || threw(seen)) return 'skip'
    const steps = stepsOf(seen)
    const last = steps.at(-1)!
    if (steps.length !== horizon || !last.terminated || last.truncated) return null
    if (!(states ? repeatsState(scene, seen) : await standsStill(scene, read(input).seed, seen, probe)))
      return null
    return {
      says:
        `step ${horizon}, the last that the limit allows, is reported as terminated, though the same step before was not ` +
        'the end; where the limit is a rule of the task, declare finiteHorizon',
      scores: ['terminated'],
    }
  },
  smaller: fewerActions,
}

/** The last action was taken in the same state before, and did not end the episode. */
function repeatsState({ subject }: EnvScene, { states, steps }: Seen): boolean {
  const last = steps.length - 1
  const key = subject.stateKey!(states[last]!)
  return steps
    .slice(0, last)
    .some(({ action }, at) => same(action, steps[last]!.action) && subject.stateKey!(states[at]!) === key)
}

export const timeoutNotPass: Property<EnvScene> = {
  id: 'timeout_not_pass',
  number: 'P21',
  title: 'running into the limit is no success',
  severity: 'high',
  missing: scene =>
    withHorizon(scene) ??
    (scene.passes === null
      ? 'declare returnRange or passMark, the return from which an episode counts as solved'
      : scene.subject.goalReached || scene.subject.reference
        ? null
        : 'declare goalReached(state) or reference(seed), to know a success'),
  operators: scene => untilTheLimit(scene),
  async judge(input, scene, probe) {
    const { subject, can } = scene
    const { seed } = read(input)
    const states = !!subject.goalReached && (can.state || can.snapshot)
    const seen = await episode(probe, { ...read(input), most: subject.horizon!, states })
    if (!seen) return 'skip'
    const last = lastOf(seen)
    if (!last || stepsOf(seen).length !== subject.horizon) return null
    const [before, total] = [totalOf(seen) - last.reward, totalOf(seen)]
    // Parts of a task may be worth much: what is looked for is a limit that pays the success itself.
    if (!scene.passes!(total) || scene.passes!(before)) return null
    const solved = states
      ? subject.goalReached!(seen.states.at(-1)!) !== false
      : !last.truncated || follows(seen, (await scene.reference(seed)) ?? [])
    if (solved || !(await endsBySuccess(scene, seed, total, probe))) return null
    return {
      says: `an episode that runs into the limit without reaching the goal is worth ${rounded(total)}`,
      scores: [rounded(total)],
    }
  },
  smaller: fewerActions,
}

/** All of the reference but its last step is among the actions, in order: what was done may well be right. */
function follows({ steps }: Seen, reference: readonly Json[]): boolean {
  let at = 0
  for (const { action } of steps) if (at < reference.length && same(action, reference[at])) at++
  return at >= reference.length - 1
}

/** The reference ends by the task itself, and is worth no more; true where there is none. */
async function endsBySuccess(scene: EnvScene, seed: number, total: number, probe: Probe): Promise<boolean> {
  const reference = await scene.reference(seed)
  if (!reference) return true
  const seen = await episode(probe, { seed, actions: reference })
  if (!seen || !lastOf(seen)?.terminated) return false
  return scene.subject.passMark !== undefined || total >= totalOf(seen) - 1e-6
}

export const noRewardAfterEnd: Property<EnvScene> = {
  id: 'no_reward_after_done',
  number: 'E7',
  title: 'after the end nothing is earned',
  severity: 'high',
  missing: () => null,
  operators: scene => [
    operator<[Script, Script]>({
      id: 'beyond-the-end',
      draw: draws.tuple(scriptDraw(scene, { gold: true }), scriptDraw(scene, { invalid: true })),
      input: async ([way, on]) => {
        const reference = (await scene.reference(way.seed)) ?? []
        const actions = way.gold > 0 ? reference : await actionsOf(scene, way)
        const beyond = await actionsOf(scene, { ...on, seed: way.seed })
        if (!actions || !beyond) return null
        const again = [...reference.slice(-1), ...actions.slice(-1), ...beyond, ...reference]
        return { seed: way.seed, actions: [...actions], beyond: again.slice(0, 12) }
      },
    }),
  ],
  async judge({ seed, actions, beyond }, { subject }, probe) {
    const seen = await episode(probe, {
      seed: seed as number,
      actions: actions as Json[],
      // Where the actions do not end the episode, the last of them goes on until the limit does.
      forever: subject.horizon !== null && subject.horizon <= 200 ? (actions as Json[]).slice(-1) : [],
      most: subject.horizon ?? (actions as Json[]).length,
      beyond: beyond as Json[],
    })
    const last = seen && lastOf(seen)
    if (!seen?.ended || !last) return 'skip'
    // Wrappers that reset by themselves show the next episode already.
    if (same(last.observation, seen.first)) return null
    for (const taken of seen.after) {
      if (taken.threw !== undefined) continue
      if (Math.abs(taken.reward) > 1e-9)
        return {
          says: `a step after the end earns ${rounded(taken.reward)} (action ${brief(taken.action)})`,
          scores: [rounded(taken.reward)],
        }
      if (!taken.terminated && !taken.truncated && !same(taken.observation, last.observation)) return null
    }
    return null
  },
  smaller: fewerActions,
}

export function withHorizon({ subject }: EnvScene): string | null {
  if (subject.horizon === null) return 'episodes are declared to have no limit (horizon: null)'
  return subject.horizon > LONGEST
    ? `the limit of ${subject.horizon} steps is above ${LONGEST}; check a copy with a shorter one`
    : null
}

/** Ways that go on until the limit: one action for ever, a short round of actions, behind nothing or behind a script. */
export function untilTheLimit(scene: EnvScene): Operator<never>[] {
  const invalid = draws.constantFrom(...scene.invalid)
  const policies = [
    ...scene.invalid,
    ...(scene.subject.noop === undefined ? [] : [scene.subject.noop]),
    ...(Array.isArray(scene.subject.actions) ? (scene.subject.actions as Json[]).slice(0, 8) : []),
  ]
  return [
    operator<[number, Json]>({
      id: 'constant-policy',
      draw: draws.tuple(seedDraw(scene), draws.constantFrom(...policies)),
      input: ([seed, action]) => ({ seed, actions: [], forever: [action] }),
    }),
    operator<[Script, Script['runs'], Json]>({
      id: 'round-policy',
      draw: draws.tuple(
        scriptDraw(scene, { gold: true, invalid: true }),
        draws.array(
          draws.record({ choice: choiceDraw(scene, { invalid: true }), times: draws.constant(1) }),
          { maxLength: 3 },
        ),
        invalid,
      ),
      input: async ([way, runs, fallback]): Promise<Input | null> => {
        const actions = await actionsOf(scene, way)
        const forever = await actionsOf(scene, { seed: way.seed, gold: 0, runs })
        if (!actions || !forever) return null
        return { seed: way.seed, actions, forever: forever.length > 0 ? forever : [fallback] }
      },
      runs: 40,
    }),
  ]
}

function read(input: Input): { seed: number; actions: Json[]; forever: Json[] } {
  return input as unknown as { seed: number; actions: Json[]; forever: Json[] }
}
