/** @file `ludus rollout`: an agent plays tasks, and the episodes are recorded in a file that replays. */
import { Command } from 'commander'
import type { EnvDef, Split, Task } from '../../envs/env.ts'
import { maxReturn } from '../../envs/env.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { Trajectory } from '../../envs/trajectory.ts'
import { formatTrajectories } from '../../envs/trajectory.ts'
import { tasksOf } from '../../agents/evaluate.ts'
import { openAgent } from '../../agents/naming.ts'
import { rollout } from '../../agents/rollout.ts'
import { envArgument } from './env-argument.ts'
import { interruptible } from './interrupt.ts'
import { levelNumbers, wholeNumber } from './options.ts'
import { OutFile } from './out-file.ts'
import { print, printJson } from './output.ts'
import { startProgress } from './progress.ts'

interface RolloutFlags {
  agent: string
  n: number
  split: Split
  level?: string[]
  seed: number
  out: string
  force?: true
  json?: true
}

/** Returns that are equal up to rounding. */
const TOLERANCE = 1e-9

export function rolloutCommand(): Command {
  return new Command('rollout')
    .description('let an agent play tasks and record the episodes')
    .argument(
      '<env>',
      'environment id, e.g. math/addition-v1, or a file: .ts that exports one, .jsonl or .csv with problems',
    )
    .requiredOption('--agent <agent>', 'who plays, e.g. random, solver, policy:<dir>')
    .option('-n <episodes>', 'number of episodes', wholeNumber('-n', 1), 100)
    .option('--split <split>', 'train, validation or test', 'train')
    .option('--level <levels...>', 'levels to spread the episodes over, e.g. 1 2 3; default: all')
    .option('--seed <seed>', "seed of the agent's randomness", wholeNumber('--seed'), 0)
    .requiredOption('--out <file>', 'where the records go, one line of JSON per episode')
    .option('--force', 'replace the file if it exists')
    .option('--json', 'print one JSON document')
    .action(record)
}

async function record(id: string, flags: RolloutFlags): Promise<void> {
  const env = await envArgument(id)
  const tasks = chosenTasks(env, flags)
  const agent = await openAgent(flags.agent)
  try {
    // Ctrl-C is listened to before the file is reserved, so that it is always taken away again.
    await interruptible(`stopped; nothing was written to ${flags.out}`, async signal => {
      const out = await OutFile.reserve(flags.out, flags)
      try {
        const trajectories = await play(env, agent, tasks, { ...flags, signal })
        await out.write(formatTrajectories(trajectories))
        report(env, trajectories, flags)
      } finally {
        await out.discard()
      }
    })
  } finally {
    await agent.close?.()
    await env.close?.()
  }
}

function chosenTasks(env: EnvDef, { n, split, level }: RolloutFlags): Task[] {
  const levels = level ? levelNumbers(level) : env.tasks.levels.map(entry => entry.level)
  // With fewer episodes than levels, a level that does not exist would otherwise pass unnoticed.
  for (const each of levels) taskAt(env, { split, level: each, index: 0 })
  return tasksOf(env, { split, levels, count: n })
}

async function play(
  env: EnvDef,
  agent: Awaited<ReturnType<typeof openAgent>>,
  tasks: readonly Task[],
  { seed, json, signal }: RolloutFlags & { signal: AbortSignal },
): Promise<Trajectory[]> {
  const progress = startProgress(`${agent.name} plays ${env.id}`, tasks.length, { silent: json === true })
  let [played, sum] = [0, 0]
  const onEpisode = (trajectory: Trajectory): void => {
    played++
    sum += trajectory.return
    progress.update(played, `mean return ${(sum / played).toFixed(3)}`)
  }
  try {
    return await rollout(env, agent, tasks, { seed, onEpisode, signal })
  } finally {
    progress.stop()
  }
}

function report(
  env: EnvDef,
  trajectories: readonly Trajectory[],
  { agent, split, out, json }: RolloutFlags,
): void {
  const highest = maxReturn(env)
  const returns = trajectories.map(trajectory => trajectory.return)
  const summary = {
    file: out,
    env: env.id,
    agent,
    split,
    episodes: trajectories.length,
    meanReturn: returns.reduce((sum, value) => sum + value, 0) / returns.length,
    maxReturn: highest,
    reachedMaximum: returns.filter(value => value >= highest - TOLERANCE).length,
    steps: trajectories.reduce((sum, trajectory) => sum + trajectory.steps.length, 0),
  }
  if (json) return printJson(summary)
  const { episodes, meanReturn, reachedMaximum, steps } = summary
  print(`${episodes} episodes, ${steps} steps, written to ${out}`)
  print(
    `mean return ${meanReturn.toFixed(4)}; ${reachedMaximum} of ${episodes} reached the maximum of ${highest}`,
  )
}
