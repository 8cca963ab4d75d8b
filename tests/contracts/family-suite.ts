/**
 * @file The laws of every family of worked problems, as one suite that each of them runs: true lines, answers that
 * another way confirms, corruption found where it is, no constant answer that pays, tasks that differ.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { EnvDef, Task } from '../../envs/env.ts'
import { SPLITS } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'
import { corruptLine } from '../../envs/math/derivation.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'

export interface FamilyCase {
  env: EnvDef
  /** Is this the answer? Worked out from the text of the question alone, by another way than the family's. */
  agrees(question: string, answer: string): boolean
  /** The same for questions that differ only in the order of what commutes. Default: the question. */
  name?(question: string): string
  /** A task with answers and lines that the family itself would not write. */
  params: Json
  right: string[]
  wrong: string[]
  true: string[]
  false: string[]
}

const COMMON = '0 1 2 3 4 5 6 7 8 9 10 12 20 24 50 100 -1 1/2'.split(' ')

/** Registers and runs the suite of one family. */
export function familySuite(subject: FamilyCase): void {
  const { env } = subject
  const test = suite(env.id)

  test('the work is true throughout, and its answer is right and agrees with another way to it', () =>
    forTasks(env, 100, task => {
      const written = env.solve!(task) as string[]
      for (const line of written) assert.is(verdict(env, task, line), true, line)
      const answer = written.at(-1)!.replace('answer: ', '')
      assert.ok(subject.agrees(questionOf(env, task), answer), `${questionOf(env, task)} ${answer}`)
      assert.is(new Set(written).size, written.length, 'no line comes twice')
    }))

  test('a changed number is found in the line where it is', () => {
    for (let i = 0; i < 200; i++) {
      const rng = rngAt('corruption', env.id, i)
      const task = taskOf(env, rng.int(1, env.tasks.levels.length), i)
      const written = env.solve!(task) as string[]
      const place = rng.int(0, written.length - 1)
      const changed = corruptLine(written[place]!, rng) ?? 'answer: unknown'
      const verdicts = written.with(place, changed).map(line => verdict(env, task, line))
      assert.is(verdicts.indexOf(false), place, `${written[place]} became ${changed}`)
    }
  })

  test('every line is evaluated, not only compared with the reference', () =>
    forTasks(env, 20, task => {
      for (const line of (env.solve!(task) as string[]).slice(0, -1))
        assert.is(verdict(env, task, `so: 0 + ${line}, 1 = 1`), true, line)
    }))

  test('lines and answers of another solver', () => {
    const task: Task = { env: env.id, split: 'train', index: 0, level: 1, params: subject.params }
    for (const answer of subject.right) assert.is(verdict(env, task, `answer: ${answer}`), true, answer)
    for (const answer of subject.wrong) assert.is(verdict(env, task, `answer: ${answer}`), false, answer)
    for (const line of subject.true) assert.is(verdict(env, task, line), true, line)
    for (const line of subject.false) assert.is(verdict(env, task, line), false, line)
  })

  test('a mistake is never right', () =>
    forTasks(env, 40, (task, index) => {
      const slipped = env.solve!(task, { slip: 1, rng: rngAt('slip', index) }) as string[]
      assert.is(verdict(env, task, slipped.at(-1)!), false, `${questionOf(env, task)} ${slipped.at(-1)}`)
    }))

  test('no constant answer earns a fifth', () => {
    for (const { level } of env.tasks.levels) {
      const tasks = Array.from({ length: 200 }, (_, index) => taskOf(env, level, index))
      const golds = tasks.map(task => (env.solve!(task) as string[]).at(-1)!)
      for (const answer of [...mostFrequent(golds, 5), ...COMMON.map(number => `answer: ${number}`)]) {
        const earned = tasks.filter(task => verdict(env, task, answer) === true).length / tasks.length
        assert.ok(earned < 0.2, `level ${level}: ${answer} earns ${earned}`)
      }
    }
  })

  test('the hardest tasks differ, every split can be filled, and no task is in two', () => {
    const owner = new Map<string, string>()
    for (const { level } of env.tasks.levels)
      for (const split of SPLITS) {
        const tasks = Array.from({ length: 400 }, (_, index) => taskAt(env, { split, index, level }))
        const names = new Set(tasks.map(task => (subject.name ?? String)(questionOf(env, task))))
        for (const name of names) {
          assert.is(owner.get(name) ?? split, split, `${name} is in two splits`)
          owner.set(name, split)
        }
        const hardest = level === env.tasks.levels.length
        assert.ok(names.size >= (hardest ? 360 : 100), `level ${level} ${split}: ${names.size} of 400`)
      }
  })

  test.run()
}

function taskOf(env: EnvDef, level: number, index: number): Task {
  return taskAt(env, { split: 'train', index, level })
}

function forTasks(env: EnvDef, count: number, check: (task: Task, index: number) => void): void {
  for (const { level } of env.tasks.levels)
    for (let index = 0; index < count; index++) check(taskOf(env, level, index), index)
}

function verdict(env: EnvDef, task: Task, written: string): boolean | null {
  return env.verifyStep!(task, env.start(task) as Json, written) as boolean | null
}

function questionOf(env: EnvDef, task: Task): string {
  return (env.observe(task, env.start(task) as Json) as { question: string }).question
}

function mostFrequent(answers: readonly string[], count: number): string[] {
  const times = new Map<string, number>()
  for (const answer of answers) times.set(answer, (times.get(answer) ?? 0) + 1)
  const ranked = [...times].toSorted(([, a], [, b]) => b - a)
  return ranked.slice(0, count).map(([answer]) => answer)
}
