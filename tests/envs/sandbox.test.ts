/**
 * @file The JavaScript sandbox: what comes back, that it repeats, and what a program can see. The attacks are in sandbox-attacks.test.ts.
 */
import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunResult } from '../../envs/code/program.ts'
import { Sandbox } from '../../envs/code/sandbox.ts'

const sandbox = new Sandbox({
  workers: 1,
  limits: { interrupts: 300, deadlineMs: 8_000, outputChars: 5_000 },
})
const HONEST = 'function solve(xs) {\n  return xs.map(x => x * 2)\n}'
const INPUTS = ['[[1,2,3]]', '[[]]', '[[-4]]']
const DOUBLED = [{ output: '[2,4,6]' }, { output: '[]' }, { output: '[-8]' }]

function run(code: string, inputs = INPUTS): Promise<RunResult> {
  return sandbox.run({ code, entry: 'solve', inputs })
}

/** A test of one attack, followed by an honest program in the same sandbox. */
function attack(name: string, code: string, check: (result: RunResult) => void): void {
  test(name, async () => {
    check(await run(code))
    assert.equal(await run(HONEST), {
      status: 'ok',
      error: null,
      errorClass: null,
      cases: DOUBLED,
      stdout: '',
    })
  })
}

test('an honest program passes, and declares solve as it likes', async () => {
  for (const code of [
    HONEST,
    'const solve = xs => xs.map(x => x * 2)',
    '"use strict"; var solve = xs => xs.map(x => x * 2) // ok',
  ])
    assert.equal((await run(code)).cases, DOUBLED)
})

test('errors are told apart: no program, no function, one case that throws', async () => {
  const syntax = await run('function solve( {')
  assert.is(syntax.status, 'exception')
  assert.match(syntax.error!, /^SyntaxError: /)
  const missing = await run('function other() {}')
  assert.is(missing.error, 'ReferenceError: expected a function named solve')
  const some = await run('function solve(xs) { return xs[0].toFixed(0) }')
  assert.is(some.status, 'ok')
  assert.equal(some.cases[0], { output: '"1"' })
  assert.match((some.cases[1] as { error: string }).error, /^TypeError: /)
})

test('a native operation that never looks up is ended with its worker', async () => {
  const code = "const solve = () => 'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b')"
  const result = await sandbox.run({ code, entry: 'solve', inputs: INPUTS }, { limits: { deadlineMs: 500 } })
  assert.is(result.status, 'watchdog')
  assert.equal((await run(HONEST)).cases, DOUBLED)
})
attack('a forged mark', 'const solve = () => "0".repeat(32) + "v[2,4,6]"', result => {
  assert.equal(result.cases[0], { output: JSON.stringify('0'.repeat(32) + 'v[2,4,6]') })
})
attack(
  'the driver is out of reach',
  'function solve() { return [typeof load, typeof call, typeof entry, String(solve.caller)] }',
  result => {
    assert.not.ok(JSON.stringify(result.cases).includes('nonce'))
    assert.match(JSON.stringify(result.cases), /undefined/)
  },
)

attack(
  'nothing of the host is in reach',
  `const solve = () => [
    ...['process', 'require', 'module', 'fetch', 'Deno', 'Buffer', 'setTimeout', 'WebAssembly', 'Worker', 'std', 'os']
      .map(name => typeof globalThis[name]),
    typeof solve.constructor.constructor('return this.process')(),
    typeof Error('x').constructor.constructor('return globalThis.process')(),
  ]`,
  result => {
    assert.is(result.status, 'ok')
    const seen = JSON.parse((result.cases[0] as { output: string }).output) as string[]
    assert.is(seen.length, 13)
    assert.ok(
      seen.every(type => type === 'undefined'),
      seen.join(),
    )
  },
)
attack(
  'modules cannot be loaded',
  'let seen = 0; import("node:fs").then(() => { seen = 1 }); const solve = () => seen',
  result => {
    assert.ok(result.cases.every(entry => 'output' in entry && entry.output === '0'))
  },
)

test('time stands still and randomness repeats', async () => {
  const code = 'const solve = () => [Date.now(), Math.random(), new Date().getTimezoneOffset()]'
  const [a, b] = [await run(code), await run(code)]
  assert.equal(a, b)
  assert.match(JSON.stringify(a.cases[0]), /1704067200000/)
})

test('no state is left for the next program', async () => {
  await run('globalThis.left = 1; Array.prototype.left = 1; function solve() {}')
  const next = await run('const solve = xs => [typeof left, typeof xs.left]')
  assert.equal(next.cases[0], { output: '["undefined","undefined"]' })
})

