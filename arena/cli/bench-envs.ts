/** @file The bars of the environments: how fast tasks, steps and snapshots are, and whether step labels are exact. */
import { advance, begin, timeStep } from '../../envs/dynamics.ts'
import type { Advance, Position } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import { maxReturn, SPLITS } from '../../envs/env.ts'
import { Gym } from '../../envs/gym.ts'
import type { Json } from '../../envs/json.ts'
import { firstWrongStep, stepLabels } from '../../envs/labels.ts'
import { corruptLine } from '../../envs/math/derivation.ts'
import { listEnvs } from '../../envs/registry.ts'
import type { Rng } from '../../envs/rng.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import { blindReturn, constantFloor } from '../../rewards/baselines.ts'
import type { Bar } from './bars.ts'
import { bar } from './bars.ts'

const SAMPLE = 120
const MEASURE_MS = 150
const CORRUPTIONS = 200
const HIGHEST_FLOOR = 0.2
const GOLD_TASKS = 200

/** `progress` is called after each environment. */
export async function envBars(progress: () => void): Promise<Bar[]> {
  const figures: Figures[] = []
  for (const env of listEnvs()) {
    if ((await env.missing?.()) ?? null) continue
    figures.push(await figuresOf(env))
    await env.close?.()
    progress()
  }
  const pure = figures.filter(({ stepsPerS }) => stepsPerS !== null)
  const each = (name: keyof Figures, unit = ''): string =>
    figures
      .filter(figure => figure[name] !== null)
      .map(figure => `${figure.id} ${shown(figure[name] as number)}${unit}`)
      .join(', ')
  const labelled = figures.filter(({ labels }) => labels !== null)
  return [
    bar(
      'steps-per-s',
      median(pure.map(({ stepsPerS }) => stepsPerS!)),
      '>= 200000 steps/s',
      each('stepsPerS'),
    ),
    bar('tasks-per-s', median(pure.map(({ tasksPerS }) => tasksPerS)), '>= 50000 tasks/s', each('tasksPerS')),
    bar(
      'slowest-tasks-per-s',
      Math.min(...figures.map(({ tasksPerS, testTasksPerS }) => Math.min(tasksPerS, testTasksPerS))),
      '>= 500 tasks/s',
      `the slowest of train and test: ${each('testTasksPerS')}`,
    ),
    bar(
      'snapshot-us',
      median(pure.map(({ snapshotUs }) => snapshotUs)),
      '<= 20 us',
      each('snapshotUs', ' us'),
    ),
    bar('step-label-exact', Math.min(...labelled.map(({ labels }) => labels!)), '>= 1 share', each('labels')),
    bar(
      'gold-max',
      Math.min(...figures.map(({ gold }) => gold)),
      '>= 1 share',
      `of ${GOLD_TASKS} tasks each, the least: ${each('gold')}`,
    ),
    bar(
      'constant-floor',
      Math.max(...figures.filter(({ guessable }) => !guessable).map(({ floor }) => floor)),
      `<= ${HIGHEST_FLOOR} return`,
      `best constant play, worst level: ${each('floor')}`,
    ),
  ]
}

interface Figures {
  id: string
  guessable: boolean
  /** null: not synchronous. */
  stepsPerS: number | null
  tasksPerS: number
  testTasksPerS: number
  snapshotUs: number
  /** Share of corrupted solutions whose first wrong step was found exactly; null outside of mathematics. */
  labels: number | null
  /** Share of tasks on which the reference solution earns the maximum. */
  gold: number
  floor: number
}

async function figuresOf(env: EnvDef): Promise<Figures> {
  const levels = env.tasks.levels.map(({ level }) => level)
  const tasks = Array.from({ length: SAMPLE }, (_, index) =>
    taskAt(env, { split: 'train', index, level: levels[index % levels.length]! }),
  )
  const pure = !(begin(env, tasks[0]!) instanceof Promise) && !(firstStep(env, tasks[0]!) instanceof Promise)
  return {
    id: env.id,
    guessable: env.guessable !== undefined,
    stepsPerS: pure ? stepsPerSecond(env, tasks) : null,
    tasksPerS: tasksPerSecond(env, 'train'),
    testTasksPerS: tasksPerSecond(env, 'test'),
    snapshotUs: await snapshotMicroseconds(env, tasks.slice(0, 30)),
    labels: env.id.startsWith('math/') && pure ? await exactLabels(env) : null,
    gold: await goldShare(env),
    floor: await worstFloor(env, pure),
  }
}

function firstStep(env: EnvDef, task: Task): unknown {
  const position = begin(env, task)
  return position instanceof Promise ? position : advance(env, task, position, env.solve!(task)[0]!)
}

/** Runs of `work` per second, over at least MEASURE_MS, after a warm-up. `work` gives the number of things it did. */
function rate(work: () => number): number {
  const run = (ms: number): number => {
    const started = performance.now()
    let count = 0
    while (performance.now() - started < ms) count += work()
    return (count * 1000) / (performance.now() - started)
  }
  run(MEASURE_MS / 2)
  return run(MEASURE_MS)
}

/** `advance` and the time step an agent sees, on demonstrations of which half hold a mistake. */
function stepsPerSecond(env: EnvDef, tasks: readonly Task[]): number {
  const plans = tasks.map(task => env.solve!(task, { slip: 0.5, rng: rngAt('bench', task.index) }))
  return rate(() => {
    let steps = 0
    tasks.forEach((task, i) => (steps += playPure(env, task, plans[i]!)))
    return steps
  })
}

