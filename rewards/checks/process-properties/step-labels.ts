/** @file R7: every step has a label, and labels come back from storage as they went in. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import type { Probe } from '../probe.ts'
import { shownOutcome } from '../probe.ts'
import type { Property, Violation } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { asScores, corruption, needsProcess, processOf, taskAndPlaces } from './steps.ts'

type Label = 0 | 1 | null

export const stepLabelsRoundtrip: Property<Scene> = {
  id: 'step_labels_roundtrip',
  number: 'R7',
  title: 'one label per step, kept by storage, ignore marks included',
  severity: 'high',
  missing: needsProcess,
  operators: scene => {
    const { labels } = processOf(scene)
    return [
      counted(scene, 'right-solution'),
      counted(scene, 'wrong-solution'),
      ...(labels ? [labelled(scene, 'stored')] : []),
      ...(labels?.firstError ? [labelled(scene, 'first-error')] : []),
    ]
  },
  judge: ({ task, steps, stored, first }, scene, probe) => {
    if (stored !== undefined) return storedLabels(stored as Label[], scene, probe)
    return first === undefined
      ? oneScoreEach(task!, steps as string[], probe)
      : firstError(first as Label[], probe)
  },
}

async function oneScoreEach(task: Json, steps: string[], probe: Probe): Promise<Violation | null> {
  const outcome = await probe.call<never>('stepScores', task, steps)
  if (outcome.how === 'hung') return null
  const came = outcome.how === 'returned' ? (outcome.value as unknown) : null
  const scores = asScores(came)
  if (scores?.length === steps.length) return null
  const what = scores
    ? `${scores.length} scores`
    : outcome.how === 'returned'
      ? `${Array.isArray(came) ? came.map(String).join(', ') : typeof came} for scores`
      : `no scores (${shownOutcome(outcome)})`
  return { says: `${steps.length} steps have ${what}`, scores: [scores?.length ?? outcome.how] }
}

async function storedLabels(labels: Label[], scene: Scene, probe: Probe): Promise<Violation | null> {
  const outcome = await probe.call<Label[]>('labelsThere', labels)
  const { untilFirstError } = processOf(scene).labels!
  const wrong = labels.indexOf(0)
  const looked = untilFirstError && wrong >= 0 ? wrong + 1 : labels.length
  const came = outcome.how === 'returned' ? outcome.value : null
  const kept =
    came?.length === labels.length && labels.slice(0, looked).every((label, at) => label === came[at])
  if (kept) return null
  return {
    says: `the labels ${shown(labels)} come back as ${came ? shown(came) : shownOutcome(outcome as never)}`,
    scores: [came && came.length === labels.length ? 'changed' : 'count'],
  }
}

async function firstError(labels: Label[], probe: Probe): Promise<Violation | null> {
  const outcome = await probe.call<number>('firstErrorOf', labels)
  const expected = labels.indexOf(0)
  if (outcome.how === 'returned' && outcome.value === expected) return null
  const came = outcome.how === 'returned' ? String(outcome.value) : shownOutcome(outcome as never)
  return {
    says: `the first wrong step of ${shown(labels)} is said to be ${came}; expected ${expected}`,
    scores: [expected < 0 ? 'no error' : 'error'],
  }
}

function shown(labels: readonly (string | number | boolean | null | undefined)[]): string {
  return `[${labels.map(label => (label === null ? 'ignored' : String(label))).join(', ')}]`
}

function counted(scene: Scene, id: 'right-solution' | 'wrong-solution') {
  return operator<[Json, number, number]>({
    id,
    draw: taskAndPlaces(scene),
    input: ([task, place]) => {
      const steps =
        id === 'right-solution' ? [...processOf(scene).solution(task)] : corruption(scene, task, place)?.steps
      return steps ? { task, steps } : null
    },
  })
}

/** Labels of a form that says only where the first error is: right ones, a wrong one, and nothing more. */
function untilError([before, wrong, after]: [number, boolean, number]): Label[] {
  return [
    ...Array<Label>(before).fill(1),
    ...(wrong ? ([0, ...Array<Label>(after).fill(null)] as Label[]) : []),
  ]
}

function labelled(scene: Scene, id: 'stored' | 'first-error') {
  const free = draws.array(draws.constantFrom<Label[]>(1, 0, null), { minLength: 1, maxLength: 8 })
  const index = draws.tuple(draws.nat(5), draws.boolean(), draws.nat(3)).map(untilError)
  const draw = processOf(scene).labels!.untilFirstError ? index.filter(({ length }) => length > 0) : free
  return operator<Label[]>({
    id,
    draw,
    input: labels => (id === 'stored' ? { stored: labels } : { first: labels }),
  })
}
