/** @file Problems from files: literals and assertions are read, bad rows reported, and forged results earn nothing. */
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { deflateSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkBody, readAssertions } from '../../envs/code/assertions.ts'
import type { DatasetReport } from '../../envs/code/datasets.ts'
import { loadDataset } from '../../envs/code/datasets.ts'
import type { Format } from '../../envs/code/dataset-rows.ts'
import { missingLanguage } from '../../envs/code/programming.ts'
import { readLiteral } from '../../envs/code/python-literal.ts'
import { readEncoded, samePython } from '../../envs/code/python-value.ts'
import type { EnvDef, Task } from '../../envs/env.ts'
import { SPLITS } from '../../envs/env.ts'
import { UsageError } from '../../envs/errors.ts'
import { taskAt } from '../../envs/tasks.ts'
import { needs } from '../needs.ts'
import { playCode } from './code-play.ts'

const test = suite('problems from files')
const lacking = await missingLanguage('python')
const python = { missing: lacking ?? '', there: () => lacking === null }
const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'ludus-problems-'))

async function load(
  format: Format,
  rows: readonly unknown[],
): Promise<{ env: EnvDef; report: DatasetReport }> {
  const file = path.join(folder, `${format}.jsonl`)
  await fs.writeFile(file, rows.map(row => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'))
  return loadDataset(file, { format, id: `code/${format}-own-v1` })
}

const humanEval = {
  task_id: 'Own/1',
  prompt:
    'from typing import List\n\n\ndef shares(parts: List[int]) -> tuple:\n    """Sum and mean of parts."""\n',
  entry_point: 'shares',
  canonical_solution: '    return (sum(parts), sum(parts) / len(parts))\n',
  test: `
METADATA = {}


def check(candidate):
    assert candidate([1, 2]) == (3, 1.5), "the first"  # a comment
    assert candidate([4]) == (4, 4)
    assert candidate([
        0, 0,
    ]) == (0, 0.0)
    assert True, "nothing is checked here"
`,
}
const looped = {
  ...humanEval,
  task_id: 'Own/2',
  test: 'def check(candidate):\n    for n in range(1, 6):\n        assert candidate([n] * n)[0] == n * n\n',
}
const mbpp = {
  task_id: 7,
  text: 'Write a function to split a text at commas into a set.',
  code: 'def parts(text):\n    return set(text.split(","))',
  test_list: [
    'assert parts("a,b,a") == {"b", "a"}',
    "assert parts('') == {''}",
    'assert not parts("x") == 5',
  ],
  test_setup_code: '',
}
const near = {
  task_id: 8,
  text: 'Write a function for the area of a circle.',
  code: 'import math\ndef area(r):\n    return math.pi * r * r',
  test_list: [
    'assert math.isclose(area(1), 3.14159, rel_tol=0.001)',
    'assert abs(area(2) - 12.566370) < 1e-4',
    'assert area(0) == 0',
  ],
  test_setup_code: 'import math',
}
const pairs = (testtype: string, rows: [string, string][]) =>
  JSON.stringify(rows.map(([input, output]) => ({ input, output, testtype })))
const contest = {
  question_id: 'q1',
  question_content: 'Read n and write the numbers from 1 to n on one line.',
  starter_code: '',
  public_test_cases: pairs('stdin', [['3\n', '1 2 3\n']]),
  private_test_cases: pairs('stdin', [
    ['1\n', '1'],
    ['5\n', '1 2 3 4 5'],
  ]),
}
const method = {
  question_id: 'q2',
  question_content: 'The larger of each pair.',
  starter_code: 'class Solution:\n    def larger(self, a: List[int], b: List[int]) -> List[int]:\n        ',
  public_test_cases: pairs('functional', [['[1, 5]\n[2, 3]', '[2, 5]']]),
  private_test_cases: pairs('functional', [['[7]\n[7.5]', '[7.5]']]),
  metadata: '{"func_name": "larger"}',
}

/** The only task of an environment of one row, in whatever split it is. */
function only(env: EnvDef, { splits }: DatasetReport): Task {
  return taskAt(env, { split: SPLITS.find(split => splits[split] > 0)!, index: 0, level: 1 })
}

async function outcome(format: Format, row: unknown, code: string): Promise<number | null> {
  const { env, report } = await load(format, [row])
  const { rows } = await playCode(env, only(env, report), [{ code, submit: true }])
  return rows[0]!['correct']!
}

test('literals are read as Python reads them', () => {
  const same = (text: string, other: string): boolean => samePython(readLiteral(text)!, readLiteral(other)!)
  for (const [text, other] of [
    ['1', '1.0'],
    ['True', '1'],
    ['[1, 2,]', '[1,2]'],
    ['(1)', '1'],
    ['{1, 2, 2}', '{2, 1}'],
    ["{'a': 1, 'b': (2,)}", '{"b": (2,), "a": 1}'],
    ["'it' \"'s\"", '"it\'s"'],
    ["'\\x41\\n'", '"""A\n"""'],
    ['0x10', '16'],
    ['-1_000', '-1000'],
    ['set()', 'set([])'],
    ['99999999999999999999', '99999999999999999999'],
  ] as const)
    assert.ok(same(text, other), `${text} ${other}`)
  for (const [text, other] of [
    ['(1,)', '1'],
    ['(1, 2)', '[1, 2]'],
    ['[]', '()'],
    ['{}', 'set()'],
    ['None', '0'],
    ["'1'", '1'],
    ['99999999999999999999', '99999999999999999998'],
    ["{'a': 1}", "{'a': 1, 'b': 2}"],
  ] as const)
    assert.not.ok(same(text, other), `${text} ${other}`)
  for (const text of ['', '1 2', 'x', '[1', '__import__("os")', '1 + 1', "'a", '{1: 2, 3}', '['.repeat(5000)])
    assert.is(readLiteral(text), null, text)
})

test('what the guest wrote down is read with suspicion', () => {
  for (const text of [
    '',
    '3',
    '["i","x"]',
    '["i","1","2"]',
    '{"kind":"none"}',
    '["o"]',
    '["l",3]',
    '['.repeat(9999),
  ])
    assert.is(readEncoded(text), null, text)
  assert.equal(readEncoded('["t",[["i","1"],["n"]]]'), {
    kind: 'tuple',
    items: [{ kind: 'int', digits: '1' }, { kind: 'none' }],
  })
})

test('assertions become calls without what they expect, or are left alone', () => {
  const [first, second] = readAssertions(checkBody(humanEval.test)!)!
  assert.is(first!.call, 'candidate([1, 2])')
  assert.is(second!.call, 'candidate([4])')
  assert.is(readAssertions(checkBody(humanEval.test)!)!.length, 3)
  for (const source of [
    'assert f(1) == f(2)',
    'assert f(x) == 1',
    'assert f(1) == 2 and f(2) == 3',
    'assert f(1) != 3',
    'assert abs(f(1)) == 2',
    'assert f(1)[0] == 2',
    'assert f(__import__("os").getpid()) == 1',
    'x = 1\nassert f(1) == 1',
    'assert f(1) == 1; import os',
    'assert any(f(1))',
  ])
    assert.is(readAssertions(source), null, source)
  assert.equal(readAssertions('assert True\n# nothing'), [])
})

test('bad rows are reported with file, line, field and what was expected; the rest loads', async () => {
  const { env, report } = await load('mbpp', [
    mbpp,
    '{"task_id": 1',
    '',
    { ...mbpp, test_list: [] },
    { ...mbpp, code: 5 },
    { ...mbpp, task_id: 99 },
    { ...mbpp, text: undefined },
    { ...mbpp, text: 'No such function.', test_list: ['assert other(1) == 1'] },
    { ...mbpp, text: 'Nothing.', test_list: ['assert True'] },
    near,
  ])
  assert.equal(
    report.problems.map(({ line, field }) => [line, field]),
    [
      [2, 'row'],
      [4, 'test_list'],
      [5, 'code'],
      [6, 'row'],
      [7, 'text'],
      [8, 'test_list'],
      [9, 'test_list.0'],
    ],
  )
  assert.ok(report.problems.every(({ file, problem }) => file.endsWith('mbpp.jsonl') && problem !== ''))
  assert.is(report.problems[3]!.problem, 'expected a task other than that of line 1')
  assert.equal([report.rows, report.loaded, report.weaker], [9, 2, ['7']])
  assert.is(env.id, 'code/mbpp-own-v1')
  const counts = SPLITS.map(split => report.splits[split])
  assert.is(
    counts.reduce((sum, count) => sum + count, 0),
    2,
  )
  for (const split of SPLITS.filter(name => report.splits[name] === 0))
    assert.throws(() => taskAt(env, { split, index: 0, level: 1 }), /has 0 \w+ tasks/)
})

test('tests that check nothing are no tests', async () => {
  const check = (body: string): object => ({
    ...humanEval,
    task_id: body,
    test: `def check(candidate):\n${body}`,
  })
  const { report } = await load('humaneval', [
    humanEval,
    check('    assert True\n'),
    check('    pass\n'),
    { ...humanEval, test: 'assert shares([1]) == (1, 1)' },
    { ...humanEval, entry_point: 'not a name' },
  ])
  assert.equal(
    report.problems.map(({ line, field }) => [line, field]),
    [
      [2, 'test'],
      [3, 'test'],
      [4, 'test'],
      [5, 'entry_point'],
    ],
  )
})

test('a file of nothing but bad rows, or none at all, is a usage error', async () => {
  for (const attempt of [
    () => load('humaneval', ['{}', 'x']),
    () => load('livecodebench', []),
    () => loadDataset(path.join(folder, 'nowhere.jsonl'), { format: 'mbpp', id: 'code/nowhere-v1' }),
  ])
    await attempt().then(
      () => assert.unreachable(),
      error => assert.instance(error, UsageError),
    )
})

test('equal content has equal names and splits, whatever the row is called or where it stands', async () => {
  const one = await load('humaneval', [humanEval, looped])
  const two = await load('humaneval', [looped, { ...humanEval, task_id: 'Other/9' }])
  const idOf = ({ env, report }: typeof one): string[] =>
    SPLITS.flatMap(split =>
      Array.from({ length: report.splits[split] }, (_, index) => {
        const { params } = taskAt(env, { split, index, level: 1 })
        return `${split} ${(params as { id: string }).id}`
      }),
    ).toSorted()
  assert.equal(idOf(one), idOf(two))
  assert.equal(one.report.weaker, ['Own/2'])
})

needs(
  test,
  'the solutions of the rows are right',
  python,
)(async () => {
  const rows = [
    ['humaneval', humanEval, humanEval.prompt + humanEval.canonical_solution],
    ['humaneval', looped, humanEval.prompt + humanEval.canonical_solution],
    ['mbpp', mbpp, mbpp.code],
    ['mbpp', near, near.code],
    ['livecodebench', contest, 'print(*range(1, int(input()) + 1))'],
    [
      'livecodebench',
      method,
      'class Solution:\n    def larger(self, a, b):\n        return [max(x, y) for x, y in zip(a, b)]',
    ],
  ] as const
  for (const [format, row, code] of rows) assert.is(await outcome(format, row, code), 1, code)
})

needs(
  test,
  'hidden cases that are packed as they are published are read',
  python,
)(async () => {
  const text = Buffer.from(contest.private_test_cases)
  const head = Buffer.from([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x58, 0, 0, 0, 0])
  head.writeUInt32LE(text.length, 12)
  const packed = deflateSync(Buffer.concat([head, text, Buffer.from([0x94, 0x2e])])).toString('base64')
  const row = { ...contest, private_test_cases: packed }
  assert.is(await outcome('livecodebench', row, 'print(*range(1, int(input()) + 1))'), 1)
  assert.is(await outcome('livecodebench', row, 'print("1 2 3")'), 0)
  const { report } = await load('livecodebench', [contest, { ...contest, private_test_cases: 'eJw=' }])
  assert.is(report.problems[0]!.field, 'private_test_cases')
})

const forged = [
  '',
  'import sys\nsys.exit(0)',
  'import os\nos._exit(0)',
  'def NAME(*args):\n    return None',
  'def NAME(*args):\n    raise SystemExit(0)',
  'def NAME(*args):\n    import os\n    os._exit(0)',
  'class Same(tuple):\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\ndef NAME(*args):\n    return Same((1, 2, 3))',
  'class Same:\n    def __eq__(self, other): return True\n    def __getitem__(self, i): return self\n    def __sub__(self, o): return 0\n    def __lt__(self, o): return True\n    def __abs__(self): return 0\n    def __bool__(self): return True\ndef NAME(*args):\n    return Same()',
  'import builtins\nbuiltins.AssertionError = type("Quiet", (BaseException,), {})\nbuiltins.abs = lambda x: 0\nbuiltins.range = lambda *a: []\nbuiltins.isinstance = lambda *a: True\ndef NAME(*args):\n    return None',
  'import json\njson.dumps = lambda *a, **k: "true"\njson.loads = lambda *a: None\ndef NAME(*args):\n    return None',
  'def check(candidate):\n    pass\ndef run_check(*args):\n    return args[-1]\ndef NAME(*args):\n    return None',
  'import __main__\ntry:\n    __main__.run_check = lambda *args: args[-1]\n    __main__.encode = lambda value: True\nexcept Exception:\n    pass\ndef NAME(*args):\n    return None',
  'print("ok")\nprint(\'{"output": "true"}\')\ndef NAME(*args):\n    print("1 2 3")',
]

for (const [format, row, name] of [
  ['humaneval', humanEval, 'shares'],
  ['humaneval', looped, 'shares'],
  ['mbpp', mbpp, 'parts'],
  ['mbpp', near, 'area'],
  ['livecodebench', method, 'larger'],
] as const)
  needs(
    test,
    `${format} ${name}: forged results earn nothing`,
    python,
  )(async () => {
    const { env, report } = await load(format, [row])
    const task = only(env, report)
    for (const code of forged) {
      const played = await playCode(env, task, [{ code: code.replaceAll('NAME', name), submit: true }])
      assert.is(played.rows[0]!['correct'], 0, code)
      assert.ok(played.total < 0.15, `${code} earned ${played.total}`)
    }
  })

needs(
  test,
  'a program that never ends is stopped, and what was cancelled is not judged',
  python,
)(async () => {
  const { env, report } = await load('livecodebench', [contest])
  const task = only(env, report)
  const { rows } = await playCode(
    env,
    task,
    [{ code: 'while True: pass', submit: true }],
    AbortSignal.timeout(500),
  )
  assert.equal(rows, [{ correct: null, progress: null, invalid: 0 }])
})

test.after(() => fs.rm(folder, { recursive: true }))
test.run()
