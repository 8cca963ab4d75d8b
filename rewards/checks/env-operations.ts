/**
 * @file Every way the checks call into an author's environment: a script of moves, played in one call.
 *
 * Environments and snapshots live where the script is played and are named in it, so that a snapshot is never copied on
 * its way to the checks.
 */
import type { MaybePromise } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { adversaryOperations } from './adversary/operations.ts'
import { enumerated } from './env-enumeration.ts'
import type { Routine } from './env-routine.ts'
import { run, wait } from './env-routine.ts'
import type { EnvFace, EnvFault, EnvStep, EnvSubject } from './env-subject.ts'

/** `on`, `as` and `from` are names; the environment `main` is there from the start. */
export type Move =
  | { do: 'make'; as: string }
  | { do: 'reset'; on?: string; seed: number }
  | { do: 'step'; on?: string; action: Json }
  | ({ do: 'go'; on?: string } & Journey)
  | { do: 'snapshot'; on?: string; as: string }
  | { do: 'restore'; on?: string; from: string }
  | { do: 'clone'; on?: string; as: string }
  /** The content of a snapshot as it is now. */
  | { do: 'look'; at: string }
  | { do: 'state'; on?: string }
  | { do: 'return'; on?: string }

/** Many steps in one move, until the episode ends. */
export interface Journey {
  /** Starts an episode first. Default: the running one goes on. */
  seed?: number
  actions: readonly Json[]
  /** Taken round and round behind `actions`, up to `most` steps in all. */
  forever?: readonly Json[]
  most?: number
  /** Tried after the end. */
  beyond?: readonly Json[]
  /** Look at the state before the first step and after each. */
  states?: boolean
  /** Ask for the return that the environment reports. */
  return?: boolean
}

/** A step that was taken, or the error that it threw. */
export type Taken = (EnvStep & { action: Json; threw?: never }) | { action: Json; threw: string }

/** What came of a journey. */
export interface Seen {
  /** The first observation; null without a reset. */
  first: Json
  steps: Taken[]
  states: Json[]
  ended: boolean
  /** What came of `beyond`. */
  after: Taken[]
  /** The reported return; null where it was not asked for. */
  return: number | null
}

/** What each move gave; a move that threw is recorded, and the script goes on. */
export type Played = { value: Json } | { error: string }

/** One action of a walk: a choice among the legal ones of the state, or an action as it stands. */
export type Choice = { legal: number } | { action: Json }

export type EnvOperation = (subject: EnvSubject<Json>, args: never) => unknown

export const envOperations: Readonly<Record<string, EnvOperation>> = {
  play: (subject, [moves, fault]: [Move[], EnvFault | null]) => run(play(subject, moves, fault ?? null)),
  walk: (subject, [seed, choices]: [number, Choice[]]) => run(walk(subject, seed, choices)),
  enumerate: (subject, [seed, maxStates]: [number, number]) => run(enumerated(subject, seed, maxStates)),
  concurrent: (subject, [seed, actions, order]: [number, Json[], number[]]) =>
    run(concurrent(subject, seed, actions, order)),
  abilities: subject => run(abilities(subject)),
  reachable: (subject, [seed]: [number]) => subject.reachable!(seed),
  secrets: (subject, [seed]: [number]) => subject.secrets!(seed),
  reference: (subject, [seed]: [number]) => subject.reference!(seed),
  readOnly: ({ readOnly }, [seed]: [number]) => (typeof readOnly === 'function' ? readOnly(seed) : readOnly),
  ...adversaryOperations,
}

function* play(subject: EnvSubject<Json>, moves: readonly Move[], fault: EnvFault | null): Routine<Played[]> {
  const make = () => (fault && subject.makeFaulty ? subject.makeFaulty(fault) : subject.make())
  const faces = new Map<string, EnvFace<Json>>([['main', yield* wait(make())]])
  const snapshots = new Map<string, unknown>()
  const played: Played[] = []
  for (const move of moves)
    try {
      played.push({ value: structuredClone(yield* moved(move, { faces, snapshots, make })) ?? null })
    } catch (error) {
      played.push({ error: textOf(error) })
    }
  for (const face of faces.values()) yield* wait(face.close?.())
  return played
}

interface Stage {
  faces: Map<string, EnvFace<Json>>
  snapshots: Map<string, unknown>
  make(): MaybePromise<EnvFace<Json>>
}

