/**
 * @file The sandbox under attack: each test checks one property, and after each attack an honest program still passes.
 */
import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunResult } from '../../envs/code/sandbox.ts'
import { Sandbox } from '../../envs/code/sandbox.ts'

// A short deadline, so that the watchdog is seen at work without waiting.
const sandbox = new Sandbox({ interrupts: 1_000, deadlineMs: 1_000, outputChars: 5_000 })
const HONEST = 'function solve(xs) {\n  return xs.map(x => x * 2)\n}'
const INPUTS = ['[1,2,3]', '[]', '[-4]']
const DOUBLED = [{ output: '[2,4,6]' }, { output: '[]' }, { output: '[-8]' }]

function run(code: string, inputs = INPUTS): Promise<RunResult> {
  return sandbox.run({ code, entry: 'solve', inputs })
}

/** A test of one attack, followed by an honest program in the same sandbox. */
function attack(name: string, code: string, check: (result: RunResult) => void): void {
  test(name, async () => {
    check(await run(code))
    assert.equal(await run(HONEST), { status: 'ok', error: null, cases: DOUBLED })
  })
}

const stopsWith =
  (status: RunResult['status']) =>
  (result: RunResult): void =>
    assert.is(result.status, status, JSON.stringify(result).slice(0, 200))

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

attack('an infinite loop while loading', 'for (;;);', stopsWith('timeout'))
attack('an infinite loop in a call', 'function solve() { for (;;); }', stopsWith('timeout'))
attack(
  'a loop that catches everything',
  'function solve() { for (;;) { try { for (;;); } catch {} finally { continue } } }',
  stopsWith('timeout'),
)
attack(
  'a loop while the result is written',
  'const solve = () => ({ toJSON() { for (;;); } })',
  stopsWith('timeout'),
)
attack(
  'a loop in an error that describes itself',
  'const solve = () => { throw { get name() { for (;;); } } }',
  stopsWith('timeout'),
)
attack(
  'a native operation that never looks up',
  "const solve = () => 'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b')",
  stopsWith('watchdog'),
)
attack(
  'an array that grows',
  'const solve = () => { const a = []; for (;;) a.push("x".repeat(9999) + a.length) }',
  stopsWith('out-of-memory'),
)
attack('a buffer of two gigabytes', 'const solve = () => new ArrayBuffer(2e9)', stopsWith('out-of-memory'))
attack('deep recursion', 'const solve = () => 1 + solve()', result => {
  assert.match((result.cases[0] as { error: string }).error, /Maximum call stack/)
})
attack(
  'a deeply nested result',
  'const solve = () => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a }',
  result => {
    assert.ok(result.status !== 'ok' || result.cases.every(entry => 'error' in entry))
  },
)
attack('a flood of output', 'const solve = () => "x".repeat(6000)', stopsWith('output-limit'))
attack('a flood in small pieces', 'const solve = () => "x".repeat(2000)', stopsWith('output-limit'))
attack('a flood in an error', 'const solve = () => { throw new Error("x".repeat(2e7)) }', result => {
  assert.ok(JSON.stringify(result).length < 2000)
})
attack('poisoned prototypes and globals deceive only their own run', POISON(), result => {
  assert.ok(result.cases.every(entry => !('output' in entry) || entry.output !== '[2,4,6]'))
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
    ...['process', 'require', 'module', 'fetch', 'Deno', 'Buffer', 'setTimeout', 'console', 'WebAssembly', 'Worker', 'std', 'os']
      .map(name => typeof globalThis[name]),
    typeof solve.constructor.constructor('return this.process')(),
    typeof Error('x').constructor.constructor('return globalThis.process')(),
  ]`,
  result => {
    assert.is(result.status, 'ok')
    const seen = JSON.parse((result.cases[0] as { output: string }).output) as string[]
    assert.is(seen.length, 14)
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

test('programs that come at once are run one after the other', async () => {
  const codes = Array.from({ length: 8 }, (_, i) => `const solve = () => ${i}`)
  const results = await Promise.all(codes.map(code => run(code)))
  results.forEach((result, i) => assert.equal(result.cases[0], { output: String(i) }))
})

test('an idle sandbox does not keep a program alive', () => {
  const script = `import { sharedSandbox } from './envs/code/sandbox.ts'
    const result = await sharedSandbox().run({ code: 'const solve = x => x', entry: 'solve', inputs: ['7'] })
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

/** Replaces everything that a careless driver would use. */
function POISON(): string {
  return `
    JSON.stringify = () => '[2,4,6]'
    JSON.parse = () => [0]
    Reflect.apply = () => '[2,4,6]'
    Function.prototype.call = Function.prototype.apply = () => '[2,4,6]'
    String.prototype.slice = () => '[2,4,6]'
    Object.prototype.output = '[2,4,6]'
    Array.prototype.map = () => [9]
    globalThis.eval = globalThis.String = () => '[2,4,6]'
    function solve(xs) { return xs.map(x => x) }`
}
