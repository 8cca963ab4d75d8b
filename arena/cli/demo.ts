/**
 * @file `ludus demo` (`npm start`): the whole house in a few minutes.
 *
 * A small policy clones a fallible teacher, search-fed RL makes it better than that teacher, and its stages then play in
 * an arena against the reference solver, a random player and an agent in another process.
 */
import { Command } from 'commander'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Agent } from '../../agents/agent.ts'
import { openNeuralAgent } from '../../agents/policies/neural-agent.ts'
import { randomAgent } from '../../agents/policies/random.ts'
import { solverAgent } from '../../agents/policies/solver.ts'
import { o1Roadmap } from '../../agents/recipes/o1-roadmap.ts'
import type { Recipe } from '../../agents/recipes/recipe.ts'
import type { RunResult } from '../../agents/recipes/run.ts'
import { UsageError } from '../../envs/errors.ts'
import { findEnv } from '../../envs/registry.ts'
import type { Board } from '../board.ts'
import { openArena } from '../run.ts'
import { checkPort } from '../server.ts'
import { COMMAND_FILE } from './command-file.ts'
import { interruptible } from './interrupt.ts'
import { printBoard } from './leaderboard.ts'
import { wholeNumber } from './options.ts'
import { note, print, printJson } from './output.ts'
import { startProgress } from './progress.ts'
import { accuracyTable, trainWithBars } from './training.ts'

const ENV = 'math/addition-v1'
const TRAINING_LEVELS = [2, 3]
/** One easier and two harder levels than were trained on. */
const ARENA_LEVELS = [1, 2, 3, 4, 5]
const EVAL_TASKS = 512
/** Tasks per level that every agent plays. */
const ARENA_TASKS = 40
const HOST = '127.0.0.1'
const REMOTE = 'clone+vote (remote)'
/** What a demo leaves in its folder. */
const PARTS = ['training', 'arena']

interface DemoFlags {
  dir: string
  seed: number
  port: number
  once?: true
  quick?: true
  json?: true
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('train an agent by search and RL, then watch it climb a leaderboard (about a minute)')
    .option('--seed <seed>', 'names weights, tasks and samples', wholeNumber('--seed'), 1)
    .option(
      '--dir <folder>',
      'where checkpoints and matches go; an earlier demo there is replaced',
      join('.ludus', 'demo'),
    )
    .option('--port <port>', 'of the leaderboard page; 0: any free one', wholeNumber('--port'), 0)
    .option('--once', 'end when the board stands, instead of serving the page until Ctrl-C')
    .option('--quick', 'a few training steps only: shows the way, not the result')
    .option('--json', 'print one JSON document')
    .action(demo)
}

async function demo(flags: DemoFlags): Promise<void> {
  const started = performance.now()
  const silent = flags.json === true
  const { seed, dir, port, quick } = flags
  await checkPort(HOST, port)
  emptyDemoFolder(dir)
  if (!silent) print(INTRODUCTION)
  const training = join(dir, 'training')
  const recipe = quick ? shortened(o1Roadmap) : o1Roadmap
  const options = { env: findEnv(ENV), levels: TRAINING_LEVELS, seed, dir: training, evalTasks: EVAL_TASKS }
  const result = await interruptible(`stopped; complete stages are kept in ${training}`, signal =>
    trainWithBars(recipe, { ...options, signal }, { silent }),
  )
  if (!silent) print(`\nAccuracy on ${EVAL_TASKS} held-out tasks\n\n${accuracyTable(result)}\n`)
  await play(flags, training, result, started)
}

const INTRODUCTION = `A small transformer learns to add numbers of two and three digits, column by column.
Its teacher forgets the carries in seven problems of ten, so imitation alone cannot get far.
`

/** Takes an earlier demo away, and nothing else. */
function emptyDemoFolder(dir: string): void {
  const found = existsSync(dir) ? readdirSync(dir) : []
  const other = found.find(name => !PARTS.includes(name))
  if (other !== undefined)
    throw new UsageError(
      `${dir}: expected an empty folder or one of an earlier demo, found ${other} in it; use another --dir`,
    )
  for (const name of found) rmSync(join(dir, name), { recursive: true })
}

async function play(flags: DemoFlags, training: string, result: RunResult, started: number): Promise<void> {
  const { dir, port, json, once } = flags
  const arena = await openArena({ dir: join(dir, 'arena'), host: HOST, port })
  const locals = await localAgents(training)
  const remote = joinRemotely(arena.url, join(training, 'cloned'))
  if (!json) note(`The leaderboard is at ${arena.url}`)
  const bar = startProgress(
    'Playing in the arena   ',
    ARENA_TASKS * ARENA_LEVELS.length * (locals.length + 1),
    {
      silent: json === true,
    },
  )
  try {
    for (const agent of locals) arena.register(agent)
    const season = { envs: [{ env: ENV, levels: ARENA_LEVELS }], tasks: ARENA_TASKS }
    const names = [...locals.map(agent => agent.name), REMOTE]
    const left = `stopped; the matches played are kept in ${join(dir, 'arena')}`
    await interruptible(left, async signal => {
      const stopped = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
        remote.process.once('exit', code => {
          if (code !== 0) reject(new Error(`the remote agent ended with code ${code}: ${remote.said()}`))
        })
      })
      const onProgress = ({ played }: { played: number }): void => bar.update(played)
      await Promise.race([arena.run(season, { agents: names, onProgress }), stopped])
    })
    bar.stop()
    report(flags, result, arena.board(), (performance.now() - started) / 1000)
    if (!once) await untilInterrupted(`\nLeaderboard: ${arena.url} (Ctrl-C ends)`)
  } finally {
    bar.stop()
    await arena.close()
    remote.process.kill()
    for (const agent of locals) await agent.close?.()
  }
}

/** From the reference solution down to chance. */
async function localAgents(training: string): Promise<Agent[]> {
  const policy = (stage: string, name: string): Promise<Agent> =>
    openNeuralAgent(join(training, stage), { name })
  return [
    renamed(solverAgent(), 'solver'),
    await openNeuralAgent(join(training, 'trained'), {
      name: 'trained+best-of-8',
      search: { strategy: 'best-of-n', n: 8, guidance: 'verifier' },
    }),
    await policy('trained', 'trained'),
    await policy('cloned', 'cloned'),
    renamed(randomAgent(), 'random'),
  ]
}

function renamed(agent: Agent, name: string): Agent {
  return { name, open: episode => agent.open(episode), close: async () => agent.close?.() }
}

/** The clone with majority voting plays from a process of its own, as anybody's agent would. */
function joinRemotely(url: string, checkpoint: string): { process: ChildProcess; said: () => string } {
  const agent = `policy:${JSON.stringify(checkpoint)}+search(best-of-n, n=8, guidance=majority)`
  const args = [COMMAND_FILE, 'arena', 'join', url, '--name', REMOTE, '--agent', agent]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return { process: child, said: () => said.trim() }
}

function report({ json }: DemoFlags, result: RunResult, board: Board, seconds: number): void {
  const { before, expert, cloned, trained, searched, curve, costs } = result
  if (json)
    return printJson({ before, expert, cloned, trained, searched, seconds, leaderboard: board, curve, costs })
  printBoard(board)
  print(`\n${seconds.toFixed(0)} seconds in all`)
}

function untilInterrupted(text: string): Promise<void> {
  note(text)
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

function shortened(recipe: Recipe): Recipe {
  const { policy, learning } = recipe
  return {
    ...recipe,
    policy: { ...policy, initialisation: { ...policy.initialisation, steps: 30 } },
    learning: { ...learning, iterations: 10 },
  }
}
