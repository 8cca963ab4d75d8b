/**
 * @file The laws of every environment, as one suite that each of them runs.
 *
 * Episodes are played with random legal actions, random actions that fit the schema, and garbage. A law that needs an
 * ended episode, a legal action or a false label fails if it never saw one.
 */
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Position } from '../../envs/dynamics.ts'
import { advance, begin, positionHash } from '../../envs/dynamics.ts'
import type { EnvDef, Rewards, Task } from '../../envs/env.ts'
import { isInvalid, maxReturn, SPLITS } from '../../envs/env.ts'
import { EpisodeOverError } from '../../envs/errors.ts'
import { atGranularity, splitSteps } from '../../envs/granularity.ts'
import { Gym } from '../../envs/gym.ts'
import type { Json } from '../../envs/json.ts'
import { canonicalJson } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import { recordEpisode, replay } from '../../envs/trajectory.ts'

export interface EnvCase {
  env: EnvDef
  /** Random actions that fit the action schema. */
  fitting: fc.Arbitrary<unknown>
  /** What makes two tasks the same task, worked out independently of the environment's own identity. */
  identity(params: Json): string
  /** Texts that only the hidden reference holds; none may be in what an agent is shown at the start. */
  secrets(params: Json): string[]
  /** Smallest share of distinct tasks among 200 of the hardest level and split. */
  distinct: number
  /** Deepest brute-force continuation from a position labelled false; 0 with a reason where the label cannot be false before the end. */
  labelDepth: number
  /** A level where an episode can go wrong before it ends. */
  labelLevel: number
  /** From this many steps left on, legal actions suffice to do what can be done: search must confirm true labels as well. */
  completeFrom: number
  /** Tasks per level that the solver plays; 200 where absent. Fewer where a step takes milliseconds. */
  solved?: number
  /** Episodes per law; 25 where absent. */
  runs?: number
  /** The environment does not decide before the end whether the goal can still be reached. */
  undecided?: true
}

type Choice = { kind: 'legal'; pick: number } | { kind: 'raw'; action: unknown }
type Played = { task: Task; positions: Position[]; rewards: Rewards[]; actions: unknown[]; total: number }

const RUNS = 25
const TASKS = 200