function playPure(env: EnvDef, task: Task, plan: readonly Json[]): number {
  let position = begin(env, task) as Position
  for (const action of plan) {
    if (position.end) break
    const taken = advance(env, task, position, action) as Advance
    timeStep(env, task, taken)
    position = taken.position
  }
  return position.steps
}

function tasksPerSecond(env: EnvDef, split: 'train' | 'test'): number {
  const levels = env.tasks.levels
  let index = 0
  return rate(() => {
    taskAt(env, { split, index, level: levels[index % levels.length]!.level })
    index++
    return 1
  })
}

/** Median of one snapshot and one restore of it, in the middle of an episode. */
async function snapshotMicroseconds(env: EnvDef, tasks: readonly Task[]): Promise<number> {
  const times: number[] = []
  for (const task of tasks) {
    const gym = new Gym(env)
    await gym.reset(task)
    const plan = env.solve!(task)
    for (const action of plan.slice(0, Math.floor(plan.length / 2))) await gym.step(action)
    for (let i = 0; i < 20; i++) {
      const started = performance.now()
      gym.restore(gym.snapshot())
      times.push((performance.now() - started) * 1000)
    }
  }
  return median(times)
}

/** Over all levels and splits. */
async function goldShare(env: EnvDef): Promise<number> {
  const { levels } = env.tasks
  const highest = maxReturn(env) - 1e-9
  let reached = 0
  for (let index = 0; index < GOLD_TASKS; index++) {
    const split = SPLITS[Math.floor(index / levels.length) % SPLITS.length]!
    const task = taskAt(env, { split, index, level: levels[index % levels.length]!.level })
    if ((await blindReturn(env, task, env.solve!(task))) >= highest) reached++
  }
  return reached / GOLD_TASKS
}

async function worstFloor(env: EnvDef, pure: boolean): Promise<number> {
  const [tasks, candidates] = pure ? [60, 60] : [8, 6]
  let worst = -Infinity
  for (const { level } of env.tasks.levels)
    worst = Math.max(worst, (await constantFloor(env, { level, tasks, candidates })).mean)
  return worst
}

/** The share of corrupted solutions of which the first wrong step is found, neither earlier nor later. */
async function exactLabels(env: EnvDef): Promise<number> {
  const levels = env.tasks.levels
  let [exact, tried] = [0, 0]
  for (let i = 0; tried < CORRUPTIONS && i < 10 * CORRUPTIONS; i++) {
    const level = levels[i % levels.length]!.level
    const task = taskAt(env, { split: 'test', index: i, level })
    const corrupted = corruption(env, task, rngAt('corruption', env.id, i))
    if (!corrupted) continue
    tried++
    if (firstWrongStep(await stepLabels(env, task, corrupted.steps)) === corrupted.at) exact++
  }
  return tried === 0 ? 0 : exact / tried
}

type Corruption = { steps: string[]; at: number }

/**
 * A solution with one step made wrong, known to be so without asking the environment for a label: a worked line with
 * another number, a line that is no move, or another legal move after which a search of all that follows finds no solution.
 */
function corruption(env: EnvDef, task: Task, rng: Rng): Corruption | null {
  const steps = env.solve!(task) as string[]
  const at = rng.int(0, steps.length - 1)
  const before = positionAfter(env, task, steps.slice(0, at))
  if (before.end) return null // solved on the way
  const replaced = (wrong: string | null) => (wrong === null ? null : { steps: steps.with(at, wrong), at })
  if (steps.at(-1)!.startsWith('answer:')) return replaced(corruptLine(steps[at]!, rng))
  if (rng.float() < 0.5) return replaced(`${steps[at]} and again`)
  const others = env.legalActions!(task, before.state).filter(action => action !== steps[at])
  if (others.length === 0) return null
  const other = rng.pick(others) as string
  const { position, rewards } = advance(env, task, before, other) as Advance
  const solved = position.end !== null && Object.values(rewards).includes(1)
  return !solved && canSolve(env, task, position) === false ? replaced(other) : null
}

function positionAfter(env: EnvDef, task: Task, steps: readonly string[]): Position {
  let position = begin(env, task) as Position
  for (const step of steps)
    if (!position.end) position = (advance(env, task, position, step) as Advance).position
  return position
}

const MOST_POSITIONS = 2_000

/** Whether some sequence of legal actions solves the task from here; null if there is too much to search. */
function canSolve(env: EnvDef, task: Task, from: Position): boolean | null {
  const outcomes = Object.entries(env.rewards).filter(([, { kind }]) => kind === 'outcome')
  const seen = new Set<string>()
  const open = from.end ? [] : [from.state]
  while (open.length > 0) {
    const state = open.pop()!
    for (const action of env.legalActions!(task, state)) {
      const { position, rewards } = advance(env, task, { state, steps: 0, end: null }, action) as Advance
      if (outcomes.some(([name]) => rewards[name] === 1)) return true
      const name = JSON.stringify(position.state)
      if (position.end || seen.has(name)) continue
      if (seen.size >= MOST_POSITIONS) return null
      seen.add(name)
      open.push(position.state)
    }
  }
  return false
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

function shown(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Math.round(value * 1000) / 1000)
}
