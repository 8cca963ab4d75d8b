/** @file `ludus eval`: an agent's accuracy on held-out tasks, with its interval. */
import { Command } from 'commander'
import type { EnvDef } from '../../envs/env.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { Trajectory } from '../../envs/trajectory.ts'
import type { Accuracy } from '../../agents/evaluate.ts'
import { accuracyOf, tasksOf } from '../../agents/evaluate.ts'
import type { WantedDevice } from '../../agents/nn/runtime/device-choice.ts'
import { openAgent } from '../../agents/naming.ts'
import { rollout } from '../../agents/rollout.ts'
import { envArgument } from './env-argument.ts'
import { interruptible } from './interrupt.ts'
import { deviceOption, levelNumbers, resolveDevice, wholeNumber } from './options.ts'
import { print, printJson } from './output.ts'
import { startProgress } from './progress.ts'

interface EvalFlags {
  env: string
  agent: string
  level?: string[]
  n: number
  seed: number
  device: WantedDevice
  json?: true
}

export function evalCommand(): Command {
  return new Command('eval')
    .description('measure the accuracy of an agent on held-out tasks')
    .requiredOption('--env <env>', 'environment id, e.g. math/addition-v1')
    .requiredOption(
      '--agent <agent>',
      'who plays, e.g. solver, policy:<dir>, policy:<dir>+search(best-of-n, n=8)',
    )
    .option('--level <levels...>', 'levels to spread the tasks over; default: all')
    .option('-n <tasks>', 'number of tasks of the test split', wholeNumber('-n', 1), 200)
    .option('--seed <seed>', "seed of the agent's randomness", wholeNumber('--seed'), 0)
    .addOption(deviceOption())
    .option('--json', 'print one JSON document')
    .action(evaluateAgent)
}

async function evaluateAgent({
  env: id,
  agent: spec,
  level,
  n,
  seed,
  device,
  json,
}: EvalFlags): Promise<void> {
  const env = await envArgument(id)
  const levels = level ? levelNumbers(level) : env.tasks.levels.map(entry => entry.level)
  for (const each of levels) taskAt(env, { split: 'test', level: each, index: 0 })
  const agent = await openAgent(spec, { device: await resolveDevice(device) })
  try {
    const tasks = tasksOf(env, { split: 'test', levels, count: n })
    const progress = startProgress(`${agent.name} plays ${id}`, n, { silent: json === true })
    let played = 0
    const trajectories = await interruptible('stopped; nothing was written', signal =>
      rollout(env, agent, tasks, { seed, signal, onEpisode: () => progress.update(++played) }),
    ).finally(() => progress.stop())
    const byLevel = levels.map(each => ({
      level: each,
      ...accuracy(
        env,
        trajectories.filter(t => t.level === each),
      ),
    }))
    const result = {
      env: id,
      agent: agent.name,
      ...accuracy(env, trajectories),
      meanReturn: mean(trajectories),
      byLevel,
    }
    if (json) return printJson(result)
    print(`${agent.name} on ${id}: ${line(result)}, mean return ${result.meanReturn.toFixed(3)}`)
    for (const row of byLevel) print(`  level ${row.level}: ${line(row)}`)
  } finally {
    await agent.close?.()
    await env.close?.()
  }
}

function accuracy(env: EnvDef, trajectories: readonly Trajectory[]): Accuracy {
  return accuracyOf(trajectories.filter(trajectory => isSolved(env, trajectory)).length, trajectories.length)
}

/** An outcome term of the last step says so. */
function isSolved(env: EnvDef, { steps }: Trajectory): boolean {
  const outcomes = Object.keys(env.rewards).filter(name => env.rewards[name]!.kind === 'outcome')
  return outcomes.some(name => steps.at(-1)?.rewards[name] === 1)
}

function mean(trajectories: readonly Trajectory[]): number {
  return trajectories.reduce((sum, trajectory) => sum + trajectory.return, 0) / trajectories.length
}

function line({ accuracy: share, low, high, solved, tasks }: Accuracy): string {
  return `${(100 * share).toFixed(1)} % (95 % interval ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}), ${solved} of ${tasks} solved`
}