/** Registers and runs the suite of one environment. */
export function environmentSuite(subject: EnvCase): void {
  const { env, fitting, solved = TASKS, runs: standard = RUNS } = subject
  const test = suite(`contract of ${env.id}`)
  const tasks = taskTable(env)
  const choice: fc.Arbitrary<Choice> = fc.oneof(
    { weight: 4, arbitrary: fc.nat().map((pick): Choice => ({ kind: 'legal', pick })) },
    { weight: 2, arbitrary: fitting.map((action): Choice => ({ kind: 'raw', action })) },
    { weight: 1, arbitrary: fc.anything().map((action): Choice => ({ kind: 'raw', action })) },
  )
  const script = fc.array(choice, { minLength: 1, maxLength: env.maxSteps })
  const coordinates = fc.record({
    split: fc.constantFrom(...SPLITS),
    index: fc.nat(TASKS - 1),
    level: fc.constantFrom(...env.tasks.levels.map(({ level }) => level)),
  })
  const holds = (law: (task: Task, choices: Choice[]) => Promise<void>, runs = standard): Promise<void> =>
    fc.assert(
      fc.asyncProperty(coordinates, script, (at, choices) => law(frozen(tasks(at)), choices)),
      { numRuns: Math.min(runs, standard) },
    )

  test('same coordinates, same bytes', () =>
    holds(async (task, choices) => {
      assert.equal(taskAt(env, task), task)
      assert.is(
        JSON.stringify(await play(env, task, choices)),
        JSON.stringify(await play(env, task, choices)),
      )
    }))

  test('no task of one split is a task of another, and most tasks differ', () => {
    const owner = new Map<string, string>()
    let least = 1
    for (const { level } of env.tasks.levels)
      for (const split of SPLITS) {
        const names = new Set<string>()
        for (let index = 0; index < TASKS; index++) {
          const name = subject.identity(tasks({ split, index, level }).params)
          names.add(name)
          assert.is(owner.get(name) ?? split, split, `level ${level}: ${name} is in two splits`)
          owner.set(name, split)
        }
        if (level === env.tasks.levels.at(-1)!.level) least = Math.min(least, names.size / TASKS)
      }
    assert.ok(least >= subject.distinct, `only ${least} of the hardest tasks are distinct`)
  })

  test('the position hash names the position', () =>
    holds(async (task, choices) => {
      const scripts = [choices, choices.toReversed()]
      const positions = (await Promise.all(scripts.map(script => play(env, task, script)))).flatMap(
        played => played.positions,
      )
      for (const a of positions)
        for (const b of positions)
          assert.is(positionHash(task, a) === positionHash(task, b), named(a) === named(b))
    }))

  test('an episode ends once, in one way, and rewards keep their bounds', async () => {
    let ended = 0
    await holds(async (task, choices) => {
      const { positions, rewards } = await play(env, task, [...choices, ...lastLegal(env.maxSteps)])
      const last = positions.at(-1)!
      assert.ok(last.end, 'the step limit ends every episode')
      assert.ok(last.end.kind === 'terminated' || last.steps === env.maxSteps)
      assert.ok(positions.slice(0, -1).every(({ end }) => end === null))
      ended++
      await overAndOut(env, task, last)
      boundsHold(env, rewards)
    })
    assert.is(ended, standard)
  })

  test('a snapshot restored elsewhere has the same future, and a clone goes its own way', () =>
    holds(async (task, choices) => {
      const gym = new Gym(env)
      await gym.reset(task)
      const half = Math.floor(choices.length / 2)
      await drive(gym, task, choices.slice(0, half))
      const before = gym.stateHash()
      const twin = gym.clone()
      const restored = new Gym(env)
      restored.restore(JSON.parse(JSON.stringify(gym.snapshot())))
      const future = await drive(twin, task, choices.slice(half))
      assert.is(gym.stateHash(), before, 'the clone must not move its origin')
      assert.is(await drive(restored, task, choices.slice(half)), future)
      assert.is(await drive(gym, task, choices.slice(half)), future)
    }, 15))

  test('what is rendered is read back, and no reply makes the parser throw', async () => {
    const readBack = (action: unknown): void => {
      const text = env.text.render(action as Json)
      assert.equal(env.text.parse(text), action)
      assert.ok(text.endsWith(env.text.stepEnd), 'a step ends with its mark')
      assert.is(splitSteps(env, text).length, 1, 'an action is one step of text')
    }
    for (const { level } of env.tasks.levels) {
      const task = tasks({ split: 'train', index: 0, level })
      const actions = [...env.solve!(task), ...env.legalActions!(task, (await begin(env, task)).state)]
      assert.ok(actions.length > 1)
      actions.forEach(readBack)
    }
    fc.assert(
      fc.property(
        fitting.filter(action => env.action.safeParse(action).success),
        readBack,
      ),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), reply => {
        const action = env.text.parse(reply)
        assert.ok(isInvalid(action) || env.action.safeParse(action).success)
      }),
    )
  })

  test('the hidden reference is not shown', () =>
    holds(async task => {
      const observation = env.observe(task, (await begin(env, task)).state)
      assert.ok(env.observation.safeParse(observation).success)
      const shown = JSON.stringify([observation, env.text.prompt(observation)]).replaceAll('\\', '')
      for (const secret of subject.secrets(task.params))
        assert.not.ok(shown.includes(secret.replaceAll('\\', '')), `shows ${secret}`)
    }))

  test('legal actions are sound: they fit the schema and are never penalised', () =>
    holds(async (task, choices) => {
      const legalOnly = choices.filter(({ kind }) => kind === 'legal')
      const { rewards, actions } = await play(env, task, legalOnly)
      assert.ok(actions.every(action => env.action.safeParse(action).success))
      for (const [name, term] of Object.entries(env.rewards))
        if (term.kind === 'penalty')
          assert.ok(
            rewards.every(row => (row[name] ?? 0) === 0),
            `${name} was charged`,
          )
    }))

  test('the same text has the same return at every granularity', () =>
    holds(async (task, choices) => {
      const style = { slip: 0.5, rng: rngAt('slips', task.index, choices.length) }
      const text = choices.length % 2 ? '?' + env.text.stepEnd : ''
      const completion =
        text +
        env.solve!(task, style)
          .map(action => env.text.render(action))
          .join('')
      const [whole, stepwise, tokenwise] = await Promise.all([
        returnOf(atGranularity(env, 'solution'), task, [completion]),
        returnOf(atGranularity(env, 'step'), task, splitSteps(env, completion)),
        returnOf(atGranularity(env, 'token'), task, [...completion.split(''), '']),
      ])
      near(stepwise, whole, 'step')
      near(tokenwise, whole, 'token')
    }, 15))

  test(`the solver earns all there is on ${solved} tasks of every level, and never leaves the way`, async () => {
    for (const { level } of env.tasks.levels)
      for (let index = 0; index < solved; index++)
        await solverWins(subject, tasks({ split: SPLITS[index % SPLITS.length]!, index, level }))
  })

  test('constant, random and senseless play earns less', async () => {
    const top = maxReturn(env)
    const means = { first: 0, last: 0, random: 0, senseless: 0 }
    const played = Math.min(30, solved)
    for (let index = 0; index < played; index++) {
      const task = tasks({ split: 'test', index, level: env.tasks.levels.at(-1)!.level })
      const rng = rngAt('senseless', index)
      const repeat = (make: () => Choice): Choice[] => Array.from({ length: env.maxSteps }, make)
      const scripts = {
        first: repeat(() => ({ kind: 'legal', pick: 0 })),
        last: repeat(() => ({ kind: 'legal', pick: -1 })),
        random: repeat(() => ({ kind: 'legal', pick: rng.int(0, 1e6) })),
        senseless: repeat(() => ({ kind: 'raw', action: '' })),
      }
      for (const [name, choices] of Object.entries(scripts) as [keyof typeof means, Choice[]][])
        means[name] += (await play(env, task, choices)).total / played
    }
    for (const [name, mean] of Object.entries(means))
      assert.ok(mean < top - 0.2, `${name}: ${mean} of ${top}`)
  })

  test('a record replays, and any tampering is found', async () => {
    const task = tasks({ split: 'train', index: 1, level: env.tasks.levels.at(-1)!.level })
    // With a single step, nonsense would be all of the record, and other nonsense in its place no tampering.
    const plan = [...(env.maxSteps > 1 ? ['nonsense' as Json] : []), ...env.solve!(task)]
    const record = await recordEpisode(env, task, 'test', async (_, step) => ({ action: plan[step] ?? null }))
    const { verified, difference } = await replay(env, record)
    assert.ok(verified && difference === null, String(difference))
    const last = record.steps.length - 1
    const tampered = [
      record.steps.with(last, { ...record.steps[last]!, reward: 2 }),
      record.steps.with(0, { ...record.steps[0]!, stateHash: '0'.repeat(16) }),
      record.steps.with(last, { ...record.steps[last]!, action: 'nonsense' }),
      record.steps.slice(0, -1),
    ].map(steps => ({ ...record, steps }))
    for (const forged of [...tampered, { ...record, return: 9 }, { ...record, taskHash: 'f'.repeat(16) }]) {
      const verdict = await replay(env, forged)
      assert.is(verdict.verified, false)
      assert.ok(verdict.difference)
    }
  })

  if (subject.labelDepth > 0)
    test('no search finds a way where the label says that there is none', async () => {
      const seen = { true: 0, false: 0 }
      for (let index = 0; index < 12; index++) {
        const task = tasks({ split: 'test', index, level: subject.labelLevel })
        const { positions } = await play(env, task, [
          { kind: 'legal', pick: rngAt('label', index).int(0, 999) },
        ])
        for (const position of positions.filter(({ end }) => end === null)) {
          for (let left = 0; left <= Math.min(subject.labelDepth, env.maxSteps - position.steps); left++) {
            const label = env.stepLabel!(task, position.state, left)
            const found = await searchSolves(env, task, position, left)
            if (found) assert.ok(label, `a way was found from ${JSON.stringify(position.state)}`)
            if (left === 0 || left >= subject.completeFrom) assert.is(label, found)
            seen[`${found}`]++
          }
        }
      }
      assert.ok(
        seen.false > 0 && (seen.true > 0 || subject.completeFrom === Infinity),
        `saw ${JSON.stringify(seen)}`,
      )
    })

  test.run()
}

