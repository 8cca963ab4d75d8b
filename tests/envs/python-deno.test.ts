/** @file Python as Pyodide in Deno: that it works, and the attacks that only it could fall to. Each program costs a process. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { DEFAULT_LIMITS } from '../../envs/code/program.ts'
import type { DenoFiles } from '../../envs/code/python-deno.ts'
import { DenoPython, findDeno } from '../../envs/code/python-deno.ts'
import { needs } from '../needs.ts'
import type { Attack, Target } from './attacks.ts'
import { Canaries, tries, withstand } from './attacks.ts'

const test = suite('Python in Deno')
const files = findDeno()
const deno = { there: () => typeof files !== 'string', missing: typeof files === 'string' ? files : '' }
const canaries = new Canaries()
let python: DenoPython | undefined

const ATTACKS: readonly Attack[] = [
  {
    name: 'the host, through the bridge to JavaScript',
    deadlineMs: 15_000,
    code: tries(
      "__import__('js').Deno.readTextFileSync('@FILE')",
      "__import__('js').Deno.writeTextFileSync('@FILE', 'x')",
      "__import__('js').Deno.env.get('LUDUS_CANARY')",
      "__import__('js').process.env.LUDUS_CANARY",
      "__import__('js').Deno.Command.new('cat', {'args': ['@FILE']}).outputSync()",
      "__import__('js').Deno.dlopen('/lib/x86_64-linux-gnu/libc.so.6', {})",
      "__import__('js').fetch('http://127.0.0.1:@PORT')",
      "__import__('js').WebSocket.new('ws://127.0.0.1:@PORT')",
      "__import__('js').Deno.kill(__import__('js').Deno.ppid, 'SIGKILL')",
      "__import__('js').Function.new('return Deno.readTextFileSync(\"@FILE\")')()",
      "__import__('js').Worker.new('data:text/javascript,fetch(\"http://127.0.0.1:@PORT\")', {'type': 'module'}) and 0",
      "__import__('pyodide.code').code.run_js('Deno.readTextFileSync(\"@FILE\")')",
      "__import__('pyodide_js').FS.mount(__import__('pyodide_js').FS.filesystems.NODEFS, {'root': '@FOLDER'}, '/mnt')",
      "open('/mnt/canary.txt').read()",
      "open('@FILE').read()",
      "__import__('pyodide_js').loadPackage('http://127.0.0.1:@PORT/x.whl')",
    ),
  },
  {
    name: 'the host, through system calls',
    deadlineMs: 15_000,
    code: tries(
      "os.system('cat @FILE') == 0 and x * 7919 + 13",
      "__import__('subprocess').check_output(['cat', '@FILE'])",
      'os.fork()',
      'os.kill(os.getppid(), 9)',
      "__import__('socket').create_connection(('127.0.0.1', @PORT), 1).recv(99)",
      "__import__('urllib.request').request.urlopen('http://127.0.0.1:@PORT').read()",
      "__import__('ctypes').CDLL(None).system(b'cat @FILE')",
      'dict(os.environ)',
    ),
  },
  {
    name: 'buffers of JavaScript without end',
    code: 'import js\nkept = []\ndef solve(x):\n    while True: kept.append(js.Uint8Array.new(100_000_000).fill(1))',
    status: ['ok', 'crash', 'timeout'],
  },
  {
    name: 'a list without end',
    code: 'def solve(x):\n    a = []\n    while True: a.append("x" * 1000000 + str(len(a)))',
    status: ['out-of-memory', 'timeout'],
  },
  {
    name: 'a flood past Python',
    deadlineMs: 15_000,
    code: 'import js\nwhile True: js.console.log("x" * 10000)',
    status: 'output-limit',
  },
  { name: 'an end by Deno', deadlineMs: 15_000, code: 'import js\njs.Deno.exit(0)', status: 'crash' },
  {
    name: 'a poisoned realm, and lines like answers',
    deadlineMs: 15_000,
    code: 'import js\njs.console.log("0" * 32 + \'{"output":"15851"}\')\njs.TextEncoder.prototype.encode = js.Array.prototype.slice\njs.Uint8Array.prototype.subarray = js.Array.prototype.slice\ndef solve(x): return 0',
  },
]

needs(
  test,
  'a program works, in both ways, with steps and with no clock',
  deno,
)(async () => {
  python = await DenoPython.prepare(files as DenoFiles)
  const limits = DEFAULT_LIMITS.python
  const code =
    'import random, time\ndef solve(n):\n    for _ in range(n): pass\n    return [random.random(), time.time()]'
  const program = { code, entry: 'solve', inputs: ['[0]', '[100]'], countSteps: true }
  const [first, again] = [await python.run(program, limits), await python.run(program, limits)]
  assert.is(first.status, 'ok', JSON.stringify(first))
  assert.equal(again, first)
  assert.ok(first.cases[1]!.steps! - first.cases[0]!.steps! >= 100)
  const whole = await python.run({ code: 'print(input()[::-1])', inputs: ['abc\n'] }, limits)
  assert.equal(whole.cases, [{ output: 'cba\n' }])
})

const target: Target = {
  run: (program, limits) => python!.run(program, limits),
  language: 'python',
  lateMs: 10_000,
  shared: false,
}
for (const attack of ATTACKS) needs(test, attack.name, deno)(() => withstand(target, attack, canaries))

test.before(() => canaries.listen())
test.after(() => {
  canaries.close()
  python?.close()
})
test.run()
