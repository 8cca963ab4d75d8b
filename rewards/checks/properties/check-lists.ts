/** @file P23: a list of checks that is empty, unknown or cut short is no success. */
import type { Json } from '../../../envs/json.ts'
import { draws } from '../fast-check.ts'
import { numberOf } from '../probe.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { taskDraw } from './draws.ts'
import { attempted, slackOf } from './facet-answers.ts'

const DECLARE_CHECKS = 'declare checks, if each task carries a list of checks'
const UNKNOWN = 'no-such-check'

export const vacuousCheck: Property<Scene> = {
  id: 'vacuous_check',
  number: 'P23',
  title: 'nothing checked is not success',
  severity: 'high',
  missing: ({ subject }) => (subject.checks ? null : DECLARE_CHECKS),
  operators: scene => [
    kept(scene, 'no-checks', []),
    kept(scene, 'unknown-check', [UNKNOWN]),
    kept(scene, 'as-given', null),
  ],
  async judge({ task, response }, scene, probe) {
    const score = numberOf(await probe.score(task!, response as string))
    if (score === null || score < scene.passMark) return null
    return {
      says: `${JSON.stringify(response)} scores ${score} on a task without any known check; expected not judged`,
      scores: [score],
    }
  },
}

const SENSELESS = ['', 'x', 'I do not know.', '0']

/** Tasks whose list is empty, or names nothing but an unknown check. */
function kept(scene: Scene, id: string, names: readonly string[] | null) {
  const { checks } = scene.subject
  return operator<[Json, number]>({
    id,
    draw: draws.tuple(taskDraw(scene), draws.nat(SENSELESS.length - 1)),
    input: ([task, at]) => {
      const changed = names === null ? task : attempted(() => checks!.keep(task, names))
      if (changed === null || changed === undefined) return null
      const left = attempted(() => checks!.list(changed)) ?? [UNKNOWN]
      // A subject that refuses to leave its checks out has nothing vacuous.
      if (left.some(name => name !== UNKNOWN)) return null
      return { task: changed, response: scene.respond(changed, SENSELESS[at]!) }
    },
  })
}

export const allConstraintsCounted: Property<Scene> = {
  id: 'all_constraints_counted',
  number: 'P23',
  title: 'every check of a task counts',
  severity: 'high',
  missing: ({ subject }) =>
    subject.checks?.violating
      ? null
      : 'declare checks.violating(task, name), a response that meets every check but one',
  operators: scene => [violatingOne(scene)],
  async judge({ task, name, response }, scene, probe) {
    const score = numberOf(await probe.score(task!, response as string))
    if (score === null || score < scene.high - slackOf(scene)) return null
    return {
      says: `${JSON.stringify(response)} violates ${JSON.stringify(name)} and scores ${score}, the maximum`,
      scores: [score],
    }
  },
  smaller: () => [],
}

function violatingOne(scene: Scene) {
  const { checks } = scene.subject
  return operator<[Json, number]>({
    id: 'one-violated',
    draw: draws.tuple(taskDraw(scene), draws.nat(40)),
    input: ([task, back]) => {
      const names = checks!.list(task)
      const name = names[names.length - 1 - (back % Math.max(names.length, 1))]
      const response = name === undefined ? null : checks!.violating!(task, name)
      return response === null ? null : { task, name: name!, response }
    },
  })
}

/** References that mean nothing, or nothing after normalising. */
const UNPARSABLE = [
  '',
  ' ',
  '???',
  'The',
  'a',
  '\\frac{',
  'None',
  '[100%]',
  'nan',
  '{}',
  '\\boxed{}',
  '.',
  '$$',
  'null',
]
const ARBITRARY = ['x', '0', '', 'banana', '17', 'I do not know.']

export const goldUnparsable: Property<Scene> = {
  id: 'gold_unparsable_fails_closed',
  number: 'P23',
  title: 'a reference that cannot be read lets nothing pass',
  severity: 'high',
  missing: ({ subject }) =>
    subject.forGold ? null : 'declare forGold(gold), a task whose reference is that text',
  operators: scene => [unparsable(scene)],
  async judge({ task, gold, answer, response }, scene, probe) {
    if (sameText(answer as string, gold as string)) return 'skip'
    if (scene.kind.compare(answer as string, gold as string, { tolerance: {} }) === 'right') return 'skip'
    if (attempted(() => scene.subject.oracle?.(task!, answer as string)) === 'right') return 'skip'
    const score = numberOf(await probe.score(task!, response as string))
    if (score === null || score < scene.passMark) return null
    return {
      says: `where the reference is ${JSON.stringify(gold)}, the answer ${JSON.stringify(answer)} scores ${score}`,
      scores: [score],
    }
  },
  smaller: () => [],
}

const sameText = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()

function unparsable(scene: Scene) {
  return operator<[string, string]>({
    id: 'unparsable-gold',
    draw: draws.tuple(draws.constantFrom(...UNPARSABLE), draws.constantFrom(...ARBITRARY)),
    input: ([gold, answer]) => {
      const task = attempted(() => scene.subject.forGold!(gold))
      return task === null || task === undefined
        ? null
        : { task, gold, answer, response: scene.respond(task, answer) }
    },
  })
}
