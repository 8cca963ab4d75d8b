/** @file `ludus bench search`: measures tree search over listed actions and prints one JSON document { bars } on stdout. */
import { TabularSearch } from '../../../agents/search/tabular.ts'
import type { Bar } from '../../../arena/cli/bars.ts'
import { bar } from '../../../arena/cli/bars.ts'
import type { EnvDef } from '../../../envs/env.ts'
import type { Json } from '../../../envs/json.ts'
import { findEnv } from '../../../envs/registry.ts'
import { rngAt } from '../../../envs/rng.ts'
import { taskAt } from '../../../envs/tasks.ts'

const SIMULATIONS = 2000
const TASKS = 10
const WINDOWS = 5
const ENVS = [
  { id: 'math/addition-v1', level: 8 },
  { id: 'math/countdown-v1', level: 7 },
] as const

/** A table over states: looked up, made at the first look. */
function tablePrior(): (state: Json, actions: readonly Json[]) => number[] {
  const table = new Map<string, number[]>()
  return (state, actions) => {
    const key = JSON.stringify(state)
    let priors = table.get(key)
    if (!priors) {
      const rng = rngAt('bench', key)
      const weights = actions.map(() => 0.1 + rng.float())
      const sum = weights.reduce((total, weight) => total + weight, 0)
      priors = weights.map(weight => weight / sum)
      table.set(key, priors)
    }
    return priors
  }
}

interface Measured {
  id: string
  perSecond: number
  bytesPerNode: number
  nodes: number
  /** Share of simulations that came to a state for the first time, and took a step of the environment for it. */
  fresh: number
}

/** The best of some windows, because other work on the machine can only slow one down; the most bytes. */
function measure(env: EnvDef, level: number): Measured {
  let perSecond = 0
  let bytesPerNode = 0
  let nodes = 0
  let fresh = 1
  const prior = tablePrior()
  for (let window = 0; window < WINDOWS; window++) {
    // The thread's own time: on a shared machine the wall's is also that of others.
    const started = process.cpuUsage()
    for (let index = 0; index < TASKS; index++) {
      const search = new TabularSearch(env, taskAt(env, { split: 'train', index, level }), { prior })
      search.run(SIMULATIONS)
      bytesPerNode = Math.max(bytesPerNode, search.bytes / search.tree.size)
      nodes = Math.max(nodes, search.tree.size)
      const visited = search.tree.visits.filter(visits => visits > 0).length
      fresh = Math.min(fresh, visited / SIMULATIONS)
    }
    const { user, system } = process.cpuUsage(started)
    perSecond = Math.max(perSecond, (1e6 * TASKS * SIMULATIONS) / (user + system))
  }
  return { id: env.id, perSecond, bytesPerNode, nodes, fresh }
}

const measured = ENVS.map(({ id, level }) => measure(findEnv(id), level))
const slowest = measured.reduce((a, b) => (b.perSecond < a.perSecond ? b : a))
const largest = measured.reduce((a, b) => (b.bytesPerNode > a.bytesPerNode ? b : a))
const bars: Bar[] = [
  bar(
    'mcts-sims-per-s',
    slowest.perSecond,
    '>= 20000 simulations/s',
    `${SIMULATIONS} per task under a table policy, per second of processor time; ` +
      measured
        .map(
          ({ id, perSecond, fresh }) =>
            `${id} ${perSecond.toFixed(0)}, ${(100 * fresh).toFixed(0)} % of them to new states`,
        )
        .join('; '),
  ),
  bar(
    'node-bytes',
    largest.bytesPerNode,
    '<= 200 bytes',
    `per node without its state, of ${largest.nodes} in ${largest.id}`,
  ),
]
process.stdout.write(JSON.stringify({ bars }) + '\n')
