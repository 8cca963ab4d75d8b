/** @file Writing functions: trying shows results, submitting is judged, and only positive evidence counts. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codeFunction as env } from '../../envs/code/function.ts'
import { mistakes, writePipeline } from '../../envs/code/pipeline.ts'
import { advance, begin } from '../../envs/dynamics.ts'
import { isInvalid } from '../../envs/env.ts'
import { taskAt } from '../../envs/tasks.ts'

const task = taskAt(env, { split: 'test', index: 3, level: 3 })
const right = writePipeline(task.params.steps)
const wrong = writePipeline(mistakes(task.params.steps)[0]!)

async function play(actions: unknown[]) {
  let position = await begin(env, task)
  const rows = []
  for (const action of actions) {
    const taken = await advance(env, task, position, action)
    position = taken.position
    rows.push(taken.rewards)
  }
  return { rows, end: position.end, feedback: env.observe(task, position.state).feedback }
}

const progress = (rows: { [name: string]: number | null }[]): number =>
  rows.reduce((sum, row) => sum + row['progress']!, 0)

test('trying, failing, mending and submitting sums to one', async () => {
  const { rows, end } = await play([
    { code: wrong, submit: false },
    { code: right, submit: false },
    { code: right, submit: false },
    { code: right, submit: true },
  ])
  assert.ok(Math.abs(progress(rows) - 1) < 1e-12)
  assert.equal(end, { kind: 'terminated', reason: 'solved' })
  assert.equal(
    rows.map(row => row['correct']),
    [null, null, null, 1],
  )
})

test('a right program that is never submitted is not solved', async () => {
  const { rows, end } = await play(Array.from({ length: 4 }, () => ({ code: right, submit: false })))
  assert.equal(end, { kind: 'truncated', reason: 'max-steps' })
  assert.is(rows.at(-1)!['correct'], 0)
})

test('every mistake is caught by the hidden tests', async () => {
  for (const steps of mistakes(task.params.steps)) {
    const { rows, end } = await play([{ code: writePipeline(steps), submit: true }])
    assert.equal(end, { kind: 'terminated', reason: 'failed' })
    assert.is(rows[0]!['correct'], 0)
  }
})

test('a program that only knows the examples, throws, or never ends earns no outcome', async () => {
  const { examples } = env.observe(task, (await begin(env, task)).state)
  const table = `const known = ${JSON.stringify(examples)}
const solve = xs => known.find(({ input }) => String(input) === String(xs)).output`
  for (const code of [
    table,
    'const solve = () => { throw 1 }',
    'for (;;);',
    'const solve = () => undefined',
    '',
  ]) {
    const { rows } = await play([{ code, submit: true }])
    assert.is(rows[0]!['correct'], 0, code)
    assert.is(rows[0]!['invalid'], 0)
  }
})

test('feedback tells of each example', async () => {
  assert.ok(
    (await play([{ code: right, submit: false }])).feedback.every(line => line.endsWith('which is right')),
  )
  const thrown = await play([{ code: 'const solve = () => { throw new TypeError("no") }', submit: false }])
  assert.is(thrown.feedback.length, 3)
  assert.match(thrown.feedback[0]!, /threw TypeError: no$/)
  assert.match((await play([{ code: 'solve(', submit: false }])).feedback[0]!, /was not run: SyntaxError/)
})

test('what comes of a broken sandbox is not judged', () => {
  const known = { parsed: true, submitted: true, status: 'sandbox-error' as const, errorClass: null }
  const none = { examples: null, tests: null, steps: null, creditBefore: 0, creditAfter: 0 }
  const end = { kind: 'truncated' as const, reason: 'max-steps' }
  const state = { feedback: [], credit: 0, verdict: null }
  for (const name of ['correct', 'progress'])
    assert.is(
      env.rewards[name]!.value({ ...known, ...none }, { task, before: state, after: state, end }),
      null,
    )
})

test('passing more tests never earns less, and only all of them, with a run that went well, solve', () => {
  const state = { feedback: [], credit: 0, verdict: null }
  const end = { kind: 'terminated' as const, reason: 'failed' }
  const correct = (
    passed: number,
    total: number,
    status: 'ok' | 'timeout',
    submitted = true,
  ): number | null =>
    env.rewards['correct']!.value(
      {
        parsed: true,
        submitted,
        status,
        errorClass: null,
        steps: null,
        creditBefore: 0,
        creditAfter: 0,
        examples: { passed: 3, total: 3 },
        tests: submitted ? { passed, total } : null,
      },
      { task, before: state, after: state, end },
    )
  assert.equal(
    [
      correct(19, 20, 'ok'),
      correct(20, 20, 'ok'),
      correct(20, 20, 'timeout'),
      correct(0, 0, 'ok'),
      correct(0, 0, 'ok', false),
    ],
    [0, 1, 0, 0, 0],
  )
})

test('fenced replies are read as people write them', () => {
  const code = 'const solve = xs => xs'
  for (const [reply, submit] of [
    [`\`\`\`js\n${code}\n\`\`\`\n`, true],
    [`Here it is:\n\`\`\`javascript\n${code}\n\`\`\``, true],
    [`\`\`\`\n${code}\n// try\n\`\`\`\n`, false],
  ] as const)
    assert.equal(env.text.parse(reply), { code, submit })
  assert.ok(isInvalid(env.text.parse(code)))
})

test.run()
