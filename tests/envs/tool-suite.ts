/** @file The laws of a tool environment, as one suite that several tables of environments run. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Position } from '../../envs/dynamics.ts'
import { advance, begin, positionHash } from '../../envs/dynamics.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import { maxReturn, SPLITS } from '../../envs/env.ts'
import { Gym } from '../../envs/gym.ts'
import type { Json } from '../../envs/json.ts'
import { hashJson } from '../../envs/json.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { Call } from '../../envs/tools/call-form.ts'
import type { Subject } from './office-subjects.ts'
import { HUGE } from './office-subjects.ts'

/** What an MCP server knows is all in the calls that it heard. */
const worldOf = (state: Json): Json => (state as { world?: Json }).world ?? (state as { calls: Json }).calls
type Played = { outcome: number | null; total: number; last: Position; refused: number }

const PER_SPLIT = 2

/** Registers and runs the suite of these environments. */
export function toolSuite(name: string, subjects: readonly Subject[]): void {
  const test = suite(name)

  for (const subject of subjects) {
    const { env } = subject

    test(`${env.id}: the solver earns all there is`, async () => {
      for (const { level } of env.tasks.levels)
        for (const split of SPLITS)
          for (let index = 0; index < 20; index++) {
            const task = taskAt(env, { split, level, index })
            const { total, refused } = await play(env, task, solution(env, task))
            near(total, maxReturn(env), where(task))
            assert.is(refused, 0, `${where(task)}: the solver is refused nothing`)
          }
    })

    test(`${env.id}: less than all of it is worth nothing`, () =>
      everyTask(env, async task => {
        const calls = solution(env, task)
        const finish = calls.at(-1)!
        const without = (lost: (call: Call, at: number) => boolean) =>
          calls.filter((call, at) => !lost(call, at))
        const all = calls.flatMap((call, at) =>
          call !== finish && subject.needed(call, at, calls) ? [at] : [],
        )
        const needed = rngAt('needed', task.level, task.index).shuffle(all).slice(0, 4)
        const lacking = [
          [finish],
          without((call, at) => call !== finish && subject.needed(call, at, calls)),
          ...needed.map(at => calls.toSpliced(at, 1)),
        ]
        assert.ok(lacking.length > 2, `${where(task)}: a call is needed`)
        for (const plan of lacking) {
          const { outcome, total } = await play(env, task, plan)
          assert.is(outcome, 0, `${where(task)}: ${JSON.stringify(plan)}`)
          assert.ok(total < maxReturn(env) - 0.9)
        }
      }))

    test(`${env.id}: one harmful call more spoils it`, () =>
      everyTask(env, async task => {
        const calls = solution(env, task)
        const end = subject.closes ? -2 : -1
        const { last } = await play(env, task, calls.slice(0, end))
        const harm = subject.harm(worldOf(last.state))
        assert.ok(harm.length > 0)
        const { outcome, refused } = await play(env, task, [
          ...calls.slice(0, end),
          ...harm,
          ...calls.slice(end),
        ])
        assert.is(refused, 0, `${where(task)}: the harm is carried out`)
        assert.is(outcome, 0, where(task))
      }))

    test(`${env.id}: independent writes in another order earn the same`, async () => {
      let swapped = 0
      await everyTask(env, async task => {
        const calls = solution(env, task)
        for (let at = 0; at + 2 < calls.length; at++) {
          const [a, b] = [calls[at]!, calls[at + 1]!]
          if (!subject.commute(a, b)) continue
          swapped++
          const { total } = await play(env, task, calls.with(at, b).with(at + 1, a))
          near(total, maxReturn(env), `${where(task)}: swapped at ${at}`)
        }
      })
      assert.ok(swapped > 10, `only ${swapped} swaps`)
    })

    test(`${env.id}: reading anywhere changes nothing`, () =>
      everyTask(env, async task => {
        const calls = solution(env, task)
        const rng = rngAt('reads', task.level, task.index)
        const plan = calls.flatMap(call =>
          rng.float() < 0.3 ? [rng.pick(subject.reads(task.params)), call] : [call],
        )
        const { total } = await play(env, task, plan.length > env.maxSteps ? calls : plan)
        near(total, maxReturn(env), where(task))
      }))

    test(`${env.id}: going in circles earns nothing`, () =>
      everyTask(env, async task => {
        const rng = rngAt('circles', task.level, task.index, task.split)
        let position = await begin(env, task)
        const least = new Map<string, number>()
        for (let step = 0, sum = 0; step < 25 && !position.end; step++) {
          const legal = (env.legalActions!(task, position.state) as Call[]).filter(
            ({ tool }) => tool !== 'finish',
          )
          const key = hashJson(worldOf(position.state))
          assert.ok(sum - (least.get(key) ?? Infinity) < 1e-9, `${where(task)}: a circle earns`)
          least.set(key, Math.min(sum, least.get(key) ?? Infinity))
          const taken = await advance(env, task, position, rng.pick(legal))
          assert.is(taken.rewards['invalid'], 0, `${where(task)}: a suggested call is refused`)
          sum += taken.reward
          position = taken.position
          assert.ok(JSON.stringify(env.observe(task, position.state)).length < 40_000, 'replies are bounded')
        }
      }))

    test(`${env.id}: what is refused changes nothing, and hostile calls are contained`, () =>
      everyTask(
        env,
        async task => {
          const half = solution(env, task).slice(0, 3)
          const { last } = await play(env, task, half)
          if (last.end) return
          for (const [at, call] of [
            ...subject.hostile,
            { tool: 'nothing', args: {} },
            null,
            HUGE,
          ].entries()) {
            const began = performance.now()
            const { position, rewards } = await advance(env, task, last, call)
            assert.ok(performance.now() - began < 2000, 'in time')
            assert.is(rewards['invalid'], -1, `refuses hostile call ${at}`)
            assert.equal(worldOf(position.state), worldOf(last.state))
            assert.ok(
              JSON.stringify(position).length < JSON.stringify(last).length + 5000,
              'errors are short',
            )
          }
        },
        2,
      ))

    test(`${env.id}: the hidden reference is not shown`, () =>
      everyTask(env, async task => {
        const shown = JSON.stringify(env.observe(task, (await begin(env, task)).state)).replaceAll('\\', '')
        for (const secret of subject.secrets(task.params))
          assert.not.ok(shown.includes(secret.replaceAll('\\', '')), `${where(task)} shows ${secret}`)
      }))

    test(`${env.id}: the solution of another task earns next to nothing`, async () => {
      for (const { level } of env.tasks.levels) {
        let sum = 0
        const blind = solution(env, taskAt(env, { split: 'train', level, index: 0 }))
        for (let index = 0; index < 20; index++)
          sum += (await play(env, taskAt(env, { split: 'test', level, index }), blind)).outcome! / 20
        assert.ok(sum < 0.2, `level ${level}: ${sum}`)
      }
    })

    test(`${env.id}: no way back is said only where there is none`, () =>
      everyTask(env, async task => {
        const calls = solution(env, task)
        let position = await begin(env, task)
        for (const [at, call] of calls.entries()) {
          assert.is.not(
            env.stepLabel!(task, position.state, calls.length - at),
            false,
            `${where(task)} at ${at}`,
          )
          position = (await advance(env, task, position, call)).position
        }
      }))

    test(`${env.id}: a snapshot restored elsewhere goes on alike`, async () => {
      const { level } = env.tasks.levels.at(-1)!
      const [gym, twin] = [new Gym(env), new Gym(env)]
      await gym.reset({ split: 'test', level, index: 3 })
      const calls = solution(env, taskAt(env, { split: 'test', level, index: 3 }))
      for (const [at, call] of calls.entries()) {
        if (at === Math.floor(calls.length / 2))
          twin.restore(JSON.parse(JSON.stringify(gym.snapshot())) as never)
        const { info, ...step } = await gym.step(call)
        if (at < Math.floor(calls.length / 2)) continue
        const { info: elsewhere, ...again } = await twin.step(call)
        assert.equal([again, elsewhere], [step, info])
      }
    })

    test(`${env.id}: no task is in two splits, and most differ`, () => {
      const owner = new Map<string, string>()
      for (const { level } of env.tasks.levels)
        for (const split of SPLITS) {
          const names = new Set<string>()
          for (let index = 0; index < 40; index++) {
            const name = hashJson(env.tasks.at(split, index, level))
            assert.is(owner.get(name) ?? split, split)
            owner.set(name, split)
            names.add(name)
          }
          assert.ok(names.size > 38, `level ${level}: ${names.size} of 40 differ`)
        }
    })
  }

  test('another process comes to the same hashes', async () => {
    const ids = subjects.map(({ env }) => env.id)
    const [suiteFile, table] = ['tool-suite.ts', 'office-subjects.ts'].map(
      file => new URL(file, import.meta.url).href,
    )
    const script = `Promise.all([import(${JSON.stringify(suiteFile)}), import(${JSON.stringify(table)})])
    .then(([{ hashes }, { SUBJECTS }]) => hashes(SUBJECTS.filter(({ env }) => ${JSON.stringify(ids)}.includes(env.id))))
    .then(found => console.log('hashes ' + found))`
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        encoding: 'utf8',
        timeout: 60_000,
      },
    )
    assert.is(/hashes (.*)/.exec(stdout)?.[1], await hashes(subjects), stderr)
  })

  test.run()
}

