/** @file The bars of task generation: no task in two splits, and how often draws repeat. */
import type { EnvDef, Split } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { hashJson } from '../../envs/json.ts'
import { listEnvs } from '../../envs/registry.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { Bar } from './bars.ts'
import { bar } from './bars.ts'

/** Of each split, over all levels. */
const DRAWS = 10_000

/** `progress` is called after each environment. */
export async function taskBars(progress: () => void): Promise<Bar[]> {
  let shared = 0
  const repeated: string[] = []
  for (const env of listEnvs()) {
    const [train, test] = [drawn(env, 'train'), drawn(env, 'test')]
    const known = new Set(train.flatMap(names => [...names.seen]))
    shared += test.flatMap(names => [...names.seen]).filter(name => known.has(name)).length
    repeated.push(`${env.id} ${train.map(({ seen, draws }) => (1 - seen.size / draws).toFixed(3)).join(' ')}`)
    progress()
    await new Promise(resolve => setImmediate(resolve)) // lets the bar move
  }
  return [
    bar(
      'shared-tasks',
      shared,
      '<= 0 tasks',
      `${DRAWS} draws of train and of test, ${repeated.length} environments`,
    ),
    bar(
      'duplicate-report',
      repeated.length,
      '>= 54 environments',
      `share of repeated draws by level: ${repeated.join('; ')}`,
    ),
  ]
}

/** What the tasks of each level look like to the agent, by name; where starting takes a thread, what they are made of. */
function drawn(env: EnvDef, split: Split): { seen: Set<string>; draws: number }[] {
  const draws = Math.ceil(DRAWS / env.tasks.levels.length)
  const first = taskAt(env, { split, index: 0, level: env.tasks.levels[0]!.level })
  const pure = !(env.start(first) instanceof Promise)
  return env.tasks.levels.map(({ level }) => {
    const seen = new Set<string>()
    for (let index = 0; index < draws; index++) {
      const task = taskAt(env, { split, index, level })
      seen.add(hashJson(pure ? [level, env.observe(task, env.start(task) as Json)] : task.params))
    }
    return { seen, draws }
  })
}