function* moved(move: Move, { faces, snapshots, make }: Stage): Routine<Json> {
  const face = faces.get(('on' in move ? move.on : undefined) ?? 'main')!
  switch (move.do) {
    case 'make':
      faces.set(move.as, yield* wait(make()))
      return null
    case 'reset':
      return (yield* wait(face.reset(move.seed))).observation
    case 'step':
      return (yield* wait(face.step(move.action))) as unknown as Json
    case 'go':
      return (yield* journey(face, move)) as unknown as Json
    case 'snapshot':
      snapshots.set(move.as, yield* wait(face.snapshot!()))
      return null
    case 'restore':
      yield* wait(face.restore!(snapshots.get(move.from) as never))
      return null
    case 'clone':
      faces.set(move.as, yield* wait(face.clone!()))
      return null
    case 'look':
      return snapshots.get(move.at) as Json
    case 'state':
      return yield* stateOf(face)
    case 'return':
      return yield* wait(face.episodeReturn!())
  }
}

function* journey(face: EnvFace<Json>, plan: Journey): Routine<Seen> {
  const first = plan.seed === undefined ? null : (yield* wait(face.reset(plan.seed))).observation
  const seen: Seen = {
    first: structuredClone(first),
    steps: [],
    states: [],
    ended: false,
    after: [],
    return: null,
  }
  if (plan.states) seen.states.push(structuredClone(yield* stateOf(face)))
  for (const action of planned(plan)) {
    const taken = yield* take(face, action)
    seen.steps.push(taken)
    if (plan.states) seen.states.push(structuredClone(yield* stateOf(face)))
    if (taken.threw === undefined && (taken.terminated || taken.truncated)) {
      seen.ended = true
      break
    }
  }
  if (plan.return && face.episodeReturn) seen.return = yield* wait(face.episodeReturn())
  if (seen.ended) for (const action of plan.beyond ?? []) seen.after.push(yield* take(face, action))
  return seen
}

function* planned({ actions, forever = [], most = Infinity }: Journey): Generator<Json> {
  let left = most
  for (const action of actions) if (left-- > 0) yield action
  while (forever.length > 0 && left > 0) for (const action of forever) if (left-- > 0) yield action
}

/** Copied at once: an environment may hand out the very objects that it changes later. */
function* take(face: EnvFace<Json>, action: Json): Routine<Taken> {
  try {
    const { observation, reward, terminated, truncated, rewards } = yield* wait(
      face.step(structuredClone(action)),
    )
    const step = { observation, reward, terminated, truncated, ...(rewards && { rewards }) }
    return { ...structuredClone(step), action }
  } catch (error) {
    return { action, threw: textOf(error) }
  }
}

function* stateOf(face: EnvFace<Json>): Routine<Json> {
  return face.state ? yield* wait(face.state()) : ((yield* wait(face.snapshot!())) as Json)
}

/** The actions of a walk; it stops where the episode ends or no action is legal. */
function* walk(
  subject: EnvSubject<Json>,
  seed: number,
  choices: readonly Choice[],
): Routine<{ actions: Json[]; ended: boolean }> {
  const face = yield* wait(subject.make())
  yield* wait(face.reset(seed))
  const actions: Json[] = []
  let ended = false
  for (const choice of choices) {
    const action = 'action' in choice ? choice.action : yield* legal(subject, face, choice.legal)
    if (action === undefined) break
    actions.push(action)
    const taken = yield* take(face, action)
    ended = taken.threw === undefined && (taken.terminated || taken.truncated)
    if (ended) break
  }
  yield* wait(face.close?.())
  return { actions, ended }
}

function* legal(subject: EnvSubject<Json>, face: EnvFace<Json>, at: number): Routine<Json | undefined> {
  const actions = subject.legalActions!(yield* stateOf(face))
  return actions[at % Math.max(actions.length, 1)]
}

function* concurrent(
  subject: EnvSubject<Json>,
  seed: number,
  actions: readonly Json[],
  order: readonly number[],
): Routine<Json> {
  const face = yield* wait(subject.make())
  yield* wait(face.reset(seed))
  const came = yield* wait(subject.concurrent!(face, actions, order))
  yield* wait(face.close?.())
  return came
}

/** Which optional methods an environment has. */
function* abilities(subject: EnvSubject<Json>): Routine<Record<string, boolean>> {
  const face = yield* wait(subject.make())
  const has = {
    snapshot: !!face.snapshot,
    restore: !!face.restore,
    clone: !!face.clone,
    state: !!face.state,
    return: !!face.episodeReturn,
  }
  yield* wait(face.close?.())
  return has
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