/** Tasks by coordinates, each drawn once. */
function taskTable(env: EnvDef): (at: Pick<Task, 'split' | 'index' | 'level'>) => Task {
  const known = new Map<string, Task>()
  return at => {
    const key = `${at.split} ${at.level} ${at.index}`
    const task = known.get(key) ?? taskAt(env, at)
    known.set(key, task)
    return task
  }
}

/** Key order aside: accounts opened in another order are the same accounts. */
function named(position: Position): string {
  return canonicalJson(position as unknown as Json)
}

/** Plays until the script or the episode ends. Everything handed to the environment is frozen: a change in place throws. */
async function play(env: EnvDef, task: Task, choices: readonly Choice[]): Promise<Played> {
  let position = frozen(await begin(env, task))
  const played: Played = { task, positions: [position], rewards: [], actions: [], total: 0 }
  for (const choice of choices) {
    if (position.end) break
    env.observe(task, position.state)
    const action = chosen(env, task, position, choice)
    const taken = await advance(env, task, position, action)
    position = frozen(taken.position)
    played.positions.push(position)
    played.rewards.push(taken.rewards)
    played.actions.push(action)
    played.total += taken.reward
  }
  return played
}

function chosen(env: EnvDef, task: Task, position: Position, choice: Choice): unknown {
  if (choice.kind === 'raw') return choice.action
  const legal = env.legalActions!(task, position.state)
  assert.ok(legal.length > 0, 'an open position has a legal action')
  return frozen(legal.at(choice.pick % legal.length)!)
}

