/** @file Data sets that users bring: every spelling is read, a bad row is named, the rest loads, splits are by content. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SPLITS } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { Gym } from '../../envs/gym.ts'
import { mathDataset } from '../../envs/math/datasets.ts'
import { taskAt } from '../../envs/tasks.ts'

const test = suite('math data sets')
const dir = mkdtempSync(join(tmpdir(), 'ludus-data-'))
test.after(() => rmSync(dir, { recursive: true, force: true }))

const NAME = { id: 'math/mine-v1', title: 'My problems' }

function file(name: string, lines: readonly (string | object)[]): string {
  const path = join(dir, name)
  writeFileSync(path, lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  return path
}

async function answersOf(path: string): Promise<string[]> {
  const { env } = await mathDataset(path, NAME)
  const tasks = SPLITS.flatMap(split =>
    env.tasks.levels.flatMap(({ level }) =>
      Array.from({ length: env.tasks.size!(split, level) }, (_, index) =>
        taskAt(env, { split, level, index }),
      ),
    ),
  )
  return tasks.map(({ params }) => params.answer).sort()
}

test('the usual spellings are read', async () => {
  const path = file('spellings.jsonl', [
    { question: 'A has 3 apples and buys 4. How many?', answer: '3 + 4 = <<3+4=7>>7\n#### 7' },
    {
      problem: 'Half of one?',
      solution: 'It is $\\boxed{\\frac{1}{2}}$.',
      level: 'Level 2',
      type: 'Algebra',
    },
    {
      problem: 'A set?',
      solution: 'long '.repeat(200) + '\\boxed{\\{1, 2\\}}',
      answer: '\\{1,2\\}',
      level: 2,
    },
    { Problem: 'AIME like', Answer: 73, ID: '2024-I-1' },
  ])
  assert.equal(await answersOf(path), ['7', '73', '\\frac{1}{2}', '\\{1,2\\}'].sort())
})

test('CSV with quotes, line breaks and a byte order mark', async () => {
  const path = file('aime.csv', [
    '\ufeffID,Year,Question,Answer',
    '1,1983,"Two lines,\nand a ""quote""",60',
    '2,1983,Plain,008',
  ])
  const { env } = await mathDataset(path, NAME)
  assert.equal(await answersOf(path), ['008', '60'])
  assert.is(env.tasks.levels.length, 1)
})

test('a bad row is named with its file, line and field, and the rest loads', async () => {
  const path = file('bad.jsonl', [
    { question: 'Fine?', answer: '1' },
    '{"question": "cut off',
    { question: 'No answer' },
    { question: '', answer: '2' },
    '[1, 2]',
    '',
    { question: 'Also fine?', answer: '2' },
    { question: 'A text without a mark', answer: 'word '.repeat(100) },
  ])
  const { rows, problems } = await mathDataset(path, NAME)
  assert.is(rows, 2)
  assert.equal(
    problems.map(({ file: name, line, field }) => [name === path, line, field]),
    [
      [true, 2, 'row'],
      [true, 3, 'answer'],
      [true, 4, 'question'],
      [true, 5, 'row'],
      [true, 8, 'answer'],
    ],
  )
  assert.match(problems[1]!.problem, /expected an answer in answer/)
})

test('a file without a good row, or without anything, is refused', async () => {
  for (const [path, words] of [
    [file('none.jsonl', [{ a: 1 }]), /expected at least one row that fits.*line 1, question/],
    [file('empty.csv', ['question,answer']), /expected at least one row/],
    [join(dir, 'missing.jsonl'), /cannot be read/],
  ] as const)
    try {
      await mathDataset(path, NAME)
      assert.unreachable('expected a refusal')
    } catch (error) {
      assert.instance(error, UsageError)
      assert.match((error as Error).message, words)
    }
})

test('splits are by content: no row is in two, none is lost but a duplicate, order does not matter', async () => {
  const rows = Array.from({ length: 600 }, (_, i) => ({
    question: `What is ${i} + 1?`,
    answer: String(i + 1),
  }))
  const [there, back] = [file('there.jsonl', [...rows, rows[5]!]), file('back.jsonl', rows.toReversed())]
  const parts = await Promise.all(
    [there, back].map(async path => {
      const { env } = await mathDataset(path, NAME)
      return SPLITS.map(split =>
        Array.from(
          { length: env.tasks.size!(split, 1) },
          (_, index) => taskAt(env, { split, level: 1, index }).params.id,
        ).sort(),
      )
    }),
  )
  assert.equal(parts[0], parts[1])
  assert.is(new Set(parts[0]!.flat()).size, 600)
  assert.is(parts[0]!.flat().length, 600)
  const share = parts[0]![2]!.length / 600
  assert.ok(share > 0.05 && share < 0.15, `test holds ${share}`)
})

test('a task is played and judged; what is not there is refused', async () => {
  const path = file(
    'play.jsonl',
    Array.from({ length: 40 }, (_, i) => ({ question: `Q${i}`, answer: `\\frac{${i}}{7}` })),
  )
  const { env } = await mathDataset(path, NAME)
  const gym = new Gym(env)
  const { index } = (await gym.reset({ seed: 3 })).info
  const right = `So it is \\boxed{${2 * Number(/\d+/.exec(taskAt(env, { split: 'train', level: 1, index }).params.answer)![0])}/14}.`
  assert.is((await gym.step(right)).reward, 1)
  await gym.reset({ index })
  assert.is((await gym.step('\\boxed{1000}')).reward, 0)
  assert.throws(() => taskAt(env, { split: 'train', level: 1, index: 40 }), /has \d+ train tasks/)
})

test.run()