test('outputs with no JSON are no outputs, and NaN is not a number', async () => {
  assert.equal((await run('const solve = xs => [undefined, NaN, () => 1][xs.length % 3]')).cases, [
    { output: 'undefined' },
    { output: 'undefined' },
    { output: 'null' },
  ])
})

test('a whole program reads standard input and writes standard output, afresh for each', async () => {
  const code = `globalThis.count = (globalThis.count ?? 0) + 1
    const n = Number(readLine())
    console.log('n', n, [n], null, count)
    write(readAll().toUpperCase())
    console.log(readLine())`
  const { status, cases, stdout } = await sandbox.run({ code, inputs: ['7\nab\ncd', '8'] })
  assert.is(status, 'ok')
  assert.equal(cases, [{ output: 'n 7 [7] null 1\nAB\nCDnull\n' }, { output: 'n 8 [8] null 1\nnull\n' }])
  assert.is(stdout, '')
})

test('what a function prints is kept beside its results, up to a limit', async () => {
  const { cases, stdout } = await run('function solve(xs) { console.log("got", xs); return 1 }', ['[[1]]'])
  assert.equal(cases, [{ output: '1' }])
  assert.is(stdout, 'got [1]\n')
  assert.is((await run('function solve() { console.log("x".repeat(2e4)) }', ['[]'])).stdout.length, 10_000)
})

test('the cases before a halt are kept, with what they cost', async () => {
  const code = 'function solve(n) { if (n === 2) for (;;); return n }'
  const program = { code, entry: 'solve', inputs: ['[0]', '[1]', '[2]', '[3]'], countSteps: true }
  const { status, cases } = await sandbox.run(program)
  assert.is(status, 'timeout')
  assert.equal(
    cases.map(entry => 'output' in entry && entry.output),
    ['0', '1'],
  )
  assert.is(cases[0]!.steps, cases[1]!.steps)
})

test('steps are exact, repeat, and count what natives do', async () => {
  const loop = 'function solve(n) { let sum = 0; for (let i = 0; i < n; i++) sum += i; return sum }'
  const steps = async (code: string, n: number): Promise<number> => {
    const program = { code, entry: 'solve', inputs: [`[${n}]`], countSteps: true }
    return (await sandbox.run(program)).cases[0]!.steps!
  }
  const none = await steps(loop, 0)
  assert.is((await steps(loop, 10)) - none, 20)
  assert.is((await steps(loop, 50_000)) - none, 100_000)
  assert.is(await steps(loop, 123), await steps(loop, 123))
  const called = 'function solve(n) { return Array(n).fill(1).map(x => x + 1).length }'
  assert.is((await steps(called, 1000)) - (await steps(called, 0)), 2000)
})

test('a cancelled run ends at once and is no result; the next one works', async () => {
  const controller = new AbortController()
  await run(HONEST)
  const running = sandbox.run(
    { code: 'for (;;);', entry: 'solve', inputs: INPUTS },
    { signal: controller.signal },
  )
  const waiting = sandbox.run({ code: HONEST, entry: 'solve', inputs: INPUTS }, { signal: controller.signal })
  controller.abort()
  for (const result of [await running, await waiting]) {
    assert.is(result.status, 'sandbox-error')
    assert.is(result.errorClass, 'AbortError')
    assert.equal(result.cases, [])
  }
  assert.equal((await run(HONEST)).cases, DOUBLED)
})

test('a caller’s mistake is thrown, not blamed on the program', async () => {
  for (const [entry, input] of [
    ['solve', '[1'],
    ['solve', '7'],
    ['a b', '[1]'],
  ] as const)
    await sandbox.run({ code: HONEST, entry, inputs: [input] }).then(
      () => assert.unreachable(),
      (error: unknown) => assert.ok(error instanceof TypeError || error instanceof SyntaxError),
    )
})

test('programs that come at once are run one after the other', async () => {
  const codes = Array.from({ length: 8 }, (_, i) => `const solve = () => ${i}`)
  const results = await Promise.all(codes.map(code => run(code)))
  results.forEach((result, i) => assert.equal(result.cases[0], { output: String(i) }))
})

test('an idle sandbox does not keep a program alive', () => {
  const script = `import { sharedSandbox } from './envs/code/sandbox.ts'
    const result = await sharedSandbox().run({ code: 'const solve = x => x', entry: 'solve', inputs: ['[7]'] })
    process.stdout.write(result.cases[0].output)`
  const root = new URL('../..', import.meta.url)
  const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: root,
    timeout: 20_000,
  })
  assert.is(String(child.stdout), '7', String(child.stderr))
  assert.is(child.status, 0)
})

test.after(() => sandbox.close())
test.run()
