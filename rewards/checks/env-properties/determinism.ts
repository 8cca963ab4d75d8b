/** @file E1 to E4: the same seed and actions give the same episode, through snapshots and clones as well. */
import type { Json } from '../../../envs/json.ts'
import type { Played } from '../env-operations.ts'
import type { EnvScene } from '../env-scene.ts'
import { draws } from '../fast-check.ts'
import type { Input, Operator, Property, Violation } from '../property.ts'
import { operator } from '../property.ts'
import { brief, difference, errorIn, play, same, seenIn, threw } from './plays.ts'
import type { Script } from './scripts.ts'
import { actionsOf, fewerActions, openActionsOf, scriptDraw, walks } from './scripts.ts'

const DECLARED = 'steps are declared to differ from run to run (nondeterministic)'

export const seedDeterminism: Property<EnvScene> = {
  id: 'seed_determinism',
  number: 'E1',
  title: 'the same seed and actions give the same episode',
  severity: 'medium',
  missing: ({ subject }) => (subject.nondeterministic ? DECLARED : null),
  operators: scene => walks(scene),
  async judge(input, _scene, probe) {
    const { seed, actions } = read(input)
    const played = await play(probe, [
      { do: 'go', seed, actions },
      { do: 'make', as: 'second' },
      { do: 'go', on: 'second', seed: seed + 1, actions: actions.slice(0, 2) },
      { do: 'go', on: 'second', seed, actions },
      { do: 'go', seed, actions },
    ])
    const [first, , , second, again] = (played ?? []).map(seenIn)
    if (!first || !second || !again) return 'skip'
    return unequal(first, second, 'in another environment') ?? unequal(first, again, 'after another reset')
  },
  smaller: fewerActions,
}

type Course = NonNullable<ReturnType<typeof seenIn>>

function unequal(a: Course, b: Course, where: string): Violation | null {
  if (!same(a.first, b.first))
    return {
      says: `the same seed starts with ${brief(a.first)} and, ${where}, with ${brief(b.first)}`,
      scores: [where],
    }
  const differs = difference(a.steps, b.steps)
  return broken(differs, `the same actions differ ${where}`, where)
}

/** null where nothing differs. */
function broken(differs: string | null, says: string, cause: string): Violation | null {
  return differs === null ? null : { says: `${says}: ${differs}`, scores: [cause] }
}

export const restoreEqualsReplay: Property<EnvScene> = {
  id: 'restore_equals_replay',
  number: 'E2',
  title: 'going on from a restored snapshot is the same as going on, and as playing it again',
  severity: 'medium',
  missing: scene => deterministicWith(scene, ['snapshot', 'restore']),
  operators: scene => branches(scene),
  async judge(input, _scene, probe) {
    const { seed, actions, between, tail } = read(input)
    const played = await play(probe, [
      { do: 'go', seed, actions },
      { do: 'snapshot', as: 'a' },
      { do: 'go', actions: tail },
      { do: 'go', seed: seed + 1, actions: between },
      { do: 'restore', from: 'a' },
      { do: 'go', actions: tail },
      { do: 'make', as: 'fresh' },
      { do: 'go', on: 'fresh', seed, actions },
      { do: 'go', on: 'fresh', actions: tail },
    ])
    if (!played) return 'skip'
    if (!isOpen(played[0])) return 'skip'
    const failed = errorIn(played[1]) ?? errorIn(played[4])
    if (failed !== null) return { says: `snapshot or restore throws ${brief(failed)}`, scores: ['threw'] }
    const [live, restored, replayed] = [played[2], played[5], played[8]].map(seenIn)
    if (!live || !restored || !replayed) return 'skip'
    const differs = difference(live.steps, restored.steps)
    const replays = difference(live.steps, replayed.steps)
    return (
      broken(differs, 'live and restored differ', 'restored') ??
      broken(replays, 'live and replayed differ', 'replayed')
    )
  },
  smaller: fewerActions,
}

