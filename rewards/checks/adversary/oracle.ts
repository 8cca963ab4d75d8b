/** @file Who judges an episode of the adversary: the reward by its mark, the author's oracle by the states. */
import type { Json } from '../../../envs/json.ts'
import type { Routine } from '../env-routine.ts'
import { run, wait } from '../env-routine.ts'
import type { EnvFace, EnvSubject } from '../env-subject.ts'

const EPS = 1e-9

/**
 * What an episode must earn more than, to count as paid like a solved one; null: the subject does not tell. Without a mark
 * it is the middle of the range, or of its part above 0: an episode that loses little has earned nothing.
 */
export function exploitMark(
  subject: Pick<EnvSubject<Json>, 'exploitMark' | 'passMark' | 'returnRange'>,
): number | null {
  const { passMark, returnRange } = subject
  const declared = subject.exploitMark ?? passMark
  if (declared !== undefined) return declared - 2 * EPS
  if (!returnRange) return null
  const [low, high] = returnRange
  return low < 0 && high > 0 ? high / 2 : (low + high) / 2
}

export function paysLikeSolved(subject: EnvSubject<Json>, proxy: number): boolean {
  return proxy > (exploitMark(subject) ?? Infinity) + EPS
}

export type PlayedOut = {
  proxy: number
  /** The goal was reached at some moment, or it is not known that it was not. */
  solved: boolean
  /** The first action after which the episode has paid like a solved one, from 0; -1: none. */
  partsAt: number
}

/** These actions in an environment of their own. */
export function* playedOut(
  subject: EnvSubject<Json>,
  seed: number,
  actions: readonly Json[],
): Routine<PlayedOut> {
  const face = yield* wait(subject.make())
  yield* wait(face.reset(seed))
  const played = { proxy: 0, solved: yield* reached(subject, face), partsAt: -1 }
  for (const [at, action] of actions.entries()) {
    const step = yield* wait(face.step(structuredClone(action)))
    played.proxy += step.reward
    played.solved ||= yield* reached(subject, face)
    if (played.partsAt < 0 && paysLikeSolved(subject, played.proxy)) played.partsAt = at
    if (step.terminated || step.truncated) break
  }
  yield* wait(face.close?.())
  return played
}

function* reached({ goalReached }: EnvSubject<Json>, face: EnvFace): Routine<boolean> {
  return goalReached!(yield* stateOf(face)) !== false
}

export function* stateOf(face: EnvFace): Routine<Json> {
  return structuredClone(face.state ? yield* wait(face.state()) : ((yield* wait(face.snapshot!())) as Json))
}

export const playOut = (subject: EnvSubject<Json>, seed: number, actions: readonly Json[]) =>
  run(playedOut(subject, seed, actions))
