/** @file `ludus train`: run a recipe on an environment, with checkpoints that resume. */
import { Command } from 'commander'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { taskAt } from '../../envs/tasks.ts'
import type { WantedDevice } from '../../agents/nn/runtime/device-choice.ts'
import { findRecipe } from '../../agents/recipes/presets.ts'
import { envArgument } from './env-argument.ts'
import { interruptible } from './interrupt.ts'
import { deviceOption, levelNumbers, resolveDevice, wholeNumber } from './options.ts'
import { note, print, printJson } from './output.ts'
import { accuracyTable, trainWithBars } from './training.ts'

interface TrainFlags {
  env: string
  level: string[]
  out: string
  seed: number
  tasks: number
  device: WantedDevice
  json?: true
}

export function trainCommand(): Command {
  return new Command('train')
    .description('train a policy from scratch with a recipe; goes on where a stopped run left off')
    .argument('<recipe>', 'o1-roadmap: clone a fallible expert, then GRPO on what best-of-N finds')
    .requiredOption('--env <env>', 'environment id, e.g. math/addition-v1')
    .requiredOption('--out <folder>', 'where checkpoints and result.json go')
    .option('--level <levels...>', 'levels to train on, e.g. 2 3', ['1'])
    .option('--tasks <n>', 'held-out tasks per evaluation', wholeNumber('--tasks', 1), 512)
    .option('--seed <seed>', 'names weights, tasks and samples', wholeNumber('--seed'), 1)
    .addOption(deviceOption())
    .option('--json', 'print one JSON document')
    .action(train)
}

async function train(
  recipeName: string,
  { env: id, level, out, seed, tasks, device: wanted, json }: TrainFlags,
): Promise<void> {
  const recipe = findRecipe(recipeName)
  const env = await envArgument(id)
  const levels = levelNumbers(level)
  for (const each of levels) taskAt(env, { split: 'train', level: each, index: 0 })
  const device = await resolveDevice(wanted)
  const left = `stopped; complete stages are kept in ${out}, and the same command goes on behind them`
  const result = await interruptible(left, signal =>
    trainWithBars(
      recipe,
      { env, levels, seed, dir: out, evalTasks: tasks, signal, device },
      { silent: json === true },
    ),
  )
  writeFileSync(join(out, 'result.json'), JSON.stringify(result, null, 2) + '\n')
  if (json) return printJson(result)
  print(accuracyTable(result))
  note(`\nplay it: ludus eval --env ${id} --agent policy:${join(out, 'trained')} --level ${levels.join(' ')}`)
}
