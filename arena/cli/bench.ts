/** @file `ludus bench`: the project's own claims as figures against thresholds, in one document. */
import { Command, Option } from 'commander'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { RunResult } from '../../agents/recipes/run.ts'
import { listEnvs } from '../../envs/registry.ts'
import type { Board } from '../board.ts'
import type { Bar } from './bars.ts'
import { bar, report } from './bars.ts'
import { envBars } from './bench-envs.ts'
import { sandboxBars } from './bench-sandbox.ts'
import { taskBars } from './bench-tasks.ts'
import { verifyBars } from './bench-verify.ts'
import { COMMAND_FILE } from './command-file.ts'
import { measured } from './measured.ts'
import { wholeNumber } from './options.ts'
import { startProgress } from './progress.ts'

type DemoReport = RunResult & { seconds: number; leaderboard: Board }

const SEEDS = [1, 2, 3]
const NN_PARTS = ['train', 'sample', 'parity', 'addition', 'leak', 'delay', 'large'] as const
const CHECK_PARTS = ['museum', 'rehearsal', 'alarms', 'laws', 'subjects', 'adversary'] as const
const run = promisify(execFile)

export function benchCommand(): Command {
  return new Command('bench')
    .description('measure what this project claims')
    .addCommand(
      new Command('demo')
        .description('the demo on several seeds: learning, time and the board (about a minute per seed)')
        .option('--seed <seeds...>', 'seeds to run', SEEDS.map(String))
        .option('--json', 'print one JSON document')
        .action(benchDemo),
    )
    .addCommand(
      new Command('tasks')
        .description('10,000 draws of train and test of every environment: shared tasks, duplicates by level')
        .option('--json', 'print one JSON document')
        .action(benchTasks),
    )
    .addCommand(
      new Command('envs')
        .description(
          'the environments: speed, labels and floors; answer verification; sandboxes (some minutes)',
        )
        .option('--json', 'print one JSON document')
        .action(benchEnvs),
    )
    .addCommand(
      new Command('nn')
        .description('the neural engine, beside PyTorch where there is one (about ten minutes)')
        .addOption(
          new Option('--only <parts...>', 'measure only these; default: all but large').choices([
            ...NN_PARTS,
          ]),
        )
        .option('--json', 'print one JSON document')
        .action(benchOutside('nn')),
    )
    .addCommand(
      new Command('check')
        .description('the checks: detection, false alarms, size of counterexamples, time (about 20 minutes)')
        .addOption(new Option('--only <parts...>', 'measure only these').choices([...CHECK_PARTS]))
        .option('--json', 'print one JSON document')
        .action(benchOutside('check')),
    )
    .addCommand(
      new Command('search')
        .description('tree search over listed actions: simulations per second, memory (some seconds)')
        .option('--json', 'print one JSON document')
        .action(benchOutside('search')),
    )
}

function benchOutside(name: string) {
  return async ({ only = [], json }: { only?: string[]; json?: true }): Promise<void> => {
    const { bars, missing } = await measured(name, only)
    for (const [id, reason] of Object.entries(missing))
      process.stderr.write(`not measured: ${id}: ${reason}\n`)
    await report(bars, json === true)
  }
}

async function benchTasks({ json }: { json?: true }): Promise<void> {
  const progress = startProgress('Environments', listEnvs().length, { silent: json === true })
  let finished = 0
  const bars = await taskBars(() => progress.update(++finished))
  progress.stop()
  await report(bars, json === true)
}

async function benchEnvs({ json }: { json?: true }): Promise<void> {
  const progress = startProgress('Environments', listEnvs().length + 2, { silent: json === true })
  let finished = 0
  const next = (): void => progress.update(++finished)
  const bars = await envBars(next)
  bars.push(...(await verifyBars()))
  next()
  bars.push(...(await sandboxBars()))
  progress.stop()
  await report(bars, json === true)
}

async function benchDemo({ seed, json }: { seed: string[]; json?: true }): Promise<void> {
  const seeds = seed.map(wholeNumber('--seed'))
  const progress = startProgress('Demos', seeds.length, { silent: json === true })
  const bars: Bar[] = []
  for (const [i, each] of seeds.entries()) {
    bars.push(...demoBars(each, await runDemo(each)))
    progress.update(i + 1)
  }
  progress.stop()
  await report(bars, json === true)
}

async function runDemo(seed: number): Promise<DemoReport> {
  const dir = mkdtempSync(join(tmpdir(), 'ludus-bench-'))
  try {
    const args = [
      COMMAND_FILE,
      'demo',
      '--once',
      '--json',
      '--seed',
      String(seed),
      '--dir',
      join(dir, 'demo'),
    ]
    const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 26 })
    return JSON.parse(stdout) as DemoReport
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function demoBars(
  seed: number,
  { before, expert, trained, searched, seconds, leaderboard }: DemoReport,
): Bar[] {
  const names = leaderboard.agents.map(agent => agent.name)
  const ordered = names[0] === 'solver' && names.at(-1) === 'random'
  const on = `on ${trained.tasks} held-out tasks`
  return [
    bar(`demo-${seed}-before`, before.accuracy, '<= 0.05 accuracy', `untrained, ${on}`),
    bar(`demo-${seed}-trained`, trained.accuracy, '>= 0.97 accuracy', `after search and RL, ${on}`),
    bar(`demo-${seed}-gain`, trained.accuracy - expert.accuracy, '>= 0.3 accuracy', 'over the cloned expert'),
    bar(
      `demo-${seed}-search`,
      searched.accuracy - trained.accuracy,
      '>= 0 accuracy',
      'best-of-N over greedy',
    ),
    bar(`demo-${seed}-seconds`, seconds, '<= 240 s', 'training, evaluation and arena'),
    bar(`demo-${seed}-order`, Number(ordered), '>= 1 yes/no', names.join(' > ')),
    bar(`demo-${seed}-agents`, names.length, '>= 6 agents', 'on the board'),
    bar(`demo-${seed}-levels`, leaderboard.items.length, '>= 4 task levels', 'on the same scale'),
  ]
}