function lastLegal(count: number): Choice[] {
  return Array.from({ length: count }, () => ({ kind: 'legal', pick: 0 }))
}

async function overAndOut(env: EnvDef, task: Task, position: Position): Promise<void> {
  try {
    await advance(env, task, position, null)
  } catch (error) {
    return assert.instance(error, EpisodeOverError)
  }
  assert.unreachable('a step after the end must throw')
}

function boundsHold(env: EnvDef, rewards: readonly Rewards[]): void {
  for (const [name, { kind }] of Object.entries(env.rewards)) {
    const values = rewards.map(row => row[name] ?? null)
    const sum = values.reduce<number>((total, value) => total + (value ?? 0), 0)
    if (kind === 'outcome')
      assert.ok(
        values.slice(0, -1).every(value => value === null),
        `${name} before the end`,
      )
    if (kind === 'outcome') assert.ok(values.at(-1) === null || (sum >= 0 && sum <= 1), `${name} is ${sum}`)
    if (kind === 'process') assert.ok(sum <= 1 + 1e-9, `${name} sums to ${sum}`)
    if (kind === 'penalty')
      assert.ok(
        values.every(value => (value ?? 0) <= 0),
        `${name} is positive`,
      )
  }
}

/** The rest of an episode through the Gym face, as text. */
async function drive(gym: Gym, task: Task, choices: readonly Choice[]): Promise<string> {
  const steps: unknown[] = []
  for (const choice of choices) {
    const { position } = gym.snapshot()
    if (position.end) break
    const { info, ...step } = await gym.step(chosen(gym.env, task, position, choice))
    assert.not.ok(step.terminated && step.truncated)
    steps.push(step, info)
  }
  return JSON.stringify(steps)
}

async function returnOf<S>(
  env: EnvDef<Json, S, Json, string, Rewards[]>,
  task: Task,
  actions: readonly string[],
) {
  const outer = { ...task, env: env.id }
  let position = await begin(env, outer)
  let total = 0
  for (const action of actions) {
    if (position.end) break
    const taken = await advance(env, outer, position, action)
    position = taken.position
    total += taken.reward
  }
  return total
}

async function solverWins({ env, undecided }: EnvCase, task: Task): Promise<void> {
  const plan = env.solve!(task)
  const { total, positions } = await play(
    env,
    task,
    plan.map(action => ({ kind: 'raw', action })),
  )
  near(total, maxReturn(env), `${task.split} ${task.level} ${task.index}`)
  assert.is(positions.at(-1)!.end?.kind, 'terminated')
  for (const { state, steps, end } of positions) {
    const label = env.stepLabel!(task, state, plan.length - steps)
    assert.ok(label ?? (undecided && !end), `label ${label} at step ${steps} of ${JSON.stringify(task)}`)
  }
}

/** Depth-first search over legal actions for an episode whose outcome is 1. */
async function searchSolves(env: EnvDef, task: Task, position: Position, depth: number): Promise<boolean> {
  if (depth === 0 || position.end) return false
  for (const action of env.legalActions!(task, position.state)) {
    const taken = await advance(env, task, position, action)
    if (
      Object.entries(env.rewards).some(([name, { kind }]) => kind === 'outcome' && taken.rewards[name] === 1)
    )
      return true
    if (await searchSolves(env, task, taken.position, depth - 1)) return true
  }
  return false
}

function near(got: number, expected: number, what: string): void {
  assert.ok(Math.abs(got - expected) < 1e-9, `${what}: expected ${expected}, got ${got}`)
}

/** The value itself, frozen all the way down. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) frozen(inner)
  }
  return value
}
