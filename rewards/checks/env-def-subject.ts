/** @file A subject for the checks from an environment of this project: its contract holds nearly all the facts. */
import type { Position } from '../../envs/dynamics.ts'
import type { EnvDef, RewardKind, Task } from '../../envs/env.ts'
import type { Snapshot } from '../../envs/gym.ts'
import { Gym } from '../../envs/gym.ts'
import type { Json } from '../../envs/json.ts'
import { canonicalJson } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { EnvFace, EnvStep, EnvSubject } from './env-subject.ts'

/** Where constant play may earn as much without a reason given; a law of the environments' own tests. */
const GUESSABLE = 0.2
const STEP_MS = 2500
const TASKS_PER_LEVEL = 1000

/** What the checks are shown as the state: the moment, and the task that it belongs to. */
type Shown = { split: Task['split']; index: number; level: number; position: Position }

/** Seeds choose the level as well as the task: levels take turns, the easiest first. */
export function taskOfSeed(env: EnvDef, seed: number): Task {
  const { levels, size } = env.tasks
  const { level } = levels[seed % levels.length]!
  const split = 'train'
  const count = Math.min(size?.call(env.tasks, split, level) ?? TASKS_PER_LEVEL, TASKS_PER_LEVEL)
  return taskAt(env, { split, level, index: Math.floor(seed / levels.length) % Math.max(count, 1) })
}

/** The seed that stands for this task; null: none does. */
export function seedOfTask(
  env: EnvDef,
  { split, level, index }: Pick<Task, 'level' | 'index'> & { split: string },
): number | null {
  const { levels } = env.tasks
  const seed = index * levels.length + levels.findIndex(each => each.level === level)
  const there = taskOfSeed(env, seed)
  return there.split === split && there.level === level && there.index === index ? seed : null
}

/** Everything the checks can know of an environment without being told more. `extra` adds facts or replaces them. */
export function envSubject(def: EnvDef, extra: Partial<EnvSubject<Json>> = {}): EnvSubject<Json> {
  const env = remembering(def)
  const tasks = new Map<number, Task>()
  const taskOf = (seed: number): Task => {
    const task = tasks.get(seed) ?? taskOfSeed(env, seed)
    tasks.set(seed, task)
    return task
  }
  return {
    name: env.id,
    make: () => face(env, taskOf),
    actions: someActions(env, taskOf),
    ...(env.legalActions && { legalActions: legalOf(env) }),
    horizon: env.maxSteps,
    ...ranges(env),
    passMark: passMarkOf(env),
    exploitMark: passMarkOf(env) + weightOf(env, ['shaping']),
    ...(env.stepLabel && { goalReached: reachedOf(env) }),
    ...(env.solve && { reference: seed => env.solve!(taskOf(seed)) }),
    ...submitOf(env, taskOf),
    ...(env.readOnly && { readOnly: readsOf(env, taskOf), readCost: priceOf(env) }),
    ...(env.failed && { failed: observation => env.failed!(observation) }),
    guessable: env.guessable === undefined ? GUESSABLE : 1,
    stateKey: state => canonicalJson((state as Shown).position.state),
    timeoutMs: STEP_MS,
    ...extra,
  }
}

/** The same environment, its tasks kept: episodes start over and over, and what is worked out of a task hangs on it. */
function remembering(env: EnvDef): EnvDef {
  const { tasks } = env
  const known = new Map<string, Json>()
  const at: typeof tasks.at = (split, index, level) => {
    const name = `${split} ${index} ${level}`
    const params = known.get(name) ?? tasks.at(split, index, level)
    known.set(name, params)
    return params
  }
  return { ...env, tasks: { levels: tasks.levels, at, ...(tasks.size && { size: tasks.size.bind(tasks) }) } }
}

/** A Gym whose steps and snapshots are plain JSON. */
function face(env: EnvDef, taskOf: (seed: number) => Task): EnvFace<Json> {
  const gym = new Gym(env)
  return wrapped(gym, taskOf)
}

