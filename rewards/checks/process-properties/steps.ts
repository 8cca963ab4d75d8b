/** @file What the properties of step scores share: draws, calls, and when two scores count as the same. */
import type { Json } from '../../../envs/json.ts'
import type { Draw } from '../fast-check.ts'
import { draws } from '../fast-check.ts'
import type { Probe } from '../probe.ts'
import type { ProcessFacts } from '../process-subject.ts'
import type { Severity } from '../property.ts'
import type { Scene } from '../scene.ts'
import { dial } from '../properties/draws.ts'

export type StepScore = number | null

export function processOf({ subject }: Scene): ProcessFacts<Json> {
  return subject.process!
}

export function needsProcess({ subject }: Scene): string | null {
  return subject.process ? null : 'declare process, the part that scores steps'
}

/** From here on a step counts as right. */
export function stepMark(scene: Scene): number {
  return processOf(scene).passMark ?? (scene.low + scene.high) / 2
}

/** What the same call may differ by. Learned models are not exact: sums in another order move their last digits. */
export function slackOf({ subject, low, high }: Scene): number {
  return (subject.stochastic?.spread ?? 0) + (subject.learned ? 1e-3 : 1e-9) * (high - low)
}

/** Laws that say how good a model is do not gate where the model is learned. */
export function ofLearned({ subject }: Scene): { severity?: Severity } {
  return subject.learned ? { severity: 'info' } : {}
}

/** A task by its place, and two dials. Invented tasks are left out: they have no solution. */
export function taskAndPlaces({ tasks }: Scene): Draw<[Json, number, number]> {
  return draws.tuple(
    draws.nat(tasks.length - 1).map(at => tasks[at]!),
    dial,
    dial,
  )
}

export interface Corruption {
  task: Json
  /** The right solution. */
  right: string[]
  /** The same with a wrong step at `at`. */
  steps: string[]
  at: number
}

/** null where this step cannot be made wrong. */
export function corruption(scene: Scene, task: Json, place: number): Corruption | null {
  const process = processOf(scene)
  const right = [...process.solution(task)]
  if (right.length === 0) return null
  const at = place % right.length
  const steps = process.corrupt(task, right, at)
  return steps === null || steps[at] === right[at] ? null : { task, right, steps: [...steps], at }
}

/** null unless one finite number or null came for each step: other properties cannot speak of such scores. */
export async function stepScores(probe: Probe, task: Json, steps: string[]): Promise<StepScore[] | null> {
  const outcome = await probe.call<unknown>('stepScores', task, steps)
  const scores = outcome.how === 'returned' ? asScores(outcome.value) : null
  return scores?.length === steps.length ? scores : null
}

export function asScores(value: unknown): StepScore[] | null {
  if (!Array.isArray(value)) return null
  const scores = value as unknown[]
  return scores.every(score => score === null || Number.isFinite(score)) ? (scores as StepScore[]) : null
}

/** The whole from the scores of judged steps; null where there are none or no finite number came. */
export async function aggregate(probe: Probe, scores: readonly StepScore[]): Promise<number | null> {
  const judged = scores.filter(score => score !== null)
  if (judged.length === 0) return null
  const outcome = await probe.call<unknown>('stepAggregate', judged)
  return outcome.how === 'returned' && Number.isFinite(outcome.value) ? (outcome.value as number) : null
}

/** Both not judged, both on the same side of the mark, or as good as equal. */
export function sameLabel(scene: Scene, a: StepScore, b: StepScore): boolean {
  if (a === null || b === null) return a === b
  const mark = stepMark(scene)
  return a >= mark === b >= mark || Math.abs(a - b) <= slackOf(scene)
}

export function shownScores(scores: readonly StepScore[]): string {
  return `[${scores.map(score => score ?? 'not judged').join(', ')}]`
}
