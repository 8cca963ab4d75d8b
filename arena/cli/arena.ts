/** @file `ludus arena serve` and `ludus arena join`: a league on this machine, and an agent that plays in one. */
import { Command } from 'commander'
import { UsageError } from '../../envs/errors.ts'
import type { Agent } from '../../agents/agent.ts'
import { openAgent } from '../../agents/naming.ts'
import { connectAgent } from '../client.ts'
import { agentNameSchema } from '../protocol.ts'
import type { Arena, Progress, RunSummary } from '../run.ts'
import { openArena } from '../run.ts'
import type { Season } from '../schedule.ts'
import { levelNumbers, wholeNumber } from './options.ts'
import { note, print } from './output.ts'

/** How long remote agents wait before they knock again when the arena is stopped in the middle. */
const RECONNECT_MS = 1000

export function arenaCommand(): Command {
  return new Command('arena')
    .description('play agents against each other on the same tasks, over WebSocket')
    .addCommand(serveCommand())
    .addCommand(joinCommand())
}

interface ServeOptions {
  dir: string
  port: number
  host: string
  env: string[]
  level?: string[]
  tasks: number
  agent: string[]
  wait: string[]
  concurrency: number
  actionMs: number
  matchMs: number
  graceMs: number
  once?: true
  json?: true
}

function serveCommand(): Command {
  return new Command('serve')
    .description('open an arena: plays what its folder has not recorded yet, and shows the leaderboard')
    .requiredOption('--dir <folder>', 'where results are kept; start again with the same to go on')
    .option('--port <n>', 'port to listen on, 0 for any', wholeNumber('--port'), 8321)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--env <id...>', 'environments to play', ['math/addition-v1'])
    .option('--level <levels...>', 'levels to play, e.g. 1 2 3; default: all')
    .option('--tasks <n>', 'test tasks per level', wholeNumber('--tasks', 1), 50)
    .option('--agent <spec...>', 'agents of the house, as SPEC or NAME=SPEC', [])
    .option('--wait <name...>', 'remote agents that belong to the league', [])
    .option('--concurrency <n>', 'matches at once', wholeNumber('--concurrency', 1), 8)
    .option('--action-ms <ms>', 'time for one action', wholeNumber('--action-ms', 1), 30_000)
    .option('--match-ms <ms>', 'time for all actions of a match', wholeNumber('--match-ms', 1), 300_000)
    .option('--grace-ms <ms>', 'how long a remote agent may be away', wholeNumber('--grace-ms'), 30_000)
    .option('--once', 'stop when every match is played')
    .option('--json', 'print each result as a line of JSON once it is on the disk')
    .action(serve)
}

async function serve(options: ServeOptions): Promise<void> {
  const season = { envs: seasonEnvs(options), tasks: options.tasks }
  const locals = await Promise.all(options.agent.map(namedAgent))
  const joined = new Set(options.wait)
  const queue: string[] = []
  let enter = (name: string): void => void queue.push(name)
  const arena = await openArena({
    ...options,
    clock: { actionMs: options.actionMs, matchMs: options.matchMs },
    onJoin: name => enter(name),
  })
  for (const agent of locals) arena.register(agent)
  note(`arena on ${arena.url}`)
  const stop = new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  enter = name => {
    if (joined.has(name) || options.once) return
    joined.add(name)
    note(`${name} joined`)
    void play(arena, season, [name], options)
  }
  for (const name of queue) enter(name)
  const names = [...locals.map(agent => agent.name), ...options.wait]
  let over = false
  try {
    const first = await Promise.race([play(arena, season, names, options), stop])
    over = first !== undefined && options.once === true
    if (first && first.faults.length > 0) process.exitCode = 1
    if (!over) await stop
  } finally {
    await arena.close({ reconnectAfterMs: over ? null : RECONNECT_MS })
    for (const agent of locals) await agent.close?.()
  }
}

async function play(
  arena: Arena,
  season: Season,
  agents: readonly string[],
  { json }: ServeOptions,
): Promise<RunSummary> {
  const onProgress = ({ played, total, result }: Progress): void => {
    if (json && result) print(JSON.stringify(result))
    if (played === total || played % 100 === 0) note(`${played} of ${total} matches played`)
  }
  const summary = await arena.run(season, { agents, onProgress })
  for (const { plan, detail } of summary.faults)
    note(`not counted: ${plan.env} level ${plan.level} task ${plan.index} with ${plan.agent}: ${detail}`)
  return summary
}

interface JoinOptions {
  name: string
  agent: string
  token?: string
  format: string
  json?: true
}

function joinCommand(): Command {
  return new Command('join')
    .description('play in an arena with an agent of this machine, until the league is over')
    .argument('<url>', 'as the arena prints it, e.g. http://127.0.0.1:8321')
    .requiredOption('--name <name>', 'name on the leaderboard')
    .requiredOption('--agent <spec>', 'the agent that plays')
    .option('--token <token>', 'proves the name; needed from the second visit on')
    .option('--format <format>', 'json or msgpack', 'json')
    .option('--json', 'print each acknowledged result as a line of JSON')
    .action(join)
}

async function join(url: string, { name, agent: spec, token, format, json }: JoinOptions): Promise<void> {
  if (format !== 'json' && format !== 'msgpack')
    throw new UsageError(`--format: expected json or msgpack, got ${format}`)
  const agent = { ...(await playing(spec)), name: checkedName(name) }
  let solved = 0
  const connection = connectAgent(agent, {
    url,
    format,
    ...(token !== undefined && { token }),
    onRetry: note,
    onResult: ({ match, result }) => {
      if (result.cause === 'solved') solved++
      if (json) print(JSON.stringify({ match, ...result }))
    },
  })
  if (token === undefined) note(`token of ${name}, for the next visit: ${connection.token}`)
  process.once('SIGINT', () => void connection.close())
  const results = await connection.finished
  note(`${results.length} matches played, ${solved} solved`)
  await agent.close?.()
}

/** `NAME=SPEC` gives an agent another name; a plain SPEC keeps its own. */
async function namedAgent(spec: string): Promise<Agent> {
  const named = /^([\w.-]+)=(.+)$/.exec(spec)
  if (!named) return playing(spec)
  return { ...(await playing(named[2]!)), name: named[1]! }
}

/** As plain functions, so that the agent can be copied under another name whatever class it is of. */
async function playing(spec: string): Promise<Agent> {
  const agent = await openAgent(spec)
  return {
    name: agent.name,
    open: episode => agent.open(episode),
    close: async () => agent.close?.(),
  }
}

function seasonEnvs({ env, level }: ServeOptions): Season['envs'] {
  return env.map(id => ({ env: id, ...(level && { levels: levelNumbers(level) }) }))
}

function checkedName(name: string): string {
  const parsed = agentNameSchema.safeParse(name)
  if (parsed.success) return name
  throw new UsageError(`--name: ${parsed.error.issues[0]!.message}, got ${JSON.stringify(name)}`)
}
