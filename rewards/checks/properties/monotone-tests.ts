/** @file P20: one test more that fails never raises the score, and the maximum means that all passed. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { numberOf, shownOutcome } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import type { TestRun, TestState } from '../subject.ts'
import { taskDraw } from './draws.ts'
import {
  goldRun,
  missingTests,
  requiredOf,
  rendered,
  runInput,
  runOf,
  runOperator,
  runWith,
  scoreRun,
  shownRun,
  smallerRun,
} from './test-runs.ts'
import { slackOf } from './facet-answers.ts'

const BAD: readonly TestState[] = ['failed', 'error', 'missing', 'timeout', 'skipped']

export const monotoneTests: Property<Scene> = {
  id: 'monotone_tests',
  number: 'P20',
  title: 'one more failing test never raises the score',
  severity: 'high',
  missing: missingTests,
  operators: scene => BAD.map(state => oneMore(scene, state)),
  async judge(input, scene, probe) {
    const { task, id, state } = input
    const run = runOf(input)
    if (run.states[id as string] !== 'passed') return 'skip'
    const worse: TestRun = {
      ...run,
      exitCode: 1,
      states: { ...run.states, [id as string]: state as TestState },
    }
    const [before, after] = [
      numberOf(await scoreRun(scene, task!, run, probe)),
      numberOf(await scoreRun(scene, task!, worse, probe)),
    ]
    if (before === null || after === null) return 'skip'
    if (!(after > before + slackOf(scene))) return null
    return {
      says: `with test ${JSON.stringify(id)} taken as ${JSON.stringify(state)} the score rises from ${before} to ${after}`,
      scores: [before, after],
    }
  },
  smaller: smallerRun,
}

function oneMore(scene: Scene, state: TestState) {
  return operator<[Json, number, number[]]>({
    id: `one-more-${state}`,
    draw: draws.tuple(taskDraw(scene), draws.nat(40), draws.array(draws.nat(40), { maxLength: 6 })),
    input: ([task, back, others]) => {
      const ids = requiredOf(scene, task)
      if (ids.length === 0) return null
      const at = (place: number): string => ids[ids.length - 1 - (place % ids.length)]!
      const failing = others.map(at).filter(id => id !== at(back))
      const run = runWith(scene, task, {
        ids: failing,
        state: 'failed',
        exitCode: failing.length > 0 ? 1 : 0,
      })
      return { ...runInput(task, run), id: at(back), state }
    },
  })
}

export const maxIffAllPass: Property<Scene> = {
  id: 'max_iff_all_pass',
  number: 'P20',
  title: 'the maximum means that every required test passed',
  severity: 'high',
  missing: missingTests,
  operators: scene => [
    runOperator(scene, 'all-passed', task => goldRun(scene, task)),
    runOperator(scene, 'one-failed', (task, { ids, at }) =>
      runWith(scene, task, { ids: [ids[at]!], state: 'failed', exitCode: 1 }),
    ),
    runOperator(scene, 'failed-from-here', (task, { ids, at }) =>
      runWith(scene, task, { ids: ids.slice(at), state: 'failed', exitCode: 1 }),
    ),
    runOperator(scene, 'one-failed-exit-0', (task, { ids, at }) =>
      runWith(scene, task, { ids: [ids[at]!], state: 'failed', exitCode: 0 }),
    ),
  ],
  async judge(input, scene, probe) {
    const { task } = input
    const run = runOf(input)
    const all = Object.values(run.states).every(state => state === 'passed')
    // An exit code of 0 beside a failed test counts only where the record shows that test.
    if (
      !all &&
      run.exitCode === 0 &&
      rendered(scene, task!, run) === rendered(scene, task!, goldRun(scene, task!))
    )
      return 'skip'
    const outcome = await scoreRun(scene, task!, run, probe)
    const score = numberOf(outcome)
    const top = score !== null && score >= scene.high - slackOf(scene)
    if (top === all) return null
    return {
      says: `${shownRun(run)}: scores ${shownOutcome(outcome)}; expected ${all ? '' : 'less than '}${scene.high}`,
      scores: [all ? 'all' : 'some', shownOutcome(outcome)],
      ...(all && { severity: 'medium' as const }),
    }
  },
  smaller: smallerRun,
}
