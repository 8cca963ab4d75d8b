/** @file P21: success needs a record of success; silence, time running out and not handing in are none. */
import { numberOf } from '../probe.ts'
import type { Input, Operator, Property } from '../property.ts'
import type { Scene } from '../scene.ts'
import type { TestRun } from '../subject.ts'
import {
  goldIsMax,
  goldRun,
  missingTests,
  rendered,
  runOf,
  runOperator,
  runWith,
  scoreRun,
  shownRun,
  smallerRun,
} from './test-runs.ts'
import { slackOf } from './facet-answers.ts'

export const positiveEvidence: Property<Scene> = evidence({
  id: 'positive_evidence_required',
  title: 'without a record of success for every required test there is no success',
  operators: scene => [
    runOperator(scene, 'nothing-recorded', (task, { ids }) =>
      runWith(scene, task, { ids, state: 'missing', exitCode: 0 }),
    ),
    runOperator(scene, 'empty-record', task => ({ ...goldRun(scene, task), states: {} })),
    ...(['missing', 'skipped', 'error'] as const).flatMap(state => [
      runOperator(scene, `one-${state}`, (task, { ids, at }) =>
        runWith(scene, task, { ids: [ids[at]!], state, exitCode: state === 'error' ? 1 : 0 }),
      ),
      runOperator(scene, `all-${state}`, (task, { ids }) =>
        runWith(scene, task, { ids, state, exitCode: state === 'error' ? 1 : 0 }),
      ),
    ]),
    ...lookalikes(scene),
  ],
})

export const timeoutNotPass: Property<Scene> = evidence({
  id: 'timeout_not_pass',
  title: 'a test whose time ran out has not passed',
  operators: scene =>
    [0, 1, 124, 137].flatMap(exitCode => [
      runOperator(scene, `one-timeout-exit-${exitCode}`, (task, { ids, at }) =>
        runWith(scene, task, { ids: [ids[at]!], state: 'timeout', exitCode }),
      ),
      runOperator(scene, `all-timeout-exit-${exitCode}`, (task, { ids }) =>
        runWith(scene, task, { ids, state: 'timeout', exitCode }),
      ),
    ]),
})

export const unsubmittedIsNotSuccess: Property<Scene> = evidence({
  id: 'unsubmitted_is_not_success',
  title: 'what was not handed in has not succeeded',
  operators: scene => [
    runOperator(scene, 'not-submitted', task => ({ ...goldRun(scene, task), submitted: false })),
    runOperator(scene, 'not-submitted-nothing-run', (task, { ids }) => ({
      ...runWith(scene, task, { ids, state: 'missing', exitCode: 0 }),
      submitted: false,
    })),
  ],
})

function evidence({
  id,
  title,
  operators,
}: {
  id: string
  title: string
  operators(scene: Scene): Operator<never>[]
}): Property<Scene> {
  return {
    id,
    number: 'P21',
    title,
    severity: 'high',
    missing: missingTests,
    operators,
    async judge(input, scene, probe) {
      const { task } = input
      const run = runOf(input)
      if (!tellsApart(input, scene)) return 'skip'
      if (!(await goldIsMax(scene, task!, probe))) return 'skip'
      const score = numberOf(await scoreRun(scene, task!, run, probe))
      const least = nonePassed(run) || !run.submitted ? scene.passMark : scene.high - slackOf(scene)
      if (score === null || score < least) return null
      return { says: `${shownRun(run)}: scores ${score}; expected less than ${least}`, scores: [score] }
    },
    smaller: smallerRun,
  }
}

const nonePassed = ({ states }: TestRun): boolean => !Object.values(states).includes('passed')

/** Can the reward know? A run without any record looks like success only to a reward that needs no record. */
function tellsApart(input: Input, scene: Scene): boolean {
  const [task, run] = [input['task']!, runOf(input)]
  const silent =
    run.submitted && nonePassed(run) && Object.values(run.states).every(state => state === 'missing')
  return silent || rendered(scene, task, run) !== rendered(scene, task, goldRun(scene, task))
}

/** A required test is missing, and one with nearly its name has passed. */
const ALIASES: Readonly<Record<string, (id: string) => string>> = {
  'longer-name': id => `${id}_extra`,
  'name-with-parameter': id => `${id}[1]`,
  'name-cut': id => id.split(/[\s[({:]/)[0]!,
  'name-cut-short': id => Array.from(id).slice(0, -1).join(''),
  'other-case': id => (id.toUpperCase() === id ? id.toLowerCase() : id.toUpperCase()),
  'other-suite': id => `other ${id}`,
}

function lookalikes(scene: Scene): Operator<never>[] {
  return Object.entries(ALIASES).map(([name, alias]) =>
    runOperator(scene, name, (task, { ids, at }) => {
      const [id, other] = [ids[at]!, alias(ids[at]!)]
      if (other === '' || ids.includes(other)) return null
      const run = runWith(scene, task, { ids: [id], state: 'missing', exitCode: 0 })
      return { ...run, states: { ...run.states, [other]: 'passed' } }
    }),
  )
}
