/** @file Debugging with tools: what each of them shows, what earns, and that it cannot be farmed. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { debugging, debuggingPython } from '../../envs/code/debugging.ts'
import { missingLanguage } from '../../envs/code/programming.ts'
import { writeScript } from '../../envs/code/script-text.ts'
import { resultText } from '../../envs/code/script.ts'
import { isInvalid } from '../../envs/env.ts'
import { taskAt } from '../../envs/tasks.ts'
import { needs } from '../needs.ts'
import { playCode } from './code-play.ts'

const test = suite('debugging')
const lacking = await missingLanguage('python')

for (const [language, env, need] of [
  ['javascript', debugging, { missing: '', there: () => true }],
  ['python', debuggingPython, { missing: lacking ?? '', there: () => lacking === null }],
] as const) {
  const check = (name: string, run: () => Promise<void>): void => needs(test, `${env.id}: ${name}`, need)(run)
  const task = taskAt(env, { split: 'test', index: 4, level: 2 })
  const { script, broken, examples } = task.params
  const plan = env.solve!(task)
  const replyOf = async (actions: unknown[]): Promise<string> =>
    env.observe(task, (await playCode(env, task, actions)).state as never).reply

  check('the solver earns all there is on every level', async () => {
    for (const { level } of env.tasks.levels)
      for (let index = 0; index < 3; index++) {
        const other = taskAt(env, { split: 'validation', index, level })
        const { total, end } = await playCode(env, other, env.solve!(other))
        assert.ok(Math.abs(total - 1.2) < 1e-9, JSON.stringify(other))
        assert.equal(end, { kind: 'terminated', reason: 'solved' })
      }
  })

  check('run shows what the program returns now', async () => {
    const xs = examples[0]!
    const before = await replyOf([{ tool: 'run', input: xs }])
    assert.is(before, `solve(${JSON.stringify(xs)}) gave ${resultText(broken, xs, language)}`)
    const after = await replyOf([...plan.slice(0, -1), { tool: 'run', input: xs }])
    assert.is(after, `solve(${JSON.stringify(xs)}) gave ${resultText(script, xs, language)}`)
  })

  check('look shows an expression each time before a line is run', async () => {
    const line = writeScript(broken, language)
      .split('\n')
      .findIndex(text => text.trim().startsWith('return'))
    const xs = examples[0]!
    const seen = await replyOf([{ tool: 'look', line: line + 1, expression: 'xs', input: xs }])
    const shown = language === 'python' ? `[${xs.join(', ')}]` : JSON.stringify(xs)
    assert.is(seen, `solve(${JSON.stringify(xs)}) gave ${JSON.stringify([shown])}`)
    assert.match(
      await replyOf([{ tool: 'look', line: line + 1, expression: ')', input: xs }]),
      /was not run: SyntaxError/,
    )
    assert.match(
      await replyOf([{ tool: 'look', line: 55, expression: 'xs', input: xs }]),
      /^there is no line 55/,
    )
  })

  check('an edit pays for the examples once; going to and fro earns nothing', async () => {
    const fix = plan.slice(0, -1)
    const undo = fix.map(edit => {
      assert.ok(edit.tool === 'edit')
      return { ...edit, text: writeScript(broken, language).split('\n')[edit.line - 1]! }
    })
    const { rows, total } = await playCode(env, task, [...fix, ...undo, ...fix, ...plan])
    assert.ok(Math.abs(total - 1.2) < 1e-9)
    assert.ok(
      rows.every(row => row['progress']! >= 0),
      'what was earned is not taken back',
    )
    const early = rows.slice(0, -1).reduce((sum, row) => sum + row['progress']!, 0)
    assert.ok(Math.abs(early - 0.5) < 1e-9, `${early}`)
  })

  check('submitting it unmended, or never submitting, earns nothing for the outcome', async () => {
    assert.is((await playCode(env, task, [{ tool: 'submit' }])).total, 0)
    const looks = Array.from({ length: 12 }, () => ({ tool: 'run', input: [1] }))
    for (const actions of [
      [...plan.slice(0, -1), ...looks],
      [...looks.slice(plan.length - 1), ...plan.slice(0, -1)],
    ]) {
      const { rows, end } = await playCode(env, task, actions)
      assert.equal(end, { kind: 'truncated', reason: 'max-steps' })
      assert.is(rows.at(-1)!['correct'], 0)
    }
  })

  check('what was cancelled changes nothing and is not judged', async () => {
    for (const action of [plan.at(-1)!, plan[0]!]) {
      const { rows, end, state } = await playCode(env, task, [action], AbortSignal.abort())
      assert.equal(rows, [{ correct: null, progress: null, invalid: 0 }])
      assert.is(end, null)
      assert.is(env.observe(task, state as never).program.join('\n'), writeScript(broken, language))
    }
    const twelve = Array.from({ length: 12 }, () => plan.at(-1)!)
    const { rows, end } = await playCode(env, task, twelve, AbortSignal.abort())
    assert.equal([end!.kind, rows.at(-1)!['correct']], ['truncated', null])
  })
}

test('calls are read as JSON objects of one line', () => {
  const { parse, render } = debugging.text
  const call = { tool: 'edit' as const, line: 2, text: '  "a\\n" // é' }
  assert.equal(parse(render(call)), call)
  for (const reply of [
    '',
    'submit',
    '{"tool":"sudo"}',
    '{"tool":"edit","line":0,"text":""}',
    '[1]',
    '{"tool":"edit","line":1,"text":"a\\nb"}',
  ])
    assert.ok(isInvalid(parse(reply)), reply)
})

test.run()