/** Position hashes along the solution of a few tasks of each environment, for another process to compare. */
export async function hashes(subjects: readonly Subject[]): Promise<string> {
  const found: Json[] = []
  for (const { env } of subjects)
    for (const { level } of env.tasks.levels) {
      const task = taskAt(env, { split: 'validation', level, index: 5 })
      let position = await begin(env, task)
      for (const call of solution(env, task)) {
        position = (await advance(env, task, position, call)).position
        found.push(positionHash(task, position))
      }
    }
  return hashJson(found)
}

async function everyTask(
  env: EnvDef,
  law: (task: Task) => Promise<void>,
  perSplit = PER_SPLIT,
): Promise<void> {
  for (const { level } of env.tasks.levels)
    for (const split of SPLITS)
      for (let index = 0; index < perSplit; index++) await law(taskAt(env, { split, level, index }))
}

function solution(env: EnvDef, task: Task): Call[] {
  return env.solve!(task) as Call[]
}

async function play(env: EnvDef, task: Task, calls: readonly unknown[]): Promise<Played> {
  let position = await begin(env, task)
  const played: Played = { outcome: null, total: 0, last: position, refused: 0 }
  for (const call of calls) {
    if (position.end) break
    const taken = await advance(env, task, position, call)
    position = taken.position
    played.outcome = taken.rewards['correct'] ?? null
    played.refused += Number(taken.rewards['invalid'] !== 0)
    played.total += taken.reward
  }
  return { ...played, last: position }
}

function where({ env, split, level, index }: Task): string {
  return `${env} ${split} level ${level} task ${index}`
}

function near(got: number, expected: number, what: string): void {
  assert.ok(Math.abs(got - expected) < 1e-9, `${what}: expected ${expected}, got ${got}`)
}
