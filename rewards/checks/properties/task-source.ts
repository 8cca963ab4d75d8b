/** @file E1 and E20 for rewards: the same seed gives the same tasks, and tasks show the shares that are declared. */
import type { Json } from '../../../envs/json.ts'
import { binomialTwoSided } from '../../shares.ts'
import { draws, sample } from '../fast-check.ts'
import type { Draw } from '../fast-check.ts'
import type { Property } from '../property.ts'
import { operator } from '../property.ts'
import type { Scene } from '../scene.ts'

export const seedDeterminism: Property<Scene> = {
  id: 'seed_determinism',
  number: 'E1',
  title: 'the same seed gives the same tasks',
  severity: 'medium',
  missing: ({ subject }) => (typeof subject.tasks === 'function' ? null : 'tasks are no function of a seed'),
  operators: scene => [
    operator<number>({
      id: 'same-seed-twice',
      draw: draws.nat(1000),
      input: seed => ({ seed: seed === 0 ? scene.seed : seed }),
      runs: 12,
    }),
  ],
  async judge({ seed }, { subject }) {
    const tasks = subject.tasks as (seed: number) => readonly Json[]
    const [first, second] = [0, 1].map(() =>
      tasks(seed as number).map(task => JSON.stringify([task, subject.prompt?.(task) ?? null])),
    )
    const at = first!.findIndex((text, index) => text !== second![index])
    if (at < 0 && first!.length === second!.length) return null
    return {
      says:
        at < 0
          ? `seed ${seed as number} gives ${first!.length} tasks and then ${second!.length}`
          : `task ${at} of seed ${seed as number} differs: ${first![at]!.slice(0, 100)} and ${second![at]?.slice(0, 100)}`,
      scores: ['differs'],
    }
  },
}

const LEAST = 400
const MOST_SEEDS = 400
const ALPHA = 1e-6

export const declaredDistribution: Property<Scene> = {
  id: 'declared_distribution',
  number: 'E20',
  title: 'tasks show the declared shares',
  severity: 'medium',
  missing: ({ subject }) =>
    Object.keys(subject.distribution ?? {}).length > 0 ? null : 'declare distribution, shares of the tasks',
  operators: ({ subject, seed }) =>
    Object.keys(subject.distribution ?? {}).map(name =>
      operator<null>({ id: name, draw: draws.constant(null), input: () => ({ name, seed }), runs: 1 }),
    ),
  async judge({ name, seed }, { subject }) {
    const declared = subject.distribution?.[name as string]
    if (!declared) return 'skip'
    const tasks = many(subject.tasks, seed as number)
    const hits = tasks.filter(task => declared.holds(task)).length
    const chance = binomialTwoSided(hits, tasks.length, declared.share)
    if (chance >= ALPHA) return null
    return {
      says: `${hits} of ${tasks.length} tasks are ${name as string}, ${(hits / tasks.length).toFixed(3)}; declared is ${declared.share} (chance below ${chance < 1e-12 ? '1e-12' : chance.toExponential(1)})`,
      scores: [hits > declared.share * tasks.length ? 'above' : 'below'],
    }
  },
  smaller: () => [],
}

/** At least 400 tasks where there are as many, of as many seeds as that takes. */
function many(source: Scene['subject']['tasks'], seed: number): readonly Json[] {
  if (typeof source !== 'function')
    return Array.isArray(source) ? (source as Json[]) : sample(source as Draw<Json>, LEAST, seed)
  const tasks: Json[] = []
  for (let step = 0; step < MOST_SEEDS && tasks.length < LEAST; step++) tasks.push(...source(seed + step))
  return tasks
}
