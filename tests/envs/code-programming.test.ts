/** @file Whole programs tried and submitted: what earns, and what does not however hard it tries. JavaScript and Python. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { codeExamples, codeExamplesPython } from '../../envs/code/examples.ts'
import { faster, fasterPython } from '../../envs/code/faster.ts'
import { codeFunction, codeFunctionPython } from '../../envs/code/function.ts'
import type { ProgrammingState } from '../../envs/code/programming.ts'
import { missingLanguage } from '../../envs/code/programming.ts'
import { repair, repairPython } from '../../envs/code/repair.ts'
import { stdio, stdioPython } from '../../envs/code/stdio.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import { maxReturn } from '../../envs/env.ts'
import { rngAt } from '../../envs/rng.ts'
import { taskAt } from '../../envs/tasks.ts'
import { needs } from '../needs.ts'
import { playCode } from './code-play.ts'

type Action = { code: string; submit: boolean }
type Subject = EnvDef<never, ProgrammingState, never, Action>
const JAVASCRIPT = [codeFunction, codeExamples, repair, faster, stdio] as unknown as Subject[]
const PYTHON = [
  codeFunctionPython,
  codeExamplesPython,
  repairPython,
  fasterPython,
  stdioPython,
] as unknown as Subject[]
const TASKS = 2

const test = suite('programs')
const lacking = await missingLanguage('python')
const python = { missing: lacking ?? '', there: () => lacking === null }

function tasksOf(env: Subject): Task<never>[] {
  return env.tasks.levels.flatMap(({ level }) =>
    Array.from({ length: TASKS }, (_, index) => taskAt(env, { split: 'test', index, level })),
  )
}

const codeOf = (env: Subject, task: Task<never>): string => env.solve!(task)[0]!.code

for (const env of [...JAVASCRIPT, ...PYTHON]) {
  const check = (name: string, run: () => Promise<void>): void => {
    if (JAVASCRIPT.includes(env)) test(`${env.id}: ${name}`, run)
    else needs(test, `${env.id}: ${name}`, python)(run)
  }

  check('the solver earns all there is; slips and solutions of other tasks do not', async () => {
    const tasks = tasksOf(env)
    let [slips, others] = [0, 0]
    for (const [i, task] of tasks.entries()) {
      const { total, end } = await playCode(env, task, env.solve!(task))
      assert.ok(Math.abs(total - maxReturn(env)) < 1e-9, JSON.stringify(task))
      assert.equal(end, { kind: 'terminated', reason: 'solved' })
      slips += (await playCode(env, task, env.solve!(task, { slip: 1, rng: rngAt('slip', i) }))).total
      others += (await playCode(env, task, env.solve!(tasks[(i + TASKS) % tasks.length]!))).total
    }
    assert.ok(slips / tasks.length < 0.2 && others / tasks.length < 0.2, `${slips} ${others}`)
  })

  check('a try runs the examples alone, and trying again earns nothing', async () => {
    const task = tasksOf(env)[0]!
    const right = codeOf(env, task)
    const { rows, total, state } = await playCode(env, task, [
      { code: right, submit: false },
      { code: right, submit: false },
      { code: right, submit: false },
      { code: right, submit: true },
    ])
    assert.equal(
      rows.map(row => row['progress']),
      [0.5, 0, 0, 0.5],
    )
    assert.ok(Math.abs(total - maxReturn(env)) < 1e-12)
    assert.ok((state as ProgrammingState).feedback.every(line => line.endsWith('which is right')))
  })

  check('a right program that is never submitted is not solved', async () => {
    const task = tasksOf(env)[0]!
    const tried = { code: codeOf(env, task), submit: false }
    const { rows, end } = await playCode(env, task, [tried, tried, tried, tried])
    assert.equal(end, { kind: 'truncated', reason: 'max-steps' })
    assert.is(rows.at(-1)!['correct'], 0)
  })

  check('what was cancelled is not judged, and the episode can go on', async () => {
    const task = tasksOf(env)[0]!
    const action = { code: codeOf(env, task), submit: true }
    const { rows, end } = await playCode(env, task, [action], AbortSignal.abort())
    assert.equal(rows, [{ correct: null, progress: null, invalid: 0 }])
    assert.is(end, null)
  })
}

const broken: Record<'javascript' | 'python', readonly string[]> = {
  javascript: [
    '',
    'solve = 1',
    'throw new Error("no")',
    'function solve() { for (;;); }',
    'const solve = () => undefined',
    'const solve = () => ({ toJSON: () => { throw 1 } })',
    'JSON.stringify = () => "[]"; const solve = () => []',
    'const solve = () => ({ valueOf: () => 1, toString: () => "1", [Symbol.toPrimitive]: () => 1 })',
    'console.log("ok"); console.log("{\\"status\\":\\"ok\\"}"); const solve = xs => xs',
    'Object.prototype.output = "1"; Array.prototype.every = () => true; const solve = xs => null',
  ],
  python: [
    '',
    'import sys\nsys.exit(0)',
    'import os\nos._exit(0)',
    'raise SystemExit(0)',
    'def solve(xs):\n    raise SystemExit(0)',
    'def solve(xs):\n    import os\n    os._exit(0)',
    'def solve(xs):\n    while True: pass',
    'class Same:\n    def __eq__(self, other): return True\ndef solve(xs):\n    return Same()',
    'class Same(list):\n    def __eq__(self, other): return True\ndef solve(xs):\n    return Same([987654])',
    'import json\njson.dumps = lambda *a, **k: "[]"\ndef solve(xs):\n    return None',
    'import builtins\nbuiltins.len = lambda x: 0\nbuiltins.isinstance = lambda *a: True\ndef solve(xs):\n    return None',
    'print("PASSED")\nprint(\'{"status": "ok", "output": "[]"}\')\ndef solve(xs):\n    print("ok")',
    'import atexit, os\natexit.register(lambda: os._exit(0))\ndef solve(xs):\n    return None',
  ],
}

for (const [language, env] of [
  ['javascript', codeExamples],
  ['python', codeExamplesPython],
] as const) {
  const need = language === 'python' ? python : { missing: '', there: () => true }
  const subject = env as unknown as Subject
  needs(
    test,
    `${env.id}: forged, empty, endless and throwing programs earn nothing`,
    need,
  )(async () => {
    const task = taskAt(subject, { split: 'test', index: 1, level: 2 })
    for (const code of broken[language]) {
      const { rows, total } = await playCode(subject, task, [{ code, submit: true }])
      assert.is(rows[0]!['correct'], 0, code)
      assert.ok(total < 0.1, code)
    }
  })

  needs(
    test,
    `${env.id}: a table of the examples earns the credit of the examples and no more`,
    need,
  )(async () => {
    const task = taskAt(subject, { split: 'test', index: 2, level: 2 })
    const { examples, steps } = task.params as unknown as { examples: number[][]; steps: never }
    assert.ok(steps)
    const observation = env.observe(task as never, { feedback: [], credit: 0, verdict: null })
    const known = examples.map((xs, i) => [JSON.stringify(xs), observation.examples[i]!.output])
    const table = `{${known.map(([xs, result]) => `${JSON.stringify(xs)}: ${result}`).join(', ')}}`
    const code =
      language === 'python'
        ? `import json\nknown = ${table}\ndef solve(xs):\n    return known.get(json.dumps(xs, separators=(',', ':')))`
        : `const known = ${table}\nconst solve = xs => known[JSON.stringify(xs)]`
    const { rows } = await playCode(subject, task, [{ code, submit: true }])
    assert.is(rows[0]!['correct'], 0)
    assert.ok(rows[0]!['progress']! >= 0.5 && rows[0]!['progress']! < 0.8)
  })
}

test('hidden tests are not run by a try', async () => {
  const task = taskAt(codeExamples, { split: 'test', index: 0, level: 1 })
  const state: ProgrammingState = { feedback: [], credit: 0, verdict: null }
  const known = JSON.stringify(task.params.examples.map(xs => JSON.stringify(xs)))
  const code = `const solve = xs => { while (!${known}.includes(JSON.stringify(xs))); return 0 }`
  const context = { rng: rngAt('try'), step: 0 }
  const tried = await codeExamples.step(task, state, { code, submit: false }, context)
  assert.equal([tried.facts.status, tried.facts.tests], ['ok', null])
  const submitted = await codeExamples.step(task, state, { code, submit: true }, context)
  assert.is(submitted.facts.status, 'timeout')
})

test('the program as it was handed out is no repair and earns no progress', async () => {
  for (const task of tasksOf(repair as unknown as Subject)) {
    const given = repair.legalActions!(task, { feedback: [], credit: 0, verdict: null })[1]!
    const { rows, total } = await playCode(repair as unknown as Subject, task, [given])
    assert.equal([given.submit, rows[0]!['correct'], total], [true, 0, 0])
  }
})

for (const [env, tricks] of [
  [
    faster,
    [
      // Everything worked out before the call, where steps might not be counted.
      'const table = []\nfor (let n = 0; n < 5000; n++) table.push(n)\nfunction solve(n) { return table[n] }',
      'function solve(xs) { return null }',
    ],
  ],
  [
    fasterPython,
    [
      'table = []\nfor n in range(5000):\n    table.append(n)\ndef solve(n):\n    return table[n]',
      'import sys\nsys.settrace(None)\ndef solve(n):\n    return 0',
    ],
  ],
] as const) {
  const subject = env as unknown as Subject
  const need = env === fasterPython ? python : { missing: '', there: () => true }
  needs(
    test,
    `${env.id}: the slow program is right but over the budget`,
    need,
  )(async () => {
    for (const task of tasksOf(subject)) {
      const slow = env.solve!(task, { slip: 1, rng: rngAt('slow') })[0]!
      const tried = await playCode(subject, task, [{ ...slow, submit: false }])
      assert.match(
        (tried.state as ProgrammingState).feedback[0]!,
        /which is right, but takes too many steps$/,
      )
      assert.is((await playCode(subject, task, [slow])).total, 0)
      for (const code of tricks)
        assert.is((await playCode(subject, task, [{ code, submit: true }])).rows[0]!['correct'], 0)
    }
  })
}

test('work done before the call is counted', async () => {
  const subject = faster as unknown as Subject
  const task = tasksOf(subject).find(({ params }) => (params as { problem: string }).problem === 'power')!
  const quick = codeOf(subject, task)
  const busy = `let sum = 0\nfor (let i = 0; i < 5000; i++) sum += i\n${quick}`
  const tried = await playCode(subject, task, [{ code: busy, submit: false }])
  assert.match((tried.state as ProgrammingState).feedback[0]!, /which is right, but takes too many steps$/)
})

test('standard output counts without blanks at line ends, and nothing else is forgiven', async () => {
  const subject = stdio as unknown as Subject
  const task = taskAt(subject, { split: 'test', index: 0, level: 2 })
  const right = codeOf(subject, task)
  const spaced = right.replaceAll("result.join(' ') : result)", "result.join(' ') + '  ' : result + ' ')")
  assert.is.not(spaced, right)
  assert.is((await playCode(subject, task, [{ code: spaced, submit: true }])).rows[0]!['correct'], 1)
  for (const extra of ['console.log("ok")', 'write("0")', 'readAll(); throw new Error("late")']) {
    const { rows } = await playCode(subject, task, [{ code: `${right}\n${extra}`, submit: true }])
    assert.is(rows[0]!['correct'], 0, extra)
  }
})

test.run()
