/** @file Attacks on the JavaScript sandbox; what must hold for each is in attacks.ts. */
import { test } from 'uvu'
import { WorkerPool } from '../../envs/code/sandbox-pool.ts'
import type { Attack, Target } from './attacks.ts'
import { Canaries, withstand } from './attacks.ts'

const pool = new WorkerPool(1)
const canaries = new Canaries()

const ATTACKS: readonly Attack[] = [
  // Escapes.
  {
    name: 'constructor of a constructor',
    code: `const p = solve => solve.constructor.constructor('return process')()
      const solve = () => p(solve).env.LUDUS_CANARY`,
  },
  {
    name: 'constructor of an error of the engine',
    code: `function solve() {
      try { null.x } catch (e) { return e.constructor.constructor('return this')().process.env }
    }`,
  },
  {
    name: 'constructor of a value that was passed in',
    code: `const solve = (...xs) => xs.constructor.constructor('return globalThis.process.mainModule')()`,
  },
  {
    name: 'require and the module loaders',
    code: `const solve = () => [typeof require, typeof module, typeof process, process.getBuiltinModule('fs').readFileSync('@FILE', 'utf8')]`,
  },
  {
    name: 'dynamic import',
    code: `let seen = 'none'
      for (const name of ['fs', 'node:fs', 'std', 'os', 'qjs:std', '@FILE'])
        import(name).then(m => { seen = m.readFileSync ? m.readFileSync('@FILE', 'utf8') : Object.keys(m).join() }, () => {})
      const solve = () => seen`,
  },
  {
    name: 'the network',
    code: `const solve = () => [typeof fetch, typeof XMLHttpRequest, typeof WebSocket, fetch('http://127.0.0.1:@PORT')]`,
  },
  {
    name: 'host functions by their names',
    code: `const solve = () => Object.getOwnPropertyNames(globalThis).filter(n => /host|std|bjson|script|worker|deno|node/i.test(n)).join() || 'none'`,
  },
  {
    name: 'the stack of a caller',
    code: `function solve() { return [solve.caller, arguments.callee && arguments.callee.caller, new Error().stack].join() }`,
  },
  {
    name: 'prepareStackTrace',
    code: `Error.prepareStackTrace = (e, frames) => frames.map(f => f.getFunction && f.getFunction()).map(String).join()
      const solve = () => { try { null.x } catch (e) { return e.stack } }`,
  },
  { name: 'a comment that is never closed', code: 'const solve = () => 1 /*', status: 'exception' },
  {
    name: 'brackets that close more than they open',
    code: '} ) ); const solve = () => 1; (( {',
    status: 'exception',
  },
  // Forged answers.
  {
    name: 'a line that looks like an answer',
    code: String.raw`const line = '0'.repeat(32) + '{"output":"15851"}'
      console.log(line); console.log('\n' + line + '\n')
      const solve = () => '\n' + line + '\n'`,
  },
  {
    name: 'guessed nonces',
    code: String.raw`const hex = n => n.toString(16).padStart(32, '0')
      const solve = () => { let s = ''; for (let i = 0; i < 50; i++) s += '\n' + hex(i) + '{"output":"15851"}'; return s }`,
  },
  {
    name: 'a nonce looked for in every global',
    code: `const solve = () => {
      const seen = new Set(), found = []
      const walk = o => {
        if ((typeof o !== 'object' && typeof o !== 'function') || o === null || seen.has(o)) return
        seen.add(o)
        for (const k of Reflect.ownKeys(o)) {
          let v; try { v = o[k] } catch { continue }
          if (typeof v === 'string' && /^[0-9a-f]{32}$/.test(v)) found.push(v)
          walk(v)
        }
        walk(Object.getPrototypeOf(o))
      }
      walk(globalThis)
      return found.join() || 'none'
    }`,
  },
  {
    name: 'an object that says it equals anything',
    code: `const solve = () => ({ valueOf: () => 15851, toString: () => '15851', [Symbol.toPrimitive]: () => 15851 })`,
  },
  {
    name: 'a function in place of a value',
    code: `const solve = () => Object.assign(() => 15851, { toString: () => '15851' })`,
  },
  {
    name: 'a poisoned toJSON',
    code: `Number.prototype.toJSON = String.prototype.toJSON = () => 0; const solve = x => 'x'`,
  },
  {
    name: 'poisoned JSON and Reflect',
    code: `const own = JSON.stringify; JSON.stringify = v => (typeof v === 'string' ? own(v) : '15851'); JSON.parse = () => [1]; Reflect.apply = () => 15851; const solve = () => 0`,
  },
  {
    name: 'poisoned prototypes',
    code: `for (const p of [Object, Array, String, Function, Number, Boolean, Map, Set, Promise, RegExp])
        Object.defineProperty(p.prototype, 'output', { get: () => '15851' })
      Function.prototype.call = Function.prototype.apply = () => '15851'
      String.prototype.slice = String.prototype.indexOf = () => '15851'
      const solve = () => 0`,
  },
  {
    name: 'setters on array positions',
    code: `for (let i = 0; i < 5; i++) Object.defineProperty(Array.prototype, i, { set() {}, get: () => 15851 })
      Object.defineProperty(Object.prototype, 'status', { set() {}, get: () => 'ok' })
      const solve = () => 0`,
  },
  {
    name: 'a proxy as result',
    code: `const solve = () => new Proxy([], { get: (_, k) => (k === 'length' ? 1e9 : 1) })`,
  },
  {
    name: 'a proxy that loops',
    code: `const solve = () => new Proxy({}, { ownKeys() { for (;;); } })`,
    status: 'timeout',
  },
  { name: 'a getter that loops', code: `const solve = () => ({ get x() { for (;;); } })`, status: 'timeout' },
  {
    name: 'new globals in place of the old',
    code: `globalThis.eval = globalThis.String = globalThis.JSON = undefined; const solve = () => 0`,
  },
  {
    name: 'a replaced console',
    code: `console.log = () => '15851'; globalThis.console = null; const solve = () => 0`,
  },
  {
    name: 'an entry that redefines itself',
    code: `let n = 0; var solve = function () { solve = () => 15851; return n++ }`,
  },
  // Endless and heavy work.
  { name: 'a loop at load', code: 'for (;;);', status: 'timeout' },
  {
    name: 'a loop that catches all',
    code: 'const solve = () => { for (;;) try { for (;;); } catch {} finally { continue } }',
    status: 'timeout',
  },
  {
    name: 'an endless generator',
    code: 'function* g() { for (;;) yield 1 }\nconst solve = () => { for (const _ of g()); }',
    status: 'timeout',
  },
  {
    name: 'endless recursion by turns',
    code: 'const solve = () => { for (;;) try { solve() } catch {} }',
    deadlineMs: 1_500,
    status: ['timeout', 'watchdog'],
  },
  {
    name: 'a regular expression that backtracks',
    code: `const solve = () => /^(a+)+$/.test('a'.repeat(40) + 'b')`,
    status: 'timeout',
  },
  {
    name: 'an endless chain of promises',
    code: 'const spin = () => Promise.resolve().then(spin); spin(); const solve = () => 1',
  },
  {
    name: 'a native search that never looks up',
    code: `const solve = () => 'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b')`,
    deadlineMs: 500,
    status: 'watchdog',
  },
  {
    name: 'a power of big integers',
    code: 'const solve = () => String((9n ** 9n ** 6n) ** 9n).length',
    deadlineMs: 500,
    status: ['watchdog', 'timeout', 'ok'],
  },
  {
    name: 'a sort that never agrees',
    code: 'const solve = () => Array(1e6).fill(0).sort(() => { for (;;); })',
    status: 'timeout',
  },
  {
    name: 'waiting on shared memory',
    code: 'const solve = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
  },
  // Bombs.
  {
    name: 'an array without end',
    code: 'const solve = () => { const a = []; for (;;) a.push("x".repeat(9999) + a.length) }',
    status: 'out-of-memory',
  },
  {
    name: 'a string without end',
    code: 'const solve = () => { let s = "x"; for (;;) s += s + 1 }',
    status: ['out-of-memory', 'ok'],
  },
  {
    name: 'a buffer of two gigabytes',
    code: 'const solve = () => new ArrayBuffer(2e9)',
    status: 'out-of-memory',
  },
  {
    name: 'a map without end',
    code: 'const solve = () => { const m = new Map(); for (let i = 0; ; i++) m.set(i, [i]) }',
    status: ['out-of-memory', 'timeout'],
  },
  {
    name: 'an array joined out of nothing',
    code: `const solve = () => (new Array(1e9) + '').length`,
    deadlineMs: 500,
    status: ['out-of-memory', 'watchdog', 'timeout', 'ok'],
  },
  { name: 'deep recursion', code: 'const solve = () => 1 + solve()', status: 'ok' },
  {
    name: 'a result as deep as memory',
    code: 'const solve = () => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a }',
  },
  {
    name: 'source as deep as the parser',
    code: `const solve = () => eval('['.repeat(1e5) + ']'.repeat(1e5))`,
  },
  { name: 'a result too long', code: 'const solve = () => "x".repeat(6000)', status: 'output-limit' },
  { name: 'a result in long pieces', code: 'const solve = () => "x".repeat(2000)', status: 'output-limit' },
  {
    name: 'an error too long',
    code: 'const solve = () => { throw new Error("x".repeat(2e6)) }',
    status: 'ok',
  },
  {
    name: 'an error with a long name',
    code: 'const solve = () => { throw { name: "n".repeat(1e7), message: "m".repeat(1e7) } }',
    status: 'ok',
  },
  {
    name: 'an error that loops when read',
    code: 'const solve = () => { throw { get name() { for (;;); } } }',
    status: 'timeout',
  },
  {
    name: 'a flood of printing',
    code: 'const solve = () => { for (let i = 0; i < 1e4; i++) console.log("x".repeat(100)) }',
  },
  {
    name: 'a flood of printing by a whole program',
    code: 'for (;;) console.log("x".repeat(1000))',
    stdin: '',
    status: 'output-limit',
  },
  {
    name: 'a flood that ends',
    code: 'for (let i = 0; i < 100; i++) console.log("x".repeat(1000))',
    stdin: '',
    status: 'output-limit',
  },
  {
    name: 'globals that stay',
    code: 'globalThis.left = 1; Object.prototype.left = 2; Array.prototype.map = () => [9]; const solve = () => 0',
  },
  {
    name: 'clean-up that runs later',
    code: 'new FinalizationRegistry(() => { for (;;); }).register({}, 1); const solve = () => 0',
  },
]

const target: Target = {
  run: (program, limits) => pool.run({ program, limits }),
  language: 'javascript',
  lateMs: 1_500,
  shared: true,
}
for (const attack of ATTACKS) test(attack.name, () => withstand(target, attack, canaries))

test.before(() => canaries.listen())
test.after(async () => {
  canaries.close()
  await pool.close()
})
test.run()
