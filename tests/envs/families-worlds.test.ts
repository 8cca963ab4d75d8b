/**
 * @file The families of counting, matrices, calculus, sequences, geometry and word problems: their lines and answers, each
 * answer against a way of finding it that shares nothing with the family's.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Task } from '../../envs/env.ts'
import { SPLITS } from '../../envs/env.ts'
import { corruptLine } from '../../envs/math/derivation.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import type { World } from './world.ts'
import { WORLDS } from './worlds.ts'

const START = { lines: [], reached: 0, answered: null }
const TASKS = 100
/** Answers that need no thought. */
const SMALL = ['0', '1', '2', '3', '4', '5', '6', '8', '10', '12', '-1', '1/2', '(0, 0)', 'y = x']

for (const world of WORLDS) {
  const { env } = world
  const test = suite(env.id)

  test('every line of a solution is true by evaluation, and the answer is accepted', () => {
    for (const { lines, answer, task } of solutions(world, TASKS)) {
      assert.ok(lines.length > 0 && new Set(lines).size === lines.length, `${lines.join(' | ')}`)
      for (const line of lines) assert.is(evaluated(world, task, line), true, line)
      assert.is(env.verifyStep!(task, START, answer), true, answer)
    }
  })

  test('a changed number makes a line false, and no line before it', () => {
    const rng = rngAt('corrupted', env.id)
    const tasks = [...solutions(world, 200 / env.tasks.levels.length + 1)]
    for (let i = 0; i < 200; i++) {
      const { lines, answer, task } = rng.pick(tasks)
      const at = rng.int(0, lines.length)
      const plan = [...lines, answer]
      const wrong = corruptLine(plan[at]!, rng)
      assert.ok(wrong !== null || at === lines.length, `${plan[at]!} has no number`)
      if (wrong === null) continue
      const verdicts = plan.with(at, wrong).map(line => evaluated(world, task, line))
      assert.is(verdicts.indexOf(false), at, `${wrong} of ${plan.join(' | ')}`)
    }
  })

  test('the typical mistake is a wrong answer', () => {
    for (const { task } of solutions(world, 20)) {
      const wrong = env.solve!(task, { slip: 1, rng: rngAt('slip', task.index) }).at(-1)!
      assert.is(env.verifyStep!(task, START, wrong), false, wrong)
    }
  })

  test('the answer is that of a search, a count or a check that shares nothing with the solution', () => {
    for (const { task, answer } of solutions(world, 40)) {
      const given = answer.slice('answer: '.length)
      const verdict = world.check(task.params, given, asked(world, task))
      assert.ok(verdict, `${asked(world, task)} ${answer}`)
    }
  })

  test('lines that somebody else would write are judged by what they say', () => {
    const { params, question, truths, lies, remark } = world.specimen
    const task: Task = { env: env.id, split: 'train', index: 0, level: 1, params }
    assert.is(env.observe(task, START).question, question)
    for (const line of truths) assert.is(env.verifyStep!(task, START, line), true, line)
    for (const line of lies) assert.is(env.verifyStep!(task, START, line), false, line)
    assert.is(env.verifyStep!(task, START, remark ?? 'let us see'), null)
  })

  test('no constant answer is right for a fifth of the tasks', () => {
    for (const { level } of env.tasks.levels) {
      const golds = [...solutions(world, 200, [level])]
      const counts = new Map<string, number>()
      for (const { answer } of golds) counts.set(answer, (counts.get(answer) ?? 0) + 1)
      const frequent = [...counts]
        .toSorted((a, b) => b[1] - a[1])
        .slice(0, 3)
        .map(([answer]) => answer)
      for (const guess of [...frequent, ...SMALL.map(small => `answer: ${small}`)]) {
        const right = golds.filter(({ task }) => env.verifyStep!(task, START, guess)).length
        assert.ok(
          right < 0.2 * golds.length,
          `level ${level}: "${guess}" is right for ${right} of ${golds.length}`,
        )
      }
    }
  })

  test('splits can be filled, and most of the hardest tasks differ', () => {
    const hardest = env.tasks.levels.at(-1)!.level
    const questions = Array.from({ length: 400 }, (_, index) =>
      asked(world, taskAt(env, { split: 'train', index, level: hardest })),
    )
    assert.ok(new Set(questions).size >= 0.9 * questions.length, `${new Set(questions).size} of 400 differ`)
    for (const split of SPLITS)
      for (const { level } of env.tasks.levels)
        for (let index = 0; index < 20; index++) taskAt(env, { split, index, level })
  })

  test.run()
}

function* solutions({ env }: World, count: number, levels = env.tasks.levels.map(({ level }) => level)) {
  for (const level of levels)
    for (let index = 0; index < count; index++) {
      const task = taskAt(env, { split: 'train', index, level })
      const plan = env.solve!(task)
      yield { task, lines: plan.slice(0, -1), answer: plan.at(-1)! }
    }
}

/** The verdict on a line that is no longer word for word one of the reference solution. */
function evaluated({ env }: World, task: Task, line: string): boolean | null {
  return env.verifyStep!(task, START, line.startsWith('answer:') ? line : `${line} and 1 = 1`)
}

/** The question without what does not matter. */
function asked({ env }: World, task: Task): string {
  const params = task.params as object
  const bare = 'distractors' in params ? { ...params, distractors: [] } : params
  return env.observe({ ...task, params: bare as Task['params'] }, START).question
}
