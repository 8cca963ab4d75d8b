/** @file `ludus play`: one episode for a person at the terminal, with undo and tool forms. */
import { Command } from 'commander'
import type { Split, Task, TimeStep } from '../../envs/env.ts'
import { maxReturn } from '../../envs/env.ts'
import type { Info, Snapshot } from '../../envs/gym.ts'
import { Gym } from '../../envs/gym.ts'
import type { Json } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { AgentSession } from '../../agents/agent.ts'
import { openAgent } from '../../agents/naming.ts'
import type { Terminal } from '../../agents/policies/human.ts'
import type { Paint } from './colour.ts'
import { painter } from './colour.ts'
import { envArgument } from './env-argument.ts'
import { wholeNumber } from './options.ts'
import { printJson } from './output.ts'
import { openTerminal } from './terminal.ts'
import type { ToolForm } from './tool-form.ts'
import { chosenForm, fillIn, formList, toolForms } from './tool-form.ts'

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
    .argument(
      '<env>',
      'environment id, e.g. math/addition-v1, or a file: .ts that exports one, .jsonl or .csv with problems',
    )
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
  const env = await envArgument(id)
  const output = flags.json ? process.stderr : process.stdout
  const terminal = openTerminal(output)
  try {
    const gym = new Gym(env)
    const { observation, info } = await gym.reset(flags)
    const table = new Table(gym, terminal, painter(output))
    table.welcome(info)
    const { total, reason, steps } = await table.playOut(observation)
    const { split, level, index } = info
    if (flags.json) printJson({ env: env.id, split, level, index, steps, return: total, reason })
  } finally {
    terminal.close()
    await env.close?.()
  }
}

/** The person wants the last step back. */
class Undo extends Error {}
/** The person has had enough. */
class Quit extends Error {}

const COMMANDS = [
  [':undo', 'take the last step back'],
  [':moves', 'actions that are possible now'],
  [':tools', 'the tools; name one or its number to be asked for its arguments'],
  [':solution', 'the reference solution of the task'],
  [':quit', 'leave'],
] as const
const MOVES_SHOWN = 12

/** Where an episode is played: before each step a snapshot, so that it can be taken back. */
class Table {
  readonly #gym: Gym
  readonly #terminal: Terminal
  readonly #paint: Paint
  readonly #forms: ToolForm[]
  readonly #past: { snapshot: Snapshot; observation: Json; total: number }[] = []

  constructor(gym: Gym, terminal: Terminal, paint: Paint) {
    this.#gym = gym
    this.#terminal = terminal
    this.#paint = paint
    this.#forms = toolForms(gym.env)
  }

  welcome({ level, split, index }: Pick<Info, 'level' | 'split' | 'index'>): void {
    const { title, tasks } = this.#gym.env
    const about = tasks.levels.find(entry => entry.level === level)?.title ?? ''
    this.#terminal.print(this.#paint('bold', `${title}`))
    this.#terminal.print(
      this.#paint('dim', `level ${level} (${about}), ${split} task ${index}; :help lists commands`),
    )
    if (this.#forms.length > 0) this.#terminal.print(`tools, by name or number:\n${formList(this.#forms)}`)
  }

