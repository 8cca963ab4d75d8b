/** @file E12: play that understands nothing passes no more tasks than it may. */
import type { Json } from '../../../envs/json.ts'
import { binomialAtLeast } from '../../shares.ts'
import type { Move, Played } from '../env-operations.ts'
import type { EnvScene } from '../env-scene.ts'
import { draws } from '../fast-check.ts'
import type { Probe } from '../probe.ts'
import type { Input, Operator, Property, Violation } from '../property.ts'
import { operator } from '../property.ts'
import { play, rounded, same, seenIn, totalOf } from './plays.ts'
import { anyAction } from './scripts.ts'

const GUESSABLE = 0.05
/** A share above the threshold by chance is this unlikely. */
const ALPHA = 1e-4
const LONGEST = 24
const SEEDS = 60
const PER_CALL = 20
const SOON_OVER: ReadonlySet<string> = new Set(['submit-at-once', 'noop-then-submit', 'noop'])

export const noopBaseline: Property<EnvScene> = {
  id: 'noop_baseline',
  number: 'E12',
  title: 'doing nothing, handing in at once and constant play pass next to no task',
  severity: 'high',
  missing: ({ subject, passes, can }) =>
    (passes && (subject.guessable ?? 0) < 1) || (subject.goalReached && (can.state || can.snapshot))
      ? null
      : 'declare returnRange or passMark, or goalReached(state)',
  operators: scene => [...starts(scene), ...policies(scene)],
  judge: (input, scene, probe) =>
    input['policy'] === 'start'
      ? solvedAtStart(input['seed'] as number, scene, probe)
      : passesTooOften(input, scene, probe),
  smaller: function* ({ policy, seed, ...rest }) {
    if (policy === 'start' && seed !== 0) yield { policy, seed: 0, ...rest }
  },
}

function starts({ subject, can, seeds }: EnvScene): Operator<never>[] {
  if (!subject.goalReached || !(can.state || can.snapshot)) return []
  return [
    operator<number>({
      id: 'goal-at-the-start',
      draw: draws.nat(10 * seeds.length),
      input: seed => ({ policy: 'start', seed }),
    }),
  ]
}

async function solvedAtStart(seed: number, { subject }: EnvScene, probe: Probe): Promise<Violation | null> {
  const state = (await play(probe, [{ do: 'reset', seed }, { do: 'state' }]))?.[1]
  if (!state || !('value' in state) || !subject.goalReached!(state.value)) return null
  return { says: 'the goal is reached before anything was done', scores: ['start'] }
}

function policies(scene: EnvScene): Operator<never>[] {
  const { subject, passes, invalid } = scene
  if (!passes || (subject.guessable ?? 0) >= 1) return []
  const fixed = (id: string, actions: readonly Json[], forever: boolean): Operator<never> =>
    operator<Json>({
      id,
      draw: draws.constantFrom(...actions),
      input: action => ({ policy: id, actions: [action], forever }),
      runs: actions.length === 1 ? 1 : 12,
    })
  return [
    fixed('invalid', invalid, true),
    ...(subject.noop === undefined ? [] : [fixed('noop', [subject.noop], true)]),
    ...(subject.submit === undefined ? [] : [fixed('submit-at-once', [subject.submit], false)]),
    ...(subject.noop === undefined || subject.submit === undefined
      ? []
      : [sequence('noop-then-submit', [subject.noop, subject.submit])]),
    operator({
      id: 'constant',
      draw: anyAction(subject.actions),
      input: action => ({ policy: 'constant', actions: [action as Json], forever: true }),
      runs: 12,
    }),
    operator({ id: 'echo', draw: draws.constant(0), input: () => ({ policy: 'echo' }), runs: 1 }),
  ]
}

function sequence(id: string, actions: Json[]): Operator<never> {
  return operator<number>({
    id,
    draw: draws.constant(0),
    input: () => ({ policy: id, actions, forever: false }),
    runs: 1,
  })
}

async function passesTooOften(
  input: Input,
  scene: EnvScene,
  probe: Probe,
): Promise<Violation | null | 'skip'> {
  const { subject, passes } = scene
  const seeds = seedsFor(input, scene)
  const moves =
    input['policy'] === 'echo' ? await echoes(scene, seeds, probe) : constantPlay(input, scene, seeds)
  const played = moves && (await playInParts(moves, probe))
  if (!played) return 'skip'
  const won = played.map(each => {
    const seen = seenIn(each)
    return seen !== null && passes!(totalOf(seen))
  })
  const passed = won.filter(Boolean).length
  const allowed = subject.guessable ?? GUESSABLE
  const constant = input['policy'] === 'constant'
  // Where one action again and again is a way, e.g. straight ahead, only passing everywhere says something.
  const many =
    !constant || subject.horizon === 1 ? binomialAtLeast(passed, seeds.length, allowed) < ALPHA : false
  if (!many && passed < seeds.length) return null
  if (constant && (await isTheWay(scene, (input['actions'] as Json[])[0]!))) return null
  return {
    says: `${input['policy'] as string} passes ${passed} of ${seeds.length} tasks; expected a share of ${allowed} at most`,
    scores: [rounded(passed / seeds.length)],
    ...(passed === seeds.length && { severity: 'critical' as const }),
  }
}

/** Many where there is one way to play and it is soon over, so that chance has no part in what is found. */
function seedsFor({ policy }: Input, { seeds }: EnvScene): readonly number[] {
  return SOON_OVER.has(policy as string) ? Array.from({ length: SEEDS }, (_, seed) => seed) : seeds
}

/** null where one of the calls hung or threw. */
async function playInParts(moves: readonly Move[], probe: Probe): Promise<Played[] | null> {
  const played: Played[] = []
  for (let from = 0; from < moves.length; from += PER_CALL) {
    const part = await play(probe, moves.slice(from, from + PER_CALL))
    if (!part) return null
    played.push(...part)
  }
  return played
}

function constantPlay({ actions, forever }: Input, { subject }: EnvScene, seeds: readonly number[]): Move[] {
  return seeds.map(seed => ({
    do: 'go',
    seed,
    actions: actions as Json[],
    forever: forever ? (actions as Json[]) : [],
    most: forever ? Math.min(subject.horizon ?? LONGEST, LONGEST) : (actions as Json[]).length,
  }))
}

/** The first observation, or its texts, as the action: only where actions are text. */
async function echoes({ subject }: EnvScene, seeds: readonly number[], probe: Probe): Promise<Move[] | null> {
  if (!Array.isArray(subject.actions) || typeof subject.actions[0] !== 'string') return null
  const shown = await play(
    probe,
    seeds.map(seed => ({ do: 'reset' as const, seed })),
  )
  if (!shown) return null
  return seeds.map((seed, at) => {
    const first = shown[at]!
    const value = 'value' in first ? first.value : ''
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return { do: 'go', seed, actions: [text], forever: [text], most: Math.min(subject.horizon ?? 10, 10) }
  })
}

/** The action is all that the references are made of, or tasks do not differ, or nothing is known of them. */
async function isTheWay({ seeds, reference, subject }: EnvScene, action: Json): Promise<boolean> {
  if (!subject.reference) return subject.horizon !== 1
  const references = await Promise.all(seeds.map(seed => reference(seed)))
  const known = references.filter(each => each !== null)
  if (known.length < seeds.length || known.every(each => same(each, known[0]))) return true
  return known.every(each => each.every(step => same(step, action)))
}