export const snapshotsAreValues: Property<EnvScene> = {
  id: 'snapshots_are_values',
  number: 'E3',
  title: 'nothing that happens later changes a snapshot',
  severity: 'medium',
  missing: scene => deterministicWith(scene, ['snapshot', 'restore']),
  operators: scene => branches(scene),
  async judge(input, _scene, probe) {
    const { seed, actions, between, tail } = read(input)
    const played = await play(probe, [
      { do: 'go', seed, actions },
      { do: 'snapshot', as: 'a' },
      { do: 'look', at: 'a' },
      { do: 'go', actions: between },
      { do: 'look', at: 'a' },
      { do: 'snapshot', as: 'b' },
      { do: 'look', at: 'a' },
      { do: 'restore', from: 'a' },
      { do: 'go', actions: tail },
      { do: 'look', at: 'a' },
      { do: 'restore', from: 'a' },
      { do: 'go', actions: tail },
      { do: 'make', as: 'fresh' },
      { do: 'go', on: 'fresh', seed, actions },
      { do: 'go', on: 'fresh', actions: tail },
    ])
    if (!played || !isOpen(played[0]) || errorIn(played[1]) !== null) return 'skip'
    const looks = [played[2], played[4], played[6], played[9]]
    const moments = ['', 'later steps', 'a later snapshot', 'steps after it was restored']
    for (const [at, look] of looks.entries())
      if (errorIn(look) === null && errorIn(looks[0]) === null && !same(look, looks[0]))
        return { says: `${moments[at]} changed an earlier snapshot`, scores: ['changed'] }
    const [once, twice, fresh] = [played[8], played[11], played[14]].map(seenIn)
    if (!once || !twice || !fresh || errorIn(played[7]) !== null || errorIn(played[10]) !== null)
      return 'skip'
    return (
      broken(
        difference(fresh.steps, once.steps),
        'a snapshot restored after a later one differs',
        'changed',
      ) ?? broken(difference(once.steps, twice.steps), 'a snapshot restored twice differs', 'changed')
    )
  },
  smaller: fewerActions,
}

export const cloneIndependent: Property<EnvScene> = {
  id: 'clone_independent',
  number: 'E4',
  title: 'a clone and its original go on independently',
  severity: 'medium',
  missing: scene => deterministicWith(scene, ['clone']),
  operators: scene => branches(scene),
  async judge(input, _scene, probe) {
    const { seed, actions, between, tail } = read(input)
    const half = Math.ceil(between.length / 2)
    const played = await play(probe, [
      { do: 'go', seed, actions },
      { do: 'clone', as: 'twin' },
      { do: 'go', on: 'twin', actions: between.slice(0, half) },
      { do: 'go', actions: tail },
      { do: 'go', on: 'twin', actions: between.slice(half) },
      { do: 'make', as: 'fresh' },
      { do: 'go', on: 'fresh', seed, actions },
      { do: 'go', on: 'fresh', actions: tail },
      { do: 'go', on: 'fresh', seed, actions },
      { do: 'go', on: 'fresh', actions: between.slice(0, half) },
      { do: 'go', on: 'fresh', actions: between.slice(half) },
    ])
    if (!played || !isOpen(played[0])) return 'skip'
    const failed = errorIn(played[1])
    if (failed !== null) return { says: `clone throws ${brief(failed)}`, scores: ['threw'] }
    const main = apart(played[3], played[7])
    const twin = apart(played[2], played[9]) ?? (isOpen(played[2]) ? apart(played[4], played[10]) : null)
    return (
      broken(main, 'steps of a clone changed the original', 'original') ??
      broken(twin, 'a clone goes on differently', 'clone')
    )
  },
  smaller: fewerActions,
}

function apart(a: Played | undefined, b: Played | undefined): string | null {
  const [one, other] = [seenIn(a), seenIn(b)]
  return one && other ? difference(one.steps, other.steps) : null
}

/** The episode goes on, and no action of it threw: what an environment is after a throw is its own affair. */
function isOpen(played: Played | undefined): boolean {
  const seen = seenIn(played)
  return seen !== null && !seen.ended && !threw(seen)
}

function deterministicWith({ subject, can }: EnvScene, methods: ('snapshot' | 'restore' | 'clone')[]) {
  if (subject.nondeterministic) return DECLARED
  const absent = methods.filter(method => !can[method])
  return absent.length > 0 ? `give its environments ${absent.join('() and ')}()` : null
}

/** A way to a moment, what disturbs it, and a way on from it. */
function branches(scene: EnvScene): Operator<never>[] {
  return [false, true].map(invalid =>
    operator<[Script, Script, Script]>({
      id: invalid ? 'branch-with-invalid' : 'branch',
      draw: draws.tuple(
        scriptDraw(scene, { gold: true, invalid }),
        scriptDraw(scene, {}),
        scriptDraw(scene, { invalid }),
      ),
      input: async ([way, other, on]) => branch(scene, way, other, on),
    }),
  )
}

/** Drawn ways on are legal from the start, not from the moment; the rest of the reference leads furthest. */
async function branch(scene: EnvScene, way: Script, other: Script, on: Script): Promise<Input | null> {
  const actions = await openActionsOf(scene, way, 10)
  const between = (await actionsOf(scene, { ...other, seed: way.seed }))?.slice(0, 6)
  const tail = (await actionsOf(scene, { ...on, seed: way.seed }))?.slice(0, 6)
  const rest = ((await scene.reference(way.seed)) ?? []).slice(actions?.length ?? 0).slice(0, 6)
  if (!actions || !between || !tail) return null
  return { seed: way.seed, actions, between, tail: way.gold > 0 ? [...rest, ...tail] : tail }
}

function read(input: Input) {
  return input as unknown as { seed: number; actions: Json[]; between: Json[]; tail: Json[] }
}
