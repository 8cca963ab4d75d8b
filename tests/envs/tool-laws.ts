/** @file The laws of an environment with a world and tools, for the tests of single environments to register. */
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Position } from '../../envs/dynamics.ts'
import { advance, begin, positionHash } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import { maxReturn, SPLITS } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { hashJson } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { Call } from '../../envs/tools/call-form.ts'

export interface Subject {
  env: EnvDef
  /** Tools that change the world. */
  writes: readonly string[]
  /** Other plans that are as right as the solution. */
  alternatives(task: Task, solution: Call[]): Call[][]
  /** Calls that spoil a world in which everything is carried out, or a wrong end in its place. */
  harm(task: Task, world: Json): Call[]
  reads(task: Task): Call[]
  /** Calls that are refused. */
  hostile: readonly unknown[]
  /** Texts that only the hidden reference holds. */
  secrets(task: Task): string[]
}

type State = { world: Json; result: Json }
type Played = { outcome: number | null; total: number; refused: number; last: Position }

/** `solved`: tasks of every level and split that the solver has to win. */
export function registerLaws(
  test: Test,
  { env, writes, alternatives, harm, reads, hostile, secrets }: Subject,
  solved: number,
): void {
  const isWrite = ({ tool }: Call): boolean => writes.includes(tool)

  test(`${env.id}: the solver earns all there is and is refused nothing`, () =>
    everyTask(env, solved, async task => {
      const { total, refused } = await play(env, task, solutionOf(env, task))
      near(total, maxReturn(env), where(task))
      assert.is(refused, 0, where(task))
    }))

  test(`${env.id}: nothing, reading, or all but one write is worth nothing`, () =>
    everyTask(env, 1, async task => {
      const calls = solutionOf(env, task)
      const needed = calls.filter(isWrite)
      assert.is(needed.length > 0, writes.length > 0, `${where(task)} needs a write`)
      const end = writes.length > 0 ? [calls.at(-1)!] : []
      const lacking = [end, [...calls.slice(0, -1).filter(call => !isWrite(call)), ...end]]
      for (const call of needed) lacking.push(calls.filter(other => other !== call))
      for (const plan of lacking) {
        const { outcome, total } = await play(env, task, plan)
        assert.is.not(outcome, 1, `${where(task)}: ${JSON.stringify(plan)}`)
        assert.ok(total < 0.2, `${where(task)} pays ${total}`)
      }
    }))

  test(`${env.id}: harm spoils it`, () =>
    everyTask(env, 1, async task => {
      const calls = solutionOf(env, task)
      const { last } = await play(env, task, calls.slice(0, -1))
      const spoilt = await play(env, task, [
        ...calls.slice(0, -1),
        ...harm(task, (last.state as State).world),
        calls.at(-1)!,
      ])
      assert.is(spoilt.refused, 0, `${where(task)}: the harm is carried out`)
      assert.is(spoilt.outcome, 0, where(task))
    }))

  test(`${env.id}: other right ways earn the same`, async () => {
    let count = 0
    await everyTask(env, 1, async task => {
      for (const plan of alternatives(task, solutionOf(env, task))) {
        count++
        near((await play(env, task, plan)).total, maxReturn(env), `${where(task)}: ${JSON.stringify(plan)}`)
      }
    })
    assert.ok(count > 10, `only ${count} other ways`)
  })

  test(`${env.id}: reading changes nothing and earns nothing`, () =>
    everyTask(env, 1, async task => {
      const looks = reads(task)
      const calls = solutionOf(env, task).flatMap((call, i) => [looks[i % looks.length]!, call])
      if (calls.length <= env.maxSteps)
        near((await play(env, task, calls)).total, maxReturn(env), where(task))
      const { total, last, refused } = await play(env, task, looks)
      assert.is(refused, 0)
      near(total, 0, where(task))
      assert.equal((last.state as State).world, ((await begin(env, task)).state as State).world)
    }))

  test(`${env.id}: suggestions are never refused, circles earn nothing, replies are bounded`, () =>
    everyTask(env, 1, async task => {
      const rng = rngAt('circles', task.level, task.split)
      let position = await begin(env, task)
      const least = new Map<string, number>()
      for (let step = 0, sum = 0; step < env.maxSteps - 1; step++) {
        const key = hashJson((position.state as State).world)
        least.set(key, Math.min(sum, least.get(key) ?? Infinity))
        assert.ok(sum - least.get(key)! < 1e-9, `${where(task)}: a circle earns`)
        const calls = (env.legalActions!(task, position.state) as Call[]).filter(
          ({ tool }) => tool !== 'finish',
        )
        const taken = await advance(env, task, position, rng.pick(calls))
        assert.is(
          taken.rewards['invalid'],
          0,
          `${where(task)}: refused ${JSON.stringify(taken.position.state)}`,
        )
        assert.ok(JSON.stringify((taken.position.state as State).result).length < 25_000)
        sum += taken.reward
        position = taken.position
      }
    }))

  test(`${env.id}: hostile calls are refused in time and change nothing`, () =>
    everyTask(env, 1, async task => {
      if (task.level !== 2 || task.split !== 'test') return
      const { last } = await play(env, task, solutionOf(env, task).slice(0, 2))
      for (const call of [...hostile, { tool: 'nothing', args: {} }, null, 'x'.repeat(1e6)]) {
        const began = performance.now()
        const { position, rewards } = await advance(env, task, last, call)
        assert.ok(performance.now() - began < 10_000, `${JSON.stringify(call)} took too long`)
        assert.is(rewards['invalid'], -1, `refuses ${JSON.stringify(call)?.slice(0, 200)}`)
        assert.equal((position.state as State).world, (last.state as State).world)
        assert.ok(JSON.stringify((position.state as State).result).length < 1000, 'errors are short')
      }
    }))

  test(`${env.id}: the hidden reference is not shown`, () =>
    everyTask(env, 10, async task => {
      const shown = JSON.stringify(env.observe(task, (await begin(env, task)).state))
      for (const secret of secrets(task))
        assert.not.ok(shown.includes(secret), `${where(task)} shows ${secret}`)
    }))

  test(`${env.id}: the solution of another task earns next to nothing`, async () => {
    for (const { level } of env.tasks.levels) {
      const blind = solutionOf(env, taskAt(env, { split: 'train', level, index: 0 }))
      const tasks = Array.from({ length: 15 }, (_, index) => taskAt(env, { split: 'test', level, index }))
      const played = await Promise.all(tasks.map(task => play(env, task, blind)))
      const mean = played.reduce((sum, { outcome }) => sum + outcome!, 0) / tasks.length
      assert.ok(mean < 0.2, `level ${level}: ${mean}`)
    }
  })

  test(`${env.id}: a position taken through JSON goes on alike`, () =>
    everyTask(env, 1, async task => {
      const calls = solutionOf(env, task)
      const half = await play(env, task, calls.slice(0, Math.ceil(calls.length / 2)))
      const copy = JSON.parse(JSON.stringify(half.last)) as Position
      for (const position of [copy, half.last]) {
        const { last, outcome } = await play(env, task, calls.slice(Math.ceil(calls.length / 2)), position)
        assert.is(outcome, 1)
        assert.is(positionHash(task, last), positionHash(task, (await play(env, task, calls)).last))
      }
    }))
}