function wrapped(gym: Gym, taskOf: (seed: number) => Task): EnvFace<Json> {
  return {
    async reset(seed) {
      const { split, level, index } = taskOf(seed)
      return { observation: (await gym.reset({ split, level, index })).observation }
    },
    async step(action): Promise<EnvStep> {
      const { observation, reward, terminated, truncated, rewards } = await gym.step(action)
      return { observation, reward: reward ?? 0, terminated, truncated, rewards }
    },
    snapshot: () => gym.snapshot(),
    restore: snapshot => gym.restore(snapshot as Snapshot),
    clone: () => wrapped(gym.clone(), taskOf),
    state: () => gym.snapshot() as unknown as Json,
    close: () => gym.close(),
  }
}

function legalOf(env: EnvDef): (state: Json) => readonly Json[] {
  return state => {
    const { position, ...at } = state as unknown as Shown
    return position.end ? [] : env.legalActions!(taskAt(env, at), position.state)
  }
}

/** What can be reached without a further step is reached. */
function reachedOf(env: EnvDef): (state: Json) => boolean | null {
  return state => {
    const { position, ...at } = state as unknown as Shown
    return env.stepLabel!(taskAt(env, at), position.state, 0)
  }
}

/** What an agent that knows nothing might try: steps of the solutions of other tasks, and what is legal at a start. */
function someActions(env: EnvDef, taskOf: (seed: number) => Task): Json[] {
  const far = Array.from({ length: 6 }, (_, i) => taskOf(rngAt(env.id, 'check-actions', i).int(100, 999)))
  const solutions = far.flatMap(task => env.solve?.(task) ?? [])
  const picked = rngAt(env.id, 'check-actions').shuffle(solutions).slice(0, 12)
  const actions = [...new Map(picked.map(action => [canonicalJson(action), action])).values()]
  return actions.length > 0 ? actions : ['']
}

/** Tools hand in by `finish`; where it takes an answer, no single call does. */
function submitOf(env: EnvDef, taskOf: (seed: number) => Task): Pick<EnvSubject<Json>, 'submit'> {
  const last = [0, 1, 2, 3].map(seed => env.solve?.(taskOf(seed)).at(-1) ?? null)
  const isFinish = canonicalJson(last[0]!) === canonicalJson({ tool: 'finish', args: {} })
  return isFinish && new Set(last.map(canonicalJson)).size === 1 ? { submit: last[0]! } : {}
}

function readsOf(env: EnvDef, taskOf: (seed: number) => Task): (seed: number) => readonly Json[] {
  return seed => {
    const task = taskOf(seed)
    return (env.solve?.(task) ?? []).filter(action => env.readOnly!(task, action))
  }
}

/** A look that comes at the wrong time, e.g. at a file that is not there yet, may be refused. */
function priceOf(env: EnvDef): number {
  return weightOf(env, ['penalty'])
}

function weightOf({ rewards }: Pick<EnvDef, 'rewards'>, kinds: readonly RewardKind[]): number {
  return Object.values(rewards)
    .filter(({ kind }) => kinds.includes(kind))
    .reduce((sum, { weight }) => sum + weight, 0)
}

/** From the laws of reward terms; shaping has none. */
function ranges(env: EnvDef): Pick<EnvSubject, 'returnRange' | 'rewardRange'> {
  if (weightOf(env, ['shaping']) > 0) return {}
  const [outcome, process, price] = [['outcome'], ['process'], ['penalty']].map(kinds =>
    weightOf(env, kinds as RewardKind[]),
  ) as [number, number, number]
  return {
    returnRange: [-process - price * env.maxSteps, outcome + process],
    rewardRange: [-process - price, outcome + process],
  }
}

/** More than all progress together, and half of the outcome. */
function passMarkOf(env: EnvDef): number {
  return weightOf(env, ['process']) + weightOf(env, ['outcome']) / 2
}
