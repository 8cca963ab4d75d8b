/** @file Runs of a task's tests, for properties of rewards that read test records. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import type { Outcome, Probe, Scored } from '../probe.ts'
import { numberOf } from '../probe.ts'
import type { Input, Operator } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import type { TestRun, TestState } from '../subject.ts'
import { taskDraw } from './draws.ts'

export const DECLARE_TESTS = 'declare tests, if the reward reads a record of tests'

export const missingTests = ({ subject }: Scene): string | null => (subject.tests ? null : DECLARE_TESTS)

export function goldRun(scene: Scene, task: Json): TestRun {
  const passed = requiredOf(scene, task).map(id => [id, 'passed'] as const)
  return { states: Object.fromEntries(passed), exitCode: 0, stdout: '', submitted: true }
}

export function requiredOf({ subject }: Scene, task: Json): readonly string[] {
  return subject.tests!.required(task)
}

/** The gold run with these tests in this state. Tests that are missing leave no record at all. */
export function runWith(
  scene: Scene,
  task: Json,
  { ids, state, exitCode }: { ids: readonly string[]; state: TestState; exitCode: number },
): TestRun {
  const gold = goldRun(scene, task)
  return { ...gold, exitCode, states: { ...gold.states, ...Object.fromEntries(ids.map(id => [id, state])) } }
}

export const rendered = ({ subject }: Scene, task: Json, run: TestRun): string =>
  subject.tests!.render(task, run)

export function scoreRun(scene: Scene, task: Json, run: TestRun, probe: Probe): Promise<Outcome<Scored>> {
  return probe.score(task, rendered(scene, task, run))
}

/** Does the gold run earn the maximum? If it does not, only `max_iff_all_pass` says so, and nothing else is asked. */
export async function goldIsMax(scene: Scene, task: Json, probe: Probe): Promise<boolean> {
  const score = numberOf(await scoreRun(scene, task, goldRun(scene, task), probe))
  return score !== null && score >= scene.high - 1e-9
}

export function runOf(input: Input): TestRun {
  return input['run'] as unknown as TestRun
}

export const runInput = (task: Json, run: TestRun): Input => ({ task, run: run as unknown as Json })

/** One input per run that `make` gives for a task and a place in its list; 0 is the last test, where lists are cut. */
export function runOperator(
  scene: Scene,
  id: string,
  make: (task: Json, place: { ids: readonly string[]; at: number }) => TestRun | null,
): Operator<never> {
  return operator<[Json, number]>({
    id,
    draw: draws.tuple(taskDraw(scene), draws.nat(40)),
    input: ([task, back]) => {
      const ids = requiredOf(scene, task)
      if (ids.length === 0) return null
      const run = make(task, { ids, at: ids.length - 1 - (back % ids.length) })
      return run === null ? null : runInput(task, run)
    },
  })
}

/** Smaller runs: nothing printed, and fewer tests out of order. */
export function* smallerRun(input: Input): Generator<Input> {
  const run = runOf(input)
  if (run.stdout !== '') yield { ...input, run: { ...run, stdout: '' } as unknown as Json }
  const odd = Object.keys(run.states).filter(id => run.states[id] !== 'passed')
  if (odd.length < 2) return
  for (const id of odd)
    yield { ...input, run: { ...run, states: { ...run.states, [id]: 'passed' } } as unknown as Json }
}

export function shownRun({ states, exitCode, submitted }: TestRun): string {
  const odd = Object.entries(states).filter(([, state]) => state !== 'passed')
  const some = odd.slice(0, 3).map(([id, state]) => `${id}: ${state}`)
  const rest = odd.length > 3 ? `, and ${odd.length - 3} more` : ''
  const none = Object.keys(states).length === 0 ? 'nothing recorded' : 'all passed'
  return `${some.join(', ') || none}${rest} (exit code ${exitCode}${submitted ? '' : ', not submitted'})`
}