/** Position hashes along solutions, for another process to compare. */
export async function courseHash(envs: readonly EnvDef[]): Promise<string> {
  const found: Json[] = []
  for (const env of envs)
    for (const { level } of env.tasks.levels) {
      const task = taskAt(env, { split: 'validation', level, index: 5 })
      let position = await begin(env, task)
      for (const call of solutionOf(env, task)) {
        position = (await advance(env, task, position, call)).position
        found.push(positionHash(task, position))
      }
    }
  return hashJson(found)
}

export function solutionOf(env: EnvDef, task: Task): Call[] {
  return env.solve!(task) as Call[]
}

export async function play(
  env: EnvDef,
  task: Task,
  calls: readonly unknown[],
  from?: Position,
): Promise<Played> {
  const played: Played = { outcome: null, total: 0, refused: 0, last: from ?? (await begin(env, task)) }
  for (const call of calls) {
    if (played.last.end) break
    const taken = await advance(env, task, played.last, call)
    played.last = taken.position
    played.outcome = taken.rewards['correct'] ?? null
    played.refused += Number(taken.rewards['invalid'] !== 0)
    played.total += taken.reward
  }
  return played
}

/** All tasks of one level at once: environments with threads are to stand it. */
async function everyTask(env: EnvDef, perSplit: number, law: (task: Task) => Promise<void>): Promise<void> {
  for (const { level } of env.tasks.levels) {
    const tasks = SPLITS.flatMap(split =>
      Array.from({ length: perSplit }, (_, index) => taskAt(env, { split, level, index })),
    )
    await Promise.all(tasks.map(law))
  }
}

function where({ split, level, index }: Task): string {
  return `${split} level ${level} task ${index}`
}

function near(got: number, expected: number, what: string): void {
  assert.ok(Math.abs(got - expected) < 1e-9, `${what}: expected ${expected}, got ${got}`)
}
