/**
 * @file Names the tasks and episodes of every environment by a hash each, to see that they are the same everywhere:
 *
 *     node --import tsx tests/golden/fingerprints.ts > tests/golden/fingerprints.json
 */
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { EnvDef } from '../../envs/env.ts'
import { SPLITS } from '../../envs/env.ts'
import { canonicalJson } from '../../envs/json.ts'
import { listEnvs } from '../../envs/registry.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import { recordEpisode } from '../../envs/trajectory.ts'

const TASKS = 15
const EPISODES = 2

/** Tasks of every level and split, and demonstrations with slips, played to their end. */
export async function fingerprint(env: EnvDef): Promise<string> {
  const hash = createHash('sha256')
  for (const { level } of env.tasks.levels)
    for (const split of SPLITS)
      for (let index = 0; index < TASKS; index++)
        hash.update(canonicalJson(taskAt(env, { split, level, index }).params))
  for (const { level } of env.tasks.levels)
    for (let index = 0; index < EPISODES; index++) {
      const task = taskAt(env, { split: 'test', level, index })
      const plan = env.solve!(task, { slip: 0.5, rng: rngAt('fingerprint', index) })
      const played = await recordEpisode(env, task, 'test', async (_, step) => ({
        action: plan[step] ?? null,
      }))
      hash.update(played.steps.map(({ stateHash, reward }) => `${stateHash} ${reward}`).join('\n'))
    }
  return hash.digest('hex').slice(0, 16)
}

export type Fingerprints = Record<string, string>

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const prints: Fingerprints = {}
  for (const env of listEnvs()) if (!(await env.missing?.())) prints[env.id] = await fingerprint(env)
  process.stdout.write(`${JSON.stringify(prints, null, 2)}\n`)
  process.exit()
}