  async playOut(first: Json): Promise<{ total: number; reason: string; steps: number }> {
    const session = await (
      await openAgent('human', { terminal: this.#asking() })
    ).open({
      env: this.#gym.env,
      task: null,
      rng: rngAt('play'),
    })
    let [observation, total, step] = [first, 0, 0]
    for (;;) {
      const taken = await this.#turn(session, { observation, step: step++, total })
      if (taken === 'quit') return this.#left(total)
      ;({ observation, total } = taken)
      if (taken.reason !== null) return this.#ended(total, taken.reason)
    }
  }

  async #turn(
    session: AgentSession,
    { observation, step, total }: { observation: Json; step: number; total: number },
  ): Promise<'quit' | { observation: Json; total: number; reason: string | null }> {
    const snapshot = this.#gym.snapshot()
    try {
      const { signal } = new AbortController()
      const { action } = await session.act({ observation, step, deadlineMs: null, signal })
      const taken = await this.#gym.step(action)
      this.#past.push({ snapshot, observation, total })
      this.#terminal.print(this.#rewardLine(taken))
      return { observation: taken.observation, total: total + (taken.reward ?? 0), reason: taken.reason }
    } catch (error) {
      if (error instanceof Quit) return 'quit'
      if (!(error instanceof Undo)) throw error
      return { ...this.#takeBack({ observation, total }), reason: null }
    }
  }

  #takeBack(now: { observation: Json; total: number }): { observation: Json; total: number } {
    const last = this.#past.pop()
    if (!last) {
      this.#terminal.print('nothing to take back')
      return now
    }
    this.#gym.restore(last.snapshot)
    this.#terminal.print(this.#paint('yellow', 'one step back'))
    return last
  }

  #left(total: number) {
    this.#terminal.print(`left: return ${rounded(total)} so far`)
    return { total, reason: 'left', steps: this.#gym.snapshot().position.steps }
  }

  #ended(total: number, reason: string) {
    const { steps } = this.#gym.snapshot().position
    const highest = maxReturn(this.#gym.env)
    const colour = total >= highest - 1e-9 ? 'green' : total > 0 ? 'yellow' : 'red'
    this.#terminal.print(
      this.#paint(colour, `${reason} at step ${steps}: return ${rounded(total)} of at most ${highest}`),
    )
    return { total, reason, steps }
  }

  /** The terminal as the human agent sees it: commands are answered here, tools are filled in, the rest is an action. */
  #asking(): Terminal {
    const ask = async (question: string, signal: AbortSignal): Promise<string> => {
      for (;;) {
        const line = await this.#terminal.ask(question, signal)
        const form = chosenForm(this.#forms, line)
        if (form) return JSON.stringify(await fillIn(form, each => this.#terminal.ask(each, signal)))
        if (!/^:[a-z]+$/.test(line.trim())) return line
        this.#command(line.trim())
      }
    }
    return { print: text => this.#terminal.print(text), ask }
  }

  #command(line: string): void {
    if (line === ':undo') throw new Undo()
    if (line === ':quit') throw new Quit()
    if (line === ':moves') return this.#terminal.print(this.#moves())
    if (line === ':tools')
      return this.#terminal.print(formList(this.#forms) || 'this environment has no tools')
    if (line === ':solution') return this.#terminal.print(this.#solution())
    this.#terminal.print(COMMANDS.map(([name, about]) => `${name.padEnd(10)} ${about}`).join('\n'))
  }

  #moves(): string {
    const { env } = this.#gym
    const { position } = this.#gym.snapshot()
    const legal = env.legalActions?.(this.#task(), position.state) ?? []
    if (legal.length === 0) return 'this environment names no actions'
    const shown = legal.slice(0, MOVES_SHOWN).map(action => env.text.render(action).trim())
    return [...shown, ...(legal.length > MOVES_SHOWN ? [`and ${legal.length - MOVES_SHOWN} more`] : [])].join(
      '\n',
    )
  }

  #solution(): string {
    const { env } = this.#gym
    const steps = env.solve?.(this.#task()) ?? []
    return steps.length === 0
      ? 'there is no reference solution'
      : steps.map(step => env.text.render(step).trim()).join('\n')
  }

  #task(): Task {
    return taskAt(this.#gym.env, this.#gym.snapshot())
  }

  /** The rewards of a step, e.g. `reward 0.25 (progress 0.25)`: only the terms that were judged and are not 0. */
  #rewardLine({ reward, rewards }: TimeStep<Json>): string {
    const { env } = this.#gym
    const terms = Object.entries(rewards).filter(
      ([name, value]) => value !== null && value !== 0 && env.rewards[name],
    )
    const told = terms.map(([name, value]) => `${name} ${rounded(value! * env.rewards[name]!.weight)}`)
    const line = `reward ${rounded(reward ?? 0)}${told.length > 0 ? ` (${told.join(', ')})` : ''}`
    return `${this.#paint((reward ?? 0) > 0 ? 'green' : (reward ?? 0) < 0 ? 'red' : 'dim', line)}\n`
  }
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
