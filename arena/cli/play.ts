/** @file `ludus play`: one episode for a person at the terminal. */
import { Command } from 'commander'
import type { EnvDef, Split, TimeStep } from '../../envs/env.ts'
import { maxReturn } from '../../envs/env.ts'
import { Gym } from '../../envs/gym.ts'
import type { Json } from '../../envs/json.ts'
import { findEnv } from '../../envs/registry.ts'
import { rngAt } from '../../envs/rng.ts'
import type { AgentSession } from '../../agents/agent.ts'
import { openAgent } from '../../agents/naming.ts'
import type { Terminal } from '../../agents/policies/human.ts'
import { wholeNumber } from './options.ts'
import { printJson } from './output.ts'
import { openTerminal } from './terminal.ts'

interface PlayFlags {
  level?: number
  index?: number
  split: Split
  seed: number
  json?: true
}

export function playCommand(): Command {
  return new Command('play')
    .description('play one episode as a person, in the terminal')
    .argument('<env>', 'environment id, e.g. math/addition-v1')
    .option('--level <level>', 'level of the task; default: the first', wholeNumber('--level'))
    .option(
      '--index <index>',
      'which task of the level; default: one that --seed names',
      wholeNumber('--index'),
    )
    .option('--split <split>', 'train, validation or test', 'train')
    .option('--seed <seed>', 'names a task when --index is not given', wholeNumber('--seed'), 0)
    .option('--json', 'print the result as one JSON document; the episode itself goes to stderr')
    .action(play)
}

async function play(id: string, flags: PlayFlags): Promise<void> {
  const env = findEnv(id)
  const terminal = openTerminal(flags.json ? process.stderr : process.stdout)
  try {
    const gym = new Gym(env)
    const { observation, info } = await gym.reset(flags)
    const agent = await openAgent('human', { terminal })
    const session = await agent.open({ env, task: null, rng: rngAt('play') })
    terminal.print(`${env.title}: level ${info.level}, ${info.split} task ${info.index}`)
    const { total, reason } = await playOut(gym, session, { observation, terminal })
    const steps = gym.snapshot().position.steps
    terminal.print(`${reason} at step ${steps}: return ${rounded(total)} of at most ${maxReturn(env)}`)
    const { split, level, index } = info
    if (flags.json) printJson({ env: env.id, split, level, index, steps, return: total, reason })
  } finally {
    terminal.close()
  }
}

interface Table {
  observation: Json
  terminal: Terminal
}

async function playOut(
  gym: Gym,
  session: AgentSession,
  { observation, terminal }: Table,
): Promise<{ total: number; reason: string }> {
  const { signal } = new AbortController()
  let [total, step] = [0, 0]
  for (;;) {
    const { action } = await session.act({ observation, step: step++, deadlineMs: null, signal })
    const taken = await gym.step(action)
    total += taken.reward ?? 0
    terminal.print(rewardLine(gym.env, taken))
    if (taken.reason !== null) return { total, reason: taken.reason }
    observation = taken.observation
  }
}

/** The rewards of a step, e.g. `reward 0.25 (progress 0.25)`: only the terms that were judged and are not 0. */
function rewardLine(env: EnvDef, { reward, rewards }: TimeStep<Json>): string {
  const terms = Object.entries(rewards).filter(
    ([name, value]) => value !== null && value !== 0 && env.rewards[name],
  )
  const told = terms.map(([name, value]) => `${name} ${rounded(value! * env.rewards[name]!.weight)}`)
  return `reward ${rounded(reward ?? 0)}${told.length > 0 ? ` (${told.join(', ')})` : ''}\n`
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
