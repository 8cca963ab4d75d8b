/** @file Python programs in the sandbox: what comes back, that it comes back the same, and what happens when it breaks. */
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Program, RunOptions, RunResult } from '../../envs/code/program.ts'
import { DEFAULT_LIMITS } from '../../envs/code/program.ts'
import { PythonSandbox } from '../../envs/code/python-bubblewrap.ts'
import { pythonBackend } from '../../envs/code/python-backend.ts'
import { Sandbox } from '../../envs/code/sandbox.ts'
import { needs } from '../needs.ts'
import { bubblewrap } from './bubblewrap.ts'

const test = suite('Python')
const sandbox = new Sandbox({ workers: 1 })

function run(program: Omit<Program, 'language'>, options?: RunOptions): Promise<RunResult> {
  return sandbox.run({ ...program, language: 'python' }, options)
}

needs(
  test,
  'a function is called with its arguments, and prints',
  bubblewrap,
)(async () => {
  const code = 'def solve(xs, k=1):\n    print("called")\n    return {"sum": sum(xs) * k, "first": xs[:1]}'
  assert.equal(await run({ code, entry: 'solve', inputs: ['[[1,2,3],5]', '[[]]'] }), {
    status: 'ok',
    error: null,
    errorClass: null,
    cases: [{ output: '{"sum":30,"first":[1]}' }, { output: '{"sum":0,"first":[]}' }],
    stdout: 'called\ncalled\n',
  })
})

needs(
  test,
  'a whole program reads standard input, and is run afresh for each',
  bubblewrap,
)(async () => {
  const code = 'import sys\nn = int(input())\nfor line in sys.stdin: print(n, line.strip()[::-1])\nexit()'
  const { status, cases } = await run({ code, inputs: ['7\nabc\ndéf', '8\n'] })
  assert.is(status, 'ok')
  assert.equal(cases, [{ output: '7 cba\n7 féd\n' }, { output: '' }])
})

needs(
  test,
  'errors are told apart',
  bubblewrap,
)(async () => {
  const one = async (code: string) => run({ code, entry: 'solve', inputs: ['[1]'] })
  assert.is((await one('def solve(')).errorClass, 'SyntaxError')
  assert.is((await one('1 / 0')).errorClass, 'ZeroDivisionError')
  assert.is((await one('x = 1')).errorClass, 'NameError')
  const { status, cases } = await one('class Odd(Exception): pass\ndef solve(x):\n    raise Odd("so")')
  assert.is(status, 'ok')
  assert.equal(cases, [{ error: 'Odd: so', errorClass: 'Odd' }])
  const set = await one('def solve(x):\n    return {1}')
  assert.match(
    (set.cases[0] as { error: string }).error,
    /^TypeError: expected a value with a JSON form, got set/,
  )
})

needs(
  test,
  'the cases before a timeout are kept',
  bubblewrap,
)(async () => {
  const code = 'def solve(x):\n    while x == 2: pass\n    return x'
  const limits = { deadlineMs: 300 }
  const { status, cases } = await run({ code, entry: 'solve', inputs: ['[1]', '[2]', '[3]'] }, { limits })
  assert.is(status, 'timeout')
  assert.equal(cases, [{ output: '1' }])
})

const CHANCE = `import random, time, datetime, uuid, os
def solve():
    return [random.random(), random.Random().random(), time.time(), time.perf_counter(), str(datetime.datetime.now()),
        uuid.uuid4().hex, os.urandom(4).hex(), list({'a', 'b', 'c', 'd', 'e'}), hash('a'), list({1.5: 0, 'z': 1})]`

needs(
  test,
  'time stands still and chance repeats, warm or fresh',
  bubblewrap,
)(async () => {
  const program: Program = { language: 'python', code: CHANCE, entry: 'solve', inputs: ['[]'] }
  const fresh = new PythonSandbox(true)
  const results = [await run(program), await run(program), await fresh.run(program, DEFAULT_LIMITS.python)]
  assert.is(results[0]!.status, 'ok', JSON.stringify(results[0]))
  assert.equal(results[1], results[0])
  assert.equal(results[2], results[0])
  assert.match(JSON.stringify(results[0]), /2024-01-01 00:00:00/)
})

const COUNTED = 'def solve(n):\n    total = 0\n    for i in range(n):\n        total += i\n    return total'

needs(
  test,
  'steps are the same every time, and grow by what is done',
  bubblewrap,
)(async () => {
  const program = { code: COUNTED, entry: 'solve', inputs: ['[0]', '[10]', '[1000]'], countSteps: true }
  const [first, again] = [await run(program), await run(program)]
  assert.equal(again, first)
  const [none, ten, thousand] = first.cases.map(({ steps }) => steps!)
  assert.is(ten! - none!, 20)
  assert.is(thousand! - none!, 2000)
  assert.not.ok('steps' in (await run({ ...program, countSteps: false })).cases[0]!)
})

