/**
 * @file The one record of an episode, used by rollouts, search and matches: coordinates, actions, rewards, hashes.
 *
 * A record holds everything needed to play the episode again and nothing that must be believed: replaying its actions
 * must give the same observations, rewards and state hashes.
 */
import { z } from 'zod'
import { advance, begin, positionHash } from './dynamics.ts'
import type { EnvDef, Split, Task } from './env.ts'
import { SPLITS } from './env.ts'
import { UsageError } from './errors.ts'
import type { Json } from './json.ts'
import { hashJson } from './json.ts'
import { taskAt } from './tasks.ts'

const json: z.ZodType<Json> = z.json() as z.ZodType<Json>
const usage = z.object({
  tokens: z.number().int().nonnegative().optional(),
  latencyMs: z.number().nonnegative().optional(),
})

const stepSchema = z.object({
  observation: json,
  action: json,
  rewards: z.record(z.string(), z.number().nullable()),
  reward: z.number(),
  terminated: z.boolean(),
  truncated: z.boolean(),
  reason: z.string().nullable(),
  stateHash: z.string(),
  usage: usage.optional(),
})

export const trajectorySchema = z.object({
  v: z.literal(1),
  env: z.string(),
  /** Hash of the task's content: a record made by a different generator is recognised, not misread. */
  taskHash: z.string(),
  split: z.enum(SPLITS as [Split, ...Split[]]),
  index: z.number().int().nonnegative(),
  level: z.number().int(),
  agent: z.string(),
  startHash: z.string(),
  steps: z.array(stepSchema),
  return: z.number(),
  /** The agent left before the episode was over. */
  left: z.literal(true).optional(),
})

export type Usage = z.infer<typeof usage>
export type TrajectoryStep = z.infer<typeof stepSchema>
export type Trajectory = z.infer<typeof trajectorySchema>

/** The action of the next step, given what the agent sees; with what it cost. null: the agent has left. */
export type Act = (observation: Json, step: number) => Promise<{ action: Json; usage?: Usage } | null>

/** Play one episode to its end, or until the agent leaves, and record it. */
export async function recordEpisode(env: EnvDef, task: Task, agent: string, act: Act): Promise<Trajectory> {
  let position = await begin(env, task)
  const startHash = positionHash(task, position)
  const steps: TrajectoryStep[] = []
  while (!position.end) {
    const observation = env.observe(task, position.state)
    const answer = await act(observation, position.steps)
    if (answer === null) break
    const { action, usage: spent } = answer
    const taken = await advance(env, task, position, action)
    position = taken.position
    steps.push({
      observation,
      action,
      rewards: taken.rewards,
      reward: taken.reward,
      terminated: position.end?.kind === 'terminated',
      truncated: position.end?.kind === 'truncated',
      reason: position.end?.reason ?? null,
      stateHash: positionHash(task, position),
      ...(spent && { usage: spent }),
    })
  }
  return {
    v: 1,
    env: env.id,
    taskHash: hashJson(task.params),
    split: task.split,
    index: task.index,
    level: task.level,
    agent,
    startHash,
    steps,
    return: steps.reduce((sum, step) => sum + step.reward, 0),
    ...(!position.end && { left: true as const }),
  }
}

export interface Verdict {
  verified: boolean
  /** The task, the start and every state have the recorded hashes. */
  hashesEqual: boolean
  /** Every reward, every term and the return are as recorded. */
  rewardsEqual: boolean
  /** The first difference, in words; null if there is none. */
  difference: string | null
}

/** Play a record's actions again and compare everything that follows from them. */
export async function replay(env: EnvDef, record: Trajectory): Promise<Verdict> {
  const task = taskAt(env, record)
  let next = 0
  const again = await recordEpisode(env, task, record.agent, async () => {
    const step = record.steps[next++]
    return step ? { action: step.action } : null
  })
  const differences = compare(record, again)
  const equal = (aspect: Aspect): boolean => differences.every(found => !found.aspects.includes(aspect))
  return {
    verified: differences.length === 0,
    hashesEqual: equal('hash'),
    rewardsEqual: equal('reward'),
    difference: differences[0]?.text ?? null,
  }
}

type Aspect = 'hash' | 'reward' | 'step'

const STEP_ASPECTS = {
  stateHash: 'hash',
  reward: 'reward',
  rewards: 'reward',
  terminated: 'step',
  truncated: 'step',
  reason: 'step',
  observation: 'step',
} as const satisfies Partial<Record<keyof TrajectoryStep, Aspect>>

function compare(record: Trajectory, again: Trajectory): { aspects: Aspect[]; text: string }[] {
  const found: { aspects: Aspect[]; text: string }[] = []
  const check = (aspects: Aspect[], what: string, expected: unknown, got: unknown): void => {
    const [recorded, replayed] = [JSON.stringify(expected), JSON.stringify(got)]
    if (recorded !== replayed)
      found.push({ aspects, text: `${what}: recorded ${recorded}, replayed ${replayed}` })
  }
  check(['hash'], 'task', record.taskHash, again.taskHash)
  check(['hash'], 'start', record.startHash, again.startHash)
  check(['hash', 'reward'], 'agent left', record.left ?? false, again.left ?? false)
  check(['hash', 'reward'], 'number of steps', record.steps.length, again.steps.length)
  for (const [i, step] of record.steps.slice(0, again.steps.length).entries()) {
    for (const [key, aspect] of Object.entries(STEP_ASPECTS) as [keyof typeof STEP_ASPECTS, Aspect][])
      check([aspect], `step ${i} ${key}`, step[key], again.steps[i]![key])
  }
  check(['reward'], 'return', record.return, again.return)
  return found
}

/** Records as JSON lines. */
export function formatTrajectories(records: readonly Trajectory[]): string {
  return records.map(record => JSON.stringify(record) + '\n').join('')
}

/** Reads JSON lines of records. Throws UsageError naming the line that is not a whole record. */
export function parseTrajectories(text: string, source: string): Trajectory[] {
  const lines = text.split('\n')
  const torn = lines.pop() !== ''
  if (torn)
    throw new UsageError(
      `${source}: line ${lines.length + 1} is cut off (no line end): the file was half-written; record it again`,
    )
  return lines.map((line, i) => parseLine(line, `${source}: line ${i + 1}`))
}

function parseLine(line: string, where: string): Trajectory {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new UsageError(
      `${where}: expected a trajectory as one line of JSON, got ${JSON.stringify(line.slice(0, 60))}`,
    )
  }
  const parsed = trajectorySchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw new UsageError(`${where}: not a trajectory: ${issue.path.join('.') || 'record'}: ${issue.message}`)
}
