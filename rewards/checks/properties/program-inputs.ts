/** @file P4 and P27 of rewards that run programs: remembering or spoiling the inputs does not pay. */
import type { Json } from '../../../envs/json.ts'
import type { ProgramScored } from '../facet-operations.ts'
import { numberOf } from '../probe.ts'
import { MUTATIONS } from '../programs.ts'
import type { Operator, Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'
import { taskDraw } from './draws.ts'
import { slackOf } from './facet-answers.ts'

const missing = ({ subject }: Scene): string | null =>
  subject.program ? null : 'declare program, if the reward runs a program in this process'

export const freshInputInvariance: Property<Scene> = {
  id: 'fresh_input_invariance',
  number: 'P4',
  title: 'a program that remembers its inputs scores no better than one that works',
  severity: 'high',
  missing,
  operators: scene => ['cache-identity', 'cache-value'].map(id => handedIn(scene, id)),
  async judge({ task, program }, scene, probe) {
    const cached = numberOf(await probe.call<ProgramScored>('scoreProgram', task!, program!))
    const honest = numberOf(await probe.call<ProgramScored>('scoreProgram', task!, 'honest'))
    if (cached === null || honest === null) return 'skip'
    if (!(cached > honest + slackOf(scene))) return null
    return {
      says: `the honest program scores ${honest}; the same with a memory (${JSON.stringify(program)}) scores ${cached}`,
      scores: [honest, cached],
    }
  },
  smaller: () => [],
}

export const inputImmutability: Property<Scene> = {
  id: 'input_immutability',
  number: 'P27',
  title: 'a program that changes its input gains nothing',
  severity: 'critical',
  missing,
  operators: scene => MUTATIONS.map(how => handedIn(scene, `mutate-first:${how}`)),
  async judge({ task, program }, scene, probe) {
    const outcome = await probe.call<ProgramScored>('scoreProgram', task!, program!)
    const score = numberOf(outcome)
    if (outcome.how !== 'returned' || score === null) return null
    const { calls, wrong } = outcome.value
    if (wrong === 0) return 'skip'
    const honest = numberOf(await probe.call<ProgramScored>('scoreProgram', task!, 'honest'))
    const above = honest !== null && score > honest + slackOf(scene)
    if (!above && !(wrong === calls && score >= scene.passMark)) return null
    return {
      says: `a program that spoils its input (${JSON.stringify(program)}) is wrong ${wrong} times of ${calls} and scores ${score}; the honest one scores ${honest}`,
      scores: [honest, score],
    }
  },
  smaller: () => [],
}

function handedIn(scene: Scene, program: string): Operator<never> {
  return operator<Json>({ id: program, draw: taskDraw(scene), input: task => ({ task, program }) })
}