needs(
  test,
  'libraries of everyday tasks work',
  bubblewrap,
)(async () => {
  const code = `import asyncio, collections, dataclasses, decimal, enum, fractions, functools, heapq, re, statistics, threading, typing
@dataclasses.dataclass
class Point:
    x: int
P = collections.namedtuple('P', 'a b')
class Colour(enum.Enum):
    RED = 1
@functools.lru_cache(None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
async def later(): return await asyncio.sleep(0, 4)
def solve(n):
    out = []
    thread = threading.Thread(target=lambda: out.append(fib(n)))
    thread.start()
    thread.join()
    return [out, str(decimal.Decimal(1) / 3)[:6], str(fractions.Fraction(1, 3)), heapq.nsmallest(1, [3, 2]), Point(1).x,
        P(1, 2), Colour.RED.name, re.sub('a', 'b', 'aa'), statistics.mean([1, 2, 3]), asyncio.run(later())]`
  const { cases } = await run({ code, entry: 'solve', inputs: ['[30]'] })
  assert.equal(cases, [{ output: '[[832040],"0.3333","1/3",[2],1,[1,2],"RED","bb",2,4]' }])
})

needs(
  test,
  'a cancelled run ends at once and is no result',
  bubblewrap,
)(async () => {
  const code = 'def solve():\n    while True: pass'
  const controller = new AbortController()
  const started = performance.now()
  setTimeout(() => controller.abort(), 100)
  const limits = { deadlineMs: 8_000 }
  const result = await run({ code, entry: 'solve', inputs: ['[]'] }, { signal: controller.signal, limits })
  assert.is(result.status, 'sandbox-error')
  assert.is(result.errorClass, 'AbortError')
  assert.ok(performance.now() - started < 4_000)
})

needs(
  test,
  'a sandbox that is killed is replaced, and the run is tried again',
  bubblewrap,
)(async () => {
  const program = { code: 'def solve(x): return x', entry: 'solve', inputs: ['[1]'] }
  await run(program)
  const children = ownChildren()
  assert.ok(children.length > 0)
  for (const pid of children) process.kill(pid, 'SIGKILL')
  assert.equal((await run(program)).cases, [{ output: '1' }])
  assert.not.equal(ownChildren(), children)
})

needs(
  test,
  'many programs at once each get their own answer',
  bubblewrap,
)(async () => {
  const several = new Sandbox({ workers: 2 })
  const results = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      several.run({ language: 'python', code: `def solve(): return ${i}`, entry: 'solve', inputs: ['[]'] }),
    ),
  )
  await several.close()
  assert.equal(
    results.map(({ cases }) => cases),
    results.map((_, i) => [{ output: String(i) }]),
  )
})

needs(
  test,
  'a caller’s mistake is thrown, not blamed on the program',
  bubblewrap,
)(async () => {
  const code = 'def solve(x): return x'
  for (const program of [
    { code, entry: 'solve', inputs: ['1'] },
    { code, entry: 'sol ve', inputs: [] },
  ])
    await run(program).then(
      () => assert.unreachable(),
      (error: unknown) => assert.instance(error, TypeError),
    )
})

needs(
  test,
  'an idle sandbox does not keep a program alive',
  bubblewrap,
)(() => {
  const script = `import { sharedSandbox } from './envs/code/sandbox.ts'
    const program = { language: 'python', code: 'def solve(x): return x', entry: 'solve', inputs: ['[7]'] }
    process.stdout.write((await sharedSandbox().run(program)).cases[0].output)`
  const child = scripted(script, {})
  assert.is(String(child.stdout), '7', String(child.stderr))
  assert.is(child.status, 0)
})

test('a machine with no Python sandbox says why, and gives no result', () => {
  const script = `import { pythonBackend } from './envs/code/python-backend.ts'
    import { sharedSandbox } from './envs/code/sandbox.ts'
    const program = { language: 'python', code: 'def solve(x): return x', entry: 'solve', inputs: ['[7]'] }
    process.stdout.write(JSON.stringify([await pythonBackend(), await sharedSandbox().run(program)]))`
  const [backend, result] = JSON.parse(String(scripted(script, { LUDUS_PYTHON: 'none' }).stdout)) as [
    object,
    RunResult,
  ]
  assert.equal(backend, { kind: 'none', detail: 'LUDUS_PYTHON=none' })
  assert.is(result.status, 'sandbox-error')
  assert.equal(result.cases, [])
  assert.match(String(scripted(script, { LUDUS_PYTHON: 'pyodide' }).stderr), /expected LUDUS_PYTHON to be/)
})

function scripted(script: string, env: Record<string, string>) {
  return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, ...env },
    timeout: 30_000,
  })
}

/** Processes that this one started and that are still there. */
function ownChildren(): number[] {
  return readdirSync('/proc/self/task')
    .flatMap(task => readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' '))
    .filter(pid => pid !== '' && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'bwrap')
    .map(Number)
}

needs(
  test,
  'this machine is found able to run Python',
  bubblewrap,
)(async () => {
  assert.is((await pythonBackend()).kind, 'bubblewrap', (await pythonBackend()).detail)
})

test.after(() => sandbox.close())
test.run()
