/** @file E16, E17, E18 and what counts without handing in: part of a task, the whole of it, and other ways through it. */
import type { Json } from '../../../envs/json.ts'
import type { EnvScene } from '../env-scene.ts'
import { draws } from '../fast-check.ts'
import type { Probe } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import { EPS, episode, lastOf, rounded, same, threw, totalOf } from './plays.ts'
import { withHorizon } from './endings.ts'
import { fewerActions, seedDraw } from './scripts.ts'

const REFERENCE = 'declare reference(seed), actions that solve the task'
const STATE = 'give its environments state()'

export const monotoneProgress: Property<EnvScene> = {
  id: 'monotone_progress',
  number: 'E16',
  title: 'more sub-goals in as many steps are never worth less',
  severity: 'medium',
  missing: scene => {
    const { subject, can } = scene
    if (!subject.reference) return REFERENCE
    if (!subject.subGoals) return 'declare subGoals(state), how many have been reached'
    if (waiting(scene) === undefined) return 'declare noop, to compare episodes of equal length'
    return can.state || can.snapshot ? null : STATE
  },
  operators: scene => [
    operator<[number, number, number]>({
      id: 'two-prefixes',
      draw: draws.tuple(seedDraw(scene), draws.nat(30), draws.nat(30)),
      input: async ([seed, a, b]) => {
        const length = (await scene.reference(seed))?.length ?? 0
        return length < 1 ? null : { seed, less: a % (length + 1), more: b % (length + 1) }
      },
    }),
  ],
  async judge({ seed, less, more }, scene, probe) {
    const reference = (await scene.reference(seed as number)) ?? []
    const [short, long] = [less as number, more as number]
    if (short >= long || long > reference.length) return 'skip'
    const { subGoals } = scene.subject
    const waits = Array.from({ length: long - short }, () => waiting(scene)!)
    const common = { seed: seed as number, states: true }
    const idle = await episode(probe, { ...common, actions: [...reference.slice(0, short), ...waits] })
    const busy = await episode(probe, { ...common, actions: reference.slice(0, long) })
    if (!idle || !busy || threw(idle) || threw(busy) || idle.steps.length !== busy.steps.length) return 'skip'
    const [few, many] = [idle, busy].map(({ states }) => subGoals!(states.at(-1)!)) as [number, number]
    if (many <= few || totalOf(busy) >= totalOf(idle) - EPS) return null
    return {
      says: `${many} sub-goals are worth ${rounded(totalOf(busy))}, ${few} in as many steps ${rounded(totalOf(idle))}`,
      scores: [rounded(totalOf(busy)), rounded(totalOf(idle))],
    }
  },
  *smaller({ seed, less, more }) {
    if (seed !== 0) yield { seed: 0, less: less!, more: more! }
    if ((more as number) - (less as number) > 1)
      yield { seed: seed!, less: (more as number) - 1, more: more! }
    if ((less as number) > 0) yield { seed: seed!, less: (less as number) - 1, more: more! }
  },
}

/** What fills steps: doing nothing, else what is no action, which at most costs something. */
function waiting({ subject, invalid }: EnvScene): Json | undefined {
  return subject.noop ?? invalid[0]
}

export const partialLessThanFull: Property<EnvScene> = {
  id: 'partial_le_full',
  number: 'E17',
  title: 'part of a task is worth less than the whole',
  severity: 'high',
  missing: scene => (scene.subject.reference ? withHorizon(scene) : REFERENCE),
  operators: scene => {
    const idle = [...(scene.subject.noop === undefined ? [] : [scene.subject.noop]), ...scene.invalid]
    return [
      operator<[number, number, Json]>({
        id: 'prefix-and-junk',
        draw: draws.tuple(seedDraw(scene), draws.nat(30), draws.constantFrom(...idle)),
        input: async ([seed, cut, junk]) => {
          const reference = (await scene.reference(seed)) ?? []
          if (reference.length === 0) return null
          return { seed, actions: reference.slice(0, cut % reference.length), forever: [junk] }
        },
      }),
    ]
  },
  async judge({ seed, actions, forever }, scene, probe) {
    const { subject, can } = scene
    const reference = await scene.reference(seed as number)
    if (!reference || !same(actions, reference.slice(0, (actions as Json[]).length))) return 'skip'
    const states = !!subject.goalReached && (can.state || can.snapshot)
    const full = await episode(probe, { seed: seed as number, actions: reference, states })
    const part = await episode(probe, {
      seed: seed as number,
      actions: actions as Json[],
      forever: forever as Json[],
      most: subject.horizon!,
      states,
    })
    // A reference that runs into the limit is one of a task without an end.
    if (!full || !part || threw(part) || !part.ended || !lastOf(full)?.terminated) return 'skip'
    if (part.steps.length <= (actions as Json[]).length) return 'skip'
    const unreached =
      states &&
      subject.goalReached!(part.states.at(-1)!) === false &&
      subject.goalReached!(full.states.at(-1)!) === true
    if (states && !unreached) return null
    const [whole, some] = [totalOf(full), totalOf(part)]
    if (unreached ? some < whole - EPS : some <= whole + EPS) return null
    return {
      says: `${(actions as Json[]).length} of ${reference.length} steps and then nothing are worth ${rounded(some)}, the whole ${rounded(whole)}`,
      scores: [rounded(some), rounded(whole)],
    }
  },
  *smaller(input) {
    const actions = input['actions'] as Json[]
    if (input['seed'] !== 0 && actions.length === 0) yield { ...input, seed: 0 }
    if (actions.length > 0) yield { ...input, actions: [] }
    if (actions.length > 1) yield { ...input, actions: actions.slice(0, -1) }
  },
}

export const alternativeRoute: Property<EnvScene> = {
  id: 'alternative_route',
  number: 'E18',
  title: 'steps of the reference that may change places keep its score',
  severity: 'medium',
  missing: ({ subject, can }) => {
    if (!subject.reference) return REFERENCE
    if (subject.commuting === false) return 'no steps of the reference may change places (commuting: false)'
    return subject.commuting || can.state || can.snapshot ? null : STATE
  },
  operators: scene => [
    operator<[number, number]>({
      id: 'neighbours-swapped',
      draw: draws.tuple(seedDraw(scene), draws.nat(40)),
      input: async ([seed, place]) => {
        const length = (await scene.reference(seed))?.length ?? 0
        return length < 2 ? null : { seed, at: place % (length - 1) }
      },
      // Most pairs do not commute, and every try plays two episodes.
      runs: 25,
    }),
  ],
  async judge({ seed, at }, scene, probe) {
    const reference = await scene.reference(seed as number)
    const [a, b] = reference?.slice(at as number, (at as number) + 2) ?? []
    if (!reference || a === undefined || b === undefined || same(a, b)) return 'skip'
    const swapped = reference.with(at as number, b).with((at as number) + 1, a)
    const courses = { seed: seed as number, at: at as number, reference, swapped }
    if (!(await commute(scene, probe, courses))) return 'skip'
    const plain = await episode(probe, { seed: seed as number, actions: reference })
    const other = await episode(probe, { seed: seed as number, actions: swapped })
    if (!plain || !other) return 'skip'
    const [was, is] = [totalOf(plain), totalOf(other)]
    const passes = scene.passes ?? (total => total >= was - EPS)
    if (!passes(was) || passes(is)) return null
    return {
      says: `with steps ${(at as number) + 1} and ${(at as number) + 2} swapped, which lead to the same state, the reference is worth ${rounded(is)}, not ${rounded(was)}`,
      scores: [rounded(is), rounded(was)],
    }
  },
  smaller: function* ({ seed, at }) {
    if (seed !== 0) yield { seed: 0, at: at! }
    if (at !== 0) yield { seed: seed!, at: 0 }
  },
}

type Courses = { seed: number; at: number; reference: readonly Json[]; swapped: readonly Json[] }

/** Both orders lead to the same state, without a throw or an end on the way. */
async function commute(
  { subject, can }: EnvScene,
  probe: Probe,
  { seed, at, reference, swapped }: Courses,
): Promise<boolean> {
  if (!(can.state || can.snapshot)) return subject.commuting === true
  const seen = await Promise.all(
    [reference, swapped].map(actions =>
      episode(probe, { seed, actions: actions.slice(0, at + 2), states: true }),
    ),
  )
  const [one, other] = seen
  if (!one || !other || threw(one) || threw(other) || one.ended || other.ended) return false
  if (subject.commuting) return true
  const [a, b] = [one.states.at(-1)!, other.states.at(-1)!]
  return subject.stateKey ? subject.stateKey(a) === subject.stateKey(b) : same(a, b)
}

export const unsubmitted: Property<EnvScene> = {
  id: 'unsubmitted_is_not_success',
  number: 'P21',
  title: 'what was never handed in is no success',
  severity: 'high',
  missing: scene => {
    const { subject, passes } = scene
    if (subject.submit === undefined) return 'declare submit, the action that hands in'
    if (!subject.reference) return REFERENCE
    if (!passes) return 'declare returnRange or passMark, the return from which an episode counts as solved'
    return withHorizon(scene)
  },
  operators: scene => {
    const idle = [...(scene.subject.noop === undefined ? [] : [scene.subject.noop]), ...scene.invalid]
    return [
      operator<[number, Json, boolean]>({
        id: 'all-but-handing-in',
        draw: draws.tuple(seedDraw(scene), draws.constantFrom(...idle), draws.boolean()),
        input: async ([seed, junk, stops]) => {
          const reference = (await scene.reference(seed)) ?? []
          // Where references do not hand in, handing in is another matter.
          if (!same(reference.at(-1), scene.subject.submit)) return null
          const actions = reference.filter(action => !same(action, scene.subject.submit))
          return { seed, actions, forever: stops ? [] : [junk] }
        },
        runs: 30,
      }),
    ]
  },
  async judge({ seed, actions, forever }, scene, probe) {
    const plan = { actions: actions as Json[], forever: forever as Json[], most: scene.subject.horizon! }
    const seen = await episode(probe, { seed: seed as number, ...plan })
    if (!seen || !scene.passes!(totalOf(seen))) return null
    const full = await scene.reference(seed as number)
    const whole = full && (await episode(probe, { seed: seed as number, actions: full }))
    const asMuch = whole && totalOf(seen) >= totalOf(whole) - EPS
    // Parts may pass a mark that nobody set.
    if (scene.subject.passMark === undefined && !asMuch) return null
    return {
      says: `an episode that never hands in is worth ${rounded(totalOf(seen))}`,
      scores: [rounded(totalOf(seen))],
    }
  },
  smaller: fewerActions,
}
